import Casework
import Evidence
import Fingerprinting
import Keyframing

/// A fingerprint of a file as a line of output.
public struct FingerprintLine: Encodable {
    private let path: EvidencePath
    private let made: ItemFingerprint
    private let kind: FingerprintKind
    private let digests: Digests?

    private enum Key: String, CodingKey {
        case path
        case pathBytes = "path_bytes"
        case hash
        case quality
        case time = "time_ms"
        case span = "span_ms"
        case tone
        case kind
        case decoder
        case policy
        case scale
        case background
        case damaged
        case sha256
        case variants
    }

    /// A line for one fingerprint of the file at `path`.
    public init(
        path: EvidencePath,
        made: ItemFingerprint,
        kind: FingerprintKind,
        digests: Digests?
    ) {
        self.path = path
        self.made = made
        self.kind = kind
        self.digests = digests
    }

    /// `hash,quality,path`, as the reference tool prints it. The path is the last field, so that its
    /// commas need no quotes; with a line break in it, it is quoted.
    public var csv: String {
        var name = path.text
        if name.contains(where: { $0.isNewline }) || name.hasPrefix("\"") {
            name =
                "\""
                + name.split(separator: "\"", omittingEmptySubsequences: false)
                .joined(separator: "\"\"") + "\""
        }
        return "\(made.fingerprint.hex),\(made.quality),\(name)\n"
    }

    /// `frame,quality,hash,seconds`, as vPDQ writes it; `ordinal` counts the film's fingerprints.
    public func vpdq(ordinal: Int) -> String {
        let milliseconds = made.timeMilliseconds ?? 0
        let fraction = String(milliseconds % 1000)
        let padded = String(repeating: "0", count: 3 - fraction.count) + fraction
        return
            "\(ordinal),\(made.quality),\(made.fingerprint.hex),\(milliseconds / 1000).\(padded)\n"
    }

    /// Writes every key in every line but `variants`, which is there only if they were asked for.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        let name = JSONPath(path)
        try container.encode(name.text, forKey: .path)
        try container.encodeIfPresent(name.encoded, forKey: .pathBytes)
        try container.encode(made.fingerprint.hex, forKey: .hash)
        try container.encode(made.quality, forKey: .quality)
        try container.encode(made.timeMilliseconds, forKey: .time)
        try container.encode(made.spanMilliseconds, forKey: .span)
        try container.encode(made.tone.name, forKey: .tone)
        try container.encode(kind.name, forKey: .kind)
        try container.encode(made.origin.decoder.name, forKey: .decoder)
        try container.encode(made.origin.policy.name, forKey: .policy)
        try container.encode(made.origin.scale, forKey: .scale)
        try container.encode(made.origin.background.name, forKey: .background)
        try container.encode(made.origin.isDamaged, forKey: .damaged)
        try container.encode(digests?.sha256.hexDigits, forKey: .sha256)
        if !made.variants.isEmpty {
            var turned: [String: String] = [:]
            for (turn, variant) in zip(Turn.allCases, made.variants) {
                turned[turn.name] = variant.hex
            }
            try container.encode(turned, forKey: .variants)
        }
    }
}
