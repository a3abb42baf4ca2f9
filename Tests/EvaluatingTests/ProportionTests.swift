import Testing

@testable import Evaluating

@Suite("Confidence intervals")
struct ProportionTests {
    /// R. G. Newcombe, Statistics in Medicine 17 (1998), table I: methods 3 and 5.
    @Test(
        "are those that Newcombe published",
        arguments: [
            (81, 263, 0.2553, 0.3662, 0.2527, 0.3676), (15, 148, 0.0624, 0.1605, 0.0578, 0.1617),
            (0, 20, 0.0000, 0.1611, 0.0000, 0.1684), (1, 29, 0.0061, 0.1718, 0.0009, 0.1776),
        ]
    )
    func published(
        count: Int,
        total: Int,
        wilsonLow: Double,
        wilsonHigh: Double,
        exactLow: Double,
        exactHigh: Double
    ) throws {
        let proportion = Proportion(count, of: total)
        let wilson = try #require(proportion.wilson)
        let exact = try #require(proportion.exact)
        #expect(abs(wilson.lowerBound - wilsonLow) < 0.00005001)
        #expect(abs(wilson.upperBound - wilsonHigh) < 0.00005001)
        #expect(abs(exact.lowerBound - exactLow) < 0.00005001)
        #expect(abs(exact.upperBound - exactHigh) < 0.00005001)
    }

    @Test("mirror each other", arguments: [(0, 20), (3, 40), (81, 263), (10, 10)])
    func mirrored(count: Int, total: Int) throws {
        let one = Proportion(count, of: total)
        let other = Proportion(total - count, of: total)
        for (left, right) in [(one.wilson, other.wilson), (one.exact, other.exact)] {
            let (left, right) = try (#require(left), #require(right))
            #expect(abs(left.lowerBound - (1 - right.upperBound)) < 1e-9)
            #expect(abs(left.upperBound - (1 - right.lowerBound)) < 1e-9)
        }
    }

    /// The definition: a share at the upper limit gives so few with a probability of 2.5 %.
    @Test("the exact one leaves 2.5 % on either side", arguments: [(1, 10), (4, 9), (7, 50)])
    func definition(count: Int, total: Int) throws {
        let exact = try #require(Proportion(count, of: total).exact)
        #expect(abs(atMost(count, total, exact.upperBound) - 0.025) < 1e-9)
        #expect(abs(1 - atMost(count - 1, total, exact.lowerBound) - 0.025) < 1e-9)
    }

    private func atMost(_ count: Int, _ total: Int, _ share: Double) -> Double {
        var (sum, term) = (0.0, 1.0)
        for _ in 0..<total { term *= 1 - share }
        for number in 0...count {
            sum += term
            term *= Double(total - number) / Double(number + 1) * share / (1 - share)
        }
        return sum
    }

    @Test("none of n is bounded by nearly 3 / n", arguments: [10, 100, 1_000_000_000])
    func ruleOfThree(total: Int) throws {
        let bound = try #require(Proportion(0, of: total).boundOfNone)
        // That so many show none has a probability of 5 % then.
        var chance = 1.0
        if total <= 100 {
            for _ in 0..<total { chance *= 1 - bound }
            #expect(abs(chance - 0.05) < 1e-12)
        }
        #expect(bound < 3 / Double(total))
        #expect(bound > 2.5 / Double(total))
        #expect(Proportion(0, of: total).rare == 0...bound)
        #expect(Proportion(1, of: total).boundOfNone == nil)
    }

    /// For rare events the exact limits become those of a Poisson distribution: 0.0253 and 5.572 for one (F. Garwood,
    /// Biometrika 28, 1936).
    @Test("large numbers keep their digits")
    func large() throws {
        let exact = try #require(Proportion(1, of: 2_000_000_000).exact)
        #expect(abs(exact.lowerBound * 2e9 - 0.02532) < 0.0001)
        #expect(abs(exact.upperBound * 2e9 - 5.5716) < 0.001)
    }

    @Test("there is none of nothing")
    func nothing() {
        let nothing = Proportion(0, of: 0)
        #expect(nothing.share == nil && nothing.wilson == nil && nothing.exact == nil)
        #expect(nothing.rare == nil)
    }
}
