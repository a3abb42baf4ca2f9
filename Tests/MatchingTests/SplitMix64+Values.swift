import Fingerprinting
import TestSupport

extension SplitMix64 {
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
