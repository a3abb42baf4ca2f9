import Evidence

/// Decodes files with a pool and gives their reports back in the order of the files.
public struct OrderedDecoding {
    private let pool: WorkerPool

    /// A film in front must not let the reports of thousands of pictures pile up behind it.
    private static let maximumAhead: UInt64 = 64

    /// Decoding by `pool`, which nothing else may use meanwhile.
    public init(pool: WorkerPool) {
        self.pool = pool
    }

    /// Calls `take` with each file's report, in order.
    ///
    /// - Throws: ``CaseFault`` if no worker can be started, and whatever `take` throws.
    public func run(
        _ paths: some Sequence<EvidencePath>,
        take: (EvidencePath, WorkerReport) throws -> Void
    ) throws {
        var iterator = paths.makeIterator()
        var upcoming = iterator.next()
        var submitted: UInt64 = 0
        var delivered: UInt64 = 0
        var waiting: [UInt64: WorkerPool.Outcome] = [:]
        while upcoming != nil || delivered < submitted {
            while let path = upcoming, pool.hasRoom,
                submitted - delivered < OrderedDecoding.maximumAhead
            {
                try pool.submit(token: submitted, path: path)
                submitted += 1
                upcoming = iterator.next()
            }
            for outcome in try pool.collect(waitingMilliseconds: 1000) {
                waiting[outcome.token] = outcome
            }
            while let outcome = waiting.removeValue(forKey: delivered) {
                delivered += 1
                try take(outcome.path, outcome.report.judged(by: outcome.path))
            }
        }
    }
}
