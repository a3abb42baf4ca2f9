import Casework
import Evidence
import Fingerprinting
import Keyframing

/// A match as one object of JSON Lines: what was asked for, and what was found where.
public struct MatchLine: Encodable {
    private let query: QueryPicture
    private let match: CaseMatch
    private let isLowQuality: Bool

    private enum Key: String, CodingKey {
        case type
        case query
        case queryTime = "query_time_ms"
        case queryQuality = "query_quality"
        case queryFingerprint = "query_fingerprint"
        case path
        case pathBytes = "path_bytes"
        case item, member, disk
        case sha256
        case time = "time_ms"
        case span = "span_ms"
        case tone
        case distance
        case quality
        case lowQuality = "low_quality"
        case turned
        case fingerprint
        case decoder
        case policy
        case scale
        case background
        case damaged
    }

    /// A line for a match; `isLowQuality` if a side is under the quality that was asked for.
    public init(query: QueryPicture, match: CaseMatch, isLowQuality: Bool) {
        self.query = query
        self.match = match
        self.isLowQuality = isLowQuality
    }

    /// Writes every key in every line, `null` where there is no value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        let path = JSONPath(match.item.path)
        try container.encode("picture", forKey: .type)
        try container.encode(query.name, forKey: .query)
        try container.encode(query.timeMilliseconds, forKey: .queryTime)
        try container.encode(query.quality, forKey: .queryQuality)
        try container.encode(query.fingerprint.hex, forKey: .queryFingerprint)
        try container.encode(path.text, forKey: .path)
        try container.encodeIfPresent(path.encoded, forKey: .pathBytes)
        try container.encode(match.item.name.file, forKey: .item)
        try container.encodeIfPresent(match.item.name.member, forKey: .member)
        try container.encodeIfPresent(DiskLine(match.item.origin?.disk), forKey: .disk)
        try container.encode(match.item.digests?.sha256.hexDigits, forKey: .sha256)
        try container.encode(match.timeMilliseconds, forKey: .time)
        try container.encode(match.spanMilliseconds, forKey: .span)
        try container.encode(match.tone.name, forKey: .tone)
        try container.encode(match.distance, forKey: .distance)
        try container.encode(match.quality, forKey: .quality)
        try container.encode(isLowQuality, forKey: .lowQuality)
        try container.encode(match.turn.name, forKey: .turned)
        try container.encode(match.fingerprint.hex, forKey: .fingerprint)
        try container.encode(match.origin.decoder.name, forKey: .decoder)
        try container.encode(match.origin.policy.name, forKey: .policy)
        try container.encode(match.origin.scale, forKey: .scale)
        try container.encode(match.origin.background.name, forKey: .background)
        try container.encode(match.origin.isDamaged, forKey: .damaged)
    }
}

extension MediaDecoder {
    /// The library's name in output.
    public var name: String {
        switch self {
        case .none: "none"
        case .jpeg: "libjpeg-turbo"
        case .png: "libpng"
        case .heif: "libheif"
        case .ffmpeg: "ffmpeg"
        case .webp: "libwebp"
        }
    }
}

extension Background {
    /// The word in output.
    public var name: String { String(describing: self) }
}
