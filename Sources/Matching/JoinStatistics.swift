/// What a join did: the figures that a certificate of completeness quotes.
public struct JoinStatistics: Hashable, Sendable {
    /// What was done for a left and a right part, or is the sum of such.
    public struct Counts: Hashable, Sendable {
        /// Pairs of lists that were joined.
        public var listPairs = 0
        /// Pairs of postings that were compared.
        public var extensionPairs = 0
        /// Pairs of postings that passed the filter, and whose rows were compared.
        public var candidates = 0
        /// Pairs of rows that were compared in scans.
        public var rowPairs = 0
        /// Pairs within the radius.
        public var pairs = 0

        /// Counts of nothing.
        public init() {}

        /// Adds other counts.
        public static func += (sum: inout Counts, other: Counts) {
            sum.listPairs += other.listPairs
            sum.extensionPairs += other.extensionPairs
            sum.candidates += other.candidates
            sum.rowPairs += other.rowPairs
            sum.pairs += other.pairs
        }
    }

    /// A left part against a right one.
    public struct PartPair: Hashable, Sendable {
        /// The place of the left part.
        public let leftPart: Int
        /// The place of the right part.
        public let rightPart: Int
        /// The method; `nil` if one of them is of another kind than the join, and was left out.
        public let method: JoinMethod?
        /// What was done.
        public var counts = Counts()
    }

    /// The pairs of parts, by the left place, then the right one.
    public var partPairs: [PartPair] = []

    /// Statistics of nothing.
    public init() {}

    /// The sums over all pairs of parts.
    public var counts: Counts {
        partPairs.reduce(into: Counts()) { $0 += $1.counts }
    }
}
