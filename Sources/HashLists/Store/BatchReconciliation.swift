import Fingerprinting
import Indexing

/// Finds out which entries of a new batch the list has already, which say something else than before, and which contradict each other.
///
/// Entries are the same if their ``EntryIdentity`` is; a new one stands in the place of an older one only if both came from the same source. What has an identifier or a digest is compared through the sorted digests, what is
/// a fingerprint alone through the sorted rows: so a delivery of millions is compared in the time that it takes to read both.
struct BatchReconciliation {
    private let batch: ListContents.OpenBatch
    private let old: ListContents
    private(set) var report: BatchReport
    private(set) var withdrawals: [Withdrawal] = []
    /// Older entries that are in the new batch, too, or have been replaced by it: for deliveries that are said to be whole.
    private(set) var confirmed: Set<UInt64> = []
    private let keepsConfirmed: Bool

    /// - Parameters:
    ///   - old: the list before the batch.
    ///   - keepsConfirmed: whether ``confirmed`` is wanted.
    init(
        _ batch: ListContents.OpenBatch,
        old: ListContents,
        report: BatchReport,
        keepsConfirmed: Bool
    ) {
        self.batch = batch
        self.old = old
        self.report = report
        self.keepsConfirmed = keepsConfirmed
    }

    mutating func run() throws(ListFault) {
        try settleIdentities()
        try settleFingerprints()
        report.added = batch.batch.entries - report.duplicates - report.changed
    }

    // MARK: - What has an identifier or a digest

    private mutating func settleIdentities() throws(ListFault) {
        guard let digests = batch.digests else { return }
        let count = digests.count(.identity)
        var start = 0
        while start < count {
            let key = digests.withDigest(.identity, at: start) { Array($0) }
            var group = [digests.entry(.identity, at: start)]
            var end = start + 1
            while end < count, digests.withDigest(.identity, at: end, { $0.elementsEqual(key) }) {
                group.append(digests.entry(.identity, at: end))
                end += 1
            }
            start = end
            let known = old.entries(with: key, .identity)
            if group.count > 1 || !known.isEmpty {
                try settle(group, known)
            }
        }
    }

    // MARK: - What is a fingerprint alone

    private mutating func settleFingerprints() throws(ListFault) {
        guard let segment = batch.segment else { return }
        var others = old.batches.compactMap(\.segment).map { (rows: SegmentRows($0), at: 0) }
        let own = SegmentRows(segment)
        var candidates: [(own: Range<Int>, others: [(segment: Segment, row: Int)])] = []
        // Rows are gathered in pieces, since what is found out about them may fail in other ways than reading them.
        func settleCandidates(_ this: inout BatchReconciliation) throws(ListFault) {
            for candidate in candidates {
                let group = try this.plainEntries(segment, candidate.own)
                guard !group.isEmpty else { continue }
                var known: [UInt64] = []
                for (other, row) in candidate.others {
                    let range = try listFault { () throws(IndexFault) in
                        try other.occurrenceRange(ofRow: row)
                    }
                    known += try this.plainEntries(other, range)
                }
                if group.count > 1 || !known.isEmpty { try this.settle(group, known.sorted()) }
            }
            candidates.removeAll(keepingCapacity: true)
        }
        var row = 0
        while row < segment.rows {
            let end = min(segment.rows, row + 100_000)
            for place in row..<end {
                var matches: [(segment: Segment, row: Int)] = []
                if !others.isEmpty {
                    let words = own.words(place)
                    for index in others.indices {
                        let found = others[index].rows.firstRow(
                            from: others[index].at,
                            notBefore: words
                        )
                        others[index].at = found
                        if found < others[index].rows.segment.rows,
                            others[index].rows.words(found) == words
                        {
                            matches.append((others[index].rows.segment, found))
                        }
                    }
                }
                let range = try listFault { () throws(IndexFault) in
                    try segment.occurrenceRange(ofRow: place)
                }
                if range.count > 1 || !matches.isEmpty { candidates.append((range, matches)) }
            }
            try settleCandidates(&self)
            row = end
        }
    }

    /// The live entries among some occurrences that are a fingerprint of a still picture and have no other identity.
    private func plainEntries(_ segment: Segment, _ occurrences: Range<Int>) throws(ListFault)
        -> [UInt64]
    {
        var entries: [UInt64] = []
        for index in occurrences {
            let occurrence = try listFault { () throws(IndexFault) in try segment.occurrence(index)
            }
            guard occurrence.timeMilliseconds == nil, !old.tombstones.contains(occurrence.item)
            else { continue }
            if case .fingerprint = try entry(occurrence.item).identity {
                entries.append(occurrence.item)
            }
        }
        return entries
    }

    // MARK: - Both

    private func entry(_ number: UInt64) throws(ListFault) -> ListEntry {
        if batch.batch.numbers.contains(number) {
            return try batch.log.entry(Int(number - batch.batch.first))
        }
        guard let entry = try old.entry(number) else {
            throw ListFault(
                .damaged,
                "the list names an entry \(number) that it does not have: restore it from a copy"
            )
        }
        return entry
    }

    private func line(_ number: UInt64) -> Int {
        batch.log.sourceLine(of: Int(number - batch.batch.first)) ?? 0
    }

    /// Settles what becomes of new entries that have the same identity as each other and as older ones.
    private mutating func settle(_ new: [UInt64], _ known: [UInt64]) throws(ListFault) {
        var contents: [(number: UInt64, entry: ListEntry)] = []
        for number in known { contents.append((number, try entry(number))) }
        var repeated: Set<UInt64> = []
        var kept: [UInt64] = []
        for number in new {
            let entry = try entry(number)
            if let same = contents.first(where: { $0.entry == entry })?.number {
                repeated.insert(same)
                withdrawals.append(Withdrawal(entry: number, reason: .duplicate, replacement: same))
                report.duplicates += 1
                let place =
                    batch.batch.numbers.contains(same)
                    ? "line \(line(same))" : "entry \(same) of the list"
                BatchReport.note(&report.repetitions, line(number), "says what \(place) says")
            } else {
                contents.append((number, entry))
                kept.append(number)
            }
        }
        if keepsConfirmed { confirmed.formUnion(known) }
        // What another source says is its own word: nobody else's entry takes its place.
        let isNamed = if case .identifier = contents.first?.entry.identity { true } else { false }
        let own = known.filter { isOwn($0, isNamed: isNamed) }
        let isUpdate = !own.isEmpty && repeated.isDisjoint(with: own)
        if isUpdate, let replacement = kept.first ?? repeated.first {
            for number in own {
                withdrawals.append(
                    Withdrawal(entry: number, reason: .replaced, replacement: replacement)
                )
            }
            if kept.isEmpty { report.withdrawn += own.count } else { report.changed += 1 }
        }
        let contradicting = isUpdate || known.isEmpty ? kept.dropFirst() : kept[...]
        for number in contradicting {
            report.conflicts += 1
            let other =
                number == kept.first
                ? known.first.map { "entry \($0) of the list" }
                : kept.first.map { "line \(line($0))" }
            BatchReport.note(
                &report.contradictions,
                line(number),
                "says something else than \(other ?? "another one")"
            )
        }
    }

    /// Whether an older entry came from the same source as the new ones: then they stand in its place. What sources call their entries is
    /// the same in all files of a format.
    private func isOwn(_ number: UInt64, isNamed: Bool) -> Bool {
        guard let source = old.provenance(of: number)?.source else { return false }
        return source.isSame(as: batch.batch.source)
            || isNamed && source.format == batch.batch.source.format
    }
}
