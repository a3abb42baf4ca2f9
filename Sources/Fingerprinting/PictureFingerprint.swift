import Keyframing

/// The fingerprint of one picture, of the same picture turned and mirrored, and its quality.
public struct PictureFingerprint: Hashable, Sendable {
    /// The fingerprint of the picture as it is.
    public let fingerprint: Fingerprint
    /// How much structure the picture has: 0 (flat) ... 100. Below
    /// ``Fingerprint/recommendedMinimumQuality`` a match means little.
    public let quality: UInt8

    /// How many of the 256 coefficients lie so near their median that the errors of a fast decode could
    /// turn their bits: within half a gray level if it was scaled, else a quarter. Always at least 1:
    /// the median itself.
    public let closeCalls: Int

    /// Whether the bits stand firm against the small errors of a fast decode.
    ///
    /// From 7 close calls on, pictures were seen whose bits moved by more than 4 between the policies
    /// `fast` and `exact`; below, none was: `Docs/Fingerprint.md`.
    public var isSettled: Bool { closeCalls < 7 }

    /// Whether the picture has anything on it.
    public let tone: PictureTone

    /// The seven others, in the order of ``Turn``.
    private let turns: [7 of Fingerprint]

    /// A result from its parts; `fingerprint` stands for `.none` if it is given.
    init(
        quality: UInt8,
        fingerprint: Fingerprint? = nil,
        closeCalls: Int = 1,
        tone: PictureTone = .ordinary,
        turned: (Turn) -> Fingerprint
    ) {
        self.quality = quality
        self.closeCalls = closeCalls
        self.tone = tone
        self.fingerprint = fingerprint ?? turned(.none)
        turns = [7 of Fingerprint] { place in turned(Turn.allCases[place + 1]) }
    }

    /// The fingerprint that the picture has when it is turned or mirrored; `.none` gives
    /// ``fingerprint``.
    ///
    /// They come from the transform, not from turned pixels, as the reference's do. The windows of
    /// the blur do not lie evenly about a sample, so turned pixels give a few other bits.
    public func turned(_ turn: Turn) -> Fingerprint {
        turn == .none ? fingerprint : turns[Int(turn.rawValue) - 1]
    }

    /// All eight, in the order of ``Turn``, the picture as it is first.
    public var variants: [(turn: Turn, fingerprint: Fingerprint)] {
        Turn.allCases.map { ($0, turned($0)) }
    }

    /// Whether quality and all eight fingerprints are equal.
    public static func == (left: PictureFingerprint, right: PictureFingerprint) -> Bool {
        left.quality == right.quality
            && Turn.allCases.allSatisfy { left.turned($0) == right.turned($0) }
    }

    /// Hashes the quality and the picture's own fingerprint.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(quality)
        hasher.combine(fingerprint)
    }
}
