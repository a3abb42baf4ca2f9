import Evidence
import Fingerprinting

/// A file of a sample set, as far as the figures need it.
public struct EvaluatedItem: Sendable {
    /// What a file turned out to be.
    public enum Medium: String, Codable, Hashable, Sendable {
        /// A still picture.
        case picture
        /// A film, or an animation.
        case film
    }

    /// Its path below the folder that it was found in.
    public var name: EvidencePath
    /// What it is; `nil` if it could not be decoded.
    public var medium: Medium?
    /// The fingerprints of its pictures that are good enough to be compared.
    public var fingerprints: [Fingerprint] = []
    /// Whether it is a film with a moment that can be aligned: good enough, and not flat.
    public var isAlignable = false
    /// The families that it belongs to, ascending: two files without a common one are unrelated.
    public var families: [Int] = []
    /// The name under which its false matches are counted.
    public var group = ""
    /// Whether false matches of it are looked for.
    public var isQuery = false
    /// Whether it is among what queries are compared with.
    public var isReference = false

    /// A file of which nothing is known but its name.
    public init(name: EvidencePath) {
        self.name = name
    }

    /// Whether it has a picture that can be compared.
    public var isComparable: Bool { !fingerprints.isEmpty }

    /// Whether there is no family that both belong to.
    func isUnrelated(to other: EvaluatedItem) -> Bool {
        // Most files belong to one.
        if families.count == 1, other.families.count == 1 {
            return families[0] != other.families[0]
        }
        return !families.contains { other.families.contains($0) }
    }
}

/// Two files, by their places among the items; the lower one first.
public struct ItemPair: Hashable, Sendable {
    /// The lower place.
    public let first: Int
    /// The higher place.
    public let second: Int

    /// A pair of two places in any order.
    public init(_ one: Int, _ other: Int) {
        (first, second) = (min(one, other), max(one, other))
    }
}

/// What kind of comparison two files need: figures of different kinds are never added up.
public enum PairKind: String, Codable, Hashable, Sendable, CaseIterable, Comparable {
    /// Two still pictures: by the distance of their fingerprints.
    case pictures
    /// A still picture and a film: by the nearest of the film's pictures.
    case pictureInFilm
    /// Two films: by their alignment.
    case films

    /// The kind for two media.
    init(_ one: EvaluatedItem.Medium, _ other: EvaluatedItem.Medium) {
        switch (one, other) {
        case (.picture, .picture): self = .pictures
        case (.film, .film): self = .films
        default: self = .pictureInFilm
        }
    }

    /// In the order of the cases.
    public static func < (left: PairKind, right: PairKind) -> Bool {
        let all = PairKind.allCases
        return (all.firstIndex(of: left) ?? 0) < (all.firstIndex(of: right) ?? 0)
    }
}
