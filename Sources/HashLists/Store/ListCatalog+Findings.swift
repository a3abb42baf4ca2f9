import Foundation
import GRDB

/// What checks found, and what curators decided.
///
/// A check is of the list at a moment; what moment that was is written down with it, so that the findings count only as long as the
/// list has not changed. Decisions stay: they are known by what they are about.
extension ListCatalog {
    static let findingSchema = """
        CREATE TABLE IF NOT EXISTS finding (
            number INTEGER PRIMARY KEY,
            key TEXT NOT NULL,
            kind TEXT NOT NULL,
            first INTEGER NOT NULL,
            second INTEGER NOT NULL,
            distance INTEGER,
            count INTEGER NOT NULL,
            detail TEXT NOT NULL
        );
        CREATE UNIQUE INDEX IF NOT EXISTS finding_entries ON finding (kind, first, second);
        CREATE TABLE IF NOT EXISTS decision (
            key TEXT PRIMARY KEY,
            decision TEXT NOT NULL,
            note TEXT,
            time TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS checked (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            state TEXT NOT NULL,
            record TEXT NOT NULL
        );
        """

    /// What tells whether the list has changed: batches and withdrawals are only ever added.
    private static func state(_ meanings: [ListDescription.Meaning], _ database: Database) throws
        -> String
    {
        let batch = try Int.fetchOne(database, sql: "SELECT max(number) FROM batch") ?? 0
        let withdrawals = try Int.fetchOne(database, sql: "SELECT count(*) FROM withdrawal") ?? 0
        return "\(batch) \(withdrawals) " + meanings.map(\.text).joined(separator: " ")
    }

    /// Takes the findings of a check in place of the last one's: all of them or none.
    ///
    /// - Parameter most: findings of one kind that are written down; more are counted.
    func recordCheck(
        _ record: ListCheckRecord,
        _ meanings: [ListDescription.Meaning],
        most: Int,
        _ body: ((ListFinding) throws -> Void) throws -> Void
    ) throws(ListFault) -> ListCheckRecord {
        var record = record
        // A check takes its time, and readers shall not wait for it: the findings are gathered beside the catalog first.
        try writeTemporarily { database in
            try database.execute(
                sql: """
                    DROP TABLE IF EXISTS temp.found;
                    CREATE TEMP TABLE found AS SELECT * FROM finding LIMIT 0;
                    CREATE UNIQUE INDEX temp.found_entries ON found (kind, first, second);
                    """
            )
            let insert = try database.cachedStatement(
                sql: """
                    INSERT INTO temp.found (key, kind, first, second, distance, count, detail) VALUES (?, ?, ?, ?, ?, ?, ?)
                    """
            )
            let update = try database.cachedStatement(
                sql: """
                    UPDATE temp.found SET distance = min(distance, ?), count = count + ?
                    WHERE kind = ? AND first = ? AND second = ?
                    """
            )
            var counts: [ListFinding.Kind: Int] = [:]
            try body { finding in
                let (first, second) = (
                    Int64(bitPattern: finding.first), Int64(bitPattern: finding.second ?? 0)
                )
                try update.execute(arguments: [
                    finding.distance, finding.count, finding.kind.rawValue, first, second,
                ])
                if database.changesCount > 0 { return }
                guard counts[finding.kind, default: 0] < most else {
                    record.beyond[finding.kind.rawValue, default: 0] += 1
                    return
                }
                counts[finding.kind, default: 0] += 1
                try insert.execute(arguments: [
                    finding.key, finding.kind.rawValue, first, second, finding.distance,
                    finding.count, finding.detail,
                ])
            }
        }
        record.time = now()
        let done = record
        try write { database in
            try database.execute(
                sql: """
                    DELETE FROM finding;
                    INSERT INTO finding (key, kind, first, second, distance, count, detail)
                        SELECT key, kind, first, second, distance, count, detail FROM temp.found ORDER BY rowid;
                    DELETE FROM temp.found;
                    DELETE FROM checked;
                    """
            )
            try database.execute(
                sql: "INSERT INTO checked (id, state, record) VALUES (1, ?, ?)",
                arguments: [
                    try ListCatalog.state(meanings, database),
                    String(decoding: try JSONEncoder().encode(done), as: UTF8.self),
                ]
            )
        }
        return record
    }

    /// The last check; `nil` if there was none since the list changed.
    func lastCheck(_ meanings: [ListDescription.Meaning]) throws(ListFault) -> ListCheckRecord? {
        try read { database in
            guard let row = try Row.fetchOne(database, sql: "SELECT state, record FROM checked"),
                try ListCatalog.state(meanings, database) == row["state"] as String
            else { return nil }
            let text: String = row["record"]
            return try JSONDecoder().decode(ListCheckRecord.self, from: Data(text.utf8))
        }
    }

    private static let findingColumns = """
        SELECT finding.*, decision.decision, decision.note, decision.time
        FROM finding LEFT JOIN decision USING (key)
        """

    /// A finding is open until it is decided, or an entry of it is gone.
    private static let isOpen = """
        decision.key IS NULL
        AND NOT EXISTS (SELECT 1 FROM withdrawal WHERE entry = finding.first)
        AND NOT EXISTS (SELECT 1 FROM withdrawal WHERE entry = finding.second)
        """

    /// The findings of the last check, in their order.
    func forEachFinding(
        openOnly: Bool,
        _ body: (RecordedFinding) throws -> Void
    ) throws(ListFault) {
        try read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: ListCatalog.findingColumns
                    + (openOnly ? " WHERE " + ListCatalog.isOpen : "") + " ORDER BY number"
            )
            while let row = try rows.next() {
                if let finding = RecordedFinding(row) { try body(finding) }
            }
        }
    }

    /// How many findings are open, by kind.
    func openFindings() throws(ListFault) -> [String: Int] {
        try read { database in
            var counts: [String: Int] = [:]
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT kind, count(*) AS findings FROM finding LEFT JOIN decision USING (key)
                    WHERE \(ListCatalog.isOpen) GROUP BY kind
                    """
            )
            while let row = try rows.next() { counts[row["kind"]] = row["findings"] }
            return counts
        }
    }

    /// The finding with a number.
    func finding(_ number: Int) throws(ListFault) -> RecordedFinding? {
        try read { database in
            try Row.fetchOne(
                database,
                sql: ListCatalog.findingColumns + " WHERE number = ?",
                arguments: [number]
            ).flatMap(RecordedFinding.init)
        }
    }

    /// Writes decisions down together with what they withdraw. The last check stays valid: what it found of other entries is true of
    /// what is left.
    func decide(
        _ findings: [ListFinding],
        _ decision: RecordedFinding.Decision,
        withdrawing: [Withdrawal],
        note: String?,
        _ meanings: [ListDescription.Meaning]
    ) throws(ListFault) {
        try write { database in
            for finding in findings {
                try database.execute(
                    sql:
                        "INSERT OR REPLACE INTO decision (key, decision, note, time) VALUES (?, ?, ?, ?)",
                    arguments: [finding.key, decision.rawValue, note, now()]
                )
            }
            try ListCatalog.insert(withdrawing, note: note, database)
            try database.execute(
                sql: "UPDATE checked SET state = ?",
                arguments: [try ListCatalog.state(meanings, database)]
            )
        }
    }
}

extension RecordedFinding {
    fileprivate init?(_ row: Row) {
        guard let kind = ListFinding.Kind(rawValue: row["kind"]) else { return nil }
        number = row["number"]
        let (first, second): (Int64, Int64) = (row["first"], row["second"])
        finding = ListFinding(
            kind: kind,
            first: UInt64(bitPattern: first),
            second: second == 0 ? nil : UInt64(bitPattern: second),
            distance: row["distance"],
            count: row["count"],
            detail: row["detail"],
            key: row["key"]
        )
        decision = (row["decision"] as String?).flatMap(Decision.init)
        note = row["note"]
        decided = row["time"]
    }
}

extension ListFinding {
    fileprivate init(
        kind: Kind,
        first: UInt64,
        second: UInt64?,
        distance: Int?,
        count: Int,
        detail: String,
        key: String
    ) {
        self.kind = kind
        self.first = first
        self.second = second
        self.distance = distance
        self.count = count
        self.detail = detail
        self.key = key
    }
}
