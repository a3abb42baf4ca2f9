import Fingerprinting
import HashLists
import TestSupport
import Testing

@Suite("Lists of lines")
struct LineFormatTests {
    @Test("Every form of a PDQ line is read, whatever is around it")
    func pdqForms() throws {
        let upper = Made.pdq.uppercased()
        let text = """
            \u{FEFF}# comment\r
            \(Made.pdq)\r
              \(upper)\t

            pdq \(Made.pdq)
            PDQ\t\(upper)
            video_md5 \(Made.md5)
            \(Made.pdq),100,/evidence/a, b.jpg
            \(Made.pdq),7
            \(Made.pdq),,b.jpg
            \(Made.pdq),5,"a ""quoted"" name"
            \(Made.pdq),filename=/evidence/a,b=c.jpg
            hash=\(Made.pdq),norm=128,delta=0,quality=99,filename=b.jpg
            hash=\(Made.pdq)
            \(Made.pdq)
            """
        let found = try RecordingSink.reading(text.utf8, as: .pdq)
        #expect(found.rejected.isEmpty)
        var film = ListEntry()
        film.md5 = Made.bytes(Made.md5)
        film.medium = .film
        func entry(_ quality: UInt8?, _ name: String?) -> ListEntry {
            var entry = ListEntry(prints: [Made.print(quality)])
            entry.name = name
            return entry
        }
        var full = entry(99, "b.jpg")
        full.other = ["pdq.norm": "128", "pdq.delta": "0"]
        #expect(
            found.entries == [
                entry(nil, nil), entry(nil, nil), entry(nil, nil), entry(nil, nil), film,
                entry(100, "/evidence/a, b.jpg"), entry(7, nil), entry(nil, "b.jpg"),
                entry(5, "a \"quoted\" name"), entry(nil, "/evidence/a,b=c.jpg"), full,
                entry(nil, nil), entry(nil, nil),
            ]
        )
        #expect(found.lines == [2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])
    }

    @Test(
        "A wrong line is rejected by its number, and the others are read",
        arguments: [
            "x", String(Made.pdq.dropLast()), Made.pdq + "0", Made.pdq.dropLast() + "g",
            "pdq \(Made.md5)", "video_md5 \(Made.pdq)", "\(Made.pdq),101,a", "\(Made.pdq),-1",
            "\(Made.pdq);5", "hash=\(Made.md5)", "hash=\(Made.pdq)0", "hash=\(Made.pdq),quality=x",
            "hash=\(Made.pdq),quality", "hello world", "\u{10}" + Made.pdq.dropFirst(),
            Made.pdq.dropLast() + "\u{7F}",
        ]
    )
    func pdqWrong(_ line: String) throws {
        let text = "\(Made.pdq)\n\(line)\n\(Made.pdq)\n"
        let found = try RecordingSink.reading(text.utf8, as: .pdq)
        #expect(found.lines == [1, 3])
        #expect(found.rejected.keys.sorted() == [2])
    }

    @Test("A line that is no UTF-8, and one without end, are rejected by number")
    func badBytes() throws {
        var text = Array("\(Made.pdq),5,a".utf8) + [0xFF, 0x0A]
        text += [UInt8](repeating: 0x61, count: 5 << 20) + [0x0A]
        text += Array(Made.pdq.utf8) + [0x0A]
        text += [UInt8](repeating: 0x61, count: 3 << 20)
        let found = try RecordingSink.reading(text, as: .pdq)
        #expect(found.lines == [3])
        #expect(found.rejected[1]?.contains("UTF-8") == true)
        #expect(found.rejected[2]?.contains("too long") == true)
        #expect(found.rejected[4]?.contains("too long") == true)
    }

    @Test("Lines lie across the ends of blocks")
    func blocks() throws {
        let count = 70_000
        var text: [UInt8] = []
        var expected: [Fingerprint] = []
        var generator = SplitMix64(seed: 5)
        for _ in 0..<count {
            let words = (generator.next(), generator.next(), generator.next(), generator.next())
            let fingerprint = Fingerprint(words: words)
            expected.append(fingerprint)
            text += Array(fingerprint.hex.utf8) + [0x0D, 0x0A]
        }
        let found = try RecordingSink.reading(text, as: .pdq)
        #expect(found.entries.map { $0.prints.first?.fingerprint } == expected)
        #expect(found.lines == Array(1...count))
    }

    @Test("Signals of other kinds are told, not taken")
    func signals() throws {
        let text = "pdq \(Made.pdq)\nraw_text hello there\nraw_text x\nurl http://example.org\n"
        let found = try RecordingSink.reading(text.utf8, as: .threatexchange)
        #expect(found.entries.count == 1)
        #expect(
            found.omitted == ["signals of the kind `raw_text`": 2, "signals of the kind `url`": 1]
        )
    }

    @Test("The frames of a film are one entry, in the order of their times")
    func film() throws {
        let text = """
            60,98,\(Made.pdq2),2.002\r
            0,100,\(Made.pdq),0.000
            30,\(Made.pdq2),99,1.0005

            31,101,\(Made.pdq),1
            31,50,\(Made.pdq),-1
            """
        let found = try RecordingSink.reading(text.utf8, as: .vpdq, name: "a film.mp4.txt")
        let film = try #require(found.entries.first)
        #expect(found.entries.count == 1)
        #expect(found.lines == [1])
        #expect(film.name == "a film.mp4")
        #expect(film.medium == .film)
        #expect(film.prints.map(\.timeMilliseconds) == [0, 1001, 2002])
        #expect(film.prints.map(\.quality) == [100, 99, 98])
        #expect(film.prints[1].fingerprint.hex == Made.pdq2)
        #expect(found.rejected.keys.sorted() == [5, 6])
    }

    @Test("A film whose lines have no seconds keeps the order of its frames, and no times")
    func filmWithoutTimes() throws {
        let text = "30,99,\(Made.pdq2)\n0,100,\(Made.pdq)\n"
        let found = try RecordingSink.reading(text.utf8, as: .vpdq)
        let film = try #require(found.entries.first)
        #expect(film.prints.map(\.fingerprint.hex) == [Made.pdq, Made.pdq2])
        #expect(film.prints.allSatisfy { $0.timeMilliseconds == nil })
        #expect(found.omitted.count == 1)
        let compact = "\(Made.pdq),100,0.0\n\(Made.pdq2),90,1.5\n"
        let other = try RecordingSink.reading(compact.utf8, as: .vpdq)
        #expect(other.entries.first?.prints.map(\.timeMilliseconds) == [0, 1500])
    }

    @Test("Lines of JSON: what is unknown is told, what is wrong rejected")
    func jsonLines() throws {
        let text = """
            {"pdq":"\(Made.pdq)"}
            {"pdq":"\(Made.pdq)","quality":9}

            {"md5":"\(Made.md5)","colour":"red"}
            {"pdq":"\(Made.pdq.dropLast())g"}
            {"md5":
            """
        let found = try RecordingSink.reading(text.utf8, as: .jsonl)
        #expect(found.lines == [1, 2, 4])
        #expect(found.entries[1].prints == [Made.print(9)])
        #expect(found.omitted == ["the member `colour`": 1])
        #expect(found.rejected.keys.sorted() == [5, 6])
    }

    @Test("hashdeep: columns come from the heading, and further commas belong to the name")
    func hashdeep() throws {
        let text = """
            %%%% HASHDEEP-1.0
            %%%% size,md5,tiger,sha256,filename
            ## Invoked from: /
            ## $ hashdeep
            ##
            39,\(Made.md5.uppercased()),abc,\(Made.sha256),/evidence/a,b, "c".jpg\r
            x,\(Made.md5),,,a
            1,zz,,,a
            1,,,,a
            1,\(Made.md5)
            """
        let found = try RecordingSink.reading(text.utf8)
        var entry = ListEntry()
        entry.size = 39
        entry.md5 = Made.bytes(Made.md5)
        entry.sha256 = Made.bytes(Made.sha256)
        entry.name = "/evidence/a,b, \"c\".jpg"
        entry.other = ["hashdeep.tiger": "abc"]
        #expect(found.entries == [entry])
        #expect(found.rejected.keys.sorted() == [7, 8, 9, 10])
        #expect(throws: ListFault.self) {
            try RecordingSink.reading("1,2\n".utf8, as: .hashdeep)
        }
    }

    @Test("Lists of digests in every form")
    func digests() throws {
        let text = """
            # comment
            \(Made.md5)
            \(Made.sha1.uppercased())  a b.jpg
            \(Made.sha256) *c.jpg\r
            \\\(Made.md5)  a\\\\b\\nc
            MD5 (a (1).jpg) = \(Made.md5)
            SHA2-256(x)= \(Made.sha256)
            \(Made.md5),1,2
            "\(Made.sha1)","x"
            \(Made.sha256)\(Made.sha256)
            SHA512 (a) = \(Made.sha256)\(Made.sha256)
            nonsense
            \(Made.md5)0
            """
        let found = try RecordingSink.reading(text.utf8, as: .digests)
        #expect(
            found.entries.map(\.name) == [
                nil, "a b.jpg", "c.jpg", "a\\b\nc", "a (1).jpg", "x", nil, nil,
            ]
        )
        #expect(
            found.entries.map { $0.md5 != nil } == [
                true, false, false, true, true, false, true, false,
            ]
        )
        #expect(
            found.entries.map { $0.sha1 != nil } == [
                false, true, false, false, false, false, false, true,
            ]
        )
        #expect(found.rejected.keys.sorted() == [12, 13])
        #expect(
            found.omitted == [
                "columns behind a digest, without a heading": 2, "digests of 128 hex digits": 1,
                "digests of the kind `SHA512`": 1,
            ]
        )
    }

    @Test("A table of digests: the text form of the RDS, without the file of no bytes")
    func table() throws {
        let empty = "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709"
        let text = """
            "SHA-1","MD5","CRC32","FileName","FileSize","ProductCode","OpSystemCode","SpecialCode"
            "\(Made.sha1)","\(Made.md5)","00000000","a "",b"".dll",39,1,"WIN",""
            "\(empty)","D41D8CD98F00B204E9800998ECF8427E","00000000","x",0,1,"WIN",""
            "\(Made.sha1)","\(Made.md5)","0
            """
        let found = try RecordingSink.reading(text.utf8)
        var entry = ListEntry()
        entry.sha1 = Made.bytes(Made.sha1)
        entry.md5 = Made.bytes(Made.md5)
        entry.name = "a \",b\".dll"
        entry.size = 39
        entry.categories = [AssertedCategory(scheme: "NSRL", code: "known")]
        #expect(found.entries == [entry])
        #expect(found.omitted["digests of an empty file"] == 1)
        #expect(found.omitted["the column `CRC32`"] == 2)
        #expect(found.rejected.keys.sorted() == [4])
    }

    @Test("ICSE: flags in every spelling, the baseline is a category")
    func icse() throws {
        let heading =
            "MD5;SHA1;PhotoDNA;Image ID;Is distributed;Victim identified;Offender identified;"
            + "Series name;Number of submissions;File Available;Media Type;Baseline"
        let text = """
            \(heading)\r
            \(Made.md5.uppercased());\(Made.sha1);abc;7;Y;no;T;"a;b";3;f;image;yes\r
            \(Made.md5);;;;maybe;;;;;;hologram;N
            ;;;;;;;;;;;
            \(Made.md5);"x
            \(Made.md5);;;;;;;;;;;;more
            """
        let found = try RecordingSink.reading(text.utf8, context: ImportContext(country: "FR"))
        var first = ListEntry()
        first.md5 = Made.bytes(Made.md5)
        first.sha1 = Made.bytes(Made.sha1)
        first.identifier = "7"
        first.medium = .picture
        first.series = "a;b"
        first.marks = [
            "distributed": true, "victim_identified": false, "offender_identified": true,
            "file_available": false, "baseline": true,
        ]
        first.categories = [AssertedCategory(scheme: "ICSE", country: "FR", code: "baseline")]
        first.other = ["photodna": "abc", "icse.Number of submissions": "3"]
        #expect(found.entries.first == first)
        #expect(found.entries.last?.marks == ["baseline": false])
        #expect(found.entries.last?.other == ["icse.Media Type": "hologram"])
        #expect(found.lines == [2, 3])
        #expect(found.omitted == ["a `Is distributed` that is neither yes nor no": 1])
        #expect(found.rejected.keys.sorted() == [4, 5, 6])
    }
}
