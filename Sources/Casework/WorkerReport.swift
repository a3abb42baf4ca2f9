import Evidence
import Fingerprinting
import Keyframing

/// One fingerprint of an item, as a worker made it.
public struct ItemFingerprint: Hashable, Sendable {
    /// The fingerprint.
    public var fingerprint: Fingerprint
    /// PDQ's quality, 0 ... 100.
    public var quality: UInt8
    /// The presentation time in milliseconds; `nil` for a still picture.
    public var timeMilliseconds: Int64?
    /// For how long from then on the film shows nearly the same picture, in milliseconds.
    public var spanMilliseconds: UInt32 = 0
    /// Whether the picture has anything on it.
    public var tone: PictureTone = .ordinary
    /// How the picture came about.
    public var origin: PictureOrigin
    /// The fingerprints of the picture turned and mirrored, in the order of ``Turn``; empty unless
    /// they were asked for.
    public var variants: [Fingerprint]
}

/// What a container and its codec say of an item.
public struct ItemMedia: Hashable, Sendable {
    /// Whether the item has a time line.
    public var isVideo: Bool
    /// The container or file format: `jpeg`, `png`, `mov`, …
    public var format: String
    /// The codec: `jpeg`, `h264`, …
    public var codec: String
    /// Pixels per row, as stored.
    public var width: Int64
    /// Rows, as stored.
    public var height: Int64
    /// The EXIF orientation, 1 ... 8, or what a film's display matrix says: recorded, not applied.
    public var orientation: UInt8
    /// The length of a film in milliseconds, where it is known.
    public var durationMilliseconds: Int64?
}

/// What a container is. Its members are items of their own.
public struct ContainerFacts: Hashable, Sendable {
    /// The name of the format, as libarchive has it.
    public var format: String
    /// How many members were read, folders not counted.
    public var members: Int64
}

/// All that is known of an item once a worker has gone through it.
public struct WorkerReport: Hashable, Sendable {
    /// What became of it.
    public var state: ItemState
    /// The rule that left it out, if its state is `skipped`.
    public var rule: SkipRule?
    /// The digests of all its bytes; `nil` if they could not be read.
    ///
    /// They come in a message of their own, before the rest.
    public var digests: Digests?
    /// Of a container, what it is, and how much is in it.
    public var container: ContainerFacts?
    /// Of a member of a container, how many bytes it really had.
    public var memberSize: Int64?
    /// What it is; `nil` if it was not recognised.
    public var media: ItemMedia?
    /// Of a film, which parts its pictures represent: one for each stream that was looked at.
    public var coverage: [FilmCoverage] = []
    /// What was lost, and why.
    public var losses: [Loss] = []
    /// Its fingerprints, in the order of their times.
    public var fingerprints: [ItemFingerprint] = []

    /// A report of an item that gave nothing, for one reason.
    public static func fault(_ loss: Loss) -> WorkerReport {
        WorkerReport(state: .faulted, losses: [loss])
    }
}
