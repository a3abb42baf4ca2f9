import Evidence
import Foundation
import GRDB
import Indexing

/// Items that are not matched any more, and the segments that change because of it.
extension Catalog {
    /// Cases of version 0.1.0 had no list of what is dead: every superseded item was.
    private static let superseded =
        "SELECT id FROM item WHERE superseded = 1 AND fingerprints > 0"

    static func addTombstonesOfOlderCases(_ database: Database) throws {
        try database.execute(sql: "INSERT OR IGNORE INTO tombstone \(superseded)")
    }

    /// The items whose occurrences in the segments are dead.
    func tombstones() throws(CaseFault) -> Tombstones {
        try read { try Catalog.tombstones($0) }
    }

    /// The live segments, and the items whose occurrences in just these are dead: from one transaction,
    /// since a merge takes its inputs and what was dead in them away together.
    func liveSegments() throws(CaseFault) -> (names: Set<String>, tombstones: Tombstones) {
        try read { database in
            (
                try String.fetchSet(database, sql: "SELECT name FROM segment"),
                try Catalog.tombstones(database)
            )
        }
    }

    private static func tombstones(_ database: Database) throws -> Tombstones {
        let sql =
            try database.tableExists("tombstone")
            ? "SELECT item FROM tombstone" : Catalog.superseded
        var items: [UInt64] = []
        let rows = try Int64.fetchCursor(database, sql: sql)
        while let item = try rows.next() {
            items.append(UInt64(bitPattern: item))
        }
        return Tombstones(items: items)
    }

    /// Puts a merged segment in the place of others: the step that decides.
    ///
    /// - Parameters:
    ///   - merged: `nil` if nothing was left.
    ///   - buried: withdrawn items that no segment holds any more.
    func replaceSegments(
        _ names: [String],
        with merged: String?,
        buried: [UInt64],
        run: Int64
    ) throws(CaseFault) {
        try write { database in
            for name in names {
                try database.execute(sql: "DELETE FROM segment WHERE name = ?", arguments: [name])
            }
            if let merged {
                try database.execute(
                    sql: "INSERT INTO segment (name, run, committed) VALUES (?, ?, ?)",
                    arguments: [merged, run, timestamp()]
                )
            }
            let statement = try database.cachedStatement(
                sql: "DELETE FROM tombstone WHERE item = ?"
            )
            for item in buried {
                try statement.execute(arguments: [Int64(bitPattern: item)])
            }
        }
    }

    /// The newest readings of a path, and of everything below it if it is a folder, ordered by path.
    func items(atOrBelow path: EvidencePath) throws(CaseFault) -> [CatalogItem] {
        try read { database in
            // Below a folder are the paths from "folder/" up to, not including, "folder0".
            let trimmed =
                path.bytes.last == UInt8(ascii: "/") ? path.bytes.dropLast() : path.bytes[...]
            return try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM item WHERE superseded = 0
                        AND (path = ? OR path >= ? AND path < ?) ORDER BY path
                    """,
                arguments: [
                    Data(path.bytes), Data(trimmed + [UInt8(ascii: "/")]),
                    Data(trimmed + [UInt8(ascii: "/") + 1]),
                ]
            ).map(CatalogItem.init)
        }
    }

    /// Takes an item out of the matching: its row stays, skipped by a rule, with the reason.
    ///
    /// - Returns: the number of fingerprints that are withdrawn.
    func withdraw(_ item: CatalogItem, reason: String) throws(CaseFault) -> Int {
        try write { database in
            let identifier = Int64(bitPattern: item.identifier)
            if item.fingerprints > 0 {
                try database.execute(
                    sql: "INSERT OR IGNORE INTO tombstone VALUES (?)",
                    arguments: [identifier]
                )
            }
            try database.execute(
                sql: """
                    UPDATE item SET state = 'skipped', rule = ?, fingerprints = 0 WHERE id = ?
                    """,
                arguments: [SkipRule.withdrawn.rawValue, identifier]
            )
            let ordinal =
                try Int.fetchOne(
                    database,
                    sql: "SELECT coalesce(max(ordinal) + 1, 0) FROM loss WHERE item = ?",
                    arguments: [identifier]
                ) ?? 0
            let loss = Loss(
                stage: .fingerprint,
                code: "withdrawn",
                detail: "\(item.fingerprints) fingerprints withdrawn \(timestamp())"
                    + (reason.isEmpty ? "" : ": " + reason)
            )
            try database.execute(
                sql: """
                    INSERT INTO loss (item, ordinal, stage, code, status, detail)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    identifier, ordinal, loss.stage.rawValue, loss.code, loss.status, loss.detail,
                ]
            )
            return item.fingerprints
        }
    }
}
