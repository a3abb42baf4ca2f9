import CKernels
import Fingerprinting
import Glibc
import Indexing

/// Finds every pair of fingerprints within a radius, one from each of two sets: exactly, each once,
/// whatever the radius and the data. Why that is so is in `Docs/Matching.md`.
///
/// A value without state: one can be run from many threads at once.
public struct SetJoin: Sendable {
    /// The cores of this machine: what a join uses unless it is told otherwise.
    public static var cores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// The left set.
    public let left: [JoinPart]
    /// The right set; the same as the left one, if that is joined with itself.
    public let right: [JoinPart]
    /// Whether one set is joined with itself.
    public let isWithin: Bool
    /// The kind of the fingerprints that are joined, that of the first part; `nil` if there is none.
    public let kind: FingerprintKind?
    /// Bits in which the two of a pair may differ.
    public let radius: Int
    /// The number of threads.
    public let threads: Int
    /// Bytes that the tables of parts without any may take.
    public let memory: Int

    let forced: JoinMethod?
    let level: vestige_kernel_level

    /// A join of two sets.
    ///
    /// Parts of another kind than the first one are left out, since fingerprints of different kinds
    /// cannot be compared; the statistics say so.
    ///
    /// - Parameters:
    ///   - radius: 0 ... 256; a negative one finds nothing.
    ///   - method: the method to use wherever it can be used, so that the two can be compared; `nil` for
    ///     the one that is expected to be faster, for each pair of parts.
    ///   - threads: at least 1; the result does not depend on it.
    ///   - memory: bytes that may be taken for tables of parts without any. Less makes the join slower.
    ///     Below about 4 MB it is exceeded; beyond it come some 2 MB for each thread, and at most 25 MB
    ///     for pairs that wait for their turn.
    public init(
        left: [JoinPart],
        right: [JoinPart],
        radius: Int,
        forcing method: JoinMethod? = nil,
        threads: Int = SetJoin.cores,
        memory: Int = 1 << 30
    ) {
        self.init(
            left: left,
            right: right,
            isWithin: false,
            radius: radius,
            forcing: method,
            threads: threads,
            memory: memory,
            level: vestige_best_kernel_level()
        )
    }

    /// A join of a set with itself: unordered pairs of different rows, each once. Of the two, the one
    /// with the smaller part, and in the same part with the smaller row, is the left one.
    ///
    /// A part that is given twice counts as two parts.
    public init(
        within parts: [JoinPart],
        radius: Int,
        forcing method: JoinMethod? = nil,
        threads: Int = SetJoin.cores,
        memory: Int = 1 << 30
    ) {
        self.init(
            left: parts,
            right: parts,
            isWithin: true,
            radius: radius,
            forcing: method,
            threads: threads,
            memory: memory,
            level: vestige_best_kernel_level()
        )
    }

    /// A join that uses one body of the kernels.
    package init(
        left: [JoinPart],
        right: [JoinPart],
        isWithin: Bool,
        radius: Int,
        forcing method: JoinMethod?,
        threads: Int,
        memory: Int,
        level: vestige_kernel_level
    ) {
        self.left = left
        self.right = right
        self.isWithin = isWithin
        kind = left.first?.kind ?? right.first?.kind
        self.radius = min(radius, 256)
        self.threads = max(1, min(threads, 1024))
        self.memory = memory
        forced = method
        self.level = level
    }

    /// Joins the sets.
    ///
    /// - Parameters:
    ///   - progress: is told how far the join has come, now and then.
    ///   - found: gets the pairs in pieces, in an order that does not depend on the number of threads:
    ///     part by part, and otherwise in none. It may throw to end the join.
    ///
    /// Both are called by the thread that calls this, one at a time.
    /// - Returns: what was done.
    /// - Throws: `IndexFault`, if a segment turns out to be damaged: the pairs found so far are pairs, but
    ///   others may be missing. Or what `found` throws. Nothing of the join runs on after that.
    /// - Complexity: at a radius of 31 about 1/240 of the pairs of rows are compared, on 32 bits.
    @discardableResult
    public func run(
        progress: (JoinProgress) -> Void = { _ in },
        found: (UnsafeBufferPointer<JoinPair>) throws -> Void
    ) throws -> JoinStatistics {
        try JoinRun(self).run(progress: progress, found: found)
    }

    /// How the parts would be joined: a method for each pair, by the left place, then the right one;
    /// `nil` for what is left out.
    public var methods: [JoinMethod?] { JoinPlan(self).statistics.partPairs.map(\.method) }
}
