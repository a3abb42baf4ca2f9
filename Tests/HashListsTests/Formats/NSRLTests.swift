import GRDB
import HashLists
import TestSupport
import Testing

@Suite("The RDS of the NSRL")
struct NSRLTests {
    private static let schema =
        "CREATE TABLE FILE (sha256 VARCHAR NOT NULL, sha1 VARCHAR NOT NULL, md5 VARCHAR NOT NULL, "
        + "crc32 VARCHAR NOT NULL, file_name VARCHAR NOT NULL, file_size INTEGER NOT NULL, "
        + "package_id INTEGER NOT NULL, CONSTRAINT PK_FILE__FILE PRIMARY KEY "
        + "(sha256, sha1, md5, crc32, file_name, file_size, package_id))"

    @Test(
        "Rows become entries, once for each file, without the file of no bytes; nothing appears beside the database"
    )
    func rows() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a set?#%.db"
        let queue = try DatabaseQueue(path: path)
        try queue.write { database in
            try database.execute(sql: NSRLTests.schema)
            let insert = "INSERT INTO FILE VALUES (?, ?, ?, '00000000', ?, ?, ?)"
            let upper = (Made.sha256.uppercased(), Made.sha1.uppercased(), Made.md5.uppercased())
            for (name, package) in [("b.dll", 1), ("a.dll", 2), ("a.dll", 1)] {
                try database.execute(
                    sql: insert,
                    arguments: [upper.0, upper.1, upper.2, name, 39, package]
                )
            }
            try database.execute(
                sql: insert,
                arguments: [
                    "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
                    "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709", "D41D8CD98F00B204E9800998ECF8427E",
                    "empty", 0, 1,
                ]
            )
            try database.execute(sql: insert, arguments: ["zz", "", "", "wrong", 0, 1])
        }
        try queue.close()
        let sink = RecordingSink()
        try ListReading(path: path).read(into: sink)
        var entry = ListEntry()
        entry.sha256 = Made.bytes(Made.sha256)
        entry.sha1 = Made.bytes(Made.sha1)
        entry.md5 = Made.bytes(Made.md5)
        entry.name = "a.dll"
        entry.size = 39
        entry.categories = [AssertedCategory(scheme: "NSRL", code: "known")]
        #expect(sink.entries == [entry])
        #expect(sink.rejected.count == 1)
        #expect(sink.omitted["digests of an empty file"] == 1)
        #expect(sink.omitted["further names of a file"] == 2)
        #expect(try folder.names() == ["a set?#%.db"])
    }

    @Test("What is no RDS is a fault")
    func others() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/other.db"
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: "CREATE TABLE x (y)") }
        try queue.close()
        let fault = #expect(throws: ListFault.self) {
            try ListReading(path: path).read(into: RecordingSink())
        }
        #expect(fault?.code == .badInput)
        let torn = try folder.write(
            "torn.db",
            Array("SQLite format 3\0".utf8) + [UInt8](repeating: 7, count: 900)
        )
        #expect(throws: ListFault.self) { try ListReading(path: torn).read(into: RecordingSink()) }
        try folder.write("other.db-wal", [1, 2, 3])
        let open = #expect(throws: ListFault.self) {
            try ListReading(path: path).read(into: RecordingSink())
        }
        #expect(open?.message.contains("-wal") == true)
        #expect(throws: ListFault.self) {
            try ListReading(path: path, format: .digests).read(into: RecordingSink())
        }
    }
}
