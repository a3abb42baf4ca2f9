/// How far a run is, in numbers: what its line of progress, its log and `vestige status` tell.
///
/// `Docs/Format.md` describes the JSON of it, which scripts read: members are added, never changed.
public struct RunFigures: Codable, Hashable, Sendable {
    /// An item that has been worked on for long.
    public struct SlowItem: Codable, Hashable, Sendable {
        /// Its path.
        public var path: String
        /// For how long, in seconds.
        public var seconds: Int
        /// Its size, if it is known.
        public var bytes: Int64?
        /// How far into a film the worker is, in milliseconds.
        public var positionMilliseconds: Int64?
        /// The film's length in milliseconds, if it is known.
        public var lengthMilliseconds: Int64?
    }

    /// Since the run began.
    public var seconds = 0.0
    /// Items that were seen: the sum of the four states.
    public var seen = 0
    /// Items decoded whole.
    public var indexed = 0
    /// Items decoded in part.
    public var partly = 0
    /// Items not decoded.
    public var faulted = 0
    /// Items left out by a rule.
    public var skipped = 0
    /// Items that the case had already; they are among the others.
    public var unchanged = 0
    /// Fingerprints that were added.
    public var fingerprints = 0
    /// Items that this run has made safe on disk.
    public var committed = 0
    /// Items that workers have in hand.
    public var inFlight = 0
    /// Worker processes.
    public var workers = 0
    /// Bytes that were read.
    public var bytes: Int64 = 0
    /// Bytes of all items that were seen.
    public var seenBytes: Int64 = 0
    /// Items of the evidence, as far as it has been counted.
    public var expectedItems = 0
    /// Bytes of the evidence, as far as it has been counted.
    public var expectedBytes: Int64 = 0
    /// Whether the count is complete.
    public var isCounted = false
    /// The rate since the run began; items that the case had already do not count.
    public var itemsPerSecond = 0.0
    /// The same in bytes.
    public var bytesPerSecond = 0.0
    /// The rate of the last minute.
    public var recentItemsPerSecond = 0.0
    /// The same in bytes.
    public var recentBytesPerSecond = 0.0
    /// 0 ... 1 of the bytes; `nil` until all are counted.
    public var share: Double?
    /// How much longer it will take, in seconds; `nil` until there is ground for it.
    public var remainingSeconds: Double?
    /// The items that take longest.
    public var slow: [SlowItem] = []
    /// Items that lost something, by the stage and code of their first loss: `decode/truncated`.
    public var faults: [String: Int] = [:]

    /// Figures of nothing.
    public init() {}
}
