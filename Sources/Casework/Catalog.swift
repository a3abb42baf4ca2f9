import Evidence
import Foundation
import GRDB
import Unpacking

/// The catalog of a case: one row per item, kept in SQLite.
///
/// Rows are written in one transaction per batch, together with the name of the batch's segment, after
/// the segment is safe on disk. So a fingerprint whose item the catalog does not know is never used.
final class Catalog {
    private let database: DatabaseQueue

    /// Opens the catalog, and makes it if `creating`.
    init(_ folder: CaseFolder, readOnly: Bool) throws(CaseFault) {
        do {
            var configuration = Configuration()
            configuration.readonly = readOnly
            configuration.busyMode = .timeout(30)
            if !readOnly {
                configuration.prepareDatabase { database in
                    // Committed means on the disk, also after a power cut: hence FULL.
                    try database.execute(
                        sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL"
                    )
                }
            }
            database = try Catalog.open(folder.catalog, configuration)
            if !readOnly {
                try database.write { database in
                    let knowsTombstones = try database.tableExists("tombstone")
                    try database.execute(sql: Catalog.schema)
                    try Catalog.addColumnsOfContainers(database)
                    try Catalog.addSandboxOfRuns(database)
                    try database.execute(sql: Catalog.reservedSchema)
                    if !knowsTombstones {
                        try Catalog.addTombstonesOfOlderCases(database)
                    }
                }
            }
        } catch {
            throw CaseFault(catalog: error)
        }
    }

    /// Opens the database.
    ///
    /// A writer that was killed while it began or ended its write-ahead log leaves a journal, which has to
    /// be rolled back before anything can be read, and a connection that only reads may not: then one that
    /// may write does it. SQLite's locks see to it that a writer at work is not disturbed.
    private static func open(
        _ path: String,
        _ configuration: Configuration
    ) throws -> DatabaseQueue {
        do {
            return try DatabaseQueue(path: path, configuration: configuration)
        } catch let error as DatabaseError
            where configuration.readonly && error.resultCode == .SQLITE_READONLY
        {
            var writing = Configuration()
            writing.busyMode = configuration.busyMode
            // Opening reads, and so rolls back.
            try DatabaseQueue(path: path, configuration: writing).close()
            return try DatabaseQueue(path: path, configuration: configuration)
        }
    }

    private static let schema = """
        CREATE TABLE IF NOT EXISTS run (
            id INTEGER PRIMARY KEY,
            started TEXT NOT NULL,
            ended TEXT,
            tool TEXT NOT NULL,
            arguments TEXT NOT NULL,
            outcome TEXT,
            sandbox TEXT
        );
        CREATE TABLE IF NOT EXISTS segment (
            name TEXT PRIMARY KEY,
            run INTEGER NOT NULL REFERENCES run (id),
            committed TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS item (
            id INTEGER PRIMARY KEY,
            path BLOB NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('indexed', 'partly', 'faulted', 'skipped')),
            rule TEXT,
            size INTEGER,
            modified_ns INTEGER,
            md5 BLOB,
            sha1 BLOB,
            sha256 BLOB,
            video INTEGER,
            format TEXT,
            codec TEXT,
            width INTEGER,
            height INTEGER,
            orientation INTEGER,
            duration_ms INTEGER,
            fingerprints INTEGER NOT NULL,
            run INTEGER NOT NULL REFERENCES run (id),
            superseded INTEGER NOT NULL DEFAULT 0,
            container TEXT,
            members INTEGER,
            file INTEGER,
            place TEXT,
            volume_offset INTEGER,
            inode INTEGER,
            content_offset INTEGER,
            fragments INTEGER,
            deleted INTEGER
        );
        CREATE UNIQUE INDEX IF NOT EXISTS item_path ON item (path) WHERE superseded = 0;
        CREATE INDEX IF NOT EXISTS item_sha256 ON item (sha256);
        CREATE TABLE IF NOT EXISTS loss (
            item INTEGER NOT NULL REFERENCES item (id),
            ordinal INTEGER NOT NULL,
            stage TEXT NOT NULL,
            code TEXT NOT NULL,
            status INTEGER,
            detail TEXT NOT NULL,
            PRIMARY KEY (item, ordinal)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS film (
            item INTEGER NOT NULL REFERENCES item (id),
            stream INTEGER NOT NULL,
            sampling TEXT NOT NULL,
            fill_ms INTEGER,
            length_ms INTEGER NOT NULL,
            represented_ms INTEGER NOT NULL,
            pictures INTEGER NOT NULL,
            PRIMARY KEY (item, stream)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS gap (
            item INTEGER NOT NULL,
            stream INTEGER NOT NULL,
            from_ms INTEGER NOT NULL,
            to_ms INTEGER NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY (item, stream, from_ms),
            FOREIGN KEY (item, stream) REFERENCES film (item, stream)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS opened (
            item INTEGER PRIMARY KEY,
            path BLOB NOT NULL UNIQUE,
            size INTEGER NOT NULL,
            modified_ns INTEGER NOT NULL,
            place TEXT NOT NULL
        );
        CREATE TABLE IF NOT EXISTS tombstone (
            item INTEGER PRIMARY KEY REFERENCES item (id)
        );
        """

    /// Calls `body` with the database for reading, and turns its errors into ours.
    func read<Value>(_ body: (Database) throws -> Value) throws(CaseFault) -> Value {
        do {
            return try database.read(body)
        } catch {
            throw CaseFault(catalog: error)
        }
    }

    /// Calls `body` for a single look-up, without the transaction of its own that ``read(_:)`` opens:
    /// that costs ten times what the look-up does.
    private func lookUp<Value>(_ body: (Database) throws -> Value) throws(CaseFault) -> Value {
        do {
            return try database.unsafeRead(body)
        } catch {
            throw CaseFault(catalog: error)
        }
    }

    /// Calls `body` within one transaction.
    func write<Value>(_ body: (Database) throws -> Value) throws(CaseFault) -> Value {
        do {
            return try database.write(body)
        } catch {
            throw CaseFault(catalog: error)
        }
    }

    // MARK: - Runs

    /// Cases of the first versions did not write down what the workers' sandbox was like.
    private static func addSandboxOfRuns(_ database: Database) throws {
        if try !database.columns(in: "run").contains(where: { $0.name == "sandbox" }) {
            try database.execute(sql: "ALTER TABLE run ADD COLUMN sandbox TEXT")
        }
    }

    func beginRun(arguments: [String], sandbox: SandboxReport?) throws(CaseFault) -> Int64 {
        try write { database in
            let list = try String(decoding: JSONEncoder().encode(arguments), as: UTF8.self)
            try database.execute(
                sql: "INSERT INTO run (started, tool, arguments, sandbox) VALUES (?, ?, ?, ?)",
                arguments: [timestamp(), CaseDescription.tool, list, sandbox?.json]
            )
            return database.lastInsertedRowID
        }
    }

    func endRun(_ run: Int64, outcome: String) throws(CaseFault) {
        try write { database in
            try database.execute(
                sql: "UPDATE run SET ended = ?, outcome = ? WHERE id = ?",
                arguments: [timestamp(), outcome, run]
            )
        }
    }

    /// Folds the write-ahead log into the file, so that a case at rest can be read where nothing can be
    /// written: SQLite has to make files beside a database that has such a log. A reader that has the
    /// case open prevents it; then the log stays, and the next run folds it in.
    func rest() {
        try? database.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA busy_timeout = 200; PRAGMA journal_mode = DELETE")
        }
    }

    // MARK: - Segments and items

    func segmentNames() throws(CaseFault) -> Set<String> {
        try read { try String.fetchSet($0, sql: "SELECT name FROM segment") }
    }

    /// The highest number that a file has, or 0.
    func highestItem() throws(CaseFault) -> UInt64 {
        try read {
            let sql = """
                SELECT max(id) FROM (
                    SELECT max(id) AS id FROM item WHERE id < ? UNION ALL SELECT max(item) FROM opened)
                """
            let first = Int64(bitPattern: CatalogItem.firstMember)
            return try UInt64(Int64.fetchOne($0, sql: sql, arguments: [first]) ?? 0)
        }
    }

    /// The highest number that a member of a container has, or the one below the first.
    func highestMember() throws(CaseFault) -> UInt64 {
        let first = CatalogItem.firstMember
        return try read {
            let sql = "SELECT max(id) FROM item WHERE id >= ?"
            let highest = try Int64.fetchOne(
                $0,
                sql: sql,
                arguments: [Int64(bitPattern: first)]
            )
            return highest.map { UInt64($0) } ?? first - 1
        }
    }

    /// What the catalog has of a path, without the losses; `nil` if nothing.
    func item(at path: EvidencePath) throws(CaseFault) -> CatalogItem? {
        try lookUp { database in
            let statement = try database.cachedStatement(
                sql: "SELECT * FROM item WHERE path = ? AND superseded = 0"
            )
            return try Row.fetchOne(statement, arguments: [Data(path.bytes)]).map(CatalogItem.init)
        }
    }

    /// The item with a number, without its losses, unless a newer reading of its path replaced it.
    func item(_ identifier: UInt64) throws(CaseFault) -> CatalogItem? {
        try lookUp { database in
            let statement = try database.cachedStatement(
                sql: "SELECT * FROM item WHERE id = ? AND superseded = 0"
            )
            return try Row.fetchOne(statement, arguments: [Int64(bitPattern: identifier)])
                .map(CatalogItem.init)
        }
    }

    /// Writes a batch: its items, how far the containers are that are being worked on, the name of the segment that
    /// holds the items' fingerprints, and the numbers of the items that are still in hand.
    func commit(
        _ items: [CatalogItem],
        opened: [OpenedContainer] = [],
        segment: String?,
        run: Int64,
        reserved: [EvidencePath: UInt64] = [:]
    ) throws(CaseFault) {
        try write { database in
            try Catalog.reserve(reserved, database)
            let bury = try database.cachedStatement(
                sql: """
                    INSERT OR IGNORE INTO tombstone
                    SELECT id FROM item WHERE path = ? AND superseded = 0 AND fingerprints > 0
                    """
            )
            let replace = try database.cachedStatement(
                sql: "UPDATE item SET superseded = 1 WHERE path = ? AND superseded = 0"
            )
            let insert = try database.cachedStatement(
                sql: """
                    INSERT INTO item (id, path, state, rule, size, modified_ns, md5, sha1, sha256,
                        video, format, codec, width, height, orientation, duration_ms, fingerprints,
                        container, members, file, place, volume_offset, inode, content_offset,
                        fragments, deleted, run)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """
            )
            let insertLoss = try database.cachedStatement(
                sql: """
                    INSERT INTO loss (item, ordinal, stage, code, status, detail)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """
            )
            let films = try FilmStatements(database)
            for item in items {
                let identifier = Int64(bitPattern: item.identifier)
                try bury.execute(arguments: [Data(item.path.bytes)])
                try replace.execute(arguments: [Data(item.path.bytes)])
                try insert.execute(arguments: item.columns + [run])
                for (ordinal, loss) in item.losses.enumerated() {
                    try insertLoss.execute(
                        arguments: [
                            identifier, ordinal, loss.stage.rawValue, loss.code, loss.status,
                            loss.detail,
                        ]
                    )
                }
                for coverage in item.coverage {
                    try films.insert(coverage, of: identifier)
                }
                if item.origin == nil {
                    try Catalog.close(item, database)
                }
            }
            for container in opened {
                try Catalog.keep(container, database)
            }
            if let segment {
                try database.execute(
                    sql: "INSERT INTO segment (name, run, committed) VALUES (?, ?, ?)",
                    arguments: [segment, run, timestamp()]
                )
            }
        }
    }
}

extension CatalogItem {
    /// The columns of the table `item`, from `id` to `fingerprints`, and those of containers.
    var columns: StatementArguments {
        [
            Int64(bitPattern: identifier), Data(path.bytes), state.rawValue, rule?.rawValue,
            facts?.size, facts?.modifiedNanoseconds,
            digests.map { Data($0.md5) }, digests.map { Data($0.sha1) },
            digests.map { Data($0.sha256) },
            media?.isVideo, media?.format, media?.codec, media?.width, media?.height,
            media.map { Int($0.orientation) }, media?.durationMilliseconds, fingerprints,
            container?.format, container?.members, origin.map { Int64(bitPattern: $0.file) },
            origin?.place.text, origin?.disk?.volumeOffset,
            origin?.disk.map { Int64(bitPattern: $0.inode) }, origin?.disk?.contentOffset,
            origin?.disk?.fragments, origin?.disk?.isDeleted,
        ]
    }

    /// An item from a row of the table `item`; its losses stay empty.
    init(_ row: Row) {
        identifier = UInt64(bitPattern: row["id"] as Int64)
        path = EvidencePath(bytes: Array(row["path"] as Data))
        state = ItemState(rawValue: row["state"]) ?? .faulted
        rule = (row["rule"] as String?).flatMap(SkipRule.init)
        if let size = row["size"] as Int64?, let modified = row["modified_ns"] as Int64? {
            facts = FileFacts(size: size, modifiedNanoseconds: modified)
        }
        if let md5 = row["md5"] as Data?, let sha1 = row["sha1"] as Data?,
            let sha256 = row["sha256"] as Data?
        {
            digests = Digests(md5: Array(md5), sha1: Array(sha1), sha256: Array(sha256))
        }
        if let format = row["format"] as String? {
            media = ItemMedia(
                isVideo: row["video"] ?? false,
                format: format,
                codec: row["codec"] ?? "",
                width: row["width"] ?? 0,
                height: row["height"] ?? 0,
                orientation: UInt8(clamping: row["orientation"] as Int? ?? 1),
                durationMilliseconds: row["duration_ms"]
            )
        }
        fingerprints = row["fingerprints"]
        if let format = row["container"] as String? {
            container = ContainerFacts(format: format, members: row["members"] ?? 0)
        }
        if let file = row["file"] as Int64?, let place = row["place"] as String? {
            origin = Origin(
                file: UInt64(bitPattern: file),
                place: MemberPlace(text: place) ?? .outermost,
                disk: DiskPlace(row)
            )
        }
        losses = []
        coverage = []
    }
}

extension DiskPlace {
    /// A place from a row of the table `item`; `nil` for a member of another container.
    fileprivate init?(_ row: Row) {
        guard let volume = row["volume_offset"] as Int64?, let inode = row["inode"] as Int64? else {
            return nil
        }
        self.init(
            volumeOffset: volume,
            inode: UInt64(bitPattern: inode),
            contentOffset: row["content_offset"],
            fragments: row["fragments"] ?? 0,
            isDeleted: row["deleted"] ?? false
        )
    }
}

extension CaseFault {
    /// A database's error in our words.
    init(catalog error: any Error) {
        if let fault = error as? CaseFault {
            self = fault
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.system, "the catalog cannot be used: \(error)")
            return
        }
        let status = error.extendedResultCode.rawValue
        switch error.resultCode {
        case .SQLITE_FULL, .SQLITE_IOERR:
            self.init(
                .system,
                "the catalog cannot be written: \(error.message ?? "disk error"). Is the disk full? "
                    + "What was committed before is safe; run again when there is room",
                status: status
            )
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(
                .damaged,
                "catalog.sqlite is damaged (\(error.message ?? "")): restore the case from a copy",
                status: status
            )
        default:
            self.init(
                .system,
                "the catalog cannot be used: \(error.message ?? "error \(status)")",
                status: status
            )
        }
    }
}
