import Evidence

extension ListWriter {
    /// Findings of one kind that a check writes down; more are counted.
    public static let mostFindings = 100_000

    /// Takes what a check of the list found in place of what the last one did.
    ///
    /// - Parameters:
    ///   - most: findings of one kind that are written down.
    ///   - body: hands the findings over; if it throws, what the last check found stays. Findings of the same kind and entries become
    ///     one, with the smallest distance and the sum of the counts.
    /// - Returns: the record of the check.
    public func recordCheck(
        _ record: ListCheckRecord,
        most: Int = ListWriter.mostFindings,
        _ body: ((ListFinding) throws -> Void) throws -> Void
    ) throws(ListFault) -> ListCheckRecord {
        try catalog.recordCheck(record, description.meanings, most: most, body)
    }

    /// The last check; `nil` if there was none since the list changed.
    public func lastCheck() throws(ListFault) -> ListCheckRecord? {
        try catalog.lastCheck(description.meanings)
    }

    /// How many findings of the last check are open, by kind, of all kinds that it looked for; `nil` if there was none since the list
    /// changed.
    public func openFindings() throws(ListFault) -> [String: Int]? {
        guard let check = try lastCheck() else { return nil }
        var counts = try catalog.openFindings()
        for kind in check.kinds {
            counts[kind.rawValue, default: 0] += check.beyond[kind.rawValue] ?? 0
        }
        return counts
    }

    /// Calls `body` with the findings of the last check, in their order.
    public func forEachFinding(
        openOnly: Bool,
        _ body: (RecordedFinding) throws -> Void
    ) throws(ListFault) {
        try catalog.forEachFinding(openOnly: openOnly, body)
    }

    /// Decides on findings of the last check.
    ///
    /// - Parameters:
    ///   - numbers: the numbers in its worklist.
    ///   - entries: which entries are withdrawn, of findings that have two; of those that have one it is that.
    /// - Returns: the entries that were withdrawn.
    /// - Throws: ``ListFault``; nothing is decided then.
    public func decide(
        _ numbers: [Int],
        _ decision: RecordedFinding.Decision,
        entries: Set<UInt64> = [],
        note: String?
    ) throws(ListFault) -> [UInt64] {
        guard try lastCheck() != nil else {
            throw ListFault(
                .badInput,
                "the list was not checked since its last change: run `vestige list check \(folder.path.display())`, whose worklist has "
                    + "the numbers"
            )
        }
        var findings: [ListFinding] = []
        var withdrawn: Set<UInt64> = []
        let contents = try workingContents()
        for number in numbers {
            guard let finding = try catalog.finding(number)?.finding else {
                throw ListFault(.badInput, "the worklist has no finding \(number)")
            }
            findings.append(finding)
            guard decision == .withdraw else { continue }
            let chosen =
                finding.second == nil ? finding.entries : finding.entries.filter(entries.contains)
            guard !chosen.isEmpty else {
                throw ListFault(
                    .badInput,
                    "finding \(number) is about the entries \(finding.entries.map(String.init).joined(separator: " and ")): say with "
                        + "--entry which is withdrawn. Nothing was decided"
                )
            }
            withdrawn.formUnion(chosen.filter { contents.isLive($0) })
        }
        let sorted = withdrawn.sorted()
        try catalog.decide(
            findings,
            decision,
            withdrawing: sorted.map { Withdrawal(entry: $0, reason: .curator) },
            note: note,
            description.meanings
        )
        return sorted
    }
}
