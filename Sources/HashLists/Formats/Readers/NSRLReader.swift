import GRDB
import Glibc

/// Reads the NSRL's Reference Data Set, version 3: a database of SQLite with hundreds of millions of rows in `FILE`.
///
/// The file is opened read-only and immutable, so that no file appears beside it. Rows come in the order of the primary key, which
/// covers every column, so that rows of the same digests follow each other: of each such group the first is the entry.
struct NSRLReader {
    private let path: String
    private let context: ImportContext
    private let progress: (Int64, Int64) -> Void

    init(path: String, context: ImportContext, progress: @escaping (Int64, Int64) -> Void) {
        self.path = path
        self.context = context
        self.progress = progress
    }

    func read(into sink: some EntrySink) throws(ListFault) {
        guard path != "-" else {
            throw ListFault(
                .badInput,
                "a database cannot be read from standard input; name its file"
            )
        }
        let size = try checkedSize()
        var stopped: ListFault?
        do {
            let database = try open()
            defer { try? database.close() }
            try database.read { database in
                do {
                    try rows(database, size: size, into: sink)
                } catch let fault as ListFault {
                    stopped = fault
                    throw fault
                }
            }
        } catch {
            if let stopped { throw stopped }
            let detail = (error as? DatabaseError)?.message ?? "\(error)"
            throw ListFault(.badInput, "\(path): not an RDS of version 3, or damaged: \(detail)")
        }
        progress(size, size)
    }

    /// The file's size. What is still in a journal would not be seen.
    private func checkedSize() throws(ListFault) -> Int64 {
        var facts = stat()
        guard stat(path, &facts) == 0 else {
            throw ListFault(.noSuchPath, "\(path): there is no such file", status: errno)
        }
        for suffix in ["-wal", "-journal"] {
            var journal = stat()
            if stat(path + suffix, &journal) == 0, journal.st_size > 0 {
                throw ListFault(
                    .badInput,
                    "\(path)\(suffix): the database was not closed; open it once with `sqlite3`, and import it then"
                )
            }
        }
        return Int64(facts.st_size)
    }

    private func open() throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        var address = "file:"
        let isRelative = !path.hasPrefix("/")
        for byte in (isRelative ? "./" + path : path).utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
                UInt8(ascii: "-"), UInt8(ascii: "_"):
                address.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                address += "%" + HexText.text([byte])
            }
        }
        return try DatabaseQueue(path: address + "?immutable=1", configuration: configuration)
    }

    private func rows(_ database: Database, size: Int64, into sink: some EntrySink) throws {
        let columns = Set(try database.columns(in: "FILE").map { $0.name.lowercased() })
        let selected = ["sha256", "sha1", "md5", "file_name", "file_size"].map {
            columns.contains($0) ? $0 : "NULL"
        }
        let query = "SELECT " + selected.joined(separator: ", ") + " FROM FILE"
        let ordered = query + " ORDER BY sha256, sha1, md5, crc32, file_name"
        // Without the index of the primary key, sorting would need a file of the set's size.
        let isIndexed =
            try columns.isSuperset(of: ["sha256", "sha1", "md5", "crc32", "file_name"])
            && !Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN " + ordered).contains {
                ($0["detail"] as String?)?.contains("TEMP B-TREE") ?? true
            }
        let cursor = try Row.fetchCursor(database, sql: isIndexed ? ordered : query)
        sink.omit("the packages, systems and makers of the RDS", line: 0)
        var number = 0
        var last = ListEntry()
        let category = ReferenceData.known(context)
        while let row = try cursor.next() {
            number += 1
            var entry = ListEntry()
            do {
                entry.sha256 = try digest(row, 0, bytes: 32)
                entry.sha1 = try digest(row, 1, bytes: 20)
                entry.md5 = try digest(row, 2, bytes: 16)
            } catch {
                sink.reject(error.message, line: number)
                continue
            }
            if number & 0xFFFF == 0 {
                // The rows are sorted by SHA-256, whose first bytes tell how far they are.
                let first = entry.sha256?.prefix(2).reduce(0) { $0 << 8 | Int64($1) } ?? 0
                progress(isIndexed ? size >> 16 * first : 0, size)
            }
            guard entry.isRecognisable else {
                sink.reject("a row without digests", line: number)
                continue
            }
            if ReferenceData.isEmptyFile(entry) {
                sink.omit(ReferenceData.emptyFile, line: number)
                continue
            }
            if entry.sha256 == last.sha256, entry.sha1 == last.sha1, entry.md5 == last.md5 {
                sink.omit("further names of a file", line: number)
                continue
            }
            last = entry
            entry.name = row[3]
            if let size = row[4] as Int64?, size >= 0 { entry.size = UInt64(size) }
            entry.categories = [category]
            try sink.take(entry, line: number)
        }
    }

    private func digest(_ row: Row, _ column: Int, bytes: Int) throws(ListFault) -> [UInt8]? {
        guard let text = String.fromDatabaseValue(row[column]) else { return nil }
        guard !text.isEmpty else { return nil }
        guard let digest = HexText.digest(text, bytes: bytes) else {
            throw ListFault(.badInput, "a digest is not \(2 * bytes) hex digits")
        }
        return digest
    }
}
