import Fingerprinting
import Indexing
import Keyframing
import TestSupport

extension SplitMix64 {
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
