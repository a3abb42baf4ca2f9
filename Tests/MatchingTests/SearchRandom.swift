import Fingerprinting

/// SplitMix64 with a stated seed: the same fingerprints in every run.
struct SearchRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func fingerprint() -> Fingerprint {
        Fingerprint(words: (next(), next(), next(), next()))
    }

    /// A fingerprint that differs in exactly so many bits.
    mutating func neighbour(of fingerprint: Fingerprint, distance: Int) -> Fingerprint {
        var words = [
            fingerprint.words.0, fingerprint.words.1, fingerprint.words.2, fingerprint.words.3,
        ]
        // The first steps of a Fisher-Yates shuffle: as many different bits as are wanted.
        var bits = Array(0..<256)
        for index in 0..<distance {
            bits.swapAt(index, Int.random(in: index..<256, using: &self))
            words[bits[index] / 64] ^= 1 << UInt64(bits[index] % 64)
        }
        return Fingerprint(words: (words[0], words[1], words[2], words[3]))
    }
}
