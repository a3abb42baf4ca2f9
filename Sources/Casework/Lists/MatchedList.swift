import Fingerprinting

/// A list that a case was matched against, as the catalog has it: the newest complete run.
public struct MatchedList: Sendable {
    /// Tells the list from every other.
    public let identifier: String
    /// What it is called.
    public let name: String
    /// Who answers for it.
    public let owner: String
    /// The folder in which it was when it was matched.
    public let path: String
    /// The version that was matched last.
    public let version: Int
    /// The SHA-256 of that version's record.
    public let digest: String
    /// When that version was published, ISO 8601, UTC.
    public let date: String
    /// The number of the run.
    public let run: Int64
    /// When the run began and ended, ISO 8601, UTC.
    public let started: String
    /// … and ended.
    public let ended: String
    /// What the run compared, and how.
    public let certificate: MatchCertificate
    /// The number of the list in this catalog.
    let number: Int64
    /// The version against which a later run was begun that was not finished; `nil` if there is none.
    let unfinished: Int?
}
