import Fingerprinting

/// One entry of a hash list: a picture or film that somebody documented, by what it can be recognised, and what is said of it.
public struct ListEntry: Hashable, Sendable {
    /// Whether it stands still.
    public enum Medium: String, Hashable, Sendable, CaseIterable {
        /// One picture.
        case picture
        /// A film or an animation.
        case film
    }

    /// A fingerprint of the entry.
    public struct Print: Hashable, Sendable {
        /// The fingerprint, of the list's kind.
        public var fingerprint: Fingerprint
        /// The picture's quality, 0 ... 100; `nil` if the source does not tell it.
        public var quality: UInt8?
        /// When the film shows it, in milliseconds from its start; `nil` for a still picture.
        public var timeMilliseconds: Int64?
        /// For how long from then on the film shows nearly the same picture, in milliseconds.
        public var spanMilliseconds: UInt32

        /// A fingerprint; by default of a still picture.
        public init(
            _ fingerprint: Fingerprint,
            quality: UInt8? = nil,
            timeMilliseconds: Int64? = nil,
            spanMilliseconds: UInt32 = 0
        ) {
            self.fingerprint = fingerprint
            self.quality = quality
            self.timeMilliseconds = timeMilliseconds
            self.spanMilliseconds = spanMilliseconds
        }
    }

    /// What the source calls it: a number, a UUID, a name that is unique there.
    public var identifier: String?
    /// Whether it stands still, if the source tells it.
    public var medium: Medium?
    /// MD5 of the file's bytes, 16 bytes.
    public var md5: [UInt8]?
    /// SHA-1, 20 bytes.
    public var sha1: [UInt8]?
    /// SHA-256, 32 bytes.
    public var sha256: [UInt8]?
    /// One for a picture, many in the order of their times for a film, none where only digests are known.
    public var prints: [Print]
    /// What it was judged to show, by whose scheme; several where sources disagree or schemes differ.
    public var categories: [AssertedCategory]
    /// The series that it belongs to.
    public var series: String?
    /// Free words.
    public var tags: [String]
    /// Free text.
    public var note: String?
    /// The file's name.
    public var name: String?
    /// The file's size in bytes.
    public var size: UInt64?
    /// The media type, such as `image/jpeg`.
    public var mime: String?
    /// The length of a film in milliseconds.
    public var durationMilliseconds: Int64?
    /// Yes-or-no statements, by the names in ``Mark`` or the source's own.
    public var marks: [String: Bool]
    /// Whatever else the source says, as text under the source's own name for it (`photodna`, `vics.MediaID`): kept and given back,
    /// not understood.
    public var other: [String: String]

    /// The names of statements that several formats share.
    public enum Mark {
        /// The victim is identified.
        public static let victimIdentified = "victim_identified"
        /// The offender is identified.
        public static let offenderIdentified = "offender_identified"
        /// It was seen in circulation.
        public static let distributed = "distributed"
        /// It is only suspected to be what its category says.
        public static let suspected = "suspected"
        /// The person shown made it.
        public static let selfGenerated = "self_generated"
    }

    /// An entry that says nothing yet.
    public init(prints: [Print] = []) {
        self.prints = prints
        categories = []
        tags = []
        marks = [:]
        other = [:]
    }

    /// Whether there is anything by which it could be recognised.
    public var isRecognisable: Bool {
        !prints.isEmpty || md5 != nil || sha1 != nil || sha256 != nil
    }

    /// What makes it the same entry in another version or source: its identifier, else its strongest digest, else its fingerprint.
    public var identity: EntryIdentity {
        if let identifier { return .identifier(identifier) }
        if let sha256 { return .sha256(sha256) }
        if let sha1 { return .sha1(sha1) }
        if let md5 { return .md5(md5) }
        if prints.count == 1, prints[0].timeMilliseconds == nil {
            return .fingerprint(prints[0].fingerprint)
        }
        return .prints(prints.map(\.fingerprint))
    }
}

/// What makes an entry the same one in another version or source.
public enum EntryIdentity: Hashable, Sendable {
    /// What the source calls it.
    case identifier(String)
    /// A SHA-256 of its bytes.
    case sha256([UInt8])
    /// A SHA-1.
    case sha1([UInt8])
    /// An MD5.
    case md5([UInt8])
    /// The fingerprint of a still picture.
    case fingerprint(Fingerprint)
    /// The fingerprints of a film.
    case prints([Fingerprint])
}
