import Keyframing

/// How to decode, and how much at most.
public struct DecodeOptions: Hashable, Sendable {
    /// Gray and scaled, or everything.
    public var policy: DecodePolicy = .fast
    /// A scaled decode keeps at least this many samples on the shorter side; `Int.max`: never
    /// scale. With 256 a picture in a hundred was 6 bits from ``DecodePolicy/exact``, with 320 none of
    /// the corpus was over 4: `Docs/Fingerprint.md`.
    public var minimumShorterSide = 320
    /// Pictures and frames with more pixels are refused before memory is taken for them.
    public var maximumPixels: Int64 = 500_000_000
    /// Which moments of a film are taken; of an animation it is every picture.
    public var sampling = FilmSampling.standard
    /// Of a container with several films so many are looked at, the container's default first.
    public var maximumFilms = 8
    /// Of a film or an animation at most this many pictures are taken.
    public var maximumKeyframes = 100_000
    /// Whether a picture with transparent parts is also given laid over white.
    public var overWhite = true

    /// The defaults: the fast policy and generous limits.
    public init() {}

    /// An animation's frames are all decoded, and each costs its whole canvas, however few bytes it
    /// has: together they may have as many pixels as this.
    var maximumAnimationPixels: Int64 {
        let (product, overflow) = maximumPixels.multipliedReportingOverflow(by: 8)
        return overflow ? .max : product
    }

    /// Refuses a picture whose dimensions are absurd or over the limit.
    func check(width: Int, height: Int) throws(MediaFault) {
        guard width > 0, height > 0 else {
            throw MediaFault(.corrupt, "the picture claims to be \(width) × \(height)")
        }
        let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
        guard !overflow, Int64(pixels) <= maximumPixels else {
            throw MediaFault(
                .tooLarge,
                "\(width) × \(height) pixels are over the limit of \(maximumPixels)"
            )
        }
    }

    /// The largest reduction that leaves the shorter side long enough.
    func scale(width: Int, height: Int) -> Int {
        let shorter = min(width, height)
        return [8, 4, 2].first { (shorter + $0 - 1) / $0 >= minimumShorterSide } ?? 1
    }
}
