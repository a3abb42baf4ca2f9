/// xoshiro256++ (Blackman and Vigna, 2019), its state filled by SplitMix64 from a stated seed.
struct LoadRandom {
    private var a: UInt64
    private var b: UInt64
    private var c: UInt64
    private var d: UInt64

    init(seed: UInt64) {
        var state = seed
        func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
        a = next()
        b = next()
        c = next()
        d = next()
    }

    /// The next 64 bits.
    @inline(__always)
    mutating func next() -> UInt64 {
        let sum = a &+ d
        let result = (sum << 23 | sum >> 41) &+ a
        let shifted = b << 17
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= shifted
        d = d << 45 | d >> 19
        return result
    }

    /// Four words in which each bit is 1 with a probability of 1 in 2 to the power of `halvings`.
    @inline(__always)
    mutating func mask(halvings: Int) -> SIMD4<UInt64> {
        var mask = SIMD4(next(), next(), next(), next())
        for _ in 1..<halvings {
            mask &= SIMD4(next(), next(), next(), next())
        }
        return mask
    }

    /// A number under `bound`, which must be small beside 2 to the power of 32.
    @inline(__always)
    mutating func below(_ bound: Int) -> Int {
        Int(((next() >> 32) &* UInt64(bound)) >> 32)
    }
}
