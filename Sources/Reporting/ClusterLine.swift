import Casework
import Fingerprinting

/// A group of near-duplicates as one object of JSON Lines.
public struct ClusterLine: Encodable {
    private struct Member: Encodable {
        let place: PlaceLine
        let fingerprint: String
        let distance: Int

        private enum CodingKeys: String, CodingKey {
            case fingerprint, distance
        }

        func encode(to encoder: any Encoder) throws {
            try place.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(fingerprint, forKey: .fingerprint)
            try container.encode(distance, forKey: .distance)
        }
    }

    private let group: Int
    private let pictures: Int
    private let items: Int
    private let radius: Int
    private let widest: Int
    private let isWidestExact: Bool
    private let isChain: Bool
    private let representative: Member
    private let members: [Member]

    private enum CodingKeys: String, CodingKey {
        case group, pictures, items, radius, widest
        case isWidestExact = "widest_is_exact"
        case isChain = "chain"
        case representative, members
    }

    /// A line for a group.
    ///
    /// - Parameter number: its place in the output, from 1.
    /// - Throws: `CaseFault`, if the catalog cannot be read.
    public init(
        _ group: CaseClusters.Group,
        number: Int,
        radius: Int,
        names: SideNames
    ) throws {
        self.group = number
        self.radius = radius
        pictures = group.members.count
        items = Set(group.members.map(\.place.item)).count
        widest = group.widest
        isWidestExact = group.isWidestExact
        isChain = group.isChain
        members = try group.members.map {
            Member(
                place: try names.line(of: $0.place),
                fingerprint: $0.fingerprint.hex,
                distance: $0.distance
            )
        }
        representative = members[0]
    }
}
