import HashLists
import Testing

@Suite("NCMEC and StopNCII")
struct ExchangeTests {
    private func result(_ content: String) -> String {
        """
        <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
        <queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">
        \(content)
        </queryResult>
        """
    }

    @Test("NCMEC: entries, deletions and further pages")
    func ncmec() throws {
        let text = result(
            """
            <images count="2" maxTimestamp="2026-01-02T03:04:05Z">
            <image><member id="42">A &amp; B</member>\
            <timestamp>2026-01-02T03:00:00Z</timestamp><id>image1</id>
            <classification>A1</classification><fingerprints><md5>\(Made.md5.uppercased())</md5><sha1>\(Made.sha1)</sha1>
            <pdna>00ff</pdna><pdq>\(Made.pdq)</pdq><ssvh>x</ssvh></fingerprints>
            <feedback lastUpdateTimestamp="t"> <affirmativeFeedback type="Md5">\
            <members><member id="43">O</member></members></affirmativeFeedback>
            </feedback></image>
            <deletedImage><member id="43">O</member><id>image4</id><timestamp>T</timestamp></deletedImage>
            <image><member id="42"/><id>x</id><fingerprints><md5>zz</md5></fingerprints></image>
            <image><id>x</id></image>
            <image><member id="42"/><id>y</id><fingerprints><pdna>00</pdna></fingerprints></image>
            </images>
            <videos count="1"><video><member id="1">M</member><id>v</id><fingerprints><md5>\(Made.md5)</md5></fingerprints></video></videos>
            <paging><next>/v2/entries?a=1&amp;b=2</next></paging>
            """
        )
        let found = try RecordingSink.reading(text.utf8)
        var first = ListEntry(prints: [Made.print()])
        first.identifier = "42/image1"
        first.medium = .picture
        first.md5 = Made.bytes(Made.md5)
        first.sha1 = Made.bytes(Made.sha1)
        first.categories = [AssertedCategory(scheme: "NCMEC", code: "A1")]
        first.other = [
            "photodna": "00ff", "ncmec.member": "A & B", "ncmec.timestamp": "2026-01-02T03:00:00Z",
            "ncmec.fingerprint.ssvh": "x",
            "ncmec.feedback":
                "<feedback lastUpdateTimestamp=\"t\"><affirmativeFeedback type=\"Md5\"><members>"
                + "<member id=\"43\">O</member></members></affirmativeFeedback></feedback>",
        ]
        #expect(found.entries.count == 2)
        #expect(found.entries.first == first)
        #expect(found.entries.last?.medium == .film)
        #expect(found.entries.last?.identifier == "1/v")
        #expect(found.withdrawn == [.identifier("43/image4")])
        #expect(found.lines.first == 4)
        #expect(found.rejected.keys.sorted() == [10, 11])
        #expect(found.omitted["further pages: the file is one page of several"] == 1)
        #expect(found.omitted["entries without MD5, SHA-1, SHA-256 or PDQ"] == 1)
    }

    @Test(
        "Document types, entities and other encodings are refused",
        arguments: [
            "<!DOCTYPE queryResult [<!ENTITY a \"x\">]><queryResult><images/></queryResult>",
            "<?xml version=\"1.0\"?><!-- c --><!DOCTYPE q SYSTEM \"file:///etc/passwd\"><queryResult/>",
            "<?xml version=\"1.0\" encoding=\"UTF-7\"?><queryResult/>",
            "<queryResult><images><image>&undefined;</image></images></queryResult>",
            "<queryResult><!DOCTYPE x></queryResult>", "<other/>", "<queryResult>", "x",
        ]
    )
    func hostile(_ text: String) throws {
        let fault = #expect(throws: ListFault.self) {
            try RecordingSink.reading(text.utf8, as: .ncmec)
        }
        #expect(fault?.code == .badInput)
    }

    @Test("Deeply nested elements are refused")
    func deep() throws {
        let text = "<queryResult>" + String(repeating: "<a>", count: 5_000)
        #expect(throws: ListFault.self) { try RecordingSink.reading(text.utf8, as: .ncmec) }
    }

    @Test("NCMEC: a file that is cut off is a fault at every byte")
    func cut() throws {
        let image =
            "<image><member id=\"1\">M</member><id>v</id><fingerprints><md5>\(Made.md5)</md5></fingerprints></image>"
        let text = Array(result("<images count=\"2\">\n\(image)\n\(image)\n</images>").utf8)
        for length in 1..<text.count {
            let fault = #expect(throws: ListFault.self) {
                try ListReading(bytes: Array(text[..<length]), format: .ncmec).read(
                    into: RecordingSink()
                )
            }
            #expect(fault?.code == .badInput)
        }
    }

    @Test("StopNCII: what is withdrawn is withdrawn, and the rest kept")
    func stopNCII() throws {
        func record(_ kind: String, _ hash: String, _ status: String) -> String {
            "{\"lastModtimestamp\":1,\"signalType\":\"\(kind)\",\"hashValue\":\"\(hash)\","
                + "\"hashStatus\":\"\(status)\",\"caseNumbers\":{\"c1\":\"Active\"},\"CSPFeedbacks\":[]}"
        }
        let text = """
            {"count":6,"hashRecords":[
            \(record("ImagePDQ", Made.pdq, "Active")),
            \(record("VideoMD5", Made.md5.uppercased(), "Active")),
            \(record("ImagePDQ", Made.pdq2, "Withdrawn")),
            \(record("VideoMD5", Made.md5, "Deleted")),
            \(record("ImagePDQ", Made.md5, "Active")),
            \(record("Hologram", Made.md5, "Active")),
            \(record("ImageMD5", Made.md5, "Disputed"))
            ],"hasMoreRecords":true}
            """
        let found = try RecordingSink.reading(text.utf8)
        #expect(found.lines == [2, 3, 8])
        #expect(found.entries[0].prints == [Made.print()])
        #expect(found.entries[0].medium == .picture)
        #expect(
            found.entries[0].other
                == [
                    "stopncii.lastModtimestamp": "1", "stopncii.caseNumbers": "{\"c1\":\"Active\"}",
                ]
        )
        #expect(found.entries[1].medium == .film)
        #expect(found.entries[2].other["stopncii.hashStatus"] == "Disputed")
        #expect(
            found.withdrawn == [
                .fingerprint(Made.fingerprint(Made.pdq2)), .md5(Made.bytes(Made.md5)),
            ]
        )
        #expect(found.rejected.keys.sorted() == [6])
        #expect(
            found.omitted == [
                "signals of the kind `Hologram`": 1,
                "further pages: the file is one page of several": 1,
            ]
        )
    }
}
