/// What an export needs to know beside the entries.
public struct ExportOptions: Hashable, Sendable {
    /// The digest of a list of digests.
    public enum Digest: String, CaseIterable, Hashable, Sendable {
        /// MD5.
        case md5
        /// SHA-1.
        case sha1
        /// SHA-256.
        case sha256
    }

    /// VICS: the country whose categories are written, `US`; `nil` for those of no country.
    public var country: String?
    /// VICS: the scheme of the categories that are written.
    public var scheme: String
    /// A list of digests: which of them.
    public var digest: Digest
    /// NCMEC: the number of the member whose entries they are, where an entry's identifier does not name one.
    public var member: String
    /// NCMEC: the time that stands for entries without one, such as `2026-01-02T03:04:05Z`.
    public var timestamp: String?

    /// The defaults.
    public init(
        country: String? = nil,
        scheme: String = "VICS",
        digest: Digest = .sha256,
        member: String = "0",
        timestamp: String? = nil
    ) {
        self.country = country
        self.scheme = scheme
        self.digest = digest
        self.member = member
        self.timestamp = timestamp
    }
}
