import Keyframing

/// One place where a fingerprint was found: an item, and for a film the moment in it.
public struct Occurrence: Hashable, Sendable {
    /// The number of the item in the case's catalog.
    public let item: UInt64
    /// The presentation time in milliseconds from the film's start; `nil` for a still picture.
    public let timeMilliseconds: Int64?
    /// The picture's quality, 0 ... 100.
    public let quality: UInt8
    /// How the picture came about.
    public let origin: PictureOrigin

    /// An occurrence. A time before the film's start counts as its start.
    public init(
        item: UInt64,
        timeMilliseconds: Int64? = nil,
        quality: UInt8,
        origin: PictureOrigin
    ) {
        self.item = item
        self.timeMilliseconds = timeMilliseconds.map { max(0, $0) }
        self.quality = quality
        self.origin = origin
    }
}
