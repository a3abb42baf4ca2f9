import Evidence
import HashLists

/// A change between two versions of a list as one object of JSON.
public struct ListChangeLine {
    private let change: ListDifference.Change
    private let contents: ListContents

    /// The line of a change.
    ///
    /// - Parameter contents: the newer side.
    public init(_ change: ListDifference.Change, in contents: ListContents) {
        self.change = change
        self.contents = contents
    }

    /// The object, with a line feed.
    public func jsonLine() throws -> String {
        var line = JSONMembers()
        func add(_ name: String, _ number: UInt64) throws {
            try line.add("change", name)
            try line.add("number", number)
            line.add("entry", json: try contents.line(number) ?? "null")
        }
        switch change {
        case .added(let number): try add("added", number)
        case .withdrawn(let number, let reason):
            try add("withdrawn", number)
            try line.add("reason", reason.name)
        case .changed(let number, let was):
            try add("changed", number)
            line.add(
                "was",
                json: JSONMembers.list(
                    try was.map { old in
                        var object = JSONMembers()
                        try object.add("number", old)
                        object.add("entry", json: try contents.line(old) ?? "null")
                        return object.object
                    }
                )
            )
        }
        return line.object + "\n"
    }
}

/// Counts changes between two versions of a list by category, for a table.
public struct ListChangeCounts {
    private struct Counts {
        var added = 0
        var withdrawn = 0
        var changed = 0
    }

    private let contents: ListContents
    private var counts: [AssertedCategory?: Counts] = [:]
    private var all = Counts()

    /// No changes yet.
    ///
    /// - Parameter contents: the newer side.
    public init(_ contents: ListContents) {
        self.contents = contents
    }

    /// Counts a change; an entry with several categories in the row of each.
    public mutating func take(_ change: ListDifference.Change) throws {
        let number: UInt64
        let member: WritableKeyPath<Counts, Int>
        switch change {
        case .added(let entry): (number, member) = (entry, \.added)
        case .withdrawn(let entry, _): (number, member) = (entry, \.withdrawn)
        case .changed(let entry, _): (number, member) = (entry, \.changed)
        }
        let categories = try contents.entry(number)?.categories ?? []
        all[keyPath: member] += 1
        for category in categories { counts[category, default: Counts()][keyPath: member] += 1 }
        if categories.isEmpty { counts[nil, default: Counts()][keyPath: member] += 1 }
    }

    /// The table.
    public var text: String {
        func row(_ name: String, _ counts: Counts) -> [String] {
            ["\(counts.added)", "\(counts.withdrawn)", "\(counts.changed)", name]
        }
        var rows = counts.compactMap { category, counts in category.map { ($0, counts) } }
            .sorted { $0.0 < $1.0 }
            .map { row(EvidencePath($0.0.text).display(), $0.1) }
        if let none = counts[nil] { rows.append(row("no category", none)) }
        rows.append(row("all entries", all))
        return displayTable(header: ["added", "withdrawn", "changed", "category"], rows: rows)
    }
}
