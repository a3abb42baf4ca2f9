import Fingerprinting

/// The record of a published version: what it holds, by digests of everything, and on which version it stands.
///
/// Its file never changes; a signature is of its bytes. So who trusts the signature, or has the digest of these bytes, can tell that
/// every entry is as it was published.
public struct ListVersionRecord: Codable, Hashable, Sendable {
    /// The version of the record's format.
    public var formatVersion: Int
    /// The identifier of the list.
    public var list: String
    /// What the list is called.
    public var name: String
    /// Who answers for it.
    public var owner: String
    /// The kind of its fingerprints, by name.
    public var kind: String
    /// The number, from 1.
    public var number: Int
    /// When it was published, ISO 8601, UTC.
    public var date: String
    /// What the curator says about it.
    public var comment: String?
    /// The SHA-256 of the record of the version before; `nil` for the first.
    public var parent: String?
    /// The SHA-256 of the entries as lines of JSON, in the order of their numbers: what `vestige list export` writes.
    public var content: String
    /// How many entries it has.
    public var entries: Int
    /// How many have been added since the version before, changed ones among them.
    public var added: Int
    /// How many have been withdrawn since.
    public var withdrawn: Int
    /// How many say something else than before.
    public var changed: Int
    /// What has been added since the version before.
    public var batches: [ListBatch]
    /// Which entries have been withdrawn; `nil` if none.
    public var withdrawals: FileRecord?
    /// What the categories mean.
    public var meanings: [ListDescription.Meaning]
    /// What the last check before it found, by the names of the findings; `nil` if there was none since the last change.
    public var findings: [String: Int]?
    /// The public key of whoever signed it, as hex digits; `nil` if it is not signed.
    public var signer: String?

    /// The version of the format that this program writes.
    public static let formatVersion = 1
}
