/// One picture as brightness: what a decoder gives and a fingerprint is made of.
public struct Picture: ~Copyable {
    /// The samples, as the decoder's policy gives them.
    public enum Luma: ~Copyable {
        /// Gray as the codec stores or computes it, rounded to bytes.
        case bytes(LumaPlane<UInt8>)
        /// The reference's luma, 0.299 R + 0.587 G + 0.114 B, not rounded.
        case floats(LumaPlane<Float>)
    }

    /// The range that the codes of a sample span.
    public enum Range: Hashable, Sendable {
        /// 0 is black and 255 is white.
        case full
        /// 16 is black and 235 is white, as most video stores it.
        case limited
    }

    /// The samples: ⌈`width` / `scale`⌉ × ⌈`height` / `scale`⌉ of them.
    public let luma: Luma
    /// The picture's own width in pixels, before any scaled decode.
    public let width: Int
    /// The picture's own height in pixels, before any scaled decode.
    public let height: Int
    /// The range that the samples span.
    public let range: Range
    /// How the samples came about; its `scale` says how many pixels a sample stands for.
    public let origin: PictureOrigin

    /// A picture from its samples.
    public init(
        luma: consuming Luma,
        width: Int,
        height: Int,
        range: Range = .full,
        origin: PictureOrigin
    ) {
        self.luma = luma
        self.width = width
        self.height = height
        self.range = range
        self.origin = origin
    }
}

/// A picture that stands for a moment of an item.
public struct Keyframe: ~Copyable {
    /// The picture.
    public let picture: Picture
    /// The presentation time in milliseconds from the film's start; `nil` for a still picture.
    public let timeMilliseconds: Int64?

    /// A keyframe at a time, or a still picture.
    public init(picture: consuming Picture, timeMilliseconds: Int64? = nil) {
        self.picture = picture
        self.timeMilliseconds = timeMilliseconds
    }
}
