/// A kind of digest by which entries are found. The raw values are stored on disk: never reuse one.
public enum DigestKind: UInt16, Hashable, Sendable, CaseIterable {
    /// SHA-256 of the file's bytes.
    case sha256 = 3
    /// SHA-1.
    case sha1 = 2
    /// MD5.
    case md5 = 1
    /// What makes an entry the same one in another version: see ``EntryIdentity``.
    case identity = 4

    /// Bytes of a digest.
    public var width: Int {
        switch self {
        case .md5, .identity: 16
        case .sha1: 20
        case .sha256: 32
        }
    }

    /// The name in output: `md5`, `sha1`, `sha256`.
    public var name: String { String(describing: self) }
}
