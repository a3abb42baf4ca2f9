import Keyframing

/// Whether an item stands still. Raw values are stored on disk.
public enum MediaKind: UInt8, Hashable, Sendable, CaseIterable {
    /// One picture.
    case picture = 1
    /// A film or an animation.
    case video = 2
}

/// What a file's container and codec say of it.
public struct MediaFacts: Hashable, Sendable {
    /// Whether it stands still.
    public var kind: MediaKind
    /// The file format's short name: `jpeg`, `png`, `mov`, `matroska`, …
    public var format: String
    /// The codec's short name: `jpeg`, `h264`, …
    public var codec: String
    /// Pixels per row, as stored.
    public var width: Int
    /// Rows, as stored.
    public var height: Int
    /// The EXIF orientation, 1 ... 8, and 1 if there is none, or what a film's display matrix says in the
    /// same way; recorded, never applied.
    public var orientation: Int
    /// The length of a film in milliseconds: to the end of its last picture, or, if its end was not
    /// reached, as its container claims it.
    public var durationMilliseconds: Int64?

    /// Facts; by default upright and without a length.
    public init(
        kind: MediaKind,
        format: String,
        codec: String,
        width: Int,
        height: Int,
        orientation: Int = 1,
        durationMilliseconds: Int64? = nil
    ) {
        self.kind = kind
        self.format = format
        self.codec = codec
        self.width = width
        self.height = height
        self.orientation = orientation
        self.durationMilliseconds = durationMilliseconds
    }
}

/// What became of one item.
public struct DecodeReport: Hashable, Sendable {
    /// What it is.
    public var facts: MediaFacts
    /// How many keyframes were given.
    public var keyframes: Int
    /// Of a film, what the pictures represent: one for each stream that was looked at.
    public var coverage: [FilmCoverage]
    /// What was lost; not empty if the item was decoded only in part.
    public var losses: [MediaFault]

    /// A report.
    public init(
        facts: MediaFacts,
        keyframes: Int,
        coverage: [FilmCoverage] = [],
        losses: [MediaFault] = []
    ) {
        self.facts = facts
        self.keyframes = keyframes
        self.coverage = coverage
        self.losses = losses
    }
}
