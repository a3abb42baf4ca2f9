import Glibc
import Synchronization

/// A file without a name: it is gone when the process ends, however it ends.
final class ScratchFile {
    private let path: String
    private let calls: FileCalls
    private let descriptor: Int32
    /// Bytes written so far.
    private(set) var count = 0

    private static let made = Atomic(0)

    /// Makes the file in a folder. It has a name for a moment only.
    init(folder: String, calls: FileCalls) throws(IndexFault) {
        // Two writers may work in one folder at once: no name is used twice.
        let number = ScratchFile.made.wrappingAdd(1, ordering: .relaxed).newValue
        let path = "\(folder)/\(getpid())-\(number).scratch"
        unlink(path)
        let flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
        let descriptor = calls.open(path, flags, 0o600)
        guard descriptor >= 0 else { throw IndexFault.system("create the file", path) }
        unlink(path)
        self.path = path
        self.calls = calls
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Appends bytes.
    func append(_ bytes: UnsafeRawBufferPointer) throws(IndexFault) {
        try calls.writeFully(descriptor, bytes, at: count, path: path)
        count += bytes.count
    }

    /// Fills `bytes` from an offset.
    func read(_ bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(IndexFault) {
        try calls.readFully(descriptor, bytes, at: offset, path: path)
    }
}
