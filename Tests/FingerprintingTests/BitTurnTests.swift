import Fingerprinting
import TestSupport
import Testing

/// Turning the bits alone, against the rules for the 16 × 16 coefficients.
@Suite("turned bits")
struct BitTurnTests {
    private func fingerprint(_ random: inout SplitMix64) -> Fingerprint {
        Fingerprint(words: (random.next(), random.next(), random.next(), random.next()))
    }

    /// The bits as a matrix: bit 16 i + j at row i, column j.
    private func matrix(_ fingerprint: Fingerprint) -> [[Bool]] {
        let words = [
            fingerprint.words.0, fingerprint.words.1, fingerprint.words.2, fingerprint.words.3,
        ]
        return (0..<16).map { row in
            (0..<16).map { column in
                let bit = 16 * row + column
                return words[bit / 64] >> UInt64(bit % 64) & 1 == 1
            }
        }
    }

    /// The reference's rules: an element is negated by its place before transposing; a negated one is
    /// above the median where it was not.
    private func definition(_ bits: [[Bool]], _ turn: Turn) -> [[Bool]] {
        let isNegated: (Int, Int) -> Bool =
            switch turn {
            case .none, .flipPlus1: { _, _ in false }
            case .rotate90, .flipY: { $1 % 2 == 0 }
            case .rotate270, .flipX: { row, _ in row % 2 == 0 }
            case .rotate180, .flipMinus1: { ($0 + $1) % 2 == 1 }
            }
        let isTransposed = [.rotate90, .rotate270, .flipPlus1, .flipMinus1].contains(turn)
        var result = bits
        for row in 0..<16 {
            for column in 0..<16 {
                let bit = bits[row][column] != isNegated(row, column)
                if isTransposed {
                    result[column][row] = bit
                } else {
                    result[row][column] = bit
                }
            }
        }
        return result
    }

    @Test("each turn is the rule for its coefficients", arguments: Turn.allCases)
    func rules(turn: Turn) {
        var random = SplitMix64(seed: 0x7412)
        for _ in 0..<50 {
            let fingerprint = fingerprint(&random)
            let turned = fingerprint.turned(turn)
            #expect(matrix(turned) == definition(matrix(fingerprint), turn))
        }
        let zeros = Fingerprint(words: (0, 0, 0, 0))
        #expect(matrix(zeros.turned(turn)) == definition(matrix(zeros), turn))
    }

    @Test("distances stay", arguments: Turn.allCases)
    func isometry(turn: Turn) {
        var random = SplitMix64(seed: 0x7413)
        for _ in 0..<100 {
            let (left, right) = (fingerprint(&random), fingerprint(&random))
            #expect(left.turned(turn).distance(to: right.turned(turn)) == left.distance(to: right))
        }
    }

    @Test("the inverse undoes a turn, and each turn has one", arguments: Turn.allCases)
    func inverse(turn: Turn) {
        var random = SplitMix64(seed: 0x7414)
        let fingerprint = fingerprint(&random)
        #expect(fingerprint.turned(turn).turned(turn.inverse) == fingerprint)
        #expect(fingerprint.turned(turn.inverse).turned(turn) == fingerprint)
        #expect(turn.inverse.inverse == turn)
    }

    /// Of a square's eight turns: two after each other are one, the same one for every fingerprint.
    @Test("the turns are the group of the square")
    func group() {
        var random = SplitMix64(seed: 0x7415)
        let fingerprints = (0..<10).map { _ in fingerprint(&random) }
        var products: [Set<Turn>] = []
        for first in Turn.allCases {
            var row: Set<Turn> = []
            for second in Turn.allCases {
                let products = Turn.allCases.filter { turn in
                    fingerprints.allSatisfy { $0.turned(first).turned(second) == $0.turned(turn) }
                }
                #expect(products.count == 1, "\(first), then \(second): \(products)")
                row.formUnion(products)
            }
            products.append(row)
        }
        #expect(products.allSatisfy { $0.count == 8 }, "a Latin square")
        let turned = fingerprints[0].turned(.rotate90).turned(.rotate90)
        #expect(turned == fingerprints[0].turned(.rotate180))
        #expect(turned.turned(.rotate90) == fingerprints[0].turned(.rotate270))
    }
}
