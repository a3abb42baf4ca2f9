/// What a search or a join compared, how, and what came out: enough to do it again and see the same.
///
/// It is a plain record in JSON; `Docs/Matching.md` says what it proves and what it does not.
public struct CompletenessCertificate: Codable, Hashable, Sendable {
    /// The version of the format of certificates.
    public static let currentVersion = 1

    /// What was done.
    public enum Operation: String, Codable, Hashable, Sendable {
        /// Probes against a set, one by one.
        case search
        /// A set against another one.
        case join
        /// A set against itself.
        case selfJoin = "self-join"
    }

    /// A segment, as the MANIFEST has it.
    public struct SegmentRecord: Codable, Hashable, Sendable {
        /// The file's name.
        public var name: String
        /// The SHA-256 of the file.
        public var sha256: String
        /// Its fingerprints.
        public var rows: Int

        /// A record from its parts.
        public init(name: String, sha256: String, rows: Int) {
            self.name = name
            self.sha256 = sha256
            self.rows = rows
        }
    }

    /// One of the two things that were compared.
    public struct Side: Codable, Hashable, Sendable {
        /// What ``type`` is for a version of a hash list.
        public static let hashList = "hash-list"

        /// `case`, `list`, `hash-list` or `probes`.
        public var type: String
        /// The case's folder or the list's file, as it was named.
        public var name: String
        /// The case's identifier; `nil` for others.
        public var identifier: String?
        /// The segments of a case, in the order of the work.
        public var segments: [SegmentRecord]?
        /// The withdrawn items of a case whose occurrences its segments may still hold.
        public var withdrawn: [UInt64]?
        /// The number of fingerprints in a list, or of probes.
        public var fingerprints: Int?
        /// The SHA-256 of a list's fingerprints, or of the probes', 32 bytes each in their order; of a hash list, that of the
        /// record of its version.
        public var sha256: String?
        /// The version of a hash list.
        public var version: Int?

        /// A side from its parts.
        public init(
            type: String,
            name: String,
            identifier: String? = nil,
            segments: [SegmentRecord]? = nil,
            withdrawn: [UInt64]? = nil,
            fingerprints: Int? = nil,
            sha256: String? = nil
        ) {
            self.type = type
            self.name = name
            self.identifier = identifier
            self.segments = segments
            self.withdrawn = withdrawn
            self.fingerprints = fingerprints
            self.sha256 = sha256
        }
    }

    /// A probe of a search, with its variants if turned copies were looked for.
    public struct Probe: Codable, Hashable, Sendable {
        /// The input that it came from.
        public var name: String
        /// Its time in milliseconds, if it is a moment of a film.
        public var time: Int64?
        /// Bits in which its matches may differ; `nil` if it is the certificate's radius. Films are looked for
        /// with another one than pictures.
        public var radius: Int?
        /// The fingerprints by the name of their turn, as 64 hex digits.
        public var fingerprints: [String: String]
        /// The stored pictures that were found.
        public var matches: Int

        private enum CodingKeys: String, CodingKey {
            case name
            case time = "time_ms"
            case radius
            case fingerprints
            case matches
        }

        /// A probe from its parts.
        public init(
            name: String,
            time: Int64?,
            radius: Int? = nil,
            fingerprints: [String: String],
            matches: Int
        ) {
            self.name = name
            self.time = time
            self.radius = radius
            self.fingerprints = fingerprints
            self.matches = matches
        }
    }

    /// What was done for a pair of parts, or for all probes in a segment.
    public struct Work: Codable, Hashable, Sendable {
        /// The place of the left part among the left side's segments; `nil` in a search.
        public var left: Int?
        /// The place of the right part, or of the segment that was searched.
        public var right: Int
        /// The methods that were used, with the number of times; none if the kinds differ.
        public var methods: [String: Int]
        /// Lists that were looked up, or pairs of lists that were joined.
        public var probes: Int
        /// Postings that were filtered, or pairs of postings.
        public var postings: Int
        /// Postings or pairs of them that passed the filter.
        public var candidates: Int
        /// Rows or pairs of rows that were compared bit by bit.
        public var verified: Int
        /// Rows or pairs of rows within the radius.
        public var matches: Int

        /// Work that has not been done yet.
        public init(left: Int? = nil, right: Int) {
            self.left = left
            self.right = right
            methods = [:]
            probes = 0
            postings = 0
            candidates = 0
            verified = 0
            matches = 0
        }
    }

    /// A random sample that was compared with everything, one by one.
    public struct Sample: Codable, Hashable, Sendable {
        /// The seed of the choice.
        public var seed: UInt64
        /// The probes, or left rows, that were chosen.
        public var size: Int
        /// Out of so many.
        public var population: Int
        /// Rows that were compared with them, bit by bit, by a plain loop.
        public var compared: Int
        /// Matches that the plain loop found.
        public var expected: Int
        /// Matches of the sample that the search or join had not found.
        public var missing: Int
        /// Matches of the sample that it had found wrongly.
        public var extra: Int

        /// A sample from its parts.
        public init(
            seed: UInt64,
            size: Int,
            population: Int,
            compared: Int,
            expected: Int,
            missing: Int,
            extra: Int
        ) {
            self.seed = seed
            self.size = size
            self.population = population
            self.compared = compared
            self.expected = expected
            self.missing = missing
            self.extra = extra
        }
    }

    /// The version of the format.
    public var version: Int
    /// The program and its version.
    public var tool: String
    /// When it was done, ISO 8601, UTC.
    public var created: String
    /// What was done.
    public var operation: Operation
    /// The kind of the fingerprints.
    public var kind: String
    /// Bits in which two that match may differ.
    public var radius: Int
    /// Whether turned and mirrored copies were looked for.
    public var turned: Bool
    /// Pictures of a lower quality were left out; 0 where none were.
    public var minimumQuality: Int
    /// The left side of a join; the probes of a search.
    public var left: Side
    /// The other side; `nil` if the left one was joined with itself.
    public var right: Side?
    /// The probes of a search; `nil` for a join.
    public var probes: [Probe]?
    /// What was done, part by part.
    public var work: [Work]
    /// All matches, as they were told.
    public var matches: Int
    /// The SHA-256 of all matches: see `Docs/Matching.md`.
    public var resultSHA256: String
    /// The check by a plain loop.
    public var sample: Sample
    /// The SHA-256 of this certificate with this member empty, keys sorted, no space between.
    public var sha256: String

    private enum CodingKeys: String, CodingKey {
        case version, tool, created, operation, kind, radius, turned
        case minimumQuality = "minimum_quality"
        case left, right, probes, work, matches
        case resultSHA256 = "result_sha256"
        case sample, sha256
    }

    /// A certificate of nothing; fill it in, then seal it.
    public init(
        tool: String,
        created: String,
        operation: Operation,
        kind: String,
        radius: Int,
        left: Side,
        right: Side?
    ) {
        version = CompletenessCertificate.currentVersion
        self.tool = tool
        self.created = created
        self.operation = operation
        self.kind = kind
        self.radius = radius
        turned = false
        minimumQuality = 0
        self.left = left
        self.right = right
        work = []
        matches = 0
        resultSHA256 = ""
        sample = Sample(
            seed: 0,
            size: 0,
            population: 0,
            compared: 0,
            expected: 0,
            missing: 0,
            extra: 0
        )
        sha256 = ""
    }

    /// Whether the sampled check found nothing missing and nothing wrong.
    public var isSound: Bool { sample.missing == 0 && sample.extra == 0 }
}
