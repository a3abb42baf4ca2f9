import Fingerprinting
import HashLists
import TestSupport
import Testing

@Suite("The format of a list, from its first bytes")
struct DetectionTests {
    private func detect(_ text: String, name: String = "list.txt") throws -> ListFormat {
        let bytes = Array(text.utf8)
        return try bytes.withUnsafeBufferPointer { bytes throws(ListFault) in
            try ListFormat.detect(UnsafeRawBufferPointer(bytes), path: name)
        }
    }

    @Test(
        "A format is told",
        arguments: [
            ("pdq \(Made.pdq)\n", ListFormat.pdq),
            ("# c\nvideo_md5 \(Made.md5)\n", .threatexchange),
            ("hash=\(Made.pdq),quality=1\n", .pdq), ("\(Made.pdq),filename=a\n", .pdq),
            ("\(Made.pdq),100,a\n", .pdqCSV), ("hash,quality,path\n\(Made.pdq),100,a\n", .pdqCSV),
            ("\(Made.pdq)\n\(Made.pdq)\n\(Made.pdq)\n\(Made.pdq)\n", .pdq),
            ("0,100,\(Made.pdq),0.0\n", .vpdq), ("0,100,\(Made.pdq)\n", .vpdq),
            ("{\"pdq\":\"\(Made.pdq)\"}\n{", .jsonl), ("{\"note\":\"x\",\"md5\":\"\"}", .jsonl),
            ("\u{FEFF}{\n\"odata.metadata\":\"x\"", .vics), ("{\"value\":[{\"MediaID\":1", .vics),
            ("[{\"MediaID\":1", .vics), ("{\"hashRecords\":[", .stopncii),
            ("<?xml version=\"1.0\"?>\n<queryResult", .ncmec),
            ("%%%% HASHDEEP-1.0\n", .hashdeep),
            ("MD5;SHA1;PhotoDNA;Image ID;Baseline\r\n", .icse),
            ("SQLite format 3\0xx", .nsrl), (Made.md5, .digests), ("\(Made.sha1)  a\n", .digests),
            ("\(Made.sha256)  a\n", .digests), ("\\\(Made.md5)  a\n", .digests),
            ("MD5 (a) = \(Made.md5)", .digests),
            ("MD5,SHA1,SHA256,photoDNA,status,set\n", .digests),
            ("\"SHA-1\",\"MD5\",\"CRC32\",\"FileName\"\r\n", .digests),
        ]
    )
    func told(_ text: String, _ format: ListFormat) throws {
        #expect(try detect(text) == format)
    }

    @Test(
        "What cannot be told is said, with the option that helps",
        arguments: [
            "", "\n\n", "# only\n", "hello\n", "{\"a\":1}", "<html>", "\0\u{1}", "[1]", Made.pdq,
        ]
    )
    func notTold(_ text: String) throws {
        let fault = #expect(throws: ListFault.self) { try detect(text) }
        #expect(fault?.code == .badInput)
        #expect(fault?.message.contains("--format") == true)
    }

    @Test(
        "64 hex digits are PDQ if half of the bits are set, else SHA-256, and the name decides on a few"
    )
    func bare() throws {
        var generator = SplitMix64(seed: 1)
        let random = (0..<40).map { _ in
            Fingerprint(
                words: (generator.next(), generator.next(), generator.next(), generator.next())
            ).hex
        }
        #expect(try detect(random.joined(separator: "\n")) == .digests)
        #expect(try detect(Made.pdq, name: "/x/known-pdq.txt") == .pdq)
        #expect(try detect(Made.pdq, name: "sha256.txt") == .digests)
    }

    @Test("Statements of SQL are refused with what to do instead")
    func statements() throws {
        let fault = #expect(throws: ListFault.self) {
            try detect("BEGIN TRANSACTION;\nINSERT INTO FILE(sha256) VALUES ('x');\n")
        }
        #expect(fault?.message.contains("sqlite3") == true)
        #expect(throws: ListFault.self) {
            try RecordingSink.reading("INSERT INTO FILE VALUES (1)".utf8, as: .nsrl)
        }
    }

    @Test(
        "UTF-16 is refused with what to do instead",
        arguments: [[0xFF, 0xFE, 0x7B, 0], [0xFE, 0xFF, 0, 0x7B], [0x7B, 0, 0x22, 0]]
    )
    func wide(_ head: [UInt8]) throws {
        let fault = #expect(throws: ListFault.self) { try RecordingSink.reading(head, as: .vics) }
        #expect(fault?.message.contains("iconv") == true)
    }

    @Test("A file that is not there, and a folder, are told apart")
    func paths() throws {
        let folder = try TemporaryFolder()
        let missing = #expect(throws: ListFault.self) { try ListReading(path: folder.path + "/x") }
        #expect(missing?.code == .noSuchPath)
        let directory = #expect(throws: ListFault.self) { try ListReading(path: folder.path) }
        #expect(directory?.code == .badInput)
    }
}
