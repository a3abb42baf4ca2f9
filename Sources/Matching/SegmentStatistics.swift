/// What a search did in one segment, and why.
public struct SegmentStatistics: Hashable, Sendable {
    /// Why a method was used.
    public enum Reason: String, Hashable, Sendable, CaseIterable {
        /// It was expected to be faster.
        case estimated
        /// The caller asked for it.
        case forced
        /// A scan: the segment has no tables.
        case noTables
        /// A scan: the tables are not used for so large a radius.
        case radius
        /// A scan after all: the lists held more postings than a scan takes the time of.
        case piledUp
    }

    /// How the segment was searched.
    public var method: SearchMethod
    /// Why so.
    public var reason: Reason
    /// What the tables were expected to take, in microseconds; `nil` where they cannot be used.
    public var tablesEstimate: Double?
    /// What a scan was expected to take, in microseconds.
    public var scanEstimate: Double
    /// Lists that were looked up.
    public var lists = 0
    /// Postings in those lists. All of them were filtered, unless the reason is ``Reason/piledUp``.
    public var postings = 0
    /// Postings that passed the filter: so many rows were fetched and compared.
    public var candidates = 0
    /// Rows that were compared in a scan.
    public var scannedRows = 0
    /// Rows within the radius.
    public var hits = 0
    /// Whether the lists were not in memory and had to be asked from the disk.
    public var isAnnounced = false
    /// The time it took, in microseconds.
    public var microseconds = 0.0

    /// Statistics of a search that has not begun.
    public init(
        method: SearchMethod,
        reason: Reason,
        tablesEstimate: Double?,
        scanEstimate: Double
    ) {
        self.method = method
        self.reason = reason
        self.tablesEstimate = tablesEstimate
        self.scanEstimate = scanEstimate
    }

    /// Rows that were compared bit by bit, through either method.
    public var comparedRows: Int { candidates + scannedRows }
}
