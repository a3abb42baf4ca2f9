import Fingerprinting
import HashLists
import TestSupport
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

    @Test("The fast way reads as the general one does, whatever is changed")
    func scanning() throws {
        let print = try #require(EntryLineTests.print)
        var entry = ListEntry(prints: [.init(print, quality: 7)])
        entry.md5 = [UInt8](repeating: 0xA5, count: 16)
        entry.sha1 = [UInt8](repeating: 1, count: 20)
        entry.identifier = "Ü 写"
        entry.medium = .film
        entry.categories = [
            .init(scheme: "V", country: "US", code: "1"), .init(scheme: "N", code: "A1"),
        ]
        entry.size = 17
        let line = Array(entry.json.utf8)
        var random = SplitMix64(seed: 0xE1)
        var (read, refused) = (0, 0)
        for _ in 0..<20_000 {
            var changed = line
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                let place = Int.random(in: 0..<changed.count, using: &random)
                switch random.next() % 3 {
                case 0: changed[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: changed.remove(at: place)
                default:
                    changed.insert(
                        Array("\",:{}[]019ae\\".utf8).randomElement(using: &random) ?? 0,
                        at: place
                    )
                }
            }
            // Behind white space the general way is taken.
            let general = [UInt8(ascii: " ")] + changed
            let fast = try? changed.withUnsafeBytes { bytes throws(ListFault) in
                try ListEntry(json: bytes)
            }
            let slow = try? general.withUnsafeBytes { bytes throws(ListFault) in
                try ListEntry(json: bytes)
            }
            #expect(fast == slow, "\(String(decoding: changed, as: UTF8.self))")
            if fast == nil { refused += 1 } else { read += 1 }
        }
        #expect(read > 1_000 && refused > 1_000)
    }
}
