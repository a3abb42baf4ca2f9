import Evidence
import Foundation
import GRDB
import Unpacking

/// A container of which some members are safe and others are still to be examined.
struct OpenedContainer: Hashable, Sendable {
    /// The number that the file has, or will have, as an item.
    var item: UInt64
    /// The file on disk.
    var path: EvidencePath
    /// Its size and time when it was opened: if they have changed, what was read of it does not count.
    var facts: FileFacts
    /// The first member that is not safe.
    var next: MemberPlace
}

extension Catalog {
    /// Cases that were made before containers, and disk images, were opened lack these columns.
    static func addColumnsOfContainers(_ database: Database) throws {
        let there = try Set(database.columns(in: "item").map(\.name))
        let columns = [
            ("container", "TEXT"), ("members", "INTEGER"), ("file", "INTEGER"), ("place", "TEXT"),
            ("volume_offset", "INTEGER"), ("inode", "INTEGER"), ("content_offset", "INTEGER"),
            ("fragments", "INTEGER"), ("deleted", "INTEGER"),
        ]
        for (name, type) in columns where !there.contains(name) {
            try database.execute(sql: "ALTER TABLE item ADD COLUMN \(name) \(type)")
        }
        try database.execute(
            sql: """
                CREATE INDEX IF NOT EXISTS item_file ON item (file) WHERE file IS NOT NULL;
                CREATE INDEX IF NOT EXISTS item_container ON item (path) WHERE container IS NOT NULL;
                """
        )
    }

    /// Asked for every file: without an index of its own it would look at all items each time.
    static let earlierContainers =
        "SELECT id FROM item WHERE path = ? AND id <> ? AND container IS NOT NULL"

    /// A file is done: it is no opened container any more, and members that an earlier reading of it had are replaced.
    static func close(_ item: CatalogItem, _ database: Database) throws {
        let identifier = Int64(bitPattern: item.identifier)
        let path = Data(item.path.bytes)
        let forget = try database.cachedStatement(sql: "DELETE FROM opened WHERE path = ?")
        try forget.execute(arguments: [path])
        let earlier = try database.cachedStatement(sql: earlierContainers)
        for file in try Int64.fetchAll(earlier, arguments: [path, identifier]) {
            try dropMembers(of: file, database)
        }
    }

    /// Writes down how far a container is.
    static func keep(_ container: OpenedContainer, _ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO opened (item, path, size, modified_ns, place)
                VALUES (?, ?, ?, ?, ?)
                """
        )
        try statement.execute(
            arguments: [
                Int64(bitPattern: container.item), Data(container.path.bytes), container.facts.size,
                container.facts.modifiedNanoseconds, container.next.text,
            ]
        )
    }

    /// Members of a file that are not to be found any more.
    private static func dropMembers(of file: Int64, _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT OR IGNORE INTO tombstone
                SELECT id FROM item WHERE file = ? AND superseded = 0 AND fingerprints > 0
                """,
            arguments: [file]
        )
        try database.execute(
            sql: "UPDATE item SET superseded = 1 WHERE file = ? AND superseded = 0",
            arguments: [file]
        )
    }

    /// How far the container at a path is, if it has been begun.
    func opened(_ path: EvidencePath) throws(CaseFault) -> OpenedContainer? {
        try read { database in
            try Row.fetchOne(
                database,
                sql: "SELECT * FROM opened WHERE path = ?",
                arguments: [Data(path.bytes)]
            ).map { row in
                OpenedContainer(
                    item: UInt64(bitPattern: row["item"] as Int64),
                    path: path,
                    facts: FileFacts(size: row["size"], modifiedNanoseconds: row["modified_ns"]),
                    next: MemberPlace(text: row["place"]) ?? .outermost
                )
            }
        }
    }

    /// Forgets a container that was begun, and the members that it gave: the file has changed since.
    func forget(_ container: OpenedContainer) throws(CaseFault) {
        try write { database in
            try Catalog.dropMembers(of: Int64(bitPattern: container.item), database)
            try database.execute(
                sql: "DELETE FROM opened WHERE item = ?",
                arguments: [Int64(bitPattern: container.item)]
            )
        }
    }

    /// Whether a file has a member that was left out because it was on a list of known files, and for which `body` holds.
    func hasKnownMember(
        of file: UInt64,
        where body: (CatalogItem) -> Bool
    ) throws(CaseFault) -> Bool {
        try read { database in
            // One after another: an image of a system's disk has them by the hundred thousand.
            let rows = try Row.fetchCursor(
                database,
                sql: "SELECT * FROM item WHERE file = ? AND superseded = 0 AND rule = ?",
                arguments: [Int64(bitPattern: file), SkipRule.knownFile.rawValue]
            )
            while let row = try rows.next() {
                if body(CatalogItem(row)) { return true }
            }
            return false
        }
    }

    /// What became of the members of a file.
    func memberStates(of file: UInt64) throws(CaseFault) -> [ItemState: Int] {
        try read { database in
            var states: [ItemState: Int] = [:]
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT state, count(*) AS number FROM item WHERE file = ? AND superseded = 0
                    GROUP BY state
                    """,
                arguments: [Int64(bitPattern: file)]
            )
            for row in rows {
                guard let state = ItemState(rawValue: row["state"]) else { continue }
                states[state] = row["number"]
            }
            return states
        }
    }
}
