import Fingerprinting

/// A stored fingerprint within the radius of a search.
public struct Hit: Hashable, Sendable {
    /// The place of its segment in ``RadiusSearch/segments``.
    public let segment: Int
    /// Its row in that segment.
    public let row: Int
    /// The stored fingerprint.
    public let fingerprint: Fingerprint
    /// Bits in which it differs from the probe.
    public let distance: Int

    /// A hit.
    public init(segment: Int, row: Int, fingerprint: Fingerprint, distance: Int) {
        self.segment = segment
        self.row = row
        self.fingerprint = fingerprint
        self.distance = distance
    }
}

extension Hit: Comparable {
    /// The order of results: by distance, then by the fingerprint's hex digits, then by place.
    public static func < (left: Hit, right: Hit) -> Bool {
        if left.distance != right.distance {
            return left.distance < right.distance
        }
        let (a, b) = (left.fingerprint.words, right.fingerprint.words)
        if a != b {
            return (a.3, a.2, a.1, a.0) < (b.3, b.2, b.1, b.0)
        }
        return (left.segment, left.row) < (right.segment, right.row)
    }
}
