import CKernels
import Fingerprinting

/// The one order in which a segment of format 1 stores the bits of a fingerprint.
///
/// Neighbouring bits of PDQ hang together, so that chunks of them collide 1.18 times as often as
/// random bits would; after this permutation, 1.01 times. It is fixed for all time, listed in
/// `Docs/Format.md`, and has no structure: Fisher-Yates, driven by SplitMix64.
package enum BitPermutation {
    /// The seed of the shuffle: the ASCII codes of "vestige1", first letter in the highest byte.
    package static let seed: UInt64 = 0x7665_7374_6967_6531

    /// Bit `n` of a row is bit `source[n]` of the fingerprint.
    package static let source: [UInt8] = {
        var bits = (0..<256).map { UInt8($0) }
        var state = seed
        for last in stride(from: 255, to: 0, by: -1) {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            mixed ^= mixed >> 31
            bits.swapAt(last, Int(mixed % UInt64(last + 1)))
        }
        return bits
    }()

    /// Bit `n` of a fingerprint is bit `inverse[n]` of the row.
    package static let inverse: [UInt8] = {
        var inverse = [UInt8](repeating: 0, count: 256)
        for (position, bit) in source.enumerated() {
            inverse[Int(bit)] = UInt8(position)
        }
        return inverse
    }()

    /// The row that stands for a fingerprint.
    package static func row(of fingerprint: Fingerprint) -> Fingerprint {
        permute(fingerprint, by: source)
    }

    /// The fingerprint that a row stands for.
    package static func fingerprint(ofRow row: Fingerprint) -> Fingerprint {
        permute(row, by: inverse)
    }

    private static func permute(_ bits: Fingerprint, by source: [UInt8]) -> Fingerprint {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 8) { words in
            words[0] = bits.words.0
            words[1] = bits.words.1
            words[2] = bits.words.2
            words[3] = bits.words.3
            vestige_permute_bits(source, words.baseAddress, words.baseAddress?.advanced(by: 4))
            return Fingerprint(words: (words[4], words[5], words[6], words[7]))
        }
    }
}
