import Glibc

/// What the file system says of a file, and by which a change is noticed.
public struct FileFacts: Hashable, Sendable {
    /// Bytes.
    public let size: Int64
    /// The time of the last modification, in nanoseconds since 1970.
    public let modifiedNanoseconds: Int64

    /// Facts from their values.
    public init(size: Int64, modifiedNanoseconds: Int64) {
        self.size = size
        self.modifiedNanoseconds = modifiedNanoseconds
    }

    init(_ status: stat) {
        size = Int64(status.st_size)
        modifiedNanoseconds =
            Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
    }
}

/// The text that the system has for an error number.
public func systemMessage(_ number: Int32) -> String {
    String(cString: strerror(number))
}
