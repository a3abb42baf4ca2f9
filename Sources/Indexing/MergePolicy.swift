import Fingerprinting

/// Which segments of a set are worth merging while it grows.
///
/// Segments are of a tier by their rows, each tier eight times the one below. Eight of a tier become one
/// of the next: so each fingerprint is written again once for each tier, and a set of 100 million rows
/// built from batches of 20,000 never has more than some thirty segments.
public enum MergePolicy {
    /// Segments of one tier that are merged.
    public static let width = 8
    /// The rows from which on a segment is not in the lowest tier any more.
    static let firstTier = 32_768

    /// The tier of a segment: 0 below 32,768 rows, 1 below 262,144, and so on.
    public static func tier(rows: Int) -> Int {
        var tier = 0
        var bound = firstTier
        while rows >= bound {
            tier += 1
            bound *= width
        }
        return tier
    }

    /// The names of segments that should become one, in the order in which they are given; empty if it is
    /// not yet worth it.
    ///
    /// The lowest tier that is full is taken, and of it as many as fit one segment.
    public static func due(_ segments: [SegmentDescription]) -> [String] {
        let groups = Dictionary(grouping: segments) { segment in
            Group(kind: segment.kind.rawValue, tier: tier(rows: segment.rows))
        }
        let full = groups.filter { $0.value.count >= width }
        guard let lowest = full.min(by: { $0.key < $1.key }) else { return [] }
        var chosen: [String] = []
        var occurrences = 0
        for segment in lowest.value where occurrences + segment.occurrences <= SegmentLayout.limit {
            occurrences += segment.occurrences
            chosen.append(segment.name)
        }
        return chosen.count > 1 ? chosen : []
    }

    /// All segments, in as few groups as fit one segment each.
    public static func whole(_ segments: [SegmentDescription]) -> [[SegmentDescription]] {
        var groups: [[SegmentDescription]] = []
        for segment in segments {
            let place = groups.firstIndex { group in
                group[0].kind == segment.kind
                    && group.reduce(segment.occurrences) { $0 + $1.occurrences }
                        <= SegmentLayout.limit
            }
            if let place {
                groups[place].append(segment)
            } else {
                groups.append([segment])
            }
        }
        return groups
    }

    private struct Group: Hashable, Comparable {
        let kind: UInt16
        let tier: Int

        static func < (left: Group, right: Group) -> Bool {
            (left.tier, left.kind) < (right.tier, right.kind)
        }
    }
}
