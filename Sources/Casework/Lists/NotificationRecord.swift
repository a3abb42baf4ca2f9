/// What the owner of a list was told: a row of the case's records.
public struct NotificationRecord: Hashable, Sendable {
    /// The list and the run whose matches were told.
    let list: Int64
    let run: Int64
    /// The version of the list.
    public let version: Int
    /// Who was told.
    public let owner: String
    /// How many matches were told that hold.
    public let matches: Int
    /// How many were told that hold no more.
    public let retractions: Int
    /// The SHA-256 of the bundle's list of digests.
    public let digest: String
    /// Which were told.
    public let filter: NotificationFilter

    /// A record of matches with one list.
    public init(
        _ list: MatchedList,
        matches: Int,
        retractions: Int,
        digest: String,
        filter: NotificationFilter
    ) {
        self.list = list.number
        run = list.run
        version = list.version
        owner = list.owner
        self.matches = matches
        self.retractions = retractions
        self.digest = digest
        self.filter = filter
    }
}
