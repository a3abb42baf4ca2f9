import Glibc

/// A file in memory that holds what is to be read, for what reads files only.
final class FuzzFile {
    let path: String
    private let descriptor: Int32

    init() {
        var template = Array("/dev/shm/vestige-fuzz-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        precondition(descriptor >= 0, "cannot make a file in /dev/shm")
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    func fill(_ bytes: UnsafeRawBufferPointer) {
        ftruncate(descriptor, 0)
        var done = 0
        while done < bytes.count {
            let count = pwrite(
                descriptor,
                bytes.baseAddress.map { $0 + done },
                bytes.count - done,
                off_t(done)
            )
            precondition(count > 0, "cannot write to /dev/shm")
            done += count
        }
    }
}
