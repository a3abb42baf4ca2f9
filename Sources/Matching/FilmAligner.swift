import Fingerprinting

/// Finds the stretches of two films that run in step, from the pictures that agree.
///
/// Each picture of the sparser film is met where the denser one is nearest to it (``FilmMoment``). Moments that
/// follow each other at a speed that films are played at are a chain (``FilmChain``), a chain that keeps one pace
/// (``FilmPace``) is a piece. What the piece explains is taken away, and the rest is looked at again. The outcome
/// depends on the pairs alone, not on their order.
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

    /// Of two films no more pairs are looked at for each turn: of each left picture the nearest ones are
    /// kept. Films that stand still would have as many as their pictures' product.
    static let maximumPairs = 20_000
    /// No more pieces are looked for in each turn.
    static let maximumPieces = 32
    /// A stretch is cut where nothing agrees for longer than this, in milliseconds …
    private static let longestHole = 15_000.0
    /// … and than so many times the sparser film's interval.
    private static let longestHoleInIntervals = 4.0
    /// A chain is cut in two where that explains so much more.
    private static let significantBreak = 20.0

    private let left: Film
    private let right: Film
    private let scenes: ([Int]) -> Int
    private let turns: Int

    /// Whether the left film is the sparser one, by whose pictures the films are compared.
    private let isSwapped: Bool
    /// How far a moment lies off beside what the sampling leaves open, in milliseconds.
    private let noise: Double
    /// Half the width of the band, in milliseconds, in which moments are in step.
    private let tolerance: Double

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
        isSwapped = left.interval > right.interval
        // The denser film has a picture within half its interval of every picture of the other.
        let interval = Double(min(left.interval, right.interval))
        noise = max(80, interval / 10)
        tolerance = max(250, interval / 4)
    }

    /// Aligns the films.
    ///
    /// - Parameter pairs: the pictures that agree, by the turn of the left film.
    /// - Returns: `nil` if there are none.
    public func align(_ pairs: [Turn: [FilmPair]]) -> FilmAlignment? {
        var pieces: [FilmAlignment.Piece] = []
        for turn in Turn.allCases {
            guard let pairs = pairs[turn], !pairs.isEmpty else { continue }
            pieces += self.pieces(thinned(pairs), turn)
        }
        pieces.sort { first, second in
            if first.score != second.score { return first.score > second.score }
            return (first.left.lowerBound, first.right.lowerBound, first.turn.rawValue)
                < (second.left.lowerBound, second.right.lowerBound, second.turn.rawValue)
        }
        var kept: [FilmAlignment.Piece] = []
        for piece in pieces where isNews(piece, besides: kept) {
            kept.append(piece)
        }
        guard let best = kept.first else { return nil }
        // A piece that an accident explains as well adds nothing.
        let score = best.score + kept.dropFirst().reduce(0) { $0 + max(0, $1.score) }
        return FilmAlignment(pieces: kept, score: score)
    }

    /// Whether a piece says what better ones do not.
    ///
    /// What lies in the stretches of better pieces in both films is explained: a picture that stands at several
    /// places agrees with each of them. What lies in them in one film only shows that the other film has it
    /// twice, if it is as near, and more than a moment.
    private func isNews(_ piece: FilmAlignment.Piece, besides better: [FilmAlignment.Piece]) -> Bool
    {
        guard let best = better.first else { return true }
        guard piece.score > 0 else { return false }
        // A lone moment next to a stretch belongs to it, a little out of step.
        let margin = piece.moments > 1 ? 0 : max(self.left.interval, self.right.interval)
        func widened(_ range: ClosedRange<Int64>) -> ClosedRange<Int64> {
            (range.lowerBound - margin)...(range.upperBound + margin)
        }
        let left = covered(piece.left, by: better.map { widened($0.left) })
        let right = covered(piece.right, by: better.map { widened($0.right) })
        if left > 0.5, right > 0.5 { return false }
        guard left > 0.5 || right > 0.5 else { return true }
        return piece.moments > 1 && piece.scenes > 1
            && piece.medianDistance <= best.medianDistance + FilmAligner.repeatedDistance
    }

    /// A stretch that one film shows twice is as near both times, but for so many bits.
    private static let repeatedDistance = 10

    /// Which share of a range lies inside others.
    private func covered(_ range: ClosedRange<Int64>, by others: [ClosedRange<Int64>]) -> Double {
        let length = range.upperBound - range.lowerBound
        guard length > 0 else { return others.contains { $0.overlaps(range) } ? 1 : 0 }
        var (shared, end): (Int64, Int64) = (0, range.lowerBound)
        for other in others.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            let from = max(end, other.lowerBound)
            let to = min(range.upperBound, other.upperBound)
            if to > from {
                shared += to - from
                end = to
            }
        }
        return Double(shared) / Double(length)
    }

    private func thinned(_ pairs: [FilmPair]) -> [FilmPair] {
        let sorted = pairs.sorted {
            ($0.left, $0.distance, $0.rightSpan.lowerBound, $0.right)
                < ($1.left, $1.distance, $1.rightSpan.lowerBound, $1.right)
        }
        guard sorted.count > FilmAligner.maximumPairs else { return sorted }
        let pictures = Set(sorted.map(\.left)).count
        let each = max(1, FilmAligner.maximumPairs / pictures)
        // With more pictures than that, only every so many of them is looked at.
        let stride = max(1, pictures / FilmAligner.maximumPairs)
        var kept: [FilmPair] = []
        var (last, picture, count) = (Int?.none, -1, 0)
        for pair in sorted {
            if pair.left != last {
                (last, count) = (pair.left, 0)
                picture += 1
            }
            count += 1
            if picture % stride == 0, count <= each { kept.append(pair) }
        }
        return kept
    }

    // MARK: - One turn

    private func pieces(_ pairs: [FilmPair], _ turn: Turn) -> [FilmAlignment.Piece] {
        // The sparser film is on the right from here on.
        let pairs = isSwapped ? pairs.map(\.swapped) : pairs
        let (sparse, dense) = isSwapped ? (left, right) : (right, left)
        var rest = FilmMoment.moments(pairs, interval: dense.interval)
        let finder = FilmChain(
            tolerance: tolerance,
            longestHole: max(
                FilmAligner.longestHole,
                Double(sparse.interval) * FilmAligner.longestHoleInIntervals
            )
        )
        var pieces: [FilmAlignment.Piece] = []
        while !rest.isEmpty, pieces.count < FilmAligner.maximumPieces {
            let chain = extended(inStep(finder.heaviest(rest)), rest, hole: finder.longestHole)
            guard let piece = piece(chain.moments, on: chain.pace, pairs, turn) else { break }
            pieces.append(piece)
            let used = Set(chain.moments)
            let (anchors, others) =
                isSwapped ? (piece.left, piece.right) : (piece.right, piece.left)
            rest.removeAll { moment in
                used.contains(moment)
                    || anchors.overlaps(moment.anchorSpan) && others.overlaps(moment.peak)
            }
        }
        return pieces
    }

    /// The part of a chain that keeps one pace: where something was inserted or left out it is cut.
    private func inStep(_ chain: [FilmMoment]) -> (moments: [FilmMoment], pace: FilmPace) {
        var moments = chain
        while true {
            let whole = FilmPace.fitted(moments, noise: noise)
            if let part = largerPart(of: moments, whole) {
                moments = part
                continue
            }
            // What lies off the line is an accident; or, at an end, the beginning of something else.
            let near = moments.filter { abs(whole.pace.distance(to: $0)) <= tolerance * 1.5 }
            guard near.count < moments.count, !near.isEmpty else { return (moments, whole.pace) }
            moments = near
        }
    }

    /// A part with what else keeps its pace near it: of two chains through a picture only one was followed.
    private func extended(
        _ part: (moments: [FilmMoment], pace: FilmPace),
        _ all: [FilmMoment],
        hole: Double
    ) -> (moments: [FilmMoment], pace: FilmPace) {
        let near = all.filter { abs(part.pace.distance(to: $0)) <= tolerance }
        guard let first = part.moments.first, var place = near.firstIndex(of: first) else {
            return part
        }
        // From the part's first moment back and forth, as far as no hole is in between.
        var start = near[place].anchorSpan.lowerBound
        var from = place
        while from > 0, Double(start - near[from - 1].anchorSpan.upperBound) <= hole {
            from -= 1
            start = min(start, near[from].anchorSpan.lowerBound)
        }
        var end = near[place].anchorSpan.upperBound
        while place + 1 < near.count, Double(near[place + 1].anchorSpan.lowerBound - end) <= hole {
            place += 1
            end = max(end, near[place].anchorSpan.upperBound)
        }
        return (Array(near[from...place]), part.pace)
    }

    /// The heavier of the two parts into which moments fall, if they do not keep one pace.
    private func largerPart(
        of moments: [FilmMoment],
        _ whole: (pace: FilmPace, misfit: Double)
    ) -> [FilmMoment]? {
        let misfit = whole.misfit
        // The more moments, the more of them may lie off together by accident.
        let significant = FilmAligner.significantBreak + 0.1 * Double(moments.count)
        guard moments.count > 2, misfit > significant else { return nil }
        func fitted(_ part: ArraySlice<FilmMoment>) -> Double {
            // Two parts of one speed look like a whole of another.
            let part = Array(part)
            let still = FilmPace.fitted(part, at: 1, noise: noise).misfit
            let same = FilmPace.fitted(part, at: whole.pace.speed, noise: noise).misfit
            return min(still, same)
        }
        var best: (gain: Double, place: Int)?
        // With many moments not every place is tried at first.
        let step = max(1, moments.count / 64)
        func gain(at place: Int) -> Double {
            misfit - fitted(moments[..<place]) - fitted(moments[place...])
        }
        func look(_ places: some Sequence<Int>) {
            for place in places where place > 0 && place < moments.count {
                let gain = gain(at: place)
                if best.map({ gain > $0.gain }) ?? true { best = (gain, place) }
            }
        }
        look(stride(from: step, to: moments.count, by: step))
        if let place = best?.place, step > 1 { look((place - step + 1)..<(place + step)) }
        guard let best, best.gain > significant else { return nil }
        let parts = [Array(moments[..<best.place]), Array(moments[best.place...])]
        return parts.max { $0.reduce(0) { $0 + $1.weight } < $1.reduce(0) { $0 + $1.weight } }
    }

    private func piece(
        _ moments: [FilmMoment],
        on pace: FilmPace,
        _ pairs: [FilmPair],
        _ turn: Turn
    ) -> FilmAlignment.Piece? {
        guard !moments.isEmpty else { return nil }
        let anchors = Set(moments.map(\.anchor))
        let (dense, sparse) = extent(of: moments, on: pace)
        // Beside the moments themselves, what agrees within the piece.
        let band = max(tolerance, Double(min(left.interval, right.interval)) * 0.75)
        var best: [Int: Int] = [:]
        for moment in moments {
            best[moment.picture] = min(best[moment.picture] ?? .max, moment.distance)
        }
        for pair in pairs where anchors.contains(pair.right) && dense.overlaps(pair.leftSpan) {
            let offsets = pair.offsets(at: pace.speed)
            guard offsets.lowerBound <= pace.offset + band, offsets.upperBound >= pace.offset - band
            else { continue }
            best[pair.left] = min(best[pair.left] ?? .max, pair.distance)
        }
        let distances = best.values.sorted()
        // Scenes are told by the left film's pictures.
        let pictures = isSwapped ? anchors.sorted() : best.keys.sorted()
        let count = max(1, min(scenes(pictures), anchors.count))
        return FilmAlignment.Piece(
            left: isSwapped ? sparse : dense,
            right: isSwapped ? dense : sparse,
            speed: isSwapped ? 1 / pace.speed : pace.speed,
            turn: turn,
            pictures: pictures.count,
            moments: anchors.count,
            scenes: count,
            medianDistance: distances[distances.count / 2],
            worstDistance: distances.last ?? 0,
            score: score(scenes: count, distances: distances)
        )
    }

    /// Where a piece begins and ends, in the denser film and in the sparser one.
    ///
    /// It goes at least as far as the denser film resembles the outermost stored picture, and ends before the next
    /// one would have been shown, which does not agree. In between nothing is known: the middle is taken; but if one
    /// of the films begins or ends there, so does the piece.
    private func extent(
        of moments: [FilmMoment],
        on pace: FilmPace
    ) -> (dense: ClosedRange<Int64>, sparse: ClosedRange<Int64>) {
        let (sparse, dense) = isSwapped ? (left, right) : (right, left)
        let step = Double(sparse.interval) / pace.speed
        let first = max(0, pace.other(0))
        let last = max(first, min(Double(dense.length), pace.other(Double(sparse.length))))
        var (from, to) = (Double.infinity, -Double.infinity)
        var (earliest, latest) = (Double.infinity, -Double.infinity)
        for moment in moments {
            let (start, end) = (
                pace.other(Double(moment.anchorSpan.lowerBound)),
                pace.other(Double(moment.anchorSpan.upperBound))
            )
            // A shot that goes on for longer says nothing of where the piece ends.
            from = min(from, start, max(Double(moment.reach.lowerBound), start - step))
            to = max(to, end, min(Double(moment.reach.upperBound), end + step))
            earliest = min(earliest, start)
            latest = max(latest, end)
        }
        // The moments may lie a little beyond what the other film has.
        let lower = earliest - step <= first ? first : (from + max(first, earliest - step)) / 2
        let upper = latest + step >= last ? last : (to + min(last, latest + step)) / 2
        let begin = min(max(0, lower), Double(dense.length))
        let end = max(begin, min(upper, Double(dense.length)))
        let other = min(max(0, pace.anchor(begin)), Double(sparse.length))
        let otherEnd = min(max(other, pace.anchor(end)), max(other, Double(sparse.length)))
        return (
            Int64(begin.rounded())...max(Int64(begin.rounded()), Int64(end.rounded())),
            Int64(other.rounded())...max(Int64(other.rounded()), Int64(otherEnd.rounded()))
        )
    }

    /// The decimal digits of a piece: those of its scenes, at their best distances, less those of the places
    /// where it might have been found.
    private func score(scenes: Int, distances: [Int]) -> Double {
        let places = Double(turns) * Double(left.pictures) * Double(right.pictures)
        let digits = distances.prefix(scenes).reduce(0) { $0 + FilmChance.digits(distance: $1) }
        return digits - FilmChance.logarithm(places)
    }
}
