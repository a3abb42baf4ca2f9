import Casework
import Fingerprinting

/// A pair of fingerprints as one object of JSON Lines, with all their places.
public struct JoinLine: Encodable {
    private struct Side: Encodable {
        let fingerprint: String
        let places: [PlaceLine]
    }

    private let type = "pair"
    private let distance: Int
    private let turned: String
    private let left: Side
    private let right: Side

    /// A line for a pair.
    ///
    /// - Throws: `CaseFault`, if a catalog cannot be read.
    public init(_ match: CaseJoin.Match, left: SideNames, right: SideNames) throws {
        distance = match.distance
        turned = match.turn.name
        self.left = Side(
            fingerprint: match.left.hex,
            places: try match.leftPlaces.map { try left.line(of: $0) }.sorted()
        )
        self.right = Side(
            fingerprint: match.right.hex,
            places: try match.rightPlaces.map { try right.line(of: $0) }.sorted()
        )
    }
}
