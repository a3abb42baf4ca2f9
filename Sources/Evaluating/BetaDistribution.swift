import Glibc

/// The beta distribution: what the exact limits of a proportion are quantiles of.
enum BetaDistribution {
    private static let mostTerms = 100_000
    private static let smallest = 1e-300
    private static let precision = 1e-15

    /// The probability of a value of at most `x`: the regularised incomplete beta function.
    ///
    /// By its continued fraction, NIST's Digital Library of Mathematical Functions 8.17.22
    /// (https://dlmf.nist.gov/8.17.E22), summed by the modified method of Lentz: Thompson and Barnett 1986,
    /// "Coulomb and Bessel functions of complex arguments and order", section 3.
    static func cumulative(_ x: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        // The fraction converges fast on this side of the mean only; the other is its mirror image.
        return x <= (a + 1) / (a + b + 2) ? lower(x, a, b) : 1 - lower(1 - x, b, a)
    }

    private static func lower(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let logarithm =
            logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x)
        var (c, d) = (1.0, 1 / away(1 - (a + b) * x / (a + 1)))
        var fraction = d
        for term in 1...mostTerms {
            let m = Double(term)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / away(1 + even * d)
            c = away(1 + even / c)
            fraction *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / away(1 + odd * d)
            c = away(1 + odd / c)
            fraction *= d * c
            if abs(d * c - 1) < precision { break }
        }
        return exp(logarithm) * fraction / a
    }

    /// The value that is not exceeded with the probability `p`, by halving.
    static func quantile(_ p: Double, _ a: Double, _ b: Double) -> Double {
        var (low, high) = (0.0, 1.0)
        // Down to the last bit, also of very small values.
        while true {
            let middle = low + (high - low) / 2
            guard middle > low, middle < high, high - low > 1e-14 * high else { return middle }
            if cumulative(middle, a, b) < p { low = middle } else { high = middle }
        }
    }

    private static func away(_ value: Double) -> Double {
        abs(value) < smallest ? smallest : value
    }

    private static func logGamma(_ value: Double) -> Double {
        var sign: Int32 = 0
        return lgamma_r(value, &sign)
    }
}
