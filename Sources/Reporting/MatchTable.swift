import Casework
import Evidence
import Fingerprinting
import Keyframing

/// The matches of one input as a table for a person: one row per stored item, however many of its
/// pictures match.
public struct MatchTable {
    private struct Group {
        var best: CaseMatch
        var bestQuery: QueryPicture
        var storedTimes: Set<Int64> = []
        var isLowQuality: Bool
    }

    private var order: [CatalogItem.Name] = []
    private var groups: [CatalogItem.Name: Group] = [:]
    private let folder: EvidencePath?

    /// A table that shows paths relative to `folder`.
    public init(relativeTo folder: EvidencePath?) {
        self.folder = folder
    }

    /// Takes a match into the table.
    public mutating func add(query: QueryPicture, match: CaseMatch, isLowQuality: Bool) {
        let key = match.item.name
        if groups[key] == nil {
            order.append(key)
            groups[key] = Group(best: match, bestQuery: query, isLowQuality: isLowQuality)
        }
        guard var group = groups.removeValue(forKey: key) else { return }
        // A row stands for an item's best trustworthy picture: quality first, then distance.
        let candidate = (isLowQuality ? 1 : 0, match.distance)
        if candidate < (group.isLowQuality ? 1 : 0, group.best.distance) {
            group.best = match
            group.bestQuery = query
            group.isLowQuality = isLowQuality
        }
        if let time = match.timeMilliseconds {
            group.storedTimes.insert(time)
        }
        groups[key] = group
    }

    /// Whether nothing matched.
    public var isEmpty: Bool { order.isEmpty }

    /// The table, nearest first, cut to `limit` rows; says how many were cut.
    public func text(limit: Int?) -> String {
        let sorted = order.compactMap { groups[$0] }.sorted { left, right in
            (left.isLowQuality ? 1 : 0, left.best.distance, left.best.item.name)
                < (right.isLowQuality ? 1 : 0, right.best.distance, right.best.item.name)
        }
        let shown = limit.map { sorted.prefix($0) } ?? sorted[...]
        var text = displayTable(
            header: ["distance", "quality", "turned", "where", "item", "file"],
            rows: shown.map(row)
        )
        if shown.count < sorted.count {
            text += "… and \(sorted.count - shown.count) more items: raise --limit to see them\n"
        }
        return text
    }

    private func row(_ group: Group) -> [String] {
        var place = "picture"
        if let time = group.best.timeMilliseconds {
            place = "film, at \(displayTime(milliseconds: time))"
            if group.storedTimes.count > 1 {
                place += " and \(group.storedTimes.count - 1) more"
            }
        }
        return [
            "\(group.best.distance)",
            "\(group.best.quality)" + (group.isLowQuality ? " low" : ""),
            group.best.turn == .none ? "-" : group.best.turn.name,
            place,
            group.best.item.name.text,
            group.best.item.display(relativeTo: folder),
        ]
    }
}
