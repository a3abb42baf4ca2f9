import Casework
import Evidence
import TestSupport
import Testing

@testable import Evaluating

@Suite("Tables of ground truth")
struct GroundTruthTests {
    private func read(_ text: String) throws -> GroundTruth {
        try GroundTruth(name: "truth.csv", bytes: Array(text.utf8))
    }

    @Test("quotes, commas, line breaks and doubled quotes in fields are part of names")
    func quoted() throws {
        let truth = try read(
            "\u{FEFF}kind,original,variant,transform\r\n"
                + "image,\"a,b.jpg\",\"c\"\"d\".jpg,x\r\n"
                + "image,\"a,b.jpg\",\"c\"\"d.jpg\",crop\r\n"
                + "image,\"two\nlines.jpg\",v.jpg,\"\"\r\n"
                + "\r\n"
                + "image,./o.jpg,w.jpg,jpeg"
        )
        #expect(truth.form == .variants)
        #expect(truth.rows.map(\.original?.text) == ["a,b.jpg", "two\nlines.jpg", "o.jpg"])
        #expect(truth.rows.map(\.variant.text) == ["c\"d.jpg", "v.jpg", "w.jpg"])
        #expect(truth.rows.map(\.line) == [3, 4, 7])
        #expect(truth.rows.map(\.transform) == ["crop", "", "jpeg"])
        #expect(truth.wrongLines.map(\.line) == [2])
        #expect(truth.wrongLines[0].reason.contains("behind a closing quote"))
    }

    @Test("wrong lines are named and counted, and do not stop the rest")
    func wrongLines() throws {
        let truth = try read(
            """
            original,variant,transform,src_start,src_end,var_start,var_end
            a.jpg,b.jpg,jpeg,,,,
            a.jpg,b.jpg,jpeg
            a.jpg,,jpeg,,,,
            a.jpg,c.jpg,jpeg,soon,2,3,4
            a"b.jpg,c.jpg,jpeg,,,,
            /etc/passwd,c.jpg,jpeg,,,,
            "a.jpg,c.jpg,jpeg,,,,
            a.mp4,d.mp4,reverse,0,10.5,10.5,0
            ,e.jpg,none,,,,

            """
        )
        #expect(truth.wrongLines.map(\.line) == [3, 4, 5, 6, 7, 8])
        #expect(truth.wrongCount == 6)
        #expect(truth.rows.map(\.line) == [2, 9, 10])
        let stretch = GroundTruth.Stretch(original: 0...10_500, variant: 0...10_500)
        #expect(truth.rows.map(\.stretch) == [nil, stretch, nil])
        #expect(truth.rows[2].original == nil)
    }

    @Test("names are bytes, whatever their encoding")
    func bytes() throws {
        let name: [UInt8] = [0xE9, 0x74, 0xE9, 0x2E, 0x6A, 0x70, 0x67]
        let text = Array("file_a,file_b,dihedral_index\n".utf8) + name + Array(",b.jpg,3\n".utf8)
        let truth = try GroundTruth(name: "pairs.csv", bytes: text)
        #expect(truth.form == .pairs)
        #expect(truth.rows[0].original?.bytes == name)
        #expect(truth.rows[0].strength == "turn 3")
    }

    @Test(
        "what is no table of ground truth is refused",
        arguments: [
            ("", "no table"), ("a,b,c\n1,2,3\n", "must name the columns"),
            ("original,variant,transform\n", "nothing to measure"),
            ("original,variant,transform\na.jpg,b.jpg\n", "line 2"),
            ("original,variant,transform\n,b.jpg,none\n", "nothing to measure"),
            ("original,variant,variant,transform\na,b,c,d\n", "two columns variant"),
        ]
    )
    func refused(text: String, reason: String) throws {
        let fault = #expect(throws: CaseFault.self) { try read(text) }
        #expect(fault?.code == .badInput)
        #expect(fault?.message.contains(reason) ?? false, "\(fault?.message ?? "")")
    }

    @Test("any bytes are read to their end")
    func anyBytes() {
        var generator = SplitMix64(seed: 0x5EED)
        let alphabet = Array("a,\"\r\n".utf8)
        for length in 0..<400 {
            let bytes = (0..<length).map { _ in
                alphabet[Int(generator.next() % UInt64(alphabet.count))]
            }
            var reader = CSVReader(bytes)
            var last = 0
            while let (line, _) = reader.next() {
                #expect(line > last)
                last = line
            }
            #expect(last <= bytes.count { $0 == 10 } + 1)
        }
    }
}
