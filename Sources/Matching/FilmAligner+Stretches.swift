import Fingerprinting

/// From the path to stretches, each on its line.
extension FilmAligner {
    /// So many breaks are looked for within what the path has on one line, and within their parts.
    private static let depthOfBreaks = 8
    /// Another line than the one at hand is to make a stretch so many times as long, where all lines agree.
    private static let longer = 1.1

    /// So far from a line nothing speaks against a sighting yet, in milliseconds.
    private var slack: Double { min(tolerance, 25 + 0.75 * Double(dense.interval)) }

    /// The stretches that a path goes through, each fitted.
    func stretches(_ sightings: FilmSightings, _ turn: Turn) -> [FilmStretch] {
        let tracing = FilmTracing(
            sightings,
            interval: Double(coarse.interval),
            tolerance: tolerance
        )
        var found = tracing.stretches().flatMap { found in
            let first = sightings.pictures[found.pictures.lowerBound].lowerBound
            let end = sightings.pictures[found.pictures.upperBound].upperBound
            return fitted(
                Array(sightings.all[first..<end]),
                about: found.line,
                turn,
                breaks: FilmAligner.depthOfBreaks
            )
        }
        if found.count == 1, let still = still(found[0], sightings) { return [still] }
        for place in found.indices.dropLast() {
            let (first, second) = parted(found[place], found[place + 1], sightings)
            (found[place], found[place + 1]) = (first, second)
        }
        return found
    }

    /// The stretch or the stretches that these sightings make.
    ///
    /// - Parameter breaks: no more are looked for within each other.
    private func fitted(
        _ sightings: [FilmSighting],
        about line: FilmLine,
        _ turn: Turn,
        breaks: Int
    ) -> [FilmStretch] {
        let reach = max(2_500, 2 * tolerance)
        let pace = FilmPace(sightings, about: line, reach: reach, slack: slack)
        let fit = pace.fitted()
        if breaks > 0, let (before, after, time) = pace.broken(fit) {
            let first = sightings.filter { ($0.coarseFrom + $0.coarseTo) / 2 < time }
            let second = sightings.filter { ($0.coarseFrom + $0.coarseTo) / 2 >= time }
            return fitted(first, about: before, turn, breaks: breaks - 1)
                + fitted(second, about: after, turn, breaks: breaks - 1)
        }
        return stretch(sightings, on: fit.line, turn).map { [$0] } ?? []
    }

    /// The stretch that those of these sightings make that agree with a line; `nil` if it is not good for any.
    private func stretch(
        _ sightings: some Sequence<FilmSighting>,
        on line: FilmLine,
        _ turn: Turn
    ) -> FilmStretch? {
        let agreeing = FilmSightings(sorted: sightings.filter { $0.away(from: line) <= tolerance })
        let run = FilmLosses(agreeing, slack: slack, all: true).run(on: line)
        guard let last = run.last else { return nil }
        let range =
            agreeing.pictures[run.lowerBound].lowerBound..<agreeing.pictures[last].upperBound
        return FilmStretch(Array(agreeing.all[range]), on: line, turn)
    }

    /// Two stretches that follow each other in the coarse film, the pictures between them given to the one on whose
    /// line they lose less.
    private func parted(
        _ first: FilmStretch,
        _ second: FilmStretch,
        _ sightings: FilmSightings
    ) -> (FilmStretch, FilmStretch) {
        guard let from = first.sightings.first?.coarseFrom,
            let to = second.sightings.last?.coarseTo,
            second.coarse.lowerBound - first.coarse.upperBound <= 2.5 * Double(coarse.interval),
            first.line != second.line
        else { return (first, second) }
        let near = sightings.pictures[sightings.firstPicture(from: from)...]
        let all = sightings.all[(near.first?.lowerBound ?? 0)...].prefix {
            $0.coarseFrom <= to
        }.filter { sighting in
            let away = min(sighting.away(from: first.line), sighting.away(from: second.line))
            return sighting.coarseFrom >= from && sighting.coarseTo <= to && away <= 4 * tolerance
        }
        let between = FilmSightings(sorted: all)
        let count = FilmLosses(between, slack: slack, all: true).split(first.line, second.line)
        guard count > 0, count < between.pictures.count else { return (first, second) }
        let place = between.pictures[count].lowerBound
        guard let before = stretch(all[..<place], on: first.line, first.turn),
            let after = stretch(all[place...], on: second.line, second.turn)
        else { return (first, second) }
        return (before, after)
    }

    /// The stretch of films that show a single scene all the time, so that all lines agree: their beginnings or their
    /// ends are laid upon each other, if more of the films agrees so.
    private func still(_ stretch: FilmStretch, _ sightings: FilmSightings) -> FilmStretch? {
        let all = sightings.all
        guard let first = all.first, scenes(leftPictures(all)) < 2 else { return nil }
        let coarseTo = all.reduce(first.coarseTo) { max($0, $1.coarseTo) }
        let denseFrom = all.reduce(first.denseFrom) { min($0, $1.denseFrom) }
        let denseTo = all.reduce(first.denseTo) { max($0, $1.denseTo) }
        var best: FilmStretch?
        var longest = FilmAligner.longer * (stretch.dense.upperBound - stretch.dense.lowerBound)
        for offset in [first.coarseFrom - denseFrom, coarseTo - denseTo] {
            let line = FilmLine(speed: 1, offset: offset)
            let agreeing = all.filter { $0.away(from: line) <= tolerance }
            guard !agreeing.isEmpty else { continue }
            let found = FilmStretch(agreeing, on: line, stretch.turn)
            let length = found.dense.upperBound - found.dense.lowerBound
            if length > longest { (best, longest) = (found, length) }
        }
        return best
    }

    /// The nearest of all sightings, if no path is worth its beginning.
    func lone(_ rest: [(turn: Turn, sightings: FilmSightings)]) -> FilmStretch? {
        var best: (turn: Turn, sighting: FilmSighting)?
        for (turn, sightings) in rest {
            for sighting in sightings.all
            where best.map({ sighting.distance < $0.sighting.distance }) ?? true {
                best = (turn, sighting)
            }
        }
        return best.map { turn, sighting in
            let middle = { (from: Double, to: Double) in (from + to) / 2 }
            let line = FilmLine(
                speed: 1,
                offset: middle(sighting.coarseFrom, sighting.coarseTo)
                    - middle(sighting.denseFrom, sighting.denseTo)
            )
            return FilmStretch([sighting], on: line, turn)
        }
    }
}
