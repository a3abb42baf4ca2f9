/// What changed in a list from one version to a later one, or to the list as it stands now.
///
/// Only what came in between is read: entries are told one by one, and what is held of them are the numbers of those that were
/// withdrawn.
public struct ListDifference {
    /// A change.
    public enum Change: Hashable, Sendable {
        /// An entry that the older one does not have.
        case added(UInt64)
        /// An entry that the newer one does not have any more, and why.
        case withdrawn(UInt64, WithdrawalReason)
        /// An entry that stands in the place of older ones, and says something else.
        case changed(UInt64, was: [UInt64])
    }

    /// The newer side.
    public let newer: ListContents
    /// The number of the older version; 0 for nothing at all.
    public let from: Int
    /// The number of the newer version; `nil` for the list as it stands now.
    public let to: Int?
    /// The batches that came in between.
    private let batches: [ListBatch]
    /// What was withdrawn in between of what the older side has, by the number of the entry in its place.
    private let replaced: [(replacement: UInt64, old: UInt64)]
    private let gone: [Withdrawal]

    /// The difference between two versions.
    ///
    /// - Parameters:
    ///   - from: the older version; 0 for nothing at all.
    ///   - to: the newer one; `nil` for the list as it stands now.
    /// - Throws: ``ListFault``, also if `from` is not older than `to`.
    public init(_ list: HashList, from: Int, to: Int?) throws(ListFault) {
        if let to, to <= from {
            throw ListFault(
                .badInput,
                "version \(to) is not later than version \(from): name the earlier one first"
            )
        }
        if from > 0 { _ = try list.version(from) }
        newer = if let to { try list.contents(of: to) } else { try list.workingContents() }
        self.from = from
        self.to = to
        let older = Set(list.versions.prefix(from).flatMap { $0.record.batches.map(\.number) })
        batches = newer.sources.filter { !older.contains($0.number) }
        let first = batches.map(\.first).min() ?? UInt64.max
        let before = Set(try from > 0 ? list.withdrawals(from: 0, to: from).map(\.entry) : [])
        var replacements: [UInt64: UInt64] = [:]
        for withdrawal in newer.withdrawals where withdrawal.reason == .replaced {
            replacements[withdrawal.entry] = withdrawal.replacement
        }
        var replaced: [(replacement: UInt64, old: UInt64)] = []
        var gone: [Withdrawal] = []
        for withdrawal in newer.withdrawals
        where withdrawal.entry < first && !before.contains(withdrawal.entry) {
            // What stands in its place may have been replaced again; numbers only grow.
            var last = withdrawal.replacement
            while let number = last, let next = replacements[number], next > number { last = next }
            if withdrawal.reason == .replaced, let last, newer.isLive(last) {
                replaced.append((last, withdrawal.entry))
            } else {
                gone.append(withdrawal)
            }
        }
        self.replaced = replaced.sorted { $0 < $1 }
        self.gone = gone
    }

    /// Calls `body` with each change: first what was withdrawn, then what was added or changed, by the numbers of the entries.
    public func forEach(_ body: (Change) throws -> Void) throws {
        for withdrawal in gone { try body(.withdrawn(withdrawal.entry, withdrawal.reason)) }
        var next = 0
        for batch in batches {
            for number in batch.numbers where newer.isLive(number) {
                while next < replaced.count, replaced[next].replacement < number { next += 1 }
                var was: [UInt64] = []
                while next < replaced.count, replaced[next].replacement == number {
                    was.append(replaced[next].old)
                    next += 1
                }
                try body(was.isEmpty ? .added(number) : .changed(number, was: was))
            }
        }
    }
}
