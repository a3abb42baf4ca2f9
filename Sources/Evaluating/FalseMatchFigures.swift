/// How many unrelated files were taken for related ones.
public struct FalseMatchFigures: Encodable, Sendable {
    /// At one radius.
    public struct Point: Encodable, Sendable {
        /// The radius.
        public let radius: Int
        /// Pairs of unrelated files that matched, of all that were compared.
        public let ofPairs: Estimate
        /// Files that matched any unrelated reference, of all that were looked for.
        public let ofQueries: Estimate
        /// Pairs of films that matched besides, but weakly: they do not count.
        public let weak: Int?
    }

    /// What was compared.
    public let comparison: PairKind
    /// The transform of the files that were looked for, `distractor` for files that were made from nothing; empty for all.
    public let group: String
    /// By radius.
    public let points: [Point]
}

/// How far apart the files of true pairs and of unrelated ones are.
public struct DistanceFigures: Encodable, Sendable {
    /// So many at a distance.
    public struct Bin: Encodable, Hashable, Sendable {
        /// Bits.
        public let distance: Int
        /// Pairs.
        public let pairs: Int
    }

    /// What was compared.
    public let comparison: PairKind
    /// True pairs in which the original is there as a whole.
    public let whole: [Bin]
    /// True pairs in which it is not, or of which the table does not say it.
    public let contained: [Bin]
    /// Unrelated pairs.
    public let unrelated: [Bin]
    /// Of so many files that were looked for, one was taken for the unrelated pairs.
    public let unrelatedEvery: Int
}

/// Distances that were computed one by one, against what the join told.
public struct JoinCheck: Encodable, Hashable, Sendable {
    /// Pairs of files.
    public var pairs = 0
    /// Those of which the join told another distance, or none within its radius, or one beyond.
    public var disagreements = 0
}
