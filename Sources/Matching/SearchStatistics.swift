/// What a search did: the figures that a certificate of completeness quotes.
public struct SearchStatistics: Hashable, Sendable {
    /// The method used for each segment searched, in the order of the segments; `nil` for a segment of
    /// another kind, which is left out.
    public var methods: [SearchMethod?] = []
    /// Lists that were read.
    public var lists = 0
    /// Postings that were filtered.
    public var postings = 0
    /// Postings that passed the filter, and whose rows were compared.
    public var candidates = 0
    /// Rows that were compared in scans.
    public var scannedRows = 0

    /// Statistics of nothing.
    public init() {}
}
