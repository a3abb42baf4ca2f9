import Fingerprinting
import HashLists
import Testing

@Suite("Lines of a list")
struct EntryLineTests {
    private static let print = Fingerprint(
        hex: "d811ac390bfa6005d08543fe27fd5a11f6b55bdd2603000dc26476fc79fc76b5"
    )

    private func read(_ line: String) throws -> ListEntry {
        let bytes = Array(line.utf8)
        return try bytes.withUnsafeBytes { bytes throws(ListFault) in try ListEntry(json: bytes) }
    }

    @Test("An entry that says everything comes back as it was")
    func everything() throws {
        let print = try #require(EntryLineTests.print)
        var entry = ListEntry(prints: [.init(print, quality: 99)])
        entry.md5 = [UInt8](repeating: 0xA5, count: 16)
        entry.sha1 = [UInt8](repeating: 1, count: 20)
        entry.sha256 = [UInt8](repeating: 255, count: 32)
        entry.identifier = "image \"1\"\\\n\u{1}\t\r Ü 写"
        entry.medium = .picture
        entry.categories = [
            AssertedCategory(scheme: "VICS", country: "US", code: "1"),
            AssertedCategory(scheme: "NCMEC", code: "A1"),
        ]
        entry.series = "s"
        entry.tags = ["a", "b"]
        entry.note = ""
        entry.name = "a,b.jpg"
        entry.size = 1 << 40
        entry.mime = "image/jpeg"
        entry.durationMilliseconds = 5
        entry.marks = [ListEntry.Mark.distributed: true, ListEntry.Mark.suspected: false]
        entry.other = ["photodna": "00ff", "vics.MediaID": "1"]
        #expect(try read(entry.json) == entry)
        #expect(try read(entry.json).json == entry.json)
    }

    @Test("A film keeps its moments")
    func film() throws {
        let print = try #require(EntryLineTests.print)
        var entry = ListEntry(prints: [
            .init(print, quality: 99, timeMilliseconds: 0, spanMilliseconds: 40),
            .init(print, timeMilliseconds: 1000),
        ])
        entry.medium = .film
        #expect(try read(entry.json) == entry)
        let one = ListEntry(prints: [.init(print, timeMilliseconds: 7)])
        #expect(try read(one.json) == one)
    }

    @Test("A fingerprint alone has the shortest line")
    func plain() throws {
        let print = try #require(EntryLineTests.print)
        #expect(ListEntry(prints: [.init(print)]).json == "{\"pdq\":\"\(print.hex)\"}")
    }

    @Test(
        "What is wrong is named",
        arguments: [
            ("", "not JSON"), ("[]", "not an object of JSON"), ("{}", "neither"),
            ("{\"pdq\":\"00\"}", "64 hex digits"),
            ("{\"md5\":5}", "`md5` is not text"), ("{\"md5\":\"zz\"}", "32 hex digits"),
            ("{\"md5\":\"00000000000000000000000000000000\",\"quality\":101}", ""),
            ("{\"md5\":\"00000000000000000000000000000000\",\"size\":-1}", "`size`"),
            ("{\"md5\":\"00000000000000000000000000000000\",\"size\":1.5}", "`size`"),
            ("{\"md5\":\"00000000000000000000000000000000\",\"tags\":{}}", "`tags`"),
            ("{\"md5\":\"00000000000000000000000000000000\",\"medium\":\"sound\"}", "medium"),
            ("{\"md5\":\"00000000000000000000000000000000\",\"categories\":[{}]}", "category"),
        ]
    )
    func wrong(_ line: String, _ reason: String) throws {
        guard !reason.isEmpty else { return }
        let fault = #expect(throws: ListFault.self) { try read(line) }
        #expect(fault?.message.contains(reason) == true)
    }
}
