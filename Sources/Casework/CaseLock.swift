import Evidence
import Glibc

/// The right to write to a case: held by one process at a time, given back when it ends, however it ends.
struct CaseLock: ~Copyable {
    private let descriptor: Int32

    /// `vestige status` holds the lock for an instant, together with any number of its like, to see
    /// whether it is free: a writer tries for so long to outlast that.
    private static let attempts = 20
    private static let microsecondsBetween: UInt32 = 10_000

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
        var number = CaseLock.take(descriptor)
        for _ in 1..<CaseLock.attempts where number == EWOULDBLOCK {
            usleep(CaseLock.microsecondsBetween)
            number = CaseLock.take(descriptor)
        }
        guard number == 0 else {
            let holder = readSmallFile(descriptor).flatMap(LockHolder.init)
            close(descriptor)
            throw CaseLock.refusal(number, folder, holder)
        }
        self.descriptor = descriptor
        ftruncate(descriptor, 0)
        // On a full disk the holder stays unnamed; the lock holds all the same.
        let text = LockHolder.current.content
        pwrite(descriptor, text, text.count, 0)
    }

    /// - Returns: 0, or the system's error number.
    private static func take(_ descriptor: Int32) -> Int32 {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno != EINTR { return errno }
        }
        return 0
    }

    /// Why the lock could not be had, and what to do.
    static func refusal(_ number: Int32, _ folder: CaseFolder, _ holder: LockHolder?) -> CaseFault {
        guard number == EWOULDBLOCK else {
            // A network file system without its lock service, or one that knows no locks.
            return CaseFault(
                .system,
                "cannot lock \(folder.lock): \(systemMessage(number)). The file system of the case must "
                    + "support locks (flock), so that no two processes write at once: on NFS, see that "
                    + "the lock service runs (version 4 has it built in), or keep the case on a local disk",
                status: number
            )
        }
        let path = folder.path.display()
        let watch = "Wait until it ends; `vestige status \(path)` tells how far it is"
        guard let holder else {
            return CaseFault(
                .inUse,
                "\(path) is being written by another process, which has not given its number. \(watch)"
            )
        }
        switch holder.presence {
        case .here:
            return CaseFault(
                .inUse,
                "\(path) is being written by \(holder.text). \(watch), and `kill \(holder.pid)` ends it "
                    + "cleanly: what it has done is kept"
            )
        case .elsewhere:
            return CaseFault(
                .inUse,
                "\(path) is being written by \(holder.text). \(watch)"
            )
        case .gone:
            return CaseFault(
                .inUse,
                "\(path) is locked by a process that cannot be seen from here; the last one to give its "
                    + "number was \(holder.text). It may be in another container. \(watch)"
            )
        }
    }

    deinit {
        close(descriptor)
    }
}

/// Whether somebody writes to a case, as it looks from outside.
public enum LockState: Hashable, Sendable {
    /// Nobody does. The last one that did, if it is known.
    case free(last: LockHolder?)
    /// Somebody does.
    case held(LockHolder?)
    /// The file system does not say; the system's reason.
    case unknown(String, last: LockHolder?)

    /// Looks at the lock of a case, for which nothing need be writable.
    init(_ folder: CaseFolder) {
        let descriptor = open(folder.lock, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            self = errno == ENOENT ? .free(last: nil) : .unknown(systemMessage(errno), last: nil)
            return
        }
        defer { close(descriptor) }
        if flock(descriptor, LOCK_SH | LOCK_NB) == 0 {
            flock(descriptor, LOCK_UN)
            self = .free(last: readSmallFile(descriptor).flatMap(LockHolder.init))
            return
        }
        let number = errno
        let holder = readSmallFile(descriptor).flatMap(LockHolder.init)
        self =
            number == EWOULDBLOCK ? .held(holder) : .unknown(systemMessage(number), last: holder)
    }
}
