/// How far a join has come.
public struct JoinProgress: Hashable, Sendable {
    /// The share of the expected work that is done, 0 ... 1; it never falls.
    public let fraction: Double
    /// The pairs that were handed over so far.
    public let pairs: Int
}
