import Evidence
import Glibc

/// The right to write to a list: held by one process at a time, given back when it ends, however it ends.
struct ListLock: ~Copyable {
    private let descriptor: Int32

    /// - Throws: ``ListFault`` with the code `inUse`.
    init(_ folder: ListFolder) throws(ListFault) {
        let descriptor = open(folder.lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else {
            throw ListFault(
                .system,
                "cannot open \(folder.lock): \(systemMessage(errno)). Is the folder writable?",
                status: errno
            )
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let status = errno
            close(descriptor)
            throw ListFault(
                status == EWOULDBLOCK ? .inUse : .system,
                status == EWOULDBLOCK
                    ? "another process is writing to \(folder.path.display()): wait until it has ended"
                    : "cannot lock \(folder.lock): \(systemMessage(status)). The file system of the list must support locks",
                status: status
            )
        }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }
}
