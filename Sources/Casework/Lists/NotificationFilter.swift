import HashLists
import Matching

/// Which matches the owner of a list is told of. It is kept with what was told, so that who was told of a match can be told that it
/// holds no more.
public struct NotificationFilter: Codable, Hashable, Sendable {
    /// What the entries' categories mean; `nil` for all.
    public var meanings: [CategoryMeaning]?
    /// By what they were recognised; `nil` for all.
    public var kinds: [ListMatch.Kind]?
    /// The smallest distance; matches by digest have none, and always count.
    public var minimumDistance: Int?
    /// The largest distance; matches by digest have none, and always count.
    public var maximumDistance: Int?

    private enum CodingKeys: String, CodingKey {
        case meanings, kinds
        case minimumDistance = "minimum_distance"
        case maximumDistance = "maximum_distance"
    }

    /// A filter; by default all but what is declared innocent.
    public init(
        meanings: Set<CategoryMeaning>? = [.harm, .undeclared],
        kinds: Set<ListMatch.Kind>? = nil,
        minimumDistance: Int? = nil,
        maximumDistance: Int? = nil
    ) {
        // In a fixed order, so that the same filter has the same text.
        self.meanings = meanings.map { wanted in CategoryMeaning.allCases.filter(wanted.contains) }
        self.kinds = kinds.map { wanted in ListMatch.Kind.allCases.filter(wanted.contains) }
        self.minimumDistance = minimumDistance
        self.maximumDistance = maximumDistance
    }

    /// Whether a match is one that is told.
    public func accepts(_ match: ReportedMatch) -> Bool {
        if let meanings, !meanings.contains(match.meaning) { return false }
        if let kinds, !kinds.contains(match.match.kind) { return false }
        guard let distance = match.match.distance else { return true }
        return distance >= minimumDistance ?? 0 && distance <= maximumDistance ?? .max
    }
}

extension ListMatch {
    /// Bits in which the two differ, of films the median; `nil` for digests.
    public var distance: Int? {
        switch evidence {
        case .digest: nil
        case .picture(let pictures): pictures.distance
        case .film(let alignment, _, _): alignment.medianDistance
        }
    }
}
