import Evidence
import Fingerprinting

/// Something that a check of a list found, and a curator should look at.
public struct ListFinding: Hashable, Sendable {
    /// What was found.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// What marks an empty file, or a picture with nothing on it: it stands for nobody's picture.
        case constant
        /// The bits are far from half ones and half zeros, as pictures with next to nothing on them have them.
        case flat
        /// The picture has little structure, and resembles others by accident.
        case lowQuality = "low-quality"
        /// Unrelated pictures lie within the radius: every search would find them.
        case flood
        /// Two entries are nearly the same picture.
        case nearDuplicate = "near-duplicate"
        /// Two entries that are nearly the same picture are judged differently.
        case conflict
    }

    /// What was found.
    public var kind: Kind
    /// The number of the entry; of two the lower one.
    public var first: UInt64
    /// The number of the other entry, if it takes two.
    public var second: UInt64?
    /// Bits in which the two are apart where they are nearest; of a flood, the nearest picture's.
    public var distance: Int?
    /// How many pictures, or pairs of pictures, say so.
    public var count: Int
    /// What is to be said, in words.
    public var detail: String
    /// What makes it the same finding in another check: its kind and its entries' identities.
    public var key: String

    /// A finding from its parts.
    public init(
        _ kind: Kind,
        _ first: (number: UInt64, identity: EntryIdentity),
        _ second: (number: UInt64, identity: EntryIdentity)? = nil,
        distance: Int? = nil,
        count: Int = 1,
        detail: String
    ) {
        self.kind = kind
        var entries = [first]
        if let second { entries.append(second) }
        entries.sort { $0.number < $1.number }
        self.first = entries[0].number
        self.second = entries.count > 1 ? entries[1].number : nil
        self.distance = distance
        self.count = count
        self.detail = detail
        key = ([kind.rawValue] + entries.map(\.identity.text).sorted()).joined(separator: " ")
    }

    /// The entries, in the order of their numbers.
    public var entries: [UInt64] { [first] + (second.map { [$0] } ?? []) }
}

extension EntryIdentity {
    /// The identity as short text: hex digits of a fingerprint, or of a digest that stands for all else.
    public var text: String {
        if case .fingerprint(let fingerprint) = self { return "pdq:" + fingerprint.hex }
        return (key ?? []).hexDigits
    }
}

/// A finding of the last check, and what was decided.
public struct RecordedFinding: Hashable, Sendable {
    /// What a curator decided on a finding.
    public enum Decision: String, Hashable, Sendable, CaseIterable {
        /// The entries stay as they are.
        case keep
        /// An entry was withdrawn.
        case withdraw
    }

    /// Its number in the worklist, from 1.
    public let number: Int
    /// The finding.
    public let finding: ListFinding
    /// What was decided, now or on the same finding of an earlier check.
    public let decision: Decision?
    /// What the curator said.
    public let note: String?
    /// When it was decided, ISO 8601, UTC.
    public let decided: String?
}

/// What a check was asked to look for, and when it was made.
public struct ListCheckRecord: Codable, Hashable, Sendable {
    /// When, ISO 8601, UTC.
    public var time = ""
    /// Bits within which pictures count as the same.
    public var radius: Int
    /// Bits within which two entries are near-duplicates.
    public var near: Int
    /// How many unrelated pictures within the radius make no flood yet.
    public var flood: Int
    /// The cases with unrelated pictures.
    public var references: [String]
    /// Findings by kind that were not written down, because there were too many.
    public var beyond: [String: Int] = [:]

    /// A record of what is asked for.
    public init(radius: Int, near: Int, flood: Int, references: [String]) {
        self.radius = radius
        self.near = near
        self.flood = flood
        self.references = references
    }

    /// The kinds of findings that were looked for: floods only against a reference.
    public var kinds: [ListFinding.Kind] {
        ListFinding.Kind.allCases.filter { $0 != .flood || !references.isEmpty }
    }
}
