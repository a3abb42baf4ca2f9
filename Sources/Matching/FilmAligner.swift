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
    /// The rest is looked at so often.
    private static let maximumRounds = 4

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
        let all = rest.map(\.sightings)
        let ends = all.map { FilmEnds(dense: dense, coarse: coarse, $0, among: all) }
        var explained = FilmExplained()
        var kept: [FilmAlignment.Piece] = []
        for round in 0..<FilmAligner.maximumRounds where kept.count < FilmAligner.maximumPieces {
            let news = self.news(rest, ends, &explained, kept, isFirst: round == 0)
            if news.isEmpty { break }
            kept += news
            // What did not change would give what it gave, and that was no news.
            rest = rest.map { turn, sightings in
                let left = sightings.all.filter { !explained.explains($0) }
                return (turn, FilmSightings(sorted: left.count < sightings.all.count ? left : []))
            }
        }
        kept.sort(by: FilmAligner.isBefore)
        return FilmAlignment(
            pieces: kept,
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
        var found: [(stretch: FilmStretch, piece: FilmAlignment.Piece, ends: FilmEnds)] = []
        for (part, ends) in zip(rest, ends) {
            for stretch in stretches(part.sightings, part.turn) {
                found.append((stretch, piece(stretch, ends), ends))
            }
        }
        if found.isEmpty, isFirst, let lone = lone(rest) {
            let place = rest.firstIndex { $0.turn == lone.turn } ?? 0
            found.append((lone, piece(lone, ends[place]), ends[place]))
        }
        found.sort { FilmAligner.isBefore($0.piece, $1.piece) }
        var news: [FilmAlignment.Piece] = []
        for (stretch, piece, ends) in found
        where kept.count + news.count < FilmAligner.maximumPieces {
            guard isNews(stretch, piece, explained, all: ends.sightings, besides: kept + news)
            else { continue }
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
}
