import Glibc

/// A file's bytes, mapped for reading: the sole owner of the mapping.
///
/// The file must not shrink while it is mapped: reading behind its end would end the program. Segments
/// never change once they have their name.
package struct MappedFile: ~Copyable, @unchecked Sendable {
    /// The bytes; valid as long as the file is mapped.
    package let bytes: UnsafeRawBufferPointer

    /// Maps a regular file of at least one byte.
    package init(_ path: String) throws(IndexFault) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw IndexFault.system("open the file", path) }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else {
            throw IndexFault.system("look at the file", path)
        }
        guard facts.st_mode & S_IFMT == S_IFREG, facts.st_size > 0 else {
            throw IndexFault(.unrecognised, path: path, detail: "this is not a file of vestige")
        }
        try self.init(descriptor: descriptor, size: Int(facts.st_size), path: path)
    }

    /// Maps the first `size` bytes, at least one, of an open file.
    init(descriptor: Int32, size: Int, path: String) throws(IndexFault) {
        let start = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0)
        guard let start, start != MAP_FAILED else {
            throw IndexFault.system("map the segment into memory", path)
        }
        bytes = UnsafeRawBufferPointer(start: start, count: size)
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }

    /// Tells the system how a range of the bytes will be read. Advice that is refused costs only time.
    package func advise(_ advice: Int32, _ range: Range<Int>) {
        let start = range.lowerBound & ~4095
        guard start < range.upperBound, let base = bytes.baseAddress else { return }
        madvise(
            UnsafeMutableRawPointer(mutating: base + start),
            range.upperBound - start,
            advice
        )
    }
}
