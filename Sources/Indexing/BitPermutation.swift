import CKernels
import Fingerprinting

/// The one order in which segments store the bits of a fingerprint.
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
        permute(fingerprint, by: forward)
    }

    /// The fingerprint that a row stands for.
    package static func fingerprint(ofRow row: Fingerprint) -> Fingerprint {
        permute(row, by: backward)
    }

    private static let level = vestige_best_kernel_level()
    private static let forward = Tables(source)
    private static let backward = Tables(inverse)

    private static func permute(_ bits: Fingerprint, by tables: Tables) -> Fingerprint {
        var bits = bits
        withUnsafeMutableBytes(of: &bits.words) { bytes in
            let words = bytes.assumingMemoryBound(to: UInt64.self).baseAddress
            vestige_permute_words(level, tables.words, words, words)
        }
        return bits
    }

    /// What the kernel reads instead of moving single bits; made once and never freed.
    private struct Tables: @unchecked Sendable {
        let words: UnsafePointer<UInt64>

        init(_ source: [UInt8]) {
            let words = UnsafeMutablePointer<UInt64>.allocate(
                capacity: Int(VESTIGE_PERMUTATION_WORDS)
            )
            vestige_make_permutation(source, words)
            self.words = UnsafePointer(words)
        }
    }
}
