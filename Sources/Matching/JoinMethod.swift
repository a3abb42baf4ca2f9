/// How two parts are joined. All methods find the same pairs.
public enum JoinMethod: String, Hashable, Sendable, CaseIterable {
    /// Through the 16 tables, list against list.
    case buckets
    /// By comparing every row with every other one.
    case scan
}
