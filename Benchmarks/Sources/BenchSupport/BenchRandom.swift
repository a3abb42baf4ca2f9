import Fingerprinting

/// SplitMix64 with a stated seed: the same numbers in every run.
public struct BenchRandom: RandomNumberGenerator {
    private var state: UInt64

    /// A generator.
    public init(seed: UInt64) {
        state = seed
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Random bits.
    public mutating func fingerprint() -> Fingerprint {
        Fingerprint(words: (next(), next(), next(), next()))
    }

    /// A fingerprint with so many bits turned over; the same bit may be hit twice.
    public mutating func neighbour(of fingerprint: Fingerprint, turns: Int) -> Fingerprint {
        var words = [
            fingerprint.words.0, fingerprint.words.1, fingerprint.words.2, fingerprint.words.3,
        ]
        for _ in 0..<turns {
            let bit = next() % 256
            words[Int(bit / 64)] ^= 1 << (bit % 64)
        }
        return Fingerprint(words: (words[0], words[1], words[2], words[3]))
    }
}
