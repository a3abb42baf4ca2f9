import Glibc

/// So many of so many, with what that says of the share behind it.
public struct Proportion: Hashable, Sendable {
    /// How many.
    public let count: Int
    /// Of how many.
    public let total: Int

    /// A proportion; `count` is at most `total`.
    public init(_ count: Int, of total: Int) {
        self.count = count
        self.total = total
    }

    /// The 0.975 quantile of the normal distribution.
    private static let z = 1.959963984540054
    /// What is left outside of an interval, on both sides together.
    private static let error = 0.05

    /// The share; `nil` of none.
    public var share: Double? { total > 0 ? Double(count) / Double(total) : nil }

    /// The 95 % confidence interval of Wilson's score: for shares like a recall.
    ///
    /// E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927; it is method 3 of R. G.
    /// Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998.
    public var wilson: ClosedRange<Double>? {
        guard let share else { return nil }
        let n = Double(total)
        let square = Proportion.z * Proportion.z
        let middle = share + square / (2 * n)
        let half = Proportion.z * (share * (1 - share) / n + square / (4 * n * n)).squareRoot()
        let scale = 1 + square / n
        // At the ends the formula gives 0 and 1 but for rounding.
        let low = count == 0 ? 0 : max(0, (middle - half) / scale)
        let high = count == total ? 1 : min(1, (middle + half) / scale)
        return low...high
    }

    /// The exact 95 % confidence interval of Clopper and Pearson: for rare events like false matches.
    ///
    /// C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of the
    /// binomial", Biometrika 26, 1934; Newcombe's method 5.
    public var exact: ClosedRange<Double>? {
        guard total > 0 else { return nil }
        let tail = Proportion.error / 2
        let (hits, rest) = (Double(count), Double(total - count))
        let low = count == 0 ? 0 : BetaDistribution.quantile(tail, hits, rest + 1)
        let high = count == total ? 1 : BetaDistribution.quantile(1 - tail, hits + 1, rest)
        return low...max(low, high)
    }

    /// What the share is below with a confidence of 95 %, if there was none: 1 − 0.05^(1/n), which is nearly 3 / n
    /// ("rule of three"; J. A. Hanley and A. Lippman-Hand, "If nothing goes wrong, is everything all right?", JAMA
    /// 249, 1983).
    ///
    /// All of the error is on the one side that there is; ``exact`` leaves half of it for the other, and is wider.
    public var boundOfNone: Double? {
        count == 0 && total > 0 ? -expm1(log(Proportion.error) / Double(total)) : nil
    }

    /// The interval for false matches: exact, and with ``boundOfNone`` where there was none.
    public var rare: ClosedRange<Double>? { boundOfNone.map { 0...$0 } ?? exact }
}
