/// How many true pairs were found, for all of one kind of comparison or for those that have something in common.
public struct RecallFigures: Encodable, Sendable {
    /// What the pairs have in common.
    public enum Level: String, Encodable, Hashable, Sendable, CaseIterable {
        /// Nothing.
        case all
        /// The role of the original in the variant: whole, part, inset, host.
        case role
        /// The tier.
        case tier
        /// The transform.
        case transform
        /// The transform and its strength.
        case strength
    }

    /// At one radius.
    public struct Point: Encodable, Sendable {
        /// The radius.
        public let radius: Int
        /// Found, of the pairs that could be compared.
        public let ofCompared: Estimate
        /// Found, of all pairs: what is not there or could not be compared counts as a miss.
        public let ofNamed: Estimate
        /// Pairs of films that were found besides, but weakly: they do not count as found.
        public let weak: Int?
        /// How far the told ends of films' stretches are from the true ones; missing where there are none.
        public let ends: EndErrors?
    }

    /// How far told ends are from true ones, in milliseconds.
    public struct EndErrors: Encodable, Hashable, Sendable {
        /// How many ends: four a stretch, two in each film.
        public let ends: Int
        /// The median.
        public let median: Int64
        /// Nine of ten are no farther.
        public let nineOfTen: Int64
        /// The worst one.
        public let worst: Int64

        /// - Parameter errors: in any order.
        init?(_ errors: [Int64]) {
            let sorted = errors.sorted()
            guard let worst = sorted.last else { return nil }
            ends = sorted.count
            // Of an even number the higher one of the two in the middle.
            median = sorted[sorted.count / 2]
            nineOfTen = sorted[min(sorted.count - 1, sorted.count * 9 / 10)]
            self.worst = worst
        }
    }

    /// What was compared.
    public let comparison: PairKind
    /// What the pairs have in common.
    public let level: Level
    /// Its value; empty for all.
    public let name: String
    /// The strength, where that is common too.
    public let strength: String?
    /// All pairs that the table names.
    public let named: Int
    /// Those that could be compared.
    public let compared: Int
    /// Those of which one file has no picture of the quality that is asked for.
    public let lowQuality: Int
    /// Those of which one file could not be decoded.
    public let notDecoded: Int
    /// Those of which one file is not there.
    public let notThere: Int
    /// By radius.
    public let points: [Point]
}
