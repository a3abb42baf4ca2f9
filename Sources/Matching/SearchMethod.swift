/// How a segment is searched. Both methods give the same result.
public enum SearchMethod: String, Hashable, Sendable, CaseIterable {
    /// Through the 16 tables.
    case tables
    /// By comparing every row.
    case scan
}
