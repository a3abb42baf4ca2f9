/// Which library turned bytes into samples. The raw values are stored on disk: never reuse one.
public enum MediaDecoder: UInt8, Hashable, Sendable, CaseIterable {
    /// libjpeg-turbo.
    case jpeg = 1
    /// libpng.
    case png = 2
    /// libheif, for HEIC and AVIF.
    case heif = 3
    /// FFmpeg's libavcodec, for every other picture and all video.
    case ffmpeg = 4
    /// libwebp, for animated WebP.
    case webp = 5
    /// No decoder: the fingerprint was given as text.
    case none = 0
}

/// How much of a picture's colour and size a decode keeps. Raw values are stored on disk.
public enum DecodePolicy: UInt8, Hashable, Sendable, CaseIterable {
    /// Full size, full colour, and the reference's own luma from it.
    case exact = 0
    /// Gray only, and scaled while decoding where the codec can, so that the shorter side keeps at
    /// least 320 samples.
    case fast = 1
}

/// What stood behind transparent parts of a picture. Raw values are stored on disk.
public enum Background: UInt8, Hashable, Sendable, CaseIterable {
    /// The picture has no transparent part.
    case opaque = 0
    /// Transparency was ignored: the stored colours were taken as they are, as the reference tools do.
    case ignored = 1
    /// The picture was laid over white, as viewers and converters to JPEG mostly show it.
    case white = 2
}

/// How the samples of a picture came about, so that each fingerprint can say it.
public struct PictureOrigin: Hashable, Sendable {
    /// The library that decoded it.
    public var decoder: MediaDecoder
    /// What was kept.
    public var policy: DecodePolicy
    /// 1, 2, 4 or 8: each sample stands for this many pixels of the picture in both directions.
    public var scale: UInt8
    /// What stood behind transparent parts.
    public var background: Background
    /// Whether the decoder reported damage: some samples may be the decoder's guess.
    public var isDamaged: Bool

    /// An origin; by default an undamaged, opaque picture at full size.
    public init(
        decoder: MediaDecoder,
        policy: DecodePolicy,
        scale: UInt8 = 1,
        background: Background = .opaque,
        isDamaged: Bool = false
    ) {
        self.decoder = decoder
        self.policy = policy
        self.scale = scale
        self.background = background
        self.isDamaged = isDamaged
    }
}
