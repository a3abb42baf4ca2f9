import HashLists
import Testing

@Suite("VICS")
struct VICSTests {
    private static let us =
        "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Media"

    private func file(_ media: String, context: String = us) -> String {
        "{\"@odata.context\":\"\(context)\",\"value\":[\n\(media)\n]}"
    }

    private let minimal = "{\"MediaID\":1,\"MD5\":\"\(Made.md5)\",\"Category\":1}"

    @Test("Every member comes to its place")
    func everything() throws {
        let text = file(
            """
            {"MediaID": 1, "Category": 1, "MD5": "\(Made.md5.uppercased())", "SHA1": "\(Made.sha1)",
             "PhotoDNA": "AAECAw==", "MediaSize": "39", "MimeType": "image/jpeg",
             "RelativeFilePath": "VIC_Files\\\\a.jpg", "DateUpdated": "2026-01-02T03:04:05.000Z",
             "VictimIdentified": "true", "OffenderIdentified": "f", "IsDistributed": "Yes", "IsSuspected": 0,
             "SelfGenerated": "n", "IsPrecategorized": true, "PrecategorizationSource": "lab",
             "Series": "S", "Tags": "a b, c;d ;", "Comments": "\\u00dc \\ud83d\\ude00", "Odd": [1, {"x": 1.50}],
             "MediaFiles": [{"MD5": "\(Made.md5)", "FileName": "a.jpg", "FilePath": "E\\\\a.jpg", "Size": 1.50},
              {"MD5": "\(Made.md5)", "FileName": "b.jpg", "FilePath": ""}],
             "Exifs": [{"PropertyName": "Make", "PropertyValue": "X"}], "MediaMetadata": [],
             "odata.id": "x", "AlternativeHashes": [
              {"MD5": "\(Made.md5)", "HashName": "PDQ", "HashValue": "\(Made.pdq)"},
              {"HashName": "SHA-256", "HashValue": "\(Made.sha256)"},
              {"HashName": "eDonkey", "HashValue": "0b"}, {"HashName": "PhotoDNA", "HashValue": "AAECAw=="}]}
            """
        )
        let found = try RecordingSink.reading(text.utf8)
        let entry = try #require(found.entries.first)
        var expected = ListEntry(prints: [Made.print()])
        expected.md5 = Made.bytes(Made.md5)
        expected.sha1 = Made.bytes(Made.sha1)
        expected.sha256 = Made.bytes(Made.sha256)
        expected.categories = [AssertedCategory(scheme: "VICS", country: "US", code: "1")]
        expected.size = 39
        expected.mime = "image/jpeg"
        expected.series = "S"
        expected.tags = ["a b, c", "d"]
        expected.note = "Ü 😀"
        expected.name = "a.jpg"
        expected.marks = [
            "victim_identified": true, "offender_identified": false, "distributed": true,
            "suspected": false, "self_generated": false, "precategorized": true,
        ]
        expected.other = [
            "photodna": "AAECAw==", "vics.MediaID": "1",
            "vics.RelativeFilePath": "VIC_Files\\a.jpg",
            "vics.DateUpdated": "2026-01-02T03:04:05.000Z", "vics.PrecategorizationSource": "lab",
            "vics.json.Odd": "[1,{\"x\":1.50}]",
            "vics.MediaFiles":
                "[{\"MD5\":\"\(Made.md5)\",\"FileName\":\"a.jpg\",\"FilePath\":\"E\\\\a.jpg\",\"Size\":1.50},"
                + "{\"MD5\":\"\(Made.md5)\",\"FileName\":\"b.jpg\",\"FilePath\":\"\"}]",
            "vics.Exifs": "[{\"PropertyName\":\"Make\",\"PropertyValue\":\"X\"}]",
            "vics.hash.eDonkey": "0b",
        ]
        #expect(entry == expected)
        #expect(found.lines == [2])
        #expect(found.omitted == ["links of OData": 1])
    }

    @Test("Cases: their media are entries, wherever the case's own members stand")
    func cases() throws {
        let context = VICSTests.us.replacingSuffix("#Media", "#Cases")
        let text = file(
            """
            {"CaseID": "x", "Media": [
            \(minimal),
            {"MediaID": 2, "SHA1": "\(Made.sha1)"}
            ], "CaseNumber": "1"},
            {"CaseID": "y", "Media": []}, {"CaseID": "z", "Media": [\(minimal)]}
            """,
            context: context
        )
        let found = try RecordingSink.reading(text.utf8)
        #expect(found.lines == [3, 4, 6])
        #expect(found.rejected.isEmpty)
        #expect(found.omitted == ["what a case says of itself: number, contacts, application": 3])
        #expect(found.entries[0].categories.map(\.text) == ["VICS/US 1"])
    }

    @Test("The context may stand behind the entries, and its country still counts")
    func contextBehind() throws {
        let text = "{\"value\":[\(minimal)],\"@odata.context\":\"\(VICSTests.us)\"}"
        let found = try RecordingSink.reading(text.utf8, as: .vics)
        #expect(found.entries.first?.categories.map(\.text) == ["VICS/US 1"])
        let none = try RecordingSink.reading("[\(minimal)]".utf8, as: .vics)
        #expect(none.entries.first?.categories.map(\.text) == ["VICS 1"])
    }

    @Test(
        "The file's country goes before the import's, and Default and CUSTOM are none",
        arguments: [
            ("2.0.xml/US/$metadata", "VICS/US 1"), ("2.0.xml/uk/$metadata", "VICS/UK 1"),
            ("2.0.xml/Default/$metadata", "mine/CA 1"), ("2.0.xml/CUSTOM/$metadata", "mine/CA 1"),
            ("1.3.xml", "mine/CA 1"), ("1.2.xml", "mine/CA 1"), ("strange", "mine/CA 1"),
        ]
    )
    func country(_ model: String, _ category: String) throws {
        let context = "http://github.com/x/DataModels/\(model)#Media"
        let found = try RecordingSink.reading(
            file(minimal, context: context).utf8,
            as: .vics,
            context: ImportContext(scheme: "mine", country: "CA")
        )
        #expect(found.entries.first?.categories.map(\.text) == [category])
    }

    @Test(
        "A wrong record is rejected by the line on which it begins, and the others are read",
        arguments: [
            "{}", "1", "null", "\"x\"", "[]", "{\"MD5\":\"x\"}", "{\"MD5\":1}",
            "{\"MD5\":\"\(Made.md5)\",\"SHA1\":\"\(Made.md5)\"}", "{\"MediaID\":1}", "{\"MD5\" 1}",
            "{\"MD5\":\"\(Made.md5)\",\"MD5\":\"\(String(Made.md5.reversed()))\"}",
            "{\"MD5\":\"\(Made.md5)\",\"AlternativeHashes\":[{\"HashName\":\"PDQ\",\"HashValue\":\"00\"}]}",
            "{\"MD5\":\"\(Made.md5)\",\"x\":\(String(repeating: "[", count: 99))\(String(repeating: "]", count: 99))}",
        ]
    )
    func wrong(_ record: String) throws {
        let text = file("\(minimal),\n\n\(record)\n,\n\(minimal)")
        let found = try RecordingSink.reading(text.utf8)
        #expect(found.lines == [2, 6])
        #expect(found.rejected.keys.sorted() == [4])
    }

    @Test("A record that is not UTF-8 is rejected")
    func notText() throws {
        var text = Array(file("\(minimal),\n{\"MD5\":\"\(Made.md5)\",\"Series\":\"?\"}").utf8)
        let place = try #require(text.firstIndex(of: UInt8(ascii: "?")))
        text[place] = 0xFF
        let found = try RecordingSink.reading(text)
        #expect(found.lines == [2])
        #expect(found.rejected.keys.sorted() == [3])
    }

    @Test("Odd values are told, and cost no entry")
    func odd() throws {
        let text = file(
            "{\"MD5\":\"\(Made.md5)\",\"MediaSize\":\"big\",\"IsSuspected\":\"perhaps\",\"Category\":[],"
                + "\"SHA1\":\"\",\"Series\":null,\"Comments\":\"C:\\Users\"}"
        )
        let found = try RecordingSink.reading(text.utf8)
        #expect(found.entries.count == 1)
        #expect(found.entries[0].note == "C:\\Users")
        #expect(
            found.omitted == [
                "a `MediaSize` that is no whole number": 1,
                "a `IsSuspected` that is neither true nor false": 1,
                "back slashes that begin no escape were taken as they stand": 1,
            ]
        )
    }

    @Test("PhotoDNA that is the same for every entry is told")
    func constant() throws {
        func media(_ photoDNA: String) -> String {
            "{\"MD5\":\"\(Made.md5)\",\"PhotoDNA\":\"\(photoDNA)\"}"
        }
        let equal = try RecordingSink.reading(file("\(media("A")),\(media("A"))").utf8)
        #expect(equal.omitted.count == 1)
        let different = try RecordingSink.reading(file("\(media("A")),\(media("B"))").utf8)
        #expect(different.omitted.isEmpty)
    }

    @Test("A file that is cut off gives what came before, and the line at which it ends")
    func cut() throws {
        let text = Array(file("\(minimal),\n\(minimal),\n\(minimal)").utf8)
        for length in 1..<text.count {
            let sink = RecordingSink()
            let fault = #expect(throws: ListFault.self) {
                try ListReading(bytes: Array(text[..<length]), format: .vics).read(into: sink)
            }
            #expect(fault?.code == .badInput)
            let feeds = text[..<(length - 1)].count { $0 == 0x0A }
            #expect(fault?.message.contains("line \(feeds + 1)") == true)
            // The context stands before the list, so that the first entries are taken from what there is.
            if feeds >= 2 { #expect(sink.entries.count >= feeds - 1) }
        }
    }

    @Test("What follows the text, or stands instead of it, is refused")
    func around() throws {
        for text in [
            file(minimal) + "x", "", "x", "{}", "{\"value\":1}", "{\"value\":[1 2]}", "{,}",
        ] {
            #expect(throws: ListFault.self) { try RecordingSink.reading(text.utf8, as: .vics) }
        }
    }
}

extension String {
    fileprivate func replacingSuffix(_ suffix: String, _ other: String) -> String {
        String(dropLast(suffix.count)) + other
    }
}
