/// How fast a run is: in all, in the last minute, and what its kinds of items cost.
struct RunRates {
    private struct Moment {
        let time: MonotonicTime
        let items: Int
        let bytes: Int64
    }

    /// What items of a kind have cost so far.
    private struct Cost {
        var work = 0.0
        var milliseconds = 0.0
    }

    private static let window = 60
    private static let windowMilliseconds = 60_000
    /// An item costs about as much as this many bytes before its bytes are read.
    private static let bytesPerItem = 50_000.0
    /// What a million bytes of each kind cost where nothing was measured yet, in milliseconds, and how many
    /// bytes' worth of measurement that assumption weighs: pictures, films, others.
    private static let assumed = [6.0, 7.0, 1.5]
    private static let assumedBytes = 10_000_000.0

    private var moments: [Moment] = []
    private var costs = [Cost](repeating: Cost(), count: ItemKind.allCases.count)

    /// Remembers how far the run is; to be called about once a second.
    mutating func note(items: Int, bytes: Int64) {
        moments.append(Moment(time: .now, items: items, bytes: bytes))
        if moments.count > RunRates.window * 2 {
            moments.removeFirst(RunRates.window)
        }
    }

    /// Items and bytes per second over the last minute, or as much of it as there was.
    func recent(items: Int, bytes: Int64) -> (items: Double, bytes: Double)? {
        guard
            let first = moments.first(where: {
                $0.time.millisecondsAgo <= RunRates.windowMilliseconds
            }), first.time.millisecondsAgo > 0
        else { return nil }
        let seconds = Double(first.time.millisecondsAgo) / 1000
        return (Double(items - first.items) / seconds, Double(bytes - first.bytes) / seconds)
    }

    /// Learns what an item cost a worker.
    mutating func learn(_ kind: ItemKind, bytes: Int64, milliseconds: Double) {
        costs[kind.rawValue].work += RunRates.work(ItemTotals(items: 1, bytes: bytes))
        costs[kind.rawValue].milliseconds += milliseconds
    }

    private static func work(_ totals: ItemTotals) -> Double {
        Double(max(0, totals.bytes)) + Double(max(0, totals.items)) * bytesPerItem
    }

    /// What items of these kinds will cost, in milliseconds of one worker.
    func milliseconds(for remaining: [ItemTotals]) -> Double {
        zip(ItemKind.allCases, remaining).reduce(0) { $0 + milliseconds(for: $1.1, of: $1.0) }
    }

    /// What items of one kind will cost, in milliseconds of one worker.
    func milliseconds(for totals: ItemTotals, of kind: ItemKind) -> Double {
        let cost = costs[kind.rawValue]
        let assumed = RunRates.assumed[kind.rawValue] * RunRates.assumedBytes / 1_000_000
        let each = (cost.milliseconds + assumed) / (cost.work + RunRates.assumedBytes)
        return each * RunRates.work(totals)
    }
}
