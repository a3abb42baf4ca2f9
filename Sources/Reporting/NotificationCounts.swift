import Casework
import HashLists

/// What a bundle tells, counted.
public struct NotificationCounts: Encodable, Sendable {
    /// Matches that hold.
    public internal(set) var matches = 0
    /// Matches that were told before and hold no more.
    public internal(set) var retractions = 0
    /// Files that have a match.
    public internal(set) var files = 0
    /// Matches that were left out because their files were withdrawn from the case.
    public internal(set) var withdrawn = 0
    /// Matches by what the entries' categories mean.
    public internal(set) var meanings: [String: Int] = [:]
    /// Matches by what they were recognised by.
    public internal(set) var kinds: [String: Int] = [:]

    mutating func add(_ match: ReportedMatch) {
        matches += 1
        meanings[match.meaning.rawValue, default: 0] += 1
        kinds[match.match.kind.rawValue, default: 0] += 1
    }
}
