import Fingerprinting
import TestSupport
import Testing

/// The value itself: text, distance, and names that are stored.
@Suite("fingerprint")
struct FingerprintTests {
    @Test("text and bits go back and forth, most significant digit first")
    func hexRoundTrip() throws {
        var random = SplitMix64(seed: 12)
        for _ in 0..<100 {
            let fingerprint = Fingerprint(
                words: (random.next(), random.next(), random.next(), random.next())
            )
            #expect(Fingerprint(hex: fingerprint.hex) == fingerprint)
            #expect(Fingerprint(hex: fingerprint.hex.uppercased()) == fingerprint)
        }
        let low = Fingerprint(words: (1, 0, 0, 0))
        #expect(low.hex == String(repeating: "0", count: 63) + "1")
        let high = Fingerprint(words: (0, 0, 0, 1 << 63))
        #expect(high.hex == "8" + String(repeating: "0", count: 63))
    }

    @Test("text of another length or with another letter is refused")
    func badHex() {
        let digits = String(repeating: "a", count: 64)
        for text in [
            "", "a", String(digits.dropLast()), digits + "a", digits.dropLast() + "g",
            digits.dropLast() + " ", digits.dropLast() + "é", "0x" + digits.dropLast(2),
        ] {
            #expect(Fingerprint(hex: text) == nil, "\(text)")
        }
    }

    @Test("the distance counts the bits that differ", arguments: [0, 1, 31, 64, 128, 255, 256])
    func distances(count: Int) {
        var random = SplitMix64(seed: UInt64(count))
        let fingerprint = Fingerprint(
            words: (random.next(), random.next(), random.next(), random.next())
        )
        var words = [
            fingerprint.words.0, fingerprint.words.1, fingerprint.words.2, fingerprint.words.3,
        ]
        for bit in (0..<256).shuffled(using: &random).prefix(count) {
            words[bit / 64] ^= 1 << UInt64(bit % 64)
        }
        let other = Fingerprint(words: (words[0], words[1], words[2], words[3]))
        #expect(fingerprint.distance(to: other) == count)
        #expect(other.distance(to: fingerprint) == count)
        #expect((fingerprint == other) == (count == 0))
    }

    @Test("names and raw values that are stored stay as they are")
    func storedNames() {
        #expect(FingerprintKind.allCases.map(\.rawValue) == [1, 2])
        #expect(FingerprintKind.allCases.map(\.name) == ["pdq-b", "pdq-a"])
        for kind in FingerprintKind.allCases {
            #expect(FingerprintKind(name: kind.name) == kind)
        }
        #expect(FingerprintKind(name: "pdq") == nil)
        #expect(
            Turn.allCases.map(\.name) == [
                "none", "rotate90", "rotate180", "rotate270", "flipX", "flipY", "flipPlus1",
                "flipMinus1",
            ]
        )
        #expect(Turn.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6, 7])
    }
}
