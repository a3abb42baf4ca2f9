import Glibc

/// Why a segment or a MANIFEST could not be written or read.
public struct IndexFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// The operating system refused; ``IndexFault/status`` is its error number.
        case system
        /// A file of that name is there already, and segments are never overwritten.
        case alreadyExists
        /// More rows or occurrences than one segment can hold.
        case tooLarge
        /// Not a file of this format at all.
        case unrecognised
        /// Written by a newer version of vestige.
        case newerFormat
        /// The bytes contradict themselves or their checksums.
        case damaged
        /// A sound segment, but not the one that the MANIFEST describes.
        case mismatch
    }

    /// What went wrong; switch on this.
    public let code: Code
    /// The file or folder at fault.
    public let path: String
    /// What exactly was found, as part of a sentence.
    public let detail: String
    /// The operating system's error number, unchanged; `nil` if the check was our own.
    public let status: Int32?

    /// A fault of our own finding, or with `status` one of the operating system's.
    public init(_ code: Code, path: String, detail: String, status: Int32? = nil) {
        self.code = code
        self.path = path
        self.detail = detail
        self.status = status
    }

    /// What to do about it.
    public var remedy: String {
        switch code {
        case .system:
            switch status {
            case ENOSPC, EDQUOT: "free some space on that disk and run the command again"
            case EROFS, EACCES, EPERM: "give this user the right to write there"
            case ENOENT: "check the path"
            default: "check the disk and the path, then run the command again"
            }
        case .alreadyExists: "name another segment, or remove the file if nothing refers to it"
        case .tooLarge: "write more than one segment"
        case .unrecognised: "check that the path leads into a case"
        case .newerFormat: "use that newer version of vestige to read it"
        case .damaged, .mismatch: "restore the file from a copy, or index the evidence again"
        }
    }

    /// A sentence that names the place, the reason and the remedy.
    public var description: String {
        "\(path): \(detail): \(remedy)"
    }
}
