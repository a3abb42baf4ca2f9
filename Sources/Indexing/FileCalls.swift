import Evidence
import Glibc

/// The system calls that make a file durable, so that tests can let each of them fail.
package struct FileCalls: Sendable {
    package var open: @Sendable (String, Int32, mode_t) -> Int32
    /// Writes bytes at an offset, as `pwrite` does.
    package var write: @Sendable (Int32, UnsafeRawBufferPointer, Int) -> Int
    /// Reads bytes from an offset, as `pread` does.
    package var read: @Sendable (Int32, UnsafeMutableRawBufferPointer, Int) -> Int
    package var fsync: @Sendable (Int32) -> Int32
    package var rename: @Sendable (String, String) -> Int32

    package static let system = FileCalls(
        open: { Glibc.open($0, $1, $2) },
        write: { pwrite($0, $1.baseAddress, $1.count, off_t($2)) },
        read: { pread($0, $1.baseAddress, $1.count, off_t($2)) },
        fsync: { Glibc.fsync($0) },
        rename: { Glibc.rename($0, $1) }
    )
}

extension FileCalls {
    /// Writes all of `bytes` at an offset: a single call may take less, and a signal may interrupt it.
    func writeFully(
        _ descriptor: Int32,
        _ bytes: UnsafeRawBufferPointer,
        at offset: Int,
        path: String
    ) throws(IndexFault) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let written = write(descriptor, rest, offset + done)
            if written < 0 {
                if errno == EINTR { continue }
                throw IndexFault.system("write", path)
            }
            done += written
        }
    }

    /// Fills `bytes` from an offset.
    ///
    /// - Throws: ``IndexFault``, also if the file ends before.
    func readFully(
        _ descriptor: Int32,
        _ bytes: UnsafeMutableRawBufferPointer,
        at offset: Int,
        path: String
    ) throws(IndexFault) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
            let count = read(descriptor, rest, offset + done)
            if count < 0 {
                if errno == EINTR { continue }
                throw IndexFault.system("read", path)
            }
            guard count > 0 else {
                throw IndexFault(
                    .damaged,
                    path: path,
                    detail: "the file is shorter than was written"
                )
            }
            done += count
        }
    }
}

extension IndexFault {
    /// A fault from `errno`, to be made right after the call that set it.
    static func system(_ action: String, _ path: String, status: Int32 = errno) -> IndexFault {
        IndexFault(
            .system,
            path: path,
            detail: "cannot \(action): \(systemMessage(status))",
            status: status
        )
    }
}

/// Whether there is something of that name, be it a dangling link.
func exists(_ path: String) throws(IndexFault) -> Bool {
    var facts = stat()
    if lstat(path, &facts) == 0 {
        return true
    }
    guard errno == ENOENT else { throw IndexFault.system("look for the file", path) }
    return false
}
