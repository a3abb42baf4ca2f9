import Evidence
import Glibc

/// The right to write to a case: held by one process at a time, given back when it ends, however it ends.
struct CaseLock: ~Copyable {
    private let descriptor: Int32

    /// - Throws: ``CaseFault`` with the code `inUse`, naming the process that holds the lock.
    init(_ folder: CaseFolder) throws(CaseFault) {
        let descriptor = open(folder.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CaseFault(
                .system,
                "cannot open \(folder.lock): \(systemMessage(errno)). Is the folder writable?",
                status: errno
            )
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            var text = [UInt8](repeating: 0, count: 32)
            let count = pread(descriptor, &text, text.count, 0)
            let holder = String(decoding: text.prefix(max(0, count)), as: UTF8.self)
                .trimmingPrefix { $0.isWhitespace }.prefix { $0.isNumber }
            close(descriptor)
            throw CaseFault(
                .inUse,
                "\(folder.path.text) is being written by process \(holder): wait until it ends"
            )
        }
        ftruncate(descriptor, 0)
        let text = Array("\(getpid())\n".utf8)
        pwrite(descriptor, text, text.count, 0)
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }
}
