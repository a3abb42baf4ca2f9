import Evidence

extension CaseWriter {
    /// What withdrawing an item did.
    public struct Withdrawal: Hashable, Sendable {
        /// The item.
        public let path: EvidencePath
        /// Fingerprints that are not matched any more; 0 if it had none, or was withdrawn before.
        public let fingerprints: Int
    }

    /// Takes items out of the case: the items at a path and below it are not matched any more, and
    /// later runs leave them out as long as their files do not change. Their rows stay in the ledger, with
    /// the reason; their fingerprints are gone from the segments with the next merge.
    ///
    /// - Parameters:
    ///   - path: absolute; a file, or a folder with everything below it.
    ///   - reason: is written down; may be empty.
    /// - Returns: the items, in the order of their paths; none if the case knows no such path.
    public func withdraw(
        _ path: EvidencePath,
        reason: String
    ) throws(CaseFault) -> [Withdrawal] {
        var done: [Withdrawal] = []
        for item in try catalog.items(atOrBelow: path) where item.rule != .withdrawn {
            let fingerprints = try catalog.withdraw(item, reason: reason)
            done.append(Withdrawal(path: item.path, fingerprints: fingerprints))
        }
        return done
    }
}
