import Evidence
import Glibc

/// The system calls that make a file durable, so that tests can let each of them fail.
package struct FileCalls: Sendable {
    package var open: @Sendable (String, Int32, mode_t) -> Int32
    package var write: @Sendable (Int32, UnsafeRawBufferPointer) -> Int
    package var fsync: @Sendable (Int32) -> Int32
    package var rename: @Sendable (String, String) -> Int32

    package static let system = FileCalls(
        open: { Glibc.open($0, $1, $2) },
        write: { Glibc.write($0, $1.baseAddress, $1.count) },
        fsync: { Glibc.fsync($0) },
        rename: { Glibc.rename($0, $1) }
    )
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
