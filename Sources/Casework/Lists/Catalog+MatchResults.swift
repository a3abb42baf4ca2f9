import Crypto
import Evidence
import Foundation
import GRDB
import HashLists
import Indexing
import Unpacking

/// What is made of the matches once they are all found.
extension Catalog {
    /// The version since which a run matched.
    func since(ofMatchRun run: Int64) throws(CaseFault) -> Int? {
        try read {
            try Int.fetchOne($0, sql: "SELECT since FROM match_run WHERE id = ?", arguments: [run])
        }
    }

    /// Marks matches that hold no more.
    ///
    /// - Parameters:
    ///   - notSeen: whether those count that this run did not find again: if it went through the whole list.
    ///   - withdrawn: entries that are not part of the list any more.
    /// - Returns: how many there are.
    static func bury(
        _ list: Int64,
        run: Int64,
        notSeen: Bool,
        withdrawn: Tombstones,
        _ database: Database
    ) throws -> Int {
        let entries = try Int64.fetchAll(
            database,
            sql: "SELECT DISTINCT entry FROM list_match WHERE list = ? AND gone IS NULL",
            arguments: [list]
        )
        let bury = try database.makeStatement(
            sql:
                "UPDATE list_match SET gone = ?, gone_reason = 'entry withdrawn' WHERE list = ? AND entry = ? AND gone IS NULL"
        )
        var count = 0
        for entry in entries where withdrawn.contains(UInt64(bitPattern: entry)) {
            try bury.execute(arguments: [run, list, entry])
            count += database.changesCount
        }
        if notSeen {
            try database.execute(
                sql: """
                    UPDATE list_match SET gone = ?, gone_reason = 'not found again'
                    WHERE list = ? AND gone IS NULL AND seen <> ?
                    """,
                arguments: [run, list, run]
            )
            count += database.changesCount
        }
        return count
    }

    /// What holds now.
    static func summary(
        of list: Int64,
        run: Int64,
        gone: Int,
        contents: ListContents,
        settings: MatchSettings,
        _ database: Database
    ) throws -> MatchSummary {
        var meanings: [String: MatchSummary.Count] = [:]
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT meaning, count(DISTINCT item) AS items, count(*) AS matches
                FROM list_match JOIN list_entry USING (list, entry)
                WHERE list = ? AND gone IS NULL GROUP BY meaning
                """,
            arguments: [list]
        )
        for row in rows {
            meanings[row["meaning"]] = MatchSummary.Count(
                items: row["items"],
                matches: row["matches"]
            )
        }
        var kinds: [String: Int] = [:]
        for kind in ListMatch.Kind.allCases { kinds[kind.rawValue] = 0 }
        for row in try Row.fetchAll(
            database,
            sql:
                "SELECT kind, count(*) AS matches FROM list_match WHERE list = ? AND gone IS NULL GROUP BY kind",
            arguments: [list]
        ) {
            kinds[row["kind"]] = row["matches"]
        }
        func count(_ sql: String, _ arguments: StatementArguments) throws -> Int {
            try Int.fetchOne(database, sql: sql, arguments: arguments) ?? 0
        }
        let version = contents.version
        return MatchSummary(
            list: contents.description.name,
            owner: contents.description.owner,
            version: version?.record.number ?? 0,
            digest: version?.digest ?? "",
            since: contents.since,
            entries: contents.count,
            settings: settings,
            new: try count(
                "SELECT count(*) FROM list_match WHERE list = ? AND found = ? AND gone IS NULL",
                [list, run]
            ),
            gone: gone,
            meanings: meanings,
            kinds: kinds,
            contested: try count(
                """
                SELECT count(*) FROM (
                    SELECT item FROM list_match JOIN list_entry USING (list, entry)
                    WHERE list = ? AND gone IS NULL AND meaning IN ('harm', 'innocent')
                    GROUP BY item HAVING count(DISTINCT meaning) > 1)
                """,
                [list]
            ),
            contradicted: try count(
                "SELECT count(*) FROM list_match WHERE list = ? AND gone IS NULL AND contradicted",
                [list]
            )
        )
    }

    /// The SHA-256 of all matches that hold now: a line for each, its members by tabs, in the order of the items' names, then entries,
    /// then keys. `Docs/Matching.md` has the members.
    static func matchDigest(of list: Int64, _ database: Database) throws -> String {
        // Members of containers have numbers that depend on which worker was faster: they are named by their places.
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT ifnull(item.file, item.id) AS number, ifnull(item.place, '') AS place, list_match.entry AS entry,
                    list_match.kind AS kind, ifnull(list_match.digest, '') AS digest, hex(list_match.key) AS key,
                    ifnull(list_match.distance, -1) AS distance
                FROM list_match JOIN item ON item.id = list_match.item
                WHERE list_match.list = ? AND list_match.gone IS NULL
                ORDER BY 1, 2, 3, 4, 6
                """,
            arguments: [list]
        )
        var digest = SHA256()
        while let row = try rows.next() {
            let line =
                (0..<row.count).map { "\(row[$0] as DatabaseValue)" }.joined(separator: "\t") + "\n"
            digest.update(data: Data(line.utf8))
        }
        return digest.finalize().hexDigits
    }
}
