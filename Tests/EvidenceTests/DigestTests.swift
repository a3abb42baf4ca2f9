import Evidence
import TestSupport
import Testing

@Suite("Three digests in one pass")
struct DigestTests {
    private func digests(_ form: DigestPass.Form, _ pieces: [ArraySlice<UInt8>]) -> Digests {
        var pass = DigestPass(form)
        for piece in pieces {
            piece.withUnsafeBytes { pass.update($0) }
        }
        return pass.finalize()
    }

    @Test("those of the standards' examples", arguments: [DigestPass.Form.kernel, .library])
    func standards(form: DigestPass.Form) {
        let none = digests(form, [])
        #expect(none.md5.hexDigits == "d41d8cd98f00b204e9800998ecf8427e")
        #expect(none.sha1.hexDigits == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
        #expect(
            none.sha256.hexDigits
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        )
        let abc = digests(form, [Array("abc".utf8)[...]])
        #expect(abc.md5.hexDigits == "900150983cd24fb0d6963f7d28e17f72")
        #expect(abc.sha1.hexDigits == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(
            abc.sha256.hexDigits
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
    }

    @Test("the kernel equals the library at every length around the blocks' edges")
    func lengths() {
        var generator = SplitMix64(seed: 0x5EED)
        let bytes = (0..<300).map { _ in UInt8.random(in: 0...255, using: &generator) }
        for count in 0...bytes.count {
            let whole = [bytes[..<count]]
            #expect(digests(.kernel, whole) == digests(.library, whole), "\(count) bytes")
        }
    }

    @Test("the kernel equals the library however the bytes come in pieces")
    func pieces() {
        var generator = SplitMix64(seed: 0xD16E57)
        let bytes = (0..<200_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let expected = digests(.library, [bytes[...]])
        for longest in [1, 63, 64, 65, 200, 70_000] {
            var pieces: [ArraySlice<UInt8>] = []
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + Int.random(in: 0...longest, using: &generator))
                pieces.append(bytes[start..<end])
                start = end
            }
            #expect(digests(.kernel, pieces) == expected, "pieces of up to \(longest)")
        }
    }

    @Test("a pass that is copied goes on twice")
    func copies() {
        let bytes = Array(repeating: UInt8(7), count: 100)
        var first = DigestPass(.kernel)
        bytes.withUnsafeBytes { first.update($0) }
        var second = first
        bytes.withUnsafeBytes { second.update($0) }
        #expect(first.finalize() == digests(.library, [bytes[...]]))
        #expect(second.finalize() == digests(.library, [bytes[...], bytes[...]]))
    }
}
