/// Why something could not be done with a hash list: what went wrong, where, and what to do about it.
public struct ListFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Code: String, Hashable, Sendable {
        /// There is no such folder, file or version.
        case noSuchPath
        /// The folder is not a hash list.
        case notAList
        /// The list was written by a newer version of this program.
        case newerFormat
        /// Another process is writing to the list.
        case inUse
        /// The list, or a version of it, is not as its digests say.
        case damaged
        /// A signature is missing that was asked for, or is not by the key that was named.
        case unsigned
        /// The system refused to read or write.
        case system
        /// What was given cannot be understood.
        case badInput
    }

    /// What went wrong; switch on this.
    public let code: Code
    /// A sentence that names the place and says what to do.
    public let message: String
    /// The system's error number, unchanged, where there is one.
    public let status: Int32?

    /// A fault with its sentence.
    public init(_ code: Code, _ message: String, status: Int32? = nil) {
        self.code = code
        self.message = message
        self.status = status
    }

    /// The sentence.
    public var description: String { message }
}
