import Evidence
import Foundation
import GRDB

/// The numbers of items that a run had in hand when it last committed.
///
/// Numbers are given in the order in which items are met, and workers end with them in another. A run that is
/// killed would leave holes, and the items in them would get later numbers from the next run; so that run finds
/// here what their numbers are, and the case ends as if nothing had happened.
extension Catalog {
    static let reservedSchema = """
        CREATE TABLE IF NOT EXISTS reserved (
            path BLOB PRIMARY KEY,
            item INTEGER NOT NULL
        ) WITHOUT ROWID;
        """

    /// The reserved numbers, by path.
    func reserved() throws(CaseFault) -> [EvidencePath: UInt64] {
        try read { database in
            var numbers: [EvidencePath: UInt64] = [:]
            let rows = try Row.fetchCursor(database, sql: "SELECT path, item FROM reserved")
            while let row = try rows.next() {
                let path = EvidencePath(bytes: Array(row["path"] as Data))
                numbers[path] = UInt64(bitPattern: row["item"] as Int64)
            }
            return numbers
        }
    }

    /// Replaces the reserved numbers, within the transaction of a batch.
    static func reserve(_ numbers: [EvidencePath: UInt64], _ database: Database) throws {
        try database.execute(sql: "DELETE FROM reserved")
        let insert = try database.cachedStatement(sql: "INSERT INTO reserved VALUES (?, ?)")
        for (path, item) in numbers {
            try insert.execute(arguments: [Data(path.bytes), Int64(bitPattern: item)])
        }
    }
}
