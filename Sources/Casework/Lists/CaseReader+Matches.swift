import Evidence
import Fingerprinting
import Foundation
import Glibc
import GRDB
import HashLists
import Indexing
import Matching

extension CaseReader {
    /// Calls `body` with each match with a hash list that is wanted, in order.
    ///
    /// - Throws: ``CaseFault``, or what `body` throws.
    public func forEachListMatch(_ query: MatchQuery, _ body: (ReportedMatch) throws -> Void) throws
    {
        try catalog.read { database in
            guard try database.tableExists("list_match") else { return }
            let (condition, arguments) = CaseReader.condition(query)
            let order =
                switch query.order {
                case .item:
                    "ifnull(item.file, item.id), ifnull(item.place, ''), m.list, m.entry, m.key"
                case .distance:
                    "ifnull(m.distance, -1), ifnull(item.file, item.id), ifnull(item.place, ''), m.list, m.entry, m.key"
                case .entry:
                    "m.list, m.entry, ifnull(item.file, item.id), ifnull(item.place, ''), m.key"
                case .found:
                    "m.found DESC, ifnull(item.file, item.id), ifnull(item.place, ''), m.list, m.entry, m.key"
                }
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT m.id AS match_id, m.*, l.name AS list_name, l.owner AS list_owner, l.identifier AS list_identifier,
                        e.line AS entry_line, e.meaning AS meaning, e.source AS source, e.source_sha256 AS source_sha256,
                        e.source_line AS source_line, f.version AS found_version, f.started AS found_started,
                        f.settings AS settings, s.version AS seen_version, g.version AS gone_version,
                        fv.digest AS found_digest, sv.digest AS seen_digest
                    FROM list_match AS m
                    JOIN item ON item.id = m.item
                    JOIN hash_list AS l ON l.id = m.list
                    JOIN list_entry AS e ON e.list = m.list AND e.entry = m.entry
                    JOIN match_run AS f ON f.id = m.found
                    JOIN match_run AS s ON s.id = m.seen
                    LEFT JOIN match_run AS g ON g.id = m.gone
                    JOIN list_version AS fv ON fv.list = m.list AND fv.number = f.version
                    JOIN list_version AS sv ON sv.list = m.list AND sv.number = s.version
                    WHERE \(condition) ORDER BY \(order)
                    """,
                arguments: arguments
            )
            let item = try database.makeStatement(sql: "SELECT * FROM item WHERE id = ?")
            // The file that a member is in; matches by item come with many of the same, one after the other.
            var exhibit: CatalogItem?
            var told = 0
            while let row = try rows.next() {
                if let limit = query.limit, told >= limit { break }
                let number: Int64 = row["item"]
                guard
                    let stored = try Row.fetchOne(item, arguments: [number]).map(CatalogItem.init),
                    var match = CaseReader.reported(row, stored)
                else {
                    throw CaseFault(
                        .damaged,
                        "catalog.sqlite has a match (\(row["match_id"] as Int64)) that cannot be: restore the case from a copy"
                    )
                }
                guard CaseReader.isWanted(match, query) else { continue }
                if let file = stored.origin?.file {
                    if exhibit?.identifier != file {
                        exhibit = try Row.fetchOne(item, arguments: [Int64(bitPattern: file)])
                            .map(CatalogItem.init)
                    }
                    match.exhibit = exhibit
                }
                try body(match)
                told += 1
            }
        }
    }

    private static func condition(_ query: MatchQuery) -> (String, StatementArguments) {
        var conditions: [String] = []
        var arguments = StatementArguments()
        func add(_ condition: String, _ values: StatementArguments = []) {
            conditions.append(condition)
            arguments += values
        }
        switch query.standing {
        case .current: add("m.gone IS NULL")
        case .gone: add("m.gone IS NOT NULL")
        case .all: add("1")
        }
        if let list = query.list {
            add("(l.name = ? OR l.identifier = ? OR l.path = ?)", [list, list, list])
        }
        if let lists = query.lists {
            add(
                "l.identifier IN (\(databaseQuestionMarks(count: lists.count)))",
                StatementArguments(lists.sorted())
            )
        }
        if query.leavesOutFoundAgain {
            add(
                """
                (m.gone IS NULL OR NOT EXISTS (
                    SELECT 1 FROM list_match AS n WHERE n.list = m.list AND n.entry = m.entry AND n.item = m.item
                        AND n.key = m.key AND n.gone IS NULL))
                """
            )
        }
        if let item = query.item { add("m.item = ?", [Int64(bitPattern: item)]) }
        if let entry = query.entry { add("m.entry = ?", [Int64(bitPattern: entry)]) }
        if let distance = query.maximumDistance { add("ifnull(m.distance, 0) <= ?", [distance]) }
        if query.isNew {
            add(
                "m.found = (SELECT max(id) FROM match_run WHERE list = m.list AND outcome = 'complete')"
            )
        }
        return (conditions.joined(separator: " AND "), arguments)
    }

    private static func isWanted(_ match: ReportedMatch, _ query: MatchQuery) -> Bool {
        if let kinds = query.kinds, !kinds.contains(match.match.kind) { return false }
        if let meanings = query.meanings, !meanings.contains(match.meaning) { return false }
        guard !query.categories.isEmpty else { return true }
        return match.entry.categories.contains {
            query.categories.contains($0.text) || query.categories.contains($0.code)
        }
    }

    private static func reported(_ row: Row, _ item: CatalogItem) -> ReportedMatch? {
        let entryNumber: Int64 = row["entry"]
        guard let evidence = evidence(row), let meaning = CategoryMeaning(rawValue: row["meaning"])
        else { return nil }
        let line = Array((row["entry_line"] as String).utf8)
        guard let entry = try? line.withUnsafeBytes({ try ListEntry(json: $0) }) else { return nil }
        let settings: String = row["settings"]
        return ReportedMatch(
            identifier: row["match_id"],
            match: ListMatch(
                item: item.identifier,
                entry: UInt64(bitPattern: entryNumber),
                evidence: evidence
            ),
            item: item,
            list: row["list_name"],
            owner: row["list_owner"],
            listIdentifier: row["list_identifier"],
            found: ReportedMatch.Version(number: row["found_version"], digest: row["found_digest"]),
            seen: ReportedMatch.Version(number: row["seen_version"], digest: row["seen_digest"]),
            date: row["found_started"],
            settings: try? JSONDecoder().decode(MatchSettings.self, from: Data(settings.utf8)),
            entry: entry,
            meaning: meaning,
            sourceName: row["source"],
            sourceDigest: row["source_sha256"],
            sourceLine: row["source_line"],
            goneReason: row["gone_reason"],
            goneVersion: row["gone_version"],
            listNumber: row["list"],
            foundRun: row["found"],
            goneRun: row["gone"]
        )
    }

    private static func evidence(_ row: Row) -> ListMatch.Evidence? {
        switch ListMatch.Kind(rawValue: row["kind"]) {
        case .digest:
            let name: String? = row["digest"]
            guard let kind = DigestKind.allCases.first(where: { $0.name == name }) else {
                return nil
            }
            return .digest(kind, isContradicted: row["contradicted"])
        case .picture:
            guard let item = Fingerprint(data: row["item_print"]),
                let entry = Fingerprint(data: row["entry_print"]),
                let turn = (row["turned"] as String?).flatMap({ Turn(name: $0) }),
                let distance = row["distance"] as Int?
            else { return nil }
            return .picture(
                ListMatch.Pictures(
                    item: item,
                    entry: entry,
                    itemTime: row["item_ms"],
                    entryTime: row["entry_ms"],
                    itemQuality: row["item_quality"],
                    entryQuality: row["entry_quality"],
                    distance: distance,
                    turn: turn
                )
            )
        case .film:
            return (row["alignment"] as String?).flatMap { StoredAlignment(json: $0) }?.evidence
        case nil: return nil
        }
    }
}

extension CaseReader {
    /// Writes the certificates of the newest complete run against each list into a folder, which is made if it is not there.
    ///
    /// - Returns: how many there are.
    /// - Throws: ``CaseFault``.
    public func writeMatchCertificates(to folder: String) throws(CaseFault) -> Int {
        let found = try catalog.read { database -> [(name: String, version: Int, text: String)] in
            guard try database.tableExists("match_run") else { return [] }
            return try Row.fetchAll(
                database,
                sql: """
                    SELECT l.id AS list, r.version AS version, r.certificate AS certificate FROM match_run AS r
                    JOIN hash_list AS l ON l.id = r.list
                    WHERE r.id IN (SELECT max(id) FROM match_run WHERE outcome = 'complete' GROUP BY list) ORDER BY l.id
                    """
            ).map { ("list-\($0["list"] as Int)", $0["version"], $0["certificate"]) }
        }
        if mkdir(folder, 0o755) != 0, errno != EEXIST {
            throw CaseFault(
                .system,
                "cannot make the folder \(folder): \(systemMessage(errno))",
                status: errno
            )
        }
        for (name, version, text) in found {
            let certificate = try MatchCertificate(
                data: Data(text.utf8),
                path: "a certificate in the catalog"
            )
            try certificate.write(to: "\(folder)/\(name)-version-\(version).json")
        }
        return found.count
    }
}

extension CaseReader {
    /// The digest of the matches with a list that hold now; `nil` if the case was never matched against it.
    func matchDigest(ofList identifier: String) throws(CaseFault) -> String? {
        try catalog.read { database in
            guard try database.tableExists("list_match"),
                let list = try Int64.fetchOne(
                    database,
                    sql: "SELECT id FROM hash_list WHERE identifier = ?",
                    arguments: [identifier]
                )
            else { return nil }
            return try Catalog.matchDigest(of: list, database)
        }
    }
}
