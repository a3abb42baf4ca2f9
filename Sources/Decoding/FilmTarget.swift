import Keyframing

/// How far a film is.
public struct FilmProgress: Hashable, Sendable {
    /// The film's time up to which it was looked at, in milliseconds.
    public var position: Int64
    /// The length that the container claims, in milliseconds.
    public var length: Int64?
    /// Pixels of one picture.
    public var pixels: Int64

    /// A position in a film.
    public init(position: Int64, length: Int64?, pixels: Int64) {
        self.position = position
        self.length = length
        self.pixels = pixels
    }
}

/// Where the pictures of a film go, and who says when it is enough.
struct FilmTarget {
    /// What the pictures are.
    let kind: MediaKind
    /// Takes each picture.
    let onKeyframe: (borrowing Keyframe) -> Void
    /// Is told how far it is; `false` ends the decode.
    let onProgress: (FilmProgress) -> Bool
}
