import Foundation
import GRDB

/// The catalog of a list: batches with what their imports reported, what is withdrawn and not published yet, what a check found, and
/// who did what when. What readers of published versions need stands in the versions' records.
final class ListCatalog {
    private let database: DatabaseQueue

    init(_ folder: ListFolder, readOnly: Bool) throws(ListFault) {
        var configuration = Configuration()
        configuration.readonly = readOnly
        configuration.busyMode = .timeout(30)
        if !readOnly {
            configuration.prepareDatabase { database in
                try database.execute(sql: "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL")
            }
        }
        do {
            database = try ListCatalog.open(folder.catalog, configuration)
            if !readOnly {
                try database.write {
                    try $0.execute(sql: ListCatalog.schema + ListCatalog.findingSchema)
                }
            }
        } catch {
            throw ListFault(catalog: error)
        }
    }

    /// The catalog of a list, for reading; `nil` if the list came without one, as published ones may.
    static func reading(_ folder: ListFolder) throws(ListFault) -> ListCatalog? {
        guard FileManager.default.fileExists(atPath: folder.catalog) else { return nil }
        return try ListCatalog(folder, readOnly: true)
    }

    /// Opens the database. A writer that was killed leaves a journal that has to be rolled back before anything can be read, which a
    /// connection that only reads may not do: then one that may write does it.
    private static func open(
        _ path: String,
        _ configuration: Configuration
    ) throws -> DatabaseQueue {
        do {
            let database = try DatabaseQueue(path: path, configuration: configuration)
            // Opening alone need not look at the journal.
            if configuration.readonly {
                try database.read { _ = try Int.fetchOne($0, sql: "PRAGMA schema_version") }
            }
            return database
        } catch let error as DatabaseError
            where configuration.readonly
            && [.SQLITE_READONLY, .SQLITE_CANTOPEN].contains(error.resultCode)
        {
            var writing = Configuration()
            writing.busyMode = configuration.busyMode
            let database = try DatabaseQueue(path: path, configuration: writing)
            try database.write { _ = try Int.fetchOne($0, sql: "PRAGMA schema_version") }
            try database.close()
            return try DatabaseQueue(path: path, configuration: configuration)
        }
    }

    private static let schema = """
        CREATE TABLE IF NOT EXISTS batch (
            number INTEGER PRIMARY KEY,
            record TEXT NOT NULL,
            report TEXT NOT NULL,
            added TEXT NOT NULL,
            version INTEGER
        );
        CREATE TABLE IF NOT EXISTS withdrawal (
            entry INTEGER PRIMARY KEY,
            reason INTEGER NOT NULL,
            replacement INTEGER,
            note TEXT,
            version INTEGER
        );
        CREATE INDEX IF NOT EXISTS withdrawal_staged ON withdrawal (entry) WHERE version IS NULL;
        CREATE TABLE IF NOT EXISTS audit (
            id INTEGER PRIMARY KEY,
            time TEXT NOT NULL,
            tool TEXT NOT NULL,
            arguments TEXT NOT NULL,
            outcome TEXT NOT NULL
        );
        """

    func read<Value>(_ body: (Database) throws -> Value) throws(ListFault) -> Value {
        do {
            return try database.read(body)
        } catch {
            throw ListFault(catalog: error)
        }
    }

    func write<Value>(_ body: (Database) throws -> Value) throws(ListFault) -> Value {
        do {
            return try database.write(body)
        } catch {
            throw ListFault(catalog: error)
        }
    }

    /// Calls `body` within a transaction that locks nothing as long as only temporary tables are written to.
    func writeTemporarily(_ body: (Database) throws -> Void) throws(ListFault) {
        do {
            try database.writeWithoutTransaction { database in
                try database.inTransaction(.deferred) {
                    try body(database)
                    return .commit
                }
            }
        } catch {
            throw ListFault(catalog: error)
        }
    }

    // MARK: - Batches

    /// The batches that no version has yet.
    func stagedBatches() throws(ListFault) -> [ListBatch] {
        try read { database in
            try String.fetchAll(
                database,
                sql: "SELECT record FROM batch WHERE version IS NULL ORDER BY number"
            ).map {
                try JSONDecoder().decode(ListBatch.self, from: Data($0.utf8))
            }
        }
    }

    /// The reports of all batches that were made here, oldest first, with the versions that have them.
    func reports() throws(ListFault) -> [(report: BatchReport, added: String, version: Int?)] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT report, added, version FROM batch WHERE report <> '' ORDER BY number"
            ).map { row in
                let text: String = row["report"]
                return (
                    try JSONDecoder().decode(BatchReport.self, from: Data(text.utf8)), row["added"],
                    row["version"]
                )
            }
        }
    }

    /// The files of batches that the catalog knows.
    func knownBatches() throws(ListFault) -> [ListBatch] {
        try read { database in
            try String.fetchAll(database, sql: "SELECT record FROM batch ORDER BY number").map {
                try JSONDecoder().decode(ListBatch.self, from: Data($0.utf8))
            }
        }
    }

    /// Writes a batch down together with what it withdraws: all of it or nothing.
    func add(_ batch: ListBatch, _ report: BatchReport, _ withdrawals: [Withdrawal], note: String?)
        throws(ListFault)
    {
        try write { database in
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            try database.execute(
                sql: "INSERT INTO batch (number, record, report, added) VALUES (?, ?, ?, ?)",
                arguments: [
                    batch.number, String(decoding: try encoder.encode(batch), as: UTF8.self),
                    String(decoding: try encoder.encode(report), as: UTF8.self), now(),
                ]
            )
            try ListCatalog.insert(withdrawals, note: note, database)
        }
    }

    // MARK: - Withdrawals

    static func insert(_ withdrawals: [Withdrawal], note: String?, _ database: Database)
        throws
    {
        let statement = try database.cachedStatement(
            sql:
                "INSERT OR IGNORE INTO withdrawal (entry, reason, replacement, note) VALUES (?, ?, ?, ?)"
        )
        for withdrawal in withdrawals {
            try statement.execute(arguments: [
                Int64(bitPattern: withdrawal.entry), withdrawal.reason.rawValue,
                withdrawal.replacement.map { Int64(bitPattern: $0) }, note,
            ])
        }
    }

    func withdraw(_ withdrawals: [Withdrawal], note: String?) throws(ListFault) {
        try write { try ListCatalog.insert(withdrawals, note: note, $0) }
    }

    /// What is withdrawn and not published yet.
    func stagedWithdrawals() throws(ListFault) -> [Withdrawal] {
        try read { database in
            var withdrawals: [Withdrawal] = []
            let sql =
                "SELECT entry, reason, replacement FROM withdrawal WHERE version IS NULL ORDER BY entry"
            let rows = try Row.fetchCursor(database, sql: sql)
            while let row = try rows.next() {
                let entry: Int64 = row[0]
                let reason: UInt32 = row[1]
                let replacement: Int64? = row[2]
                withdrawals.append(
                    Withdrawal(
                        entry: UInt64(bitPattern: entry),
                        reason: WithdrawalReason(rawValue: reason) ?? .curator,
                        replacement: replacement.map { UInt64(bitPattern: $0) }
                    )
                )
            }
            return withdrawals
        }
    }

    /// The note of a withdrawal.
    func note(on entry: UInt64) throws(ListFault) -> String? {
        try read {
            try String.fetchOne(
                $0,
                sql: "SELECT note FROM withdrawal WHERE entry = ?",
                arguments: [Int64(bitPattern: entry)]
            )
        }
    }

    // MARK: - Versions

    /// Marks everything that is not published as part of a version.
    func publish(_ version: Int) throws(ListFault) {
        try write { database in
            try database.execute(
                sql: "UPDATE batch SET version = ? WHERE version IS NULL",
                arguments: [version]
            )
            try database.execute(
                sql: "UPDATE withdrawal SET version = ? WHERE version IS NULL",
                arguments: [version]
            )
        }
    }

    /// Brings the catalog into line with the published records: of a list that came without a catalog, or where a crash came between a
    /// record and the catalog.
    func take(_ versions: [PublishedVersion], _ folder: ListFolder) throws(ListFault) {
        let marked = try read {
            Set(
                try Int.fetchAll(
                    $0,
                    sql: "SELECT DISTINCT version FROM batch WHERE version IS NOT NULL"
                )
            )
        }
        for published in versions where !marked.contains(published.record.number) {
            var withdrawals: [Withdrawal] = []
            if let record = published.record.withdrawals {
                withdrawals = try WithdrawalFile.read(record, folder)
            }
            let number = published.record.number
            try write { database in
                for batch in published.record.batches {
                    let record = String(decoding: try JSONEncoder().encode(batch), as: UTF8.self)
                    try database.execute(
                        sql: """
                            INSERT INTO batch (number, record, report, added, version) VALUES (?, ?, '', ?, ?)
                            ON CONFLICT (number) DO UPDATE SET version = excluded.version
                            """,
                        arguments: [batch.number, record, published.record.date, number]
                    )
                }
                try ListCatalog.insert(withdrawals, note: nil, database)
                for withdrawal in withdrawals {
                    try database.execute(
                        sql:
                            "UPDATE withdrawal SET version = ? WHERE entry = ? AND version IS NULL",
                        arguments: [number, Int64(bitPattern: withdrawal.entry)]
                    )
                }
            }
        }
    }

    // MARK: - Audit

    /// Writes down who did what.
    func audit(tool: String, arguments: [String], outcome: String) throws(ListFault) {
        try write { database in
            let list = String(decoding: try JSONEncoder().encode(arguments), as: UTF8.self)
            try database.execute(
                sql: "INSERT INTO audit (time, tool, arguments, outcome) VALUES (?, ?, ?, ?)",
                arguments: [now(), tool, list, outcome]
            )
        }
    }

    /// Who did what, oldest first.
    func auditTrail() throws(ListFault) -> [ListAuditEntry] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM audit ORDER BY id").map { row in
                let list: String = row["arguments"]
                return ListAuditEntry(
                    time: row["time"],
                    tool: row["tool"],
                    arguments: try JSONDecoder().decode([String].self, from: Data(list.utf8)),
                    outcome: row["outcome"]
                )
            }
        }
    }
}

/// A command that changed a list, as the list remembers it.
public struct ListAuditEntry: Codable, Hashable, Sendable {
    /// When, ISO 8601, UTC.
    public let time: String
    /// The program and its version.
    public let tool: String
    /// The command with its arguments.
    public let arguments: [String]
    /// What came of it, in words.
    public let outcome: String
}

/// The time now, ISO 8601, UTC, to the second.
func now() -> String {
    Date().formatted(.iso8601)
}
