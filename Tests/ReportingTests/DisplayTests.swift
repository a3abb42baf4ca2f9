import Evidence
import Reporting
import Testing

@Suite("What a person sees")
struct DisplayTests {
    @Test("characters that move the cursor or turn the reading order are shown, not obeyed")
    func hostileNames() {
        let name = "a\u{1B}[2Jb\nc\u{202E}gpj.exe"
        #expect(EvidencePath(name).display() == "a\\u{1B}[2Jb\\u{A}c\\u{202E}gpj.exe")
    }

    @Test("paths below the folder at hand are shown relative to it, others whole")
    func relative() {
        let here = EvidencePath("/home/ana")
        #expect(EvidencePath("/home/ana/x/y").display(relativeTo: here) == "x/y")
        #expect(EvidencePath("/home/anabel/x").display(relativeTo: here) == "/home/anabel/x")
    }

    @Test(
        "times and sizes",
        arguments: [(Int64(0), "0:00.0"), (61_260, "1:01.2"), (3_723_400, "1:02:03.4")]
    )
    func times(milliseconds: Int64, text: String) {
        #expect(displayTime(milliseconds: milliseconds) == text)
    }

    @Test(
        "bytes",
        arguments: [(Int64(812), "812 bytes"), (3_449_999, "3.4 MB"), (1_000, "1.0 kB")]
    )
    func sizes(bytes: Int64, text: String) {
        #expect(displayBytes(bytes) == text)
    }

    @Test("columns line up")
    func table() {
        let text = displayTable(header: ["a", "bb"], rows: [["long", "x"], ["s", "y"]])
        #expect(text == "a     bb\nlong  x\ns     y\n")
    }
}
