/// Where an entry came from, and what became of it.
public struct EntryHistory: Hashable, Sendable {
    /// The entry's number.
    public let entry: UInt64
    /// The batch in which it came.
    public let batch: Int
    /// The batch's source.
    public let source: ListBatch.Source
    /// The line or record of the source on which it stood.
    public let line: Int?
    /// The first version that has it; `nil` if it is not published yet.
    public let version: Int?
    /// Why it is not part of the list any more; `nil` if it is.
    public let withdrawal: Withdrawal?
    /// The first version that does not have it; `nil` if there is none yet.
    public let withdrawnIn: Int?
    /// What the curator said when it was withdrawn.
    public let note: String?
}

/// Looks up the histories of a list's entries.
public struct EntryHistories {
    private let contents: ListContents
    private let catalog: ListCatalog?
    /// The version of each published batch, by number.
    private let versions: [Int: Int]
    /// What each version withdrew, in the order of the entries' numbers.
    private let withdrawn: [(version: Int, withdrawals: [Withdrawal])]

    /// The histories of all entries of a list, as it stands now.
    public init(_ list: HashList) throws(ListFault) {
        catalog = try ListCatalog.reading(list.folder)
        contents = try list.workingContents(catalog)
        var versions: [Int: Int] = [:]
        var withdrawn: [(version: Int, withdrawals: [Withdrawal])] = []
        for published in list.versions {
            let number = published.record.number
            for batch in published.record.batches { versions[batch.number] = number }
            withdrawn.append((number, try list.withdrawals(from: number - 1, to: number)))
        }
        self.versions = versions
        self.withdrawn = withdrawn
    }

    /// The history of an entry, withdrawn or not; `nil` if there never was one of this number.
    public func history(of entry: UInt64) throws(ListFault) -> EntryHistory? {
        guard let batch = contents.sources.first(where: { $0.numbers.contains(entry) }) else {
            return nil
        }
        let withdrawal = EntryHistories.find(entry, contents.withdrawals)
        let version = withdrawn.first { EntryHistories.find(entry, $0.withdrawals) != nil }?.version
        return EntryHistory(
            entry: entry,
            batch: batch.number,
            source: batch.source,
            line: contents.provenance(of: entry)?.line,
            version: versions[batch.number],
            withdrawal: withdrawal,
            withdrawnIn: version,
            note: withdrawal == nil ? nil : try catalog?.note(on: entry)
        )
    }

    private static func find(_ entry: UInt64, _ withdrawals: [Withdrawal]) -> Withdrawal? {
        var (low, high) = (0, withdrawals.count)
        while low < high {
            let middle = (low + high) / 2
            if withdrawals[middle].entry < entry { low = middle + 1 } else { high = middle }
        }
        guard low < withdrawals.count, withdrawals[low].entry == entry else { return nil }
        return withdrawals[low]
    }
}
