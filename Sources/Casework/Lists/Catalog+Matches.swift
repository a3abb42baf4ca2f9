import Crypto
import Evidence
import Fingerprinting
import Foundation
import GRDB
import HashLists
import Matching

/// What the catalog keeps of matches with hash lists: the versions that were matched, the runs, the entries that were hit, and the hits.
extension Catalog {
    /// The tables; a case has them from its first match on.
    private static let matchSchema = """
        CREATE TABLE IF NOT EXISTS hash_list (
            id INTEGER PRIMARY KEY,
            identifier TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            owner TEXT NOT NULL,
            path TEXT NOT NULL
        );
        CREATE TABLE IF NOT EXISTS list_version (
            list INTEGER NOT NULL REFERENCES hash_list (id),
            number INTEGER NOT NULL,
            digest TEXT NOT NULL,
            content TEXT NOT NULL,
            date TEXT NOT NULL,
            entries INTEGER NOT NULL,
            signer TEXT,
            verified TEXT,
            files TEXT,
            PRIMARY KEY (list, number)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS match_run (
            id INTEGER PRIMARY KEY,
            started TEXT NOT NULL,
            ended TEXT,
            tool TEXT NOT NULL,
            arguments TEXT NOT NULL,
            list INTEGER NOT NULL REFERENCES hash_list (id),
            version INTEGER NOT NULL,
            since INTEGER,
            settings TEXT NOT NULL,
            state TEXT NOT NULL,
            outcome TEXT,
            summary TEXT,
            certificate TEXT
        );
        CREATE TABLE IF NOT EXISTS match_part (
            run INTEGER NOT NULL REFERENCES match_run (id),
            part INTEGER NOT NULL,
            certificate TEXT,
            digests INTEGER NOT NULL,
            PRIMARY KEY (run, part)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS list_entry (
            list INTEGER NOT NULL REFERENCES hash_list (id),
            entry INTEGER NOT NULL,
            line TEXT NOT NULL,
            meaning TEXT NOT NULL,
            source TEXT NOT NULL,
            source_sha256 TEXT,
            source_line INTEGER,
            PRIMARY KEY (list, entry)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS list_match (
            id INTEGER PRIMARY KEY,
            list INTEGER NOT NULL REFERENCES hash_list (id),
            entry INTEGER NOT NULL,
            item INTEGER NOT NULL REFERENCES item (id),
            kind TEXT NOT NULL,
            key BLOB NOT NULL,
            digest TEXT,
            contradicted INTEGER NOT NULL DEFAULT 0,
            item_print BLOB,
            entry_print BLOB,
            item_ms INTEGER,
            entry_ms INTEGER,
            item_quality INTEGER,
            entry_quality INTEGER,
            distance INTEGER,
            turned TEXT,
            score REAL,
            alignment TEXT,
            found INTEGER NOT NULL REFERENCES match_run (id),
            seen INTEGER NOT NULL REFERENCES match_run (id),
            gone INTEGER REFERENCES match_run (id),
            gone_reason TEXT
        );
        CREATE UNIQUE INDEX IF NOT EXISTS list_match_current ON list_match (list, entry, item, key) WHERE gone IS NULL;
        CREATE INDEX IF NOT EXISTS list_match_item ON list_match (item);
        """

    func makeMatchTables() throws(CaseFault) {
        try write { try $0.execute(sql: Catalog.matchSchema) }
    }

    // MARK: - Lists and their versions

    /// The number of a list in this catalog, which is made if the list is new.
    func number(of list: HashList) throws(CaseFault) -> Int64 {
        try write { database in
            try database.execute(
                sql: """
                    INSERT INTO hash_list (identifier, name, owner, path) VALUES (?, ?, ?, ?)
                    ON CONFLICT (identifier) DO UPDATE SET name = excluded.name, owner = excluded.owner, path = excluded.path
                    """,
                arguments: [
                    list.description.identifier, list.description.name, list.description.owner,
                    list.folder.path.text,
                ]
            )
            return try Int64.fetchOne(
                database,
                sql: "SELECT id FROM hash_list WHERE identifier = ?",
                arguments: [list.description.identifier]
            ) ?? 0
        }
    }

    /// What is known of a version: its digest, and how its files were when they were last read whole.
    func knownVersion(_ list: Int64, _ number: Int) throws(CaseFault) -> (
        digest: String, files: String?
    )? {
        try read { database in
            try Row.fetchOne(
                database,
                sql: "SELECT digest, files FROM list_version WHERE list = ? AND number = ?",
                arguments: [list, number]
            ).map { ($0["digest"], $0["files"]) }
        }
    }

    /// Writes down that every byte of a version was read and is as it was published.
    func store(_ version: PublishedVersion, of list: Int64, files: String) throws(CaseFault) {
        try write { database in
            let record = version.record
            try database.execute(
                sql: """
                    INSERT INTO list_version (list, number, digest, content, date, entries, signer, verified, files)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (list, number) DO UPDATE SET verified = excluded.verified, files = excluded.files
                    """,
                arguments: [
                    list, record.number, version.digest, record.content, record.date,
                    record.entries, record.signer,
                    timestamp(), files,
                ]
            )
        }
    }

    // MARK: - Runs

    /// A run against one list, as far as it has come.
    struct MatchRunRow {
        var identifier: Int64
        var version: Int
        var isComplete: Bool
        var state: String
        var settings: String
        var summary: String?
        var certificate: String?

        init(_ row: Row) {
            identifier = row["id"]
            version = row["version"]
            isComplete = (row["outcome"] as String?) == "complete"
            state = row["state"]
            settings = row["settings"]
            summary = row["summary"]
            certificate = row["certificate"]
        }
    }

    /// The newest run against a list that was not given up for another one.
    func lastMatchRun(_ list: Int64) throws(CaseFault) -> MatchRunRow? {
        try read { database in
            try Row.fetchOne(
                database,
                sql: "SELECT * FROM match_run WHERE list = ? ORDER BY id DESC LIMIT 1",
                arguments: [list]
            ).map(MatchRunRow.init)
        }
    }

    /// The newest complete run against a list.
    func lastCompleteMatchRun(_ list: Int64) throws(CaseFault) -> MatchRunRow? {
        try read { database in
            try Row.fetchOne(
                database,
                sql:
                    "SELECT * FROM match_run WHERE list = ? AND outcome = 'complete' ORDER BY id DESC LIMIT 1",
                arguments: [list]
            ).map(MatchRunRow.init)
        }
    }

    func beginMatchRun(
        _ list: Int64,
        version: Int,
        since: Int?,
        settings: String,
        state: String,
        arguments: [String]
    ) throws(CaseFault) -> Int64 {
        try write { database in
            let words = try String(decoding: JSONEncoder().encode(arguments), as: UTF8.self)
            try database.execute(
                sql: """
                    INSERT INTO match_run (started, tool, arguments, list, version, since, settings, state)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    timestamp(), CaseDescription.tool, words, list, version, since, settings, state,
                ]
            )
            return database.lastInsertedRowID
        }
    }

    /// The parts of a run that are safe, with their certificates and how many items' digests were compared.
    func matchParts(_ run: Int64) throws(CaseFault) -> [Int: (certificate: String?, digests: Int)] {
        try read { database in
            var parts: [Int: (certificate: String?, digests: Int)] = [:]
            for row in try Row.fetchAll(
                database,
                sql: "SELECT part, certificate, digests FROM match_part WHERE run = ?",
                arguments: [run]
            ) {
                parts[row["part"]] = (row["certificate"], row["digests"])
            }
            return parts
        }
    }

    func endMatchRun(_ run: Int64, summary: String, certificate: String, _ database: Database)
        throws
    {
        try database.execute(
            sql:
                "UPDATE match_run SET ended = ?, outcome = 'complete', summary = ?, certificate = ? WHERE id = ?",
            arguments: [timestamp(), summary, certificate, run]
        )
    }

    // MARK: - What tells whether a case has changed

    /// How many items there are that are not superseded, the highest number of one, and how many are withdrawn.
    func itemState() throws(CaseFault) -> (count: Int, highest: Int64, withdrawn: Int) {
        try read { database in
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT count(*) AS count, max(id) AS highest,
                        sum(ifnull(rule, '') = 'withdrawn') AS withdrawn
                    FROM item WHERE superseded = 0
                    """
            )
            return (row?["count"] ?? 0, row?["highest"] ?? 0, row?["withdrawn"] ?? 0)
        }
    }
}

/// Writes the hits of one run against one list.
final class MatchStatements {
    private let list: Int64
    private let run: Int64
    private let insert: Statement
    private let entry: Statement
    private var entries: Set<UInt64> = []
    private let contents: ListContents

    init(_ database: Database, list: Int64, run: Int64, contents: ListContents) throws {
        self.list = list
        self.run = run
        self.contents = contents
        insert = try database.makeStatement(
            sql: """
                INSERT INTO list_match (list, entry, item, kind, key, digest, contradicted, item_print, entry_print, item_ms,
                    entry_ms, item_quality, entry_quality, distance, turned, score, alignment, found, seen)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (list, entry, item, key) WHERE gone IS NULL DO UPDATE SET seen = excluded.seen
                """
        )
        entry = try database.makeStatement(
            sql: """
                INSERT INTO list_entry (list, entry, line, meaning, source, source_sha256, source_line)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (list, entry) DO UPDATE SET meaning = excluded.meaning
                """
        )
    }

    func add(_ match: ListMatch) throws {
        try addEntry(match.entry)
        var (digest, contradicted) = (String?.none, false)
        var pictures: ListMatch.Pictures?
        var (score, alignment) = (Double?.none, String?.none)
        switch match.evidence {
        case .digest(let kind, let isContradicted):
            (digest, contradicted) = (kind.name, isContradicted)
        case .picture(let two): pictures = two
        case .film(let films, let itemLength, let entryLength):
            score = films.score
            alignment =
                StoredAlignment(films, itemLength: itemLength, entryLength: entryLength).json
        }
        let film: FilmAlignment? =
            if case .film(let films, _, _) = match.evidence { films } else { nil }
        try insert.execute(arguments: [
            list, Int64(bitPattern: match.entry), Int64(bitPattern: match.item),
            match.kind.rawValue,
            MatchStatements.key(match), digest, contradicted, pictures?.item.data,
            pictures?.entry.data,
            pictures?.itemTime, pictures?.entryTime, pictures?.itemQuality, pictures?.entryQuality,
            pictures?.distance ?? film?.medianDistance,
            pictures?.turn.name ?? film?.pieces.first?.turn.name,
            score, alignment, run, run,
        ])
    }

    /// What tells a match from every other of the same item and entry.
    private static func key(_ match: ListMatch) -> Data {
        var text = match.kind.rawValue
        switch match.evidence {
        case .digest: break
        case .picture(let two):
            text +=
                ":\(two.itemTime ?? -1):\(two.entryTime ?? -1):\(two.item.hex):\(two.entry.hex):\(two.turn.name)"
        case .film(let films, let itemLength, let entryLength):
            text += StoredAlignment(films, itemLength: itemLength, entryLength: entryLength).json
        }
        return Data(SHA256.hash(data: Data(text.utf8)).prefix(16))
    }

    /// Writes down what the list says of an entry, once.
    private func addEntry(_ number: UInt64) throws {
        guard entries.insert(number).inserted else { return }
        guard let found = try contents.entry(number) else { return }
        let provenance = contents.provenance(of: number)
        try entry.execute(arguments: [
            list, Int64(bitPattern: number), found.json,
            contents.description.meaning(of: found).rawValue,
            provenance?.source.name ?? "", provenance?.source.sha256, provenance?.line,
        ])
    }
}

extension Fingerprint {
    /// The 32 bytes, most significant first.
    var data: Data {
        withUnsafeBytes(
            of: (words.3.bigEndian, words.2.bigEndian, words.1.bigEndian, words.0.bigEndian)
        ) { Data($0) }
    }

    /// A fingerprint from its 32 bytes, most significant first.
    init?(data: Data?) {
        guard let data, data.count == 32 else { return nil }
        let words = data.withUnsafeBytes { bytes in
            (0..<4).map {
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self))
            }
        }
        self.init(words: (words[3], words[2], words[1], words[0]))
    }
}
