import Evidence

/// Two files of which the ground truth says that they belong together.
public struct TruePair: Sendable {
    /// Whether the two could be compared, and if not, why.
    public enum State: String, Codable, Hashable, Sendable, CaseIterable {
        /// Both have a picture that counts.
        case compared
        /// Both were decoded, but one has no picture of the quality that is asked for.
        case lowQuality
        /// One could not be decoded.
        case notDecoded
        /// One is not there.
        case notThere
    }

    /// The place of the original among the items; `nil` if it is not there.
    public var original: Int?
    /// The place of the variant.
    public var variant: Int?
    /// What kind of comparison they need: told by the files, or where one is missing by the table.
    public var comparison = PairKind.pictures
    /// Whether they could be compared.
    public var state = State.notThere
    /// What was done.
    public var transform: String
    /// How strongly.
    public var strength: String
    /// How the original appears in the variant.
    public var role: String
    /// How hard the maker of the set holds it to be.
    public var tier: String
    /// Which seconds are which.
    public var stretches: [GroundTruth.Stretch] = []

    /// A pair as a line of the table tells it.
    public init(_ row: GroundTruth.Row, original: Int?, variant: Int?) {
        self.original = original
        self.variant = variant
        transform = row.transform
        strength = row.strength
        role = row.role
        tier = row.tier
        stretches = row.stretch.map { [$0] } ?? []
    }

    /// Settles the comparison and the state.
    ///
    /// - Parameter kind: what the table says of it.
    mutating func settle(_ items: [EvaluatedItem], kind: String) {
        let pair = [original, variant].map { $0.map { items[$0] } }
        let media = pair.map { $0?.medium }
        if let one = media[0], let other = media[1] {
            comparison = PairKind(one, other)
            let isCompared =
                comparison == .films
                ? pair.allSatisfy { $0?.isAlignable ?? false }
                : pair.allSatisfy { $0?.isComparable ?? false }
            state = isCompared ? .compared : .lowQuality
            return
        }
        state = pair.contains { $0 == nil } ? .notThere : .notDecoded
        switch kind {
        case "video": comparison = .films
        case "frame": comparison = .pictureInFilm
        default: comparison = .pictures
        }
    }
}
