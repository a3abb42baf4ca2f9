import Evidence
import Testing

@Suite("Paths")
struct EvidencePathTests {
    @Test(
        "inside means below, not beside",
        arguments: [
            ("/a/b", "/a", true), ("/a", "/a", true), ("/ab", "/a", false), ("/a", "/a/b", false),
            ("/x", "/", true),
        ]
    )
    func inside(path: String, folder: String, expected: Bool) {
        #expect(EvidencePath(path).isInside(EvidencePath(folder)) == expected)
    }

    @Test("percent encoding keeps every byte apart")
    func encoding() {
        let path = EvidencePath(bytes: [0x2F, 0x25, 0x20, 0x0A, 0xFF, 0x61])
        #expect(path.percentEncoded == "/%25%20%0A%FFa")
    }
}
