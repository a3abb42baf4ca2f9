import Fingerprinting

/// Finds the stretches of two films that run in step, from the pictures that agree.
///
/// A path through the pictures of the film that was sampled more coarsely tells which of them lie on which line
/// (``FilmTracing``); each line is then fitted (``FilmPace``), and its ends are told (``FilmEnds``). What the stretches
/// explain is taken away, and the rest is looked at again. The outcome depends on the pairs alone, not on their
/// order.
public struct FilmAligner {
    /// One of the two films, as far as it is known.
    public struct Film: Hashable, Sendable {
        /// Its length in milliseconds.
        public var length: Int64
        /// How far apart its pictures are at most, in milliseconds.
        public var interval: Int64
        /// How many pictures of it were compared.
        public var pictures: Int

        /// A film.
        public init(length: Int64, interval: Int64, pictures: Int) {
            self.length = max(0, length)
            self.interval = max(1, interval)
            self.pictures = max(1, pictures)
        }
    }

    /// Of two films no more pairs are looked at for each turn: ``FilmThinning``.
    static let maximumPairs = 20_000
    /// No more pieces are told.
    static let maximumPieces = 256
    /// A stretch that was told in one film already is told again if its pictures are, at the median, no more
    /// bits worse.
    private static let mostExcess = 3
    /// The rest is looked at so often.
    private static let maximumRounds = 6

    let left: Film
    let right: Film
    let scenes: ([Int]) -> Int
    let turns: Int
    /// Whether the left film is the coarse one; if not, the right one is.
    let leftIsCoarse: Bool
    /// A sighting agrees with a line that it misses by no more than this, in milliseconds.
    let tolerance: Double

    var coarse: Film { leftIsCoarse ? left : right }
    var dense: Film { leftIsCoarse ? right : left }

    /// An aligner for two films.
    ///
    /// - Parameters:
    ///   - turns: how many turns were compared: the more, the likelier is an accident.
    ///   - scenes: how many different scenes these pictures of the left film show.
    public init(left: Film, right: Film, turns: Int, scenes: @escaping ([Int]) -> Int) {
        self.left = left
        self.right = right
        self.turns = max(1, turns)
        self.scenes = scenes
        leftIsCoarse = left.interval > right.interval
        // The dense film has a picture within half its interval of every picture of the other.
        let interval = Double(min(left.interval, right.interval))
        tolerance = min(3_000, max(250, 0.75 * interval))
    }

    /// Aligns the films.
    ///
    /// - Parameter pairs: the pictures that agree, by the turn of the left film.
    /// - Returns: `nil` if there are none.
    /// - Complexity: O(n log n) for n pairs; of what is left by ``FilmThinning``, 20,000 for each turn,
    ///   O(1) for each and each of 21 speeds.
    public func align(_ pairs: [Turn: [FilmPair]]) -> FilmAlignment? {
        var rest: [(turn: Turn, sightings: FilmSightings)] = []
        for turn in Turn.allCases {
            guard let pairs = pairs[turn], !pairs.isEmpty else { continue }
            let sightings = pairs.map { FilmSighting($0, leftIsCoarse: leftIsCoarse) }
            rest.append(
                (
                    turn,
                    FilmSightings(
                        sorted: FilmThinning.thinned(sightings, to: FilmAligner.maximumPairs)
                    )
                )
            )
        }
        guard !rest.isEmpty else { return nil }
        let ends = rest.map { part in self.ends(part.sightings, among: rest.map(\.sightings)) }
        var explained = FilmExplained()
        var kept: [FilmAlignment.Piece] = []
        for round in 0..<FilmAligner.maximumRounds where kept.count < FilmAligner.maximumPieces {
            let news = self.news(rest, ends, &explained, kept, isFirst: round == 0)
            if news.isEmpty { break }
            kept += news
            rest = rest.map { turn, sightings in
                (turn, FilmSightings(sorted: sightings.all.filter { !explained.explains($0) }))
            }
        }
        kept.sort(by: FilmAligner.isBefore)
        return FilmAlignment(
            pieces: parted(Array(kept.prefix(FilmAligner.maximumPieces))),
            score: score(of: kept)
        )
    }

    /// The stretches that are left, the surest first, as far as they say what the ones before them do not.
    private func news(
        _ rest: [(turn: Turn, sightings: FilmSightings)],
        _ ends: [FilmEnds],
        _ explained: inout FilmExplained,
        _ kept: [FilmAlignment.Piece],
        isFirst: Bool
    ) -> [FilmAlignment.Piece] {
        var found: [(stretch: FilmStretch, piece: FilmAlignment.Piece)] = []
        for (part, ends) in zip(rest, ends) {
            for stretch in stretches(part.sightings, part.turn) {
                found.append((stretch, piece(stretch, ends)))
            }
        }
        if found.isEmpty, isFirst, let lone = lone(rest) {
            let place = rest.firstIndex { $0.turn == lone.turn } ?? 0
            found.append((lone, piece(lone, ends[place])))
        }
        found.sort { FilmAligner.isBefore($0.piece, $1.piece) }
        var news: [FilmAlignment.Piece] = []
        for (stretch, piece) in found {
            guard isNews(stretch, piece, explained, besides: kept + news) else { continue }
            explained.add(
                stretch,
                leftIsCoarse ? (piece.right, piece.left) : (piece.left, piece.right)
            )
            news.append(piece)
        }
        return news
    }

    /// The surest first; the order of equals is fixed, too.
    private static func isBefore(_ first: FilmAlignment.Piece, _ second: FilmAlignment.Piece)
        -> Bool
    {
        if first.score != second.score { return first.score > second.score }
        if first.pictures != second.pictures { return first.pictures > second.pictures }
        return (first.left.lowerBound, first.right.lowerBound, first.turn.rawValue)
            < (second.left.lowerBound, second.right.lowerBound, second.turn.rawValue)
    }

    /// Whether a stretch says what better ones do not: a picture that stands at several places, or is as well
    /// turned as not, agrees with stretches that are explained already.
    private func isNews(
        _ stretch: FilmStretch,
        _ piece: FilmAlignment.Piece,
        _ explained: FilmExplained,
        besides better: [FilmAlignment.Piece]
    ) -> Bool {
        guard !better.isEmpty else { return true }
        // What an accident explains as well adds nothing.
        guard piece.score > 0 else { return false }
        let all = FilmSightings(sorted: stretch.sightings).pictures
        let new = all.filter { range in
            stretch.sightings[range].contains { !explained.explains($0) }
        }
        guard Double(new.count) >= 0.6 * Double(all.count) else { return false }
        let left = piece.left.share(in: better.map(\.left))
        let right = piece.right.share(in: better.map(\.right))
        // What was told in both films is not told again; what was told in one is only if it is as good: a
        // clip that is shown twice, but not a scene that goes on, or comes again.
        if left > 0.5 && right > 0.5 { return false }
        guard left > 0.5 || right > 0.5 else { return true }
        let others = better.filter {
            piece.left.share(in: [$0.left]) > 0 && left > 0.5
                || piece.right.share(in: [$0.right]) > 0 && right > 0.5
        }
        let usual = others.map(\.medianDistance).max() ?? piece.medianDistance
        return piece.scenes >= 2 && piece.medianDistance <= usual + FilmAligner.mostExcess
            && explained.excess(of: stretch) <= FilmAligner.mostExcess
    }

    /// The stretches that a path goes through, each fitted.
    private func stretches(_ sightings: FilmSightings, _ turn: Turn) -> [FilmStretch] {
        let tracing = FilmTracing(
            sightings,
            interval: Double(coarse.interval),
            tolerance: tolerance
        )
        var found = tracing.stretches().flatMap { found in
            let range =
                sightings.pictures[found.pictures.lowerBound]
                .lowerBound..<sightings.pictures[found.pictures.upperBound].upperBound
            return fitted(Array(sightings.all[range]), about: found.line, turn, breaks: 8)
        }
        for place in found.indices.dropLast() {
            let (first, second) = parted(found[place], found[place + 1], sightings)
            (found[place], found[place + 1]) = (first, second)
        }
        return found
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
        let all = sightings.all.filter { sighting in
            sighting.coarseFrom >= from && sighting.coarseTo <= to
                && min(sighting.away(from: first.line), sighting.away(from: second.line)) <= 4
                    * tolerance
        }
        let between = FilmSightings(sorted: all)
        let count = FilmLosses(between, slack: slack, all: true).split(first.line, second.line)
        guard count > 0, count < between.pictures.count else { return (first, second) }
        let place = between.pictures[count].lowerBound
        guard
            let before = fitted(Array(all[..<place]), about: first.line, first.turn, breaks: 0)
                .first,
            let after = fitted(Array(all[place...]), about: second.line, second.turn, breaks: 0)
                .first
        else { return (first, second) }
        return (before, after)
    }

    /// So far from a line nothing speaks against a sighting yet.
    private var slack: Double { min(tolerance, 25 + 0.75 * Double(dense.interval)) }

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
        let agreeing = FilmSightings(
            sorted: sightings.filter { $0.away(from: fit.line) <= tolerance }
        )
        let run = FilmLosses(agreeing, slack: slack, all: true).run(on: fit.line)
        guard !run.isEmpty else { return [] }
        let range =
            agreeing.pictures[run.lowerBound]
            .lowerBound..<agreeing.pictures[run.upperBound - 1].upperBound
        return [FilmStretch(Array(agreeing.all[range]), on: fit.line, turn)]
    }

    /// The nearest of all sightings, if no path is worth its beginning.
    private func lone(_ rest: [(turn: Turn, sightings: FilmSightings)]) -> FilmStretch? {
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

    private func ends(_ sightings: FilmSightings, among all: [FilmSightings]) -> FilmEnds {
        let spans = all.flatMap { other in
            other.pictures.map { range in
                other.all[range.lowerBound].coarseFrom...other.all[range.lowerBound].coarseTo
            }
        }
        return FilmEnds(
            denseLength: Double(dense.length),
            coarseLength: Double(coarse.length),
            denseInterval: Double(dense.interval),
            coarseInterval: Double(coarse.interval),
            known: spans.sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) },
            sightings: sightings
        )
    }
}

extension ClosedRange<Int64> {
    /// Which share of this range lies inside others, taken together.
    func share(in others: [ClosedRange<Int64>]) -> Double {
        let inside = others.filter(overlaps)
        let length = upperBound - lowerBound
        guard length > 0 else { return inside.isEmpty ? 0 : 1 }
        var covered: Int64 = 0
        var end = lowerBound
        for other in inside.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            let from = Swift.max(other.lowerBound, end)
            let to = Swift.min(other.upperBound, upperBound)
            if to > from { covered += to - from }
            end = Swift.max(end, to)
        }
        return Double(covered) / Double(length)
    }
}
