import Fingerprinting
import Indexing
import Keyframing

/// SplitMix64 with a stated seed: the same fingerprints in every run.
struct TestRandom: RandomNumberGenerator {
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

    /// An occurrence in which every field takes all its values in time.
    mutating func occurrence(item: UInt64) -> Occurrence {
        Occurrence(
            item: item,
            timeMilliseconds: Bool.random(using: &self)
                ? nil : Int64.random(in: 0...10_000_000, using: &self),
            quality: UInt8.random(in: 0...100, using: &self),
            origin: PictureOrigin(
                decoder: MediaDecoder.allCases.randomElement(using: &self) ?? .none,
                policy: DecodePolicy.allCases.randomElement(using: &self) ?? .exact,
                scale: [1, 2, 4, 8].randomElement(using: &self) ?? 1,
                background: Background.allCases.randomElement(using: &self) ?? .opaque,
                isDamaged: Bool.random(using: &self)
            )
        )
    }
}
