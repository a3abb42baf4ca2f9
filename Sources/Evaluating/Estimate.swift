/// A share with its 95 % confidence interval, as it stands in a report.
public struct Estimate: Codable, Hashable, Sendable {
    /// How many.
    public let count: Int
    /// Of how many.
    public let total: Int
    /// The share; missing of none.
    public let share: Double?
    /// The lower end of the interval.
    public let low: Double?
    /// The upper end of the interval.
    public let high: Double?

    /// With Wilson's interval.
    static func ofRecall(_ count: Int, of total: Int) -> Estimate {
        let proportion = Proportion(count, of: total)
        return Estimate(proportion, proportion.wilson)
    }

    /// With the exact interval; if there was none, its one-sided bound.
    static func ofRare(_ count: Int, of total: Int) -> Estimate {
        let proportion = Proportion(count, of: total)
        return Estimate(proportion, proportion.rare)
    }

    private init(_ proportion: Proportion, _ interval: ClosedRange<Double>?) {
        count = proportion.count
        total = proportion.total
        share = proportion.share.map(Estimate.rounded)
        low = interval.map { Estimate.rounded($0.lowerBound) }
        high = interval.map { Estimate.rounded($0.upperBound) }
    }

    /// Five digits that mean something: machines differ in the last ones of a logarithm, and reports shall not.
    private static func rounded(_ value: Double) -> Double {
        guard value > 0 else { return 0 }
        var scale = 1.0
        while value * scale < 10_000, scale < 1e300 { scale *= 10 }
        return (value * scale).rounded() / scale
    }
}
