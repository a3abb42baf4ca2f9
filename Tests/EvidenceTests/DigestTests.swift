import CKernels
import Evidence
import TestSupport
import Testing

@Suite("Three digests in one pass")
struct DigestTests {
    /// Where the kernel is missing, the tests of it say that they did not run, instead of comparing the
    /// library with itself.
    private static let needsKernel: ConditionTrait = .enabled(
        if: DigestPass.isKernelAvailable,
        "this processor has no SHA extensions"
    )

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

    @Test("the kernel equals the library at every length around the blocks' edges", needsKernel)
    func lengths() {
        var generator = SplitMix64(seed: 0x5EED)
        let bytes = (0..<300).map { _ in UInt8.random(in: 0...255, using: &generator) }
        for count in 0...bytes.count {
            let whole = [bytes[..<count]]
            #expect(digests(.kernel, whole) == digests(.library, whole), "\(count) bytes")
        }
    }

    @Test("the kernel equals the library however the bytes come in pieces", needsKernel)
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

    @Test("the kernel equals the library over megabytes", needsKernel)
    func megabytes() {
        var generator = SplitMix64(seed: 0x3E6A)
        let words = (0..<393_217).map { _ in UInt64.random(in: 0 ... .max, using: &generator) }
        let bytes = words.withUnsafeBytes { Array($0.dropLast(3)) }
        #expect(digests(.kernel, [bytes[...]]) == digests(.library, [bytes[...]]))
    }

    /// 2^32 zeros and then "abc": neither the bytes nor their bits can be counted in 32 bits. The
    /// expected digests are those of `(head -c 4294967296 /dev/zero; printf abc) | md5sum`, `sha1sum`
    /// and `sha256sum`. To spare the zeros, the test begins with the chaining values after them; were
    /// one of these wrong, so would be its digest.
    @Test("the kernel counts past 32 bits", needsKernel)
    func countsPast32Bits() {
        var state = vestige_digest_state()
        state.md5 = (0xbd2d_ed0a, 0xac54_fc02, 0x1857_fcee, 0x61bb_26ec)
        state.sha1 = (0xd6d0_ccd0, 0x737c_474d, 0x3119_ccc0, 0xd168_df14, 0x3d24_53be)
        state.sha256 = (
            0x8ffe_48e8, 0xfe68_1595, 0x06d4_999e, 0xe2b1_ac4c,
            0x3e5b_953c, 0xd5f8_bb95, 0xe808_2d4e, 0x8df5_e99a
        )
        state.count = 1 << 32
        vestige_digest_update(&state, Array("abc".utf8), 3)
        #expect(state.count == (1 << 32) + 3)
        var md5 = [UInt8](repeating: 0, count: 16)
        var sha1 = [UInt8](repeating: 0, count: 20)
        var sha256 = [UInt8](repeating: 0, count: 32)
        vestige_digest_finish(&state, &md5, &sha1, &sha256)
        #expect(md5.hexDigits == "59eb8cc802c86d3eda7e0d1912f6a9c3")
        #expect(sha1.hexDigits == "eee321e1de4be0ec5d7943620e0b079b7537c6fd")
        #expect(
            sha256.hexDigits
                == "493aa9f5af1e681d1bcc8db0c96a2ae4b5e6b3e51cefddb7efe24bdc7bdefa91"
        )
    }

    @Test("a pass whose digests were taken goes on", arguments: [DigestPass.Form.kernel, .library])
    func goesOn(form: DigestPass.Form) {
        let bytes = (0..<150).map { UInt8($0) }
        var pass = DigestPass(form)
        bytes[..<70].withUnsafeBytes { pass.update($0) }
        #expect(pass.finalize() == digests(.library, [bytes[..<70]]))
        pass.update(UnsafeRawBufferPointer(start: nil, count: 0))
        bytes[70...].withUnsafeBytes { pass.update($0) }
        #expect(pass.finalize() == digests(.library, [bytes[...]]))
    }

    @Test("a pass that is copied goes on twice", needsKernel)
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
