import Fingerprinting
import Matching

/// Groups of near-duplicates by the definition, in the plainest way: for sets of a few hundred rows.
struct ClusteringDefinition {
    /// A group, as ``Clustering`` tells it.
    struct Group: Hashable {
        var members: [RowPlace]
        var medoid: RowPlace
        var widest: Int
        var isChain: Bool
    }

    private let rows: [(place: RowPlace, fingerprint: Fingerprint)]
    private let radius: Int

    /// - Parameter weight: rows without any are left out.
    init(_ parts: JoinedParts, radius: Int, leavingOut weight: (RowPlace) -> Int) {
        var rows: [(place: RowPlace, fingerprint: Fingerprint)] = []
        for (part, fingerprints) in parts.fingerprints.enumerated() {
            for (row, fingerprint) in fingerprints.enumerated() {
                let place = RowPlace(part: UInt32(part), row: UInt32(row))
                if weight(place) > 0 {
                    rows.append((place, fingerprint))
                }
            }
        }
        self.rows = rows
        self.radius = radius
    }

    /// The groups with more than one picture, in the order of their last rows.
    func groups(weight: (RowPlace) -> Int) -> [Group] {
        var groups: [Group] = []
        var isTaken = [Bool](repeating: false, count: rows.count)
        for start in rows.indices where !isTaken[start] {
            // All that can be reached by steps within the radius.
            var reached: Set<Int> = [start]
            var rest = [start]
            while let next = rest.popLast() {
                for other in rows.indices where !reached.contains(other) {
                    if rows[next].fingerprint.distance(to: rows[other].fingerprint) <= radius {
                        reached.insert(other)
                        rest.append(other)
                    }
                }
            }
            for index in reached {
                isTaken[index] = true
            }
            let kept = reached.sorted()
            let pictures = kept.reduce(0) { $0 + weight(rows[$1].place) }
            if pictures > 1 {
                groups.append(group(of: kept, weight: weight))
            }
        }
        return groups.sorted { ($0.members.last ?? $0.medoid) < ($1.members.last ?? $1.medoid) }
    }

    private func group(of kept: [Int], weight: (RowPlace) -> Int) -> Group {
        func distance(_ left: Int, _ right: Int) -> Int {
            rows[left].fingerprint.distance(to: rows[right].fingerprint)
        }
        func sum(_ index: Int) -> Int {
            kept.reduce(0) { $0 + weight(rows[$1].place) * distance(index, $1) }
        }
        let medoid = kept.min { left, right in
            (sum(left), rows[left].fingerprint.hex) < (sum(right), rows[right].fingerprint.hex)
        }
        let widest = kept.flatMap { left in kept.map { distance(left, $0) } }.max() ?? 0
        return Group(
            members: kept.map { rows[$0].place },
            medoid: rows[medoid ?? kept[0]].place,
            widest: widest,
            isChain: widest > radius
        )
    }
}
