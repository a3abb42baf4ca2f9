/// Finds the speed and the offset of a stretch whose place is known roughly, or where it breaks.
///
/// All lines near the one at hand are weighed by what the coarse film's pictures lose on them
/// (``FilmLosses``); their mean is taken, unless the unchanged speed loses hardly more than the best of them: then that is the
/// speed. Where two lines at the unchanged speed lose less than one at any speed, the stretch breaks between them.
struct FilmPace {
    /// A line that loses so much more than the best is worth 1/e of it.
    private static let scale = 3.0
    /// The unchanged speed may lose so much more than the best one: the more, the further from the line nothing is
    /// lost, since where the dense film has few pictures, these are seldom the ones of the same moment.
    private var preferenceForSpeedOne: Double { 8 + slack / 100 }
    /// Lines are tried at so many steps to either side.
    private static let steps = 10

    private let losses: FilmLosses
    private let line: FilmLine
    private let slack: Double
    private let reach: Double

    /// A line, and what the pictures lose on it.
    struct Fit {
        var line: FilmLine
        var loss: Double
    }

    /// - Parameters:
    ///   - sightings: those of the stretch, sorted by ``FilmSighting/isBefore(_:_:)``.
    ///   - reach: the line is sought within so many milliseconds of this one, at either end.
    ///   - slack: so far from the line nothing is lost yet.
    init(_ sightings: [FilmSighting], about line: FilmLine, reach: Double, slack: Double) {
        self.line = line
        self.reach = reach
        self.slack = slack
        let near = sightings.filter { $0.away(from: line) <= reach + slack }
        losses = FilmLosses(FilmSightings(sorted: near), slack: slack)
    }

    /// The line that fits best, and what speaks against it.
    func fitted() -> Fit {
        guard let first = losses.middles.first, let last = losses.middles.last else {
            return Fit(line: line, loss: 0)
        }
        let start = (dense: line.dense(at: first), coarse: first)
        let end = (dense: line.dense(at: last), coarse: last)
        let standing = atSpeedOne(about: (first + last) / 2)
        guard end.dense - start.dense > 2 * slack else { return standing }
        var centre = (0.0, 0.0)
        var half = (reach, reach)
        var least = Double.infinity
        let count = Double(FilmPace.steps)
        for _ in 0..<3 {
            var sum = FilmMoments()
            for first in -FilmPace.steps...FilmPace.steps {
                for last in -FilmPace.steps...FilmPace.steps {
                    let moved = (
                        centre.0 + half.0 * Double(first) / count,
                        centre.1 + half.1 * Double(last) / count
                    )
                    let rise = end.coarse + moved.1 - start.coarse - moved.0
                    guard FilmLine.speeds.contains(rise / (end.dense - start.dense)) else {
                        continue
                    }
                    let line = FilmLine(
                        (start.dense, start.coarse + moved.0),
                        (end.dense, end.coarse + moved.1)
                    )
                    sum.add(moved, loss: losses.sum(line))
                }
            }
            guard let (mean, deviation) = sum.result(scale: FilmPace.scale) else { break }
            least = min(least, sum.least)
            centre = mean
            half = (
                min(half.0, max(half.0 / 8, 2.5 * deviation.0)),
                min(half.1, max(half.1 / 8, 2.5 * deviation.1))
            )
        }
        guard standing.loss > least + preferenceForSpeedOne else { return standing }
        let fitted = FilmLine(
            (start.dense, start.coarse + centre.0),
            (end.dense, end.coarse + centre.1)
        )
        return Fit(line: fitted, loss: least + preferenceForSpeedOne)
    }

    /// The best line at the unchanged speed.
    private func atSpeedOne(about middle: Double) -> Fit {
        var centre = middle - line.dense(at: middle)
        // At the middle of the stretch; its ends may lie further away.
        var half = 1.5 * reach
        var least = Double.infinity
        let steps = 3 * FilmPace.steps
        for _ in 0..<3 {
            var sum = FilmMoments()
            for step in -steps...steps {
                let offset = centre + half * Double(step) / Double(steps)
                sum.add((offset, 0), loss: losses.sum(FilmLine(speed: 1, offset: offset)))
            }
            guard let (mean, deviation) = sum.result(scale: FilmPace.scale) else { break }
            least = min(least, sum.least)
            centre = mean.0
            half = min(half, max(half / 8, 2.5 * deviation.0))
        }
        return Fit(line: FilmLine(speed: 1, offset: centre), loss: least)
    }

    // MARK: - Breaks

    /// What one break more costs: as much as another speed.
    private static let costOfBreak = 8.0
    /// Lines that are nearer to each other than this, in milliseconds, are one.
    private static let smallestBreak = 2_500.0
    /// No more offsets than this are tried.
    private static let mostOffsets = 1_500.0

    /// Two lines at the unchanged speed and the time between them, in the coarse film, if they fit better than
    /// one does.
    func broken(_ fit: Fit) -> (before: FilmLine, after: FilmLine, time: Double)? {
        let middles = losses.middles
        guard let first = middles.first, let last = middles.last, middles.count >= 3 else {
            return nil
        }
        let ends = [first, last].map { $0 - line.dense(at: $0) }
        let (low, high) = (min(ends[0], ends[1]) - reach, max(ends[0], ends[1]) + reach)
        let step = max(slack, (high - low) / FilmPace.mostOffsets)
        let lines = stride(from: low, through: high, by: step).map {
            FilmLine(speed: 1, offset: $0)
        }
        let before = losses.best(of: lines, backwards: false)
        let after = losses.best(of: lines, backwards: true)
        var best: (cost: Double, place: Int)?
        for place in 0..<(middles.count - 1) {
            let cost = before[place].cost + after[place + 1].cost + FilmPace.costOfBreak
            let jump = lines[before[place].line].offset - lines[after[place + 1].line].offset
            guard abs(jump) >= max(FilmPace.smallestBreak, 3 * slack) else { continue }
            if best.map({ cost < $0.cost }) ?? true { best = (cost, place) }
        }
        guard let best, best.cost < fit.loss else { return nil }
        return (
            lines[before[best.place].line], lines[after[best.place + 1].line],
            (middles[best.place] + middles[best.place + 1]) / 2
        )
    }
}
