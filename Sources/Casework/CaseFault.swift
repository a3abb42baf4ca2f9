/// Why something could not be done with a case: what went wrong, and what to do about it.
public struct CaseFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Code: String, Hashable, Sendable {
        /// There is no such folder or file.
        case noSuchPath
        /// The folder is not a case.
        case notACase
        /// The case was written by a newer version of this program.
        case newerFormat
        /// Another process is writing to the case.
        case inUse
        /// The case would lie inside the evidence, or the evidence inside the case.
        case insideEvidence
        /// The case was made with other settings than those asked for.
        case otherSettings
        /// The case is damaged.
        case damaged
        /// The system refused to read or write.
        case system
        /// No worker process could be started.
        case noWorker
        /// A layer of the sandbox is missing that was required.
        case noSandbox
        /// An input of a query could not be understood or decoded.
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
