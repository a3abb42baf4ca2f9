import Evidence

/// Knows how far a run is, and tells it: to whoever watches the run, and to the case's `run.json`.
///
/// The whole is counted beside the run; until that has ended there is no estimate, rather than a wrong one.
public struct IndexProgress {
    /// Shows the figures: told every so often, and once when the run has ended.
    public struct Display {
        let milliseconds: Int
        let show: (RunFigures) -> Void

        /// A display that is told no more often than every `milliseconds`.
        public init(everyMilliseconds milliseconds: Int, show: @escaping (RunFigures) -> Void) {
            self.milliseconds = milliseconds
            self.show = show
        }
    }

    private let count: EvidenceCount
    private let display: Display?
    private let publisher: RunPublisher?
    private let workers: Int
    private let started = MonotonicTime.now
    private var rates = RunRates()
    /// What has been seen, by kind.
    private var seen = [ItemTotals](repeating: ItemTotals(), count: ItemKind.allCases.count)
    private var lastLooked = MonotonicTime.now
    private var lastNoted = MonotonicTime.now
    private var lastShown = MonotonicTime.now

    private static let millisecondsBetweenLooks = 100
    private static let slowSeconds = 5
    private static let slowItems = 5

    /// - Parameters:
    ///   - roots: what the run will walk.
    ///   - since: what is older will not be read.
    ///   - workers: worker processes.
    ///   - publisher: publishes the figures in the case.
    ///   - display: shows them, if anybody watches.
    public init(
        roots: [EvidencePath],
        since: EvidenceAge? = nil,
        workers: Int,
        publisher: RunPublisher? = nil,
        display: Display? = nil
    ) {
        count = EvidenceCount(roots: roots, since: since)
        self.workers = workers
        self.publisher = publisher
        self.display = display
        rates.note(items: 0, bytes: 0)
    }

    /// Takes note of an item that is done with.
    ///
    /// - Parameters:
    ///   - bytes: as the count has them.
    ///   - milliseconds: what it has cost a worker; `nil` if none had it.
    mutating func took(_ path: EvidencePath, bytes: Int64, milliseconds: Double?) {
        let kind = ItemKind(path)
        seen[kind.rawValue] += ItemTotals(items: 1, bytes: bytes)
        if let milliseconds {
            rates.learn(kind, bytes: bytes, milliseconds: milliseconds)
        }
    }

    /// Tells how far the run is, if it is time.
    mutating func step(_ summary: IndexRun.Summary, _ pool: WorkerPool, committed: Int) {
        guard lastLooked.millisecondsAgo >= IndexProgress.millisecondsBetweenLooks else { return }
        lastLooked = .now
        if lastNoted.millisecondsAgo >= 1000 {
            lastNoted = .now
            let open = pool.containers.reduce(0) { $0 + $1.doneBytes }
            rates.note(items: summary.seen - summary.unchanged, bytes: summary.bytes + open)
        }
        let isShown = display.map { lastShown.millisecondsAgo >= $0.milliseconds } ?? false
        let isPublished = publisher?.isDue ?? false
        guard isShown || isPublished else { return }
        let figures = figures(summary, pool, committed: committed)
        if isPublished {
            publisher?.publish(figures)
        }
        if isShown {
            lastShown = .now
            display?.show(figures)
        }
    }

    /// Ends the counting, and gives the last figures.
    func finish(_ summary: IndexRun.Summary, _ pool: WorkerPool, committed: Int) -> RunFigures {
        count.giveUp()
        return figures(summary, pool, committed: committed)
    }

    private func figures(
        _ summary: IndexRun.Summary,
        _ pool: WorkerPool,
        committed: Int
    ) -> RunFigures {
        let totals = count.totals
        var figures = RunFigures()
        figures.seconds = Double(started.millisecondsAgo) / 1000
        figures.take(summary)
        figures.committed = committed
        figures.inFlight = pool.inFlight
        figures.workers = workers
        let done = seen.reduce(into: ItemTotals()) { $0 += $1 }
        // What is counted beforehand are files; how many members their containers have is seen when they are opened.
        figures.expectedItems = totals.all.items + max(0, summary.seen - done.items)
        figures.expectedBytes = totals.all.bytes
        figures.isCounted = totals.isComplete
        // A disk image may take days: what is done of it counts before it ends.
        let containers = pool.containers
        var rates = rates
        var seen = seen
        for container in containers {
            let kind = ItemKind(container.path)
            seen[kind.rawValue].bytes += container.doneBytes
            figures.seenBytes += container.doneBytes
            figures.bytes += container.doneBytes
            rates.learn(
                kind,
                bytes: container.doneBytes,
                milliseconds: container.milliseconds
            )
        }
        let items = summary.seen - summary.unchanged
        let seconds = max(0.001, figures.seconds)
        figures.itemsPerSecond = Double(items) / seconds
        figures.bytesPerSecond = Double(figures.bytes) / seconds
        let recent = rates.recent(items: items, bytes: figures.bytes)
        figures.recentItemsPerSecond = recent?.items ?? figures.itemsPerSecond
        figures.recentBytesPerSecond = recent?.bytes ?? figures.bytesPerSecond
        if totals.isComplete {
            figures.share =
                totals.all.bytes > 0
                ? min(1, Double(figures.seenBytes) / Double(totals.all.bytes))
                : min(1, Double(done.items) / Double(max(1, totals.all.items)))
            let remaining = zip(totals.kinds, seen).map { all, seen in
                ItemTotals(
                    items: max(0, all.items - seen.items),
                    bytes: max(0, all.bytes - seen.bytes)
                )
            }
            // One container has one worker, however many there are.
            let longest = containers.map { container in
                let rest = ItemTotals(items: 0, bytes: container.bytes - container.doneBytes)
                return rates.milliseconds(for: rest, of: ItemKind(container.path))
            }.max()
            let shared = rates.milliseconds(for: remaining) / Double(max(1, workers))
            figures.remainingSeconds = max(shared, longest ?? 0) / 1000
        }
        figures.slow = pool.slowItems(
            seconds: IndexProgress.slowSeconds,
            atMost: IndexProgress.slowItems
        )
        return figures.rounded
    }
}

extension RunFigures {
    /// Takes a summary's numbers.
    mutating func take(_ summary: IndexRun.Summary) {
        seen = summary.seen
        indexed = summary.states[.indexed, default: 0]
        partly = summary.states[.partly, default: 0]
        faulted = summary.states[.faulted, default: 0]
        skipped = summary.states[.skipped, default: 0]
        unchanged = summary.unchanged
        fingerprints = summary.fingerprints
        bytes = summary.bytes
        seenBytes = summary.seenBytes
        faults = summary.faults
    }

    /// No more digits than mean something.
    fileprivate var rounded: RunFigures {
        func places(_ value: Double, _ scale: Double) -> Double {
            (value * scale).rounded() / scale
        }
        var figures = self
        figures.seconds = places(seconds, 1000)
        figures.itemsPerSecond = places(itemsPerSecond, 100)
        figures.bytesPerSecond = places(bytesPerSecond, 1)
        figures.recentItemsPerSecond = places(recentItemsPerSecond, 100)
        figures.recentBytesPerSecond = places(recentBytesPerSecond, 1)
        figures.share = share.map { places($0, 10_000) }
        figures.remainingSeconds = remainingSeconds.map { places($0, 1) }
        return figures
    }
}
