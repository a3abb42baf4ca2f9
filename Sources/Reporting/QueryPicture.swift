import Casework
import Fingerprinting

/// One picture that is asked for: a still, a moment of a film, or a fingerprint given as text.
public struct QueryPicture: Hashable, Sendable {
    /// The input as it was given.
    public var name: String
    /// Its time in milliseconds, if it is a moment of a film.
    public var timeMilliseconds: Int64?
    /// Its fingerprint.
    public var fingerprint: Fingerprint
    /// Its quality; `nil` for a fingerprint given as text.
    public var quality: UInt8?

    /// A picture of a query.
    public init(
        name: String,
        timeMilliseconds: Int64? = nil,
        fingerprint: Fingerprint,
        quality: UInt8? = nil
    ) {
        self.name = name
        self.timeMilliseconds = timeMilliseconds
        self.fingerprint = fingerprint
        self.quality = quality
    }

    /// A picture of the input `name`.
    public init(name: String, _ made: ItemFingerprint) {
        self.init(
            name: name,
            timeMilliseconds: made.timeMilliseconds,
            fingerprint: made.fingerprint,
            quality: made.quality
        )
    }
}
