import Evidence
import Foundation
import GRDB
import Indexing

extension CaseReader {
    /// Counts that say what is in a case.
    public struct Contents: Hashable, Sendable {
        /// Items by what became of them.
        public var states: [ItemState: Int] = [:]
        /// Skipped items by rule.
        public var rules: [SkipRule: Int] = [:]
        /// Items with at least one fingerprint, by format.
        public var formats: [String: Int] = [:]
        /// Pictures and films among the items that were decoded.
        public var pictures = 0
        /// Films among the items that were decoded.
        public var videos = 0
        /// Archives that were opened.
        public var archives = 0
        /// Streams of film that were looked at.
        public var films = 0
        /// Their length, in milliseconds.
        public var filmMilliseconds: Int64 = 0
        /// How much of that is represented by stored pictures, in milliseconds.
        public var representedMilliseconds: Int64 = 0
        /// Fingerprints of the films, after nearly equal neighbours became one.
        public var filmFingerprints = 0
        /// Bytes of all files; those of members of archives are part of these.
        public var bytes: Int64 = 0
        /// Fingerprints of the items.
        public var fingerprints = 0
        /// Earlier readings of files that have changed since.
        public var superseded = 0
        /// Runs, as (started, ended, outcome).
        public var runs: [Run] = []

        /// Stored pictures for each hour of film; `nil` without film.
        public var fingerprintsPerFilmHour: Double? {
            filmMilliseconds > 0
                ? Double(filmFingerprints) * 3_600_000 / Double(filmMilliseconds) : nil
        }

        /// Every item.
        public var seen: Int { states.values.reduce(0, +) }
    }

    /// A command that wrote to the case, as the case remembers it.
    public struct Run: Hashable, Sendable {
        /// When it began, ISO 8601, UTC.
        public let started: String
        /// When it ended; `nil` if it was killed.
        public let ended: String?
        /// `complete`, `interrupted`, …; `nil` if it was killed.
        public let outcome: String?
        /// The program's version.
        public let tool: String
        /// The command, paths and options that it was given, as a JSON array.
        public let arguments: String
        /// What the decode workers' sandbox was like; `nil` if nothing was decoded, or the case is old.
        public let sandbox: SandboxReport?

        /// The command: `index`, `compact` or `withdraw`.
        public var command: String? { words.first }

        /// The command with its paths and options.
        public var words: [String] {
            (try? JSONDecoder().decode([String].self, from: Data(arguments.utf8))) ?? []
        }
    }

    /// Counts what is in the case.
    public func contents() throws(CaseFault) -> Contents {
        try catalog.read { database in
            var contents = Contents()
            // Cases of older versions know no containers.
            let columns = try Set(database.columns(in: "item").map(\.name))
            let container = columns.contains("container") ? "container" : "NULL"
            let size = columns.contains("file") ? "CASE WHEN file IS NULL THEN size END" : "size"
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT state, rule, format, video, \(container) AS container,
                        count(*) AS items, coalesce(sum(\(size)), 0) AS bytes,
                        sum(fingerprints) AS fingerprints
                    FROM item WHERE superseded = 0
                    GROUP BY state, rule, format, video, \(container)
                    """
            )
            while let row = try rows.next() {
                guard let state = ItemState(rawValue: row["state"]) else { continue }
                let items: Int = row["items"]
                contents.states[state, default: 0] += items
                contents.bytes += row["bytes"] ?? 0
                contents.fingerprints += row["fingerprints"]
                if let rule = (row["rule"] as String?).flatMap(SkipRule.init) {
                    contents.rules[rule, default: 0] += items
                }
                if row["container"] as String? != nil {
                    contents.archives += items
                } else if state == .indexed || state == .partly {
                    contents.formats[row["format"] ?? "unknown", default: 0] += items
                    if row["video"] ?? false {
                        contents.videos += items
                    } else {
                        contents.pictures += items
                    }
                }
            }
            // A damaged film may claim any length: two such would be more than SQLite adds up.
            let longest = Occurrence.latestMilliseconds
            if try database.tableExists("film"),
                let films = try Row.fetchOne(
                    database,
                    sql: """
                        SELECT count(*) AS films, coalesce(sum(min(length_ms, \(longest))), 0) AS length,
                            coalesce(sum(min(represented_ms, \(longest))), 0) AS represented,
                            (SELECT coalesce(sum(fingerprints), 0) FROM item
                                WHERE superseded = 0 AND id IN (SELECT item FROM film)) AS fingerprints
                        FROM film WHERE item IN (SELECT id FROM item WHERE superseded = 0)
                        """
                )
            {
                contents.films = films["films"]
                contents.filmMilliseconds = films["length"]
                contents.representedMilliseconds = films["represented"]
                contents.filmFingerprints = films["fingerprints"]
            }
            contents.superseded =
                try Int.fetchOne(
                    database,
                    sql: "SELECT count(*) FROM item WHERE superseded = 1"
                ) ?? 0
            contents.runs = try Row.fetchAll(database, sql: "SELECT * FROM run ORDER BY id").map(
                Run.init
            )
            return contents
        }
    }

    /// Calls `body` with each item that was lost, wholly or in part, in the order of the paths' bytes.
    ///
    /// - Parameter states: which items; by default those with losses.
    public func forEachItem(
        in states: Set<ItemState> = [.faulted, .partly],
        _ body: (CatalogItem) throws -> Void
    ) throws(CaseFault) {
        try catalog.read { database in
            let marks = states.map { "'\($0.rawValue)'" }.sorted().joined(separator: ",")
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT * FROM item WHERE superseded = 0 AND state IN (\(marks)) ORDER BY path
                    """
            )
            while let row = try rows.next() {
                var item = CatalogItem(row)
                item.losses = try Row.fetchAll(
                    database.cachedStatement(
                        sql: "SELECT * FROM loss WHERE item = ? ORDER BY ordinal"
                    ),
                    arguments: [Int64(bitPattern: item.identifier)]
                ).map(Loss.init)
                item.coverage = try Catalog.coverage(of: item.identifier, database)
                try body(item)
            }
        }
    }
}

extension Loss {
    /// A loss from a row of the table `loss`.
    init(_ row: Row) {
        self.init(
            stage: Stage(rawValue: row["stage"]) ?? .decode,
            code: row["code"],
            status: row["status"],
            detail: row["detail"]
        )
    }
}
