import Glibc

/// A file that appears under its name whole and safe on disk, or not at all.
///
/// It is written under a temporary name, `NAME.partial`, which is removed if the file is not
/// committed. Parts may be written in any order.
package struct OutputFile: ~Copyable {
    /// The file's name in the end.
    package let path: String
    let calls: FileCalls
    /// Open for reading and writing until the file is committed.
    private(set) var descriptor: Int32

    private let folder: String
    private var isCommitted = false

    private var partialPath: String { path + ".partial" }

    /// Creates the temporary file; one that a crash left is overwritten.
    package init(folder: String, name: String, calls: FileCalls = .system) throws(IndexFault) {
        let path = folder + "/" + name
        let flags = O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW
        let descriptor = calls.open(path + ".partial", flags, 0o644)
        guard descriptor >= 0 else { throw IndexFault.system("create the file", path) }
        self.folder = folder
        self.path = path
        self.calls = calls
        self.descriptor = descriptor
    }

    deinit {
        if descriptor >= 0 {
            close(descriptor)
        }
        if !isCommitted {
            unlink(partialPath)
        }
    }

    /// Writes bytes at an offset. What lies between the parts that are written is zeros.
    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(IndexFault) {
        try calls.writeFully(descriptor, bytes, at: offset, path: path)
    }

    /// Writes the bytes of an array's elements, which are numbers or structures without padding.
    package func write(_ elements: [some BitwiseCopyable], at offset: Int) throws(IndexFault) {
        try elements.withUnsafeBufferPointer { (buffer) throws(IndexFault) in
            try write(UnsafeRawBufferPointer(buffer), at: offset)
        }
    }

    /// Fills `bytes` from what was written.
    package func read(_ bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(IndexFault) {
        try calls.readFully(descriptor, bytes, at: offset, path: path)
    }

    /// Makes the file at least this long; what was not written is zeros.
    func extend(to size: Int) throws(IndexFault) {
        guard ftruncate(descriptor, off_t(size)) == 0 else {
            throw IndexFault.system("extend the file", path)
        }
    }

    /// Makes the file appear under its name.
    package mutating func commit() throws(IndexFault) {
        guard calls.fsync(descriptor) == 0 else { throw IndexFault.system("save the file", path) }
        // A failed close after a successful fsync loses nothing.
        close(descriptor)
        descriptor = -1
        guard calls.rename(partialPath, path) == 0 else {
            throw IndexFault.system("rename the file \(partialPath) to its name", path)
        }
        isCommitted = true
        let handle = calls.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard handle >= 0 else { throw IndexFault.system("open the folder", folder) }
        defer { close(handle) }
        guard calls.fsync(handle) == 0 else { throw IndexFault.system("save the folder", folder) }
    }
}
