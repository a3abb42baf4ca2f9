import Evidence
import Glibc

/// Writes small files whole or not at all.
package enum WholeFile {
    /// What the system had against it.
    package struct Failure: Error {
        package let status: Int32

        package var text: String { systemMessage(status) }
    }

    /// Writes `bytes` under another name first, which a later run knows if this one is killed, and then gives it its own.
    ///
    /// A system call may take less than it is given; Foundation's `Data.write` was seen to leave it at that.
    ///
    /// - Parameter isDurable: whether it has to be on the disk before it has its name.
    package static func write(
        _ bytes: some Collection<UInt8>,
        to path: String,
        isDurable: Bool
    ) throws(Failure) {
        let partial = path + ".partial"
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw Failure(status: errno) }
        var status = fill(descriptor, Array(bytes))
        if status == 0, isDurable, fsync(descriptor) != 0 { status = errno }
        if close(descriptor) != 0, status == 0 { status = errno }
        if status == 0, rename(partial, path) != 0 { status = errno }
        guard status == 0 else {
            unlink(partial)
            throw Failure(status: status)
        }
    }

    /// - Returns: 0, or the system's error number.
    private static func fill(_ descriptor: Int32, _ bytes: [UInt8]) -> Int32 {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count < 0 ? errno : EIO }
            rest = rest.dropFirst(count)
        }
        return 0
    }
}
