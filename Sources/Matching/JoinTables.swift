/// The tables that a join makes of rows that have none: two for each side, so that one can be made
/// while the other is joined.
final class JoinTables: Sendable {
    private let left = [TransientTable(), TransientTable()]
    private let right = [TransientTable(), TransientTable()]

    /// The table of a unit's `step`-th chunk. A side's two tables are used in turn.
    subscript(side: JoinUnit.Side, step: Int) -> TransientTable {
        (side == .left ? left : right)[step % 2]
    }
}
