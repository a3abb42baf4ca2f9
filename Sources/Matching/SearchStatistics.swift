/// What a search did: the figures that a certificate of completeness quotes.
public struct SearchStatistics: Hashable, Sendable {
    /// What was done in each segment, in the order of the segments; `nil` for a segment of another kind,
    /// which is left out.
    public var segments: [SegmentStatistics?] = []

    /// Statistics of nothing.
    public init() {}

    /// The method used for each segment searched; `nil` for a segment of another kind.
    public var methods: [SearchMethod?] { segments.map { $0?.method } }
    /// Lists that were looked up.
    public var lists: Int { sum(\.lists) }
    /// Postings in them.
    public var postings: Int { sum(\.postings) }
    /// Postings that passed the filter, and whose rows were compared.
    public var candidates: Int { sum(\.candidates) }
    /// Rows that were compared in scans.
    public var scannedRows: Int { sum(\.scannedRows) }

    private func sum(_ figure: KeyPath<SegmentStatistics, Int>) -> Int {
        segments.reduce(0) { $0 + ($1?[keyPath: figure] ?? 0) }
    }
}
