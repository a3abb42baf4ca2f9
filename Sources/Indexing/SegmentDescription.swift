import Fingerprinting

/// What the MANIFEST says about a segment.
public struct SegmentDescription: Codable, Hashable, Sendable {
    /// The file's name in the folder of segments.
    public let name: String
    /// The kind of all its fingerprints.
    public let kind: FingerprintKind
    /// Its different fingerprints.
    public let rows: Int
    /// The places where they were found.
    public let occurrences: Int
    /// The size of the file.
    public let bytes: Int
    /// The SHA-256 of the file as 64 hex digits; empty if it is not known.
    public let sha256: String
    /// The CRC-32C of the file's checksums, its last four bytes: tells two segments apart that have the
    /// same counts, without reading them. `nil` in a MANIFEST of version 0.1.0.
    public let checksum: UInt32?

    /// A description from its parts.
    public init(
        name: String,
        kind: FingerprintKind,
        rows: Int,
        occurrences: Int,
        bytes: Int,
        sha256: String,
        checksum: UInt32? = nil
    ) {
        self.name = name
        self.kind = kind
        self.rows = rows
        self.occurrences = occurrences
        self.bytes = bytes
        self.sha256 = sha256
        self.checksum = checksum
    }

    private enum CodingKeys: String, CodingKey {
        case name, kind, rows, occurrences, bytes, sha256, checksum
    }

    /// Decodes a description, whose kind stands there by its name.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        let kindName = try container.decode(String.self, forKey: .kind)
        guard let kind = FingerprintKind(name: kindName) else {
            throw DecodingError.dataCorruptedError(
                forKey: .kind,
                in: container,
                debugDescription: "no such kind of fingerprint"
            )
        }
        self.kind = kind
        rows = try container.decode(Int.self, forKey: .rows)
        occurrences = try container.decode(Int.self, forKey: .occurrences)
        bytes = try container.decode(Int.self, forKey: .bytes)
        sha256 = try container.decode(String.self, forKey: .sha256)
        checksum = try container.decodeIfPresent(UInt32.self, forKey: .checksum)
    }

    /// Encodes a description.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(kind.name, forKey: .kind)
        try container.encode(rows, forKey: .rows)
        try container.encode(occurrences, forKey: .occurrences)
        try container.encode(bytes, forKey: .bytes)
        try container.encode(sha256, forKey: .sha256)
        try container.encodeIfPresent(checksum, forKey: .checksum)
    }

    /// Whether a name is that of a segment: letters, digits, `-`, `_` and inner dots, then `.seg`. So a
    /// damaged or hostile MANIFEST cannot lead out of its folder.
    static func isValid(name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard bytes.count > 4, bytes.count <= 128, name.hasSuffix(".seg"),
            bytes[0] != UInt8(ascii: ".")
        else { return false }
        return bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."):
                true
            default: false
            }
        }
    }
}
