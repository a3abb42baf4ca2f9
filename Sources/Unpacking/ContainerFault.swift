/// Why a container, or one of its members, could not be read.
public struct ContainerFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of thing went wrong.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// The bytes break the format's rules, or use a part of it that is not read.
        case damagedContainer
        /// Names or contents are encrypted.
        case encrypted
        /// A part of a disk holds no file system that can be read.
        case noFileSystem
        /// Memory is short.
        case noMemory
        /// The file could not be read.
        case readFailed
    }

    /// What kind of thing went wrong.
    public let code: Code
    /// Whether nothing further can be read of the container.
    public let isFinal: Bool
    /// The library's own error number.
    public let status: Int32?
    /// The library's text.
    public let detail: String

    /// A fault.
    public init(_ code: Code, isFinal: Bool, status: Int32? = nil, _ detail: String) {
        self.code = code
        self.isFinal = isFinal
        self.status = status
        self.detail = detail
    }

    /// One line for a reader.
    public var description: String { "\(code.rawValue): \(detail)" }
}
