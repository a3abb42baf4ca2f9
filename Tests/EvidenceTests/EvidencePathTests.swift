import Evidence
import Testing

@Suite("Paths and digests")
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

    @Test("the digests are those of the standards' examples, in however many pieces")
    func digests() {
        let message = Array("abc".utf8)
        for cut in 0...message.count {
            var pass = DigestPass()
            message[..<cut].withUnsafeBytes { pass.update($0) }
            message[cut...].withUnsafeBytes { pass.update($0) }
            let digests = pass.finalize()
            #expect(digests.md5.hexDigits == "900150983cd24fb0d6963f7d28e17f72")
            #expect(digests.sha1.hexDigits == "a9993e364706816aba3e25717850c26c9cd0d89d")
            #expect(
                digests.sha256.hexDigits
                    == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
            )
        }
    }
}
