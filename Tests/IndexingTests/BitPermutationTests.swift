import Fingerprinting
import TestSupport
import Testing

@testable import Indexing

@Suite("bit permutation")
struct BitPermutationTests {
    /// The list of `Docs/Format.md`. If this fails, every index ever written has become unreadable.
    static let golden: [UInt8] = [
        // swift-format-ignore
        55, 57, 212, 32, 107, 48, 163, 58, 211, 103, 144, 108, 82, 63, 65, 195,
        71, 92, 25, 124, 17, 40, 161, 202, 239, 38, 136, 187, 228, 89, 105, 91,
        154, 152, 61, 64, 49, 166, 145, 147, 255, 78, 175, 146, 126, 106, 182, 174,
        113, 68, 34, 127, 140, 245, 138, 218, 188, 128, 1, 190, 243, 96, 217, 220,
        56, 70, 5, 75, 143, 20, 157, 198, 95, 194, 94, 170, 251, 134, 84, 150,
        240, 153, 67, 111, 59, 216, 197, 236, 52, 98, 133, 44, 10, 204, 169, 26,
        193, 86, 208, 173, 99, 76, 6, 219, 232, 237, 149, 201, 33, 242, 225, 227,
        200, 171, 222, 117, 158, 123, 41, 39, 90, 102, 172, 250, 151, 9, 15, 129,
        230, 87, 12, 186, 131, 249, 162, 21, 13, 189, 69, 247, 234, 18, 79, 3,
        226, 168, 16, 229, 46, 183, 156, 214, 235, 132, 112, 191, 23, 14, 118, 19,
        81, 213, 53, 72, 215, 80, 73, 178, 109, 224, 137, 22, 167, 176, 252, 248,
        254, 164, 159, 185, 207, 199, 0, 155, 29, 4, 181, 47, 7, 233, 51, 28,
        253, 122, 27, 160, 196, 60, 97, 35, 104, 77, 135, 100, 110, 203, 180, 130,
        50, 42, 165, 238, 209, 74, 223, 221, 85, 206, 83, 210, 93, 179, 192, 177,
        2, 115, 31, 54, 205, 119, 142, 121, 148, 30, 8, 36, 184, 37, 141, 231,
        11, 246, 43, 241, 62, 244, 116, 114, 45, 139, 125, 101, 88, 24, 120, 66,
    ]

    @Test("the permutation is the published one")
    func permutationIsGolden() {
        #expect(BitPermutation.source == BitPermutationTests.golden)
        #expect(BitPermutation.source.sorted() == (0...255).map { UInt8($0) })
    }

    @Test("a row holds bit source[n] at place n, and gives the fingerprint back")
    func rowsGiveTheFingerprintBack() {
        for bit in 0..<256 {
            var words: [UInt64] = [0, 0, 0, 0]
            words[bit / 64] = 1 << UInt64(bit % 64)
            let single = Fingerprint(words: (words[0], words[1], words[2], words[3]))
            let row = BitPermutation.row(of: single)
            let rowWords = [row.words.0, row.words.1, row.words.2, row.words.3]
            let place = rowWords.firstIndex { $0 != 0 }.map {
                64 * $0 + rowWords[$0].trailingZeroBitCount
            }
            #expect(place.map { Int(BitPermutation.source[$0]) } == bit)
            #expect(BitPermutation.fingerprint(ofRow: row) == single)
        }
        var random = SplitMix64(seed: 0xB175)
        for _ in 0..<200 {
            let (left, right) = (random.fingerprint(), random.fingerprint())
            let rows = (BitPermutation.row(of: left), BitPermutation.row(of: right))
            #expect(BitPermutation.fingerprint(ofRow: rows.0) == left)
            #expect(rows.0.distance(to: rows.1) == left.distance(to: right))
        }
    }
}
