import Glibc

/// How likely it is that two unrelated pictures look alike.
enum FilmChance {
    /// −log₁₀ of the chance that two unrelated pictures with structure (quality 50 or more) are within this
    /// many bits: 6 at 0, 5 at 31, 4 at 62.
    ///
    /// Measured on photographs, one pair in 10⁴ is within 90 bits, one in 10⁵ within 55, and none of 117,000
    /// was within 44. The line lies on the careful side of these points: `Docs/Matching.md`.
    static func digits(distance: Int) -> Double {
        max(0, 6 - Double(distance) / 31)
    }

    /// log₁₀.
    static func logarithm(_ value: Double) -> Double {
        log10(max(1, value))
    }
}
