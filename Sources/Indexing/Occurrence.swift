import Keyframing

/// One place where a fingerprint was found: an item, and for a film the moment in it.
public struct Occurrence: Hashable, Sendable {
    /// The highest number that an item can have: 2⁴⁰ − 1.
    public static let largestItem: UInt64 = 1 << 40 - 1
    /// The latest time that is told apart, in milliseconds: some 34 years. A film that claims to go on
    /// after it is damaged or a trap; its later pictures get this time.
    public static let latestMilliseconds: Int64 = 1 << 40 - 2
    /// The longest span, in milliseconds: 4 hours and 39 minutes.
    public static let longestSpanMilliseconds: UInt32 = 1 << 24 - 1

    /// The number of the item in the case's catalog.
    public let item: UInt64
    /// The presentation time in milliseconds from the film's start; `nil` for a still picture.
    public let timeMilliseconds: Int64?
    /// For how long from then on the film shows nearly the same picture, in milliseconds; 0 if only this
    /// moment is known.
    public let spanMilliseconds: UInt32
    /// The picture's quality, 0 ... 100.
    public let quality: UInt8
    /// How the picture came about.
    public let origin: PictureOrigin
    /// Whether it has anything on it.
    public let tone: PictureTone

    /// An occurrence. A time before the film's start counts as its start, one after
    /// ``latestMilliseconds`` as that; a longer span as ``longestSpanMilliseconds``; a quality over 100
    /// as 100.
    public init(
        item: UInt64,
        timeMilliseconds: Int64? = nil,
        spanMilliseconds: UInt32 = 0,
        quality: UInt8,
        origin: PictureOrigin,
        tone: PictureTone = .ordinary
    ) {
        self.item = item
        self.timeMilliseconds = timeMilliseconds.map {
            min(max(0, $0), Occurrence.latestMilliseconds)
        }
        self.spanMilliseconds = min(spanMilliseconds, Occurrence.longestSpanMilliseconds)
        self.quality = min(quality, 100)
        self.origin = origin
        self.tone = tone
    }
}
