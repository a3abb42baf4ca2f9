import Fingerprinting

/// Finds the stretches of two films that run in step, from the pictures that agree.
///
/// A voted offset, and a speed, give a line; the pairs near it give a stretch; what the stretch explains is
/// taken away, and the rest is looked at again. The outcome depends on the pairs alone, not on their order.
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
    /// Speeds that are tried: 0.90, 0.91, … 1.10.
    private static let speeds = (90...110).map { Double($0) / 100 }
    /// Another speed than the unchanged one has to agree with so many times as much.
    private static let preferenceForSpeedOne = 1.15
    /// A stretch is cut where nothing agrees for longer than this, in milliseconds …
    private static let longestHole = 15_000.0
    /// … and than so many times the median distance of neighbours in it.
    private static let longestHoleInSteps = 6.0
    /// A pair of long spans votes for no more offsets than this.
    private static let maximumVotes = 64

    private let left: Film
    private let right: Film
    private let scenes: ([Int]) -> Int
    private let turns: Int

    /// Half the width of the band, in milliseconds, in which a pair agrees with a line.
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
        // The denser film has a picture within half its interval of every picture of the other.
        tolerance = min(3_000, max(750, 0.75 * Double(min(left.interval, right.interval))))
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

    /// Whether a piece says what better ones do not: a picture that stands at several places, or is as well
    /// turned as not, agrees with stretches that are explained already.
    private func isNews(_ piece: FilmAlignment.Piece, besides better: [FilmAlignment.Piece]) -> Bool
    {
        guard !better.isEmpty else { return true }
        guard piece.score > 0 else { return false }
        let isLone = piece.scenes < 2
        return !better.contains { other in
            let left = overlap(piece.left, other.left)
            let right = overlap(piece.right, other.right)
            return isLone ? left > 0.5 || right > 0.5 : left > 0.5 && right > 0.5
        }
    }

    /// Which share of a range lies inside another.
    private func overlap(_ range: ClosedRange<Int64>, _ other: ClosedRange<Int64>) -> Double {
        guard range.overlaps(other) else { return 0 }
        let length = range.upperBound - range.lowerBound
        guard length > 0 else { return 1 }
        let shared = range.clamped(to: other)
        return Double(shared.upperBound - shared.lowerBound) / Double(length)
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

    private struct Line {
        var speed: Double
        var offset: Double
    }

    private func pieces(_ pairs: [FilmPair], _ turn: Turn) -> [FilmAlignment.Piece] {
        var rest = pairs
        var pieces: [FilmAlignment.Piece] = []
        while !rest.isEmpty, pieces.count < FilmAligner.maximumPieces {
            guard let line = votedLine(rest) else { break }
            let fitted = refined(line, rest)
            let run = longestRun(of: agreeing(rest, with: fitted), on: fitted)
            guard !run.isEmpty else { break }
            let piece = piece(run, on: fitted, turn)
            pieces.append(piece)
            let explained = Set(run)
            rest.removeAll { pair in
                explained.contains(pair)
                    || piece.left.overlaps(pair.leftSpan) && piece.right.overlaps(pair.rightSpan)
            }
        }
        return pieces
    }

    private func agreeing(
        _ pairs: [FilmPair],
        with line: Line,
        within width: Double = 1
    ) -> [FilmPair] {
        let width = width * tolerance
        return pairs.filter { pair in
            let offsets = pair.offsets(at: line.speed)
            return offsets.lowerBound <= line.offset + width
                && offsets.upperBound >= line.offset - width
        }
    }

    /// The speed and offset that the pictures agree with best; the unchanged speed unless another explains
    /// clearly more.
    private func votedLine(_ pairs: [FilmPair]) -> Line? {
        guard let offset = votedOffset(pairs, at: 1) else { return nil }
        let plain = Line(speed: 1, offset: offset)
        var best = plain
        var bestAgreement = agreement(pairs, with: plain) * FilmAligner.preferenceForSpeedOne + 1
        for speed in FilmAligner.speeds where speed != 1 {
            guard let offset = votedOffset(pairs, at: speed) else { continue }
            let line = Line(speed: speed, offset: offset)
            let found = agreement(pairs, with: line)
            if found > bestAgreement {
                (best, bestAgreement) = (line, found)
            }
        }
        return best
    }

    /// How well pairs agree with a line: each picture counts by how near to the line its nearest pair lies,
    /// on the side whose sum is smaller.
    ///
    /// Two stretches at one speed lie near a line of another speed, too: but not as near.
    private func agreement(_ pairs: [FilmPair], with line: Line) -> Double {
        var lefts: [Int: Double] = [:]
        var rights: [Int: Double] = [:]
        for pair in pairs {
            let offsets = pair.offsets(at: line.speed)
            let away = max(0, offsets.lowerBound - line.offset, line.offset - offsets.upperBound)
            let nearness = 1 - away / tolerance
            guard nearness > 0 else { continue }
            lefts[pair.left] = max(lefts[pair.left] ?? 0, nearness)
            rights[pair.right] = max(rights[pair.right] ?? 0, nearness)
        }
        // Sums of sorted numbers: the order in a dictionary differs from run to run.
        return min(
            lefts.values.sorted().reduce(0, +),
            rights.values.sorted().reduce(0, +)
        )
    }

    /// The offset with the largest support at a speed: the number of different pictures, counted on the
    /// side that has fewer, of the pairs that are shown together then.
    private func votedOffset(_ pairs: [FilmPair], at speed: Double) -> Double? {
        struct Vote {
            var bin: Int
            var left: Int
            var right: Int
            var weight: Int
        }
        let width = tolerance
        var votes: [Vote] = []
        votes.reserveCapacity(pairs.count * 2)
        for pair in pairs {
            let offsets = pair.offsets(at: speed)
            // Each pair votes for the bins beside its offset too: so no line falls between two bins.
            let first = Int(((offsets.lowerBound - width / 2) / width).rounded(.down))
            let last = Int(((offsets.upperBound + width / 2) / width).rounded(.down))
            let count = last - first + 1
            let step = max(1, (count + FilmAligner.maximumVotes - 1) / FilmAligner.maximumVotes)
            var bin = first
            while bin <= last {
                votes.append(
                    Vote(bin: bin, left: pair.left, right: pair.right, weight: 64 - pair.distance)
                )
                bin += step
            }
        }
        votes.sort { ($0.bin, $0.left, $0.right) < ($1.bin, $1.left, $1.right) }
        var best: (bin: Int, support: Int, weight: Int)?
        var start = 0
        var rights: Set<Int> = []
        while start < votes.count {
            var end = start
            var (lefts, weight) = (0, 0)
            rights.removeAll(keepingCapacity: true)
            while end < votes.count, votes[end].bin == votes[start].bin {
                if end == start || votes[end].left != votes[end - 1].left { lefts += 1 }
                rights.insert(votes[end].right)
                weight += votes[end].weight
                end += 1
            }
            let support = min(lefts, rights.count)
            if best.map({ (support, weight) > ($0.support, $0.weight) }) ?? true {
                best = (votes[start].bin, support, weight)
            }
            start = end
        }
        return best.map { (Double($0.bin) + 0.5) * width }
    }

    /// The line, moved so that the pairs near it lie as close to it as they can.
    private func refined(_ voted: Line, _ pairs: [FilmPair]) -> Line {
        var line = voted
        for round in 0..<4 {
            let near = agreeing(pairs, with: line, within: round == 0 ? 1.5 : 1)
            guard let fitted = fit(near, about: line, free: true) else { return line }
            line = fitted
        }
        guard line.speed != 1 else { return line }
        // The unchanged speed is what is to be expected; another one has to explain more.
        let plain = Line(
            speed: 1,
            offset: offset(at: 1, of: agreeing(pairs, with: line), about: line)
        )
        guard var still = fit(agreeing(pairs, with: plain, within: 1.5), about: plain, free: false)
        else { return line }
        still = fit(agreeing(pairs, with: still), about: still, free: false) ?? still
        let standing = agreement(pairs, with: still) * FilmAligner.preferenceForSpeedOne + 1
        return standing >= agreement(pairs, with: line) ? still : line
    }

    private func support(_ pairs: [FilmPair]) -> Int {
        min(Set(pairs.map(\.left)).count, Set(pairs.map(\.right)).count)
    }

    private func offset(at speed: Double, of pairs: [FilmPair], about line: Line) -> Double {
        let offsets = pairs.map { pair -> Double in
            let offsets = pair.offsets(at: speed)
            return (offsets.lowerBound + offsets.upperBound) / 2
        }.sorted()
        return offsets.isEmpty ? line.offset : offsets[offsets.count / 2]
    }

    /// The line of least squares through the pairs, each at the point of its spans that is nearest to the
    /// line before; near pictures weigh more. `nil` if there are no pairs.
    private func fit(_ pairs: [FilmPair], about line: Line, free: Bool) -> Line? {
        guard !pairs.isEmpty else { return nil }
        var (weights, sumX, sumY, sumXX, sumXY) = (0.0, 0.0, 0.0, 0.0, 0.0)
        var (lowest, highest) = (Double.infinity, -Double.infinity)
        let origin = Double(pairs[0].leftSpan.lowerBound)
        for pair in pairs {
            let x0 = Double(pair.leftSpan.lowerBound + pair.leftSpan.upperBound) / 2 - origin
            // The point of the right span nearest to where the line has the middle of the left one.
            let wanted = line.speed * (x0 + origin) + line.offset
            let half = line.speed * Double(pair.leftSpan.upperBound - pair.leftSpan.lowerBound) / 2
            let y = min(
                max(wanted, Double(pair.rightSpan.lowerBound) - half),
                Double(pair.rightSpan.upperBound) + half
            )
            let closeness = Double(max(1, 40 - pair.distance))
            let weight = closeness * closeness
            weights += weight
            sumX += weight * x0
            sumY += weight * y
            sumXX += weight * x0 * x0
            sumXY += weight * x0 * y
            lowest = min(lowest, x0)
            highest = max(highest, x0)
        }
        let (meanX, meanY) = (sumX / weights, sumY / weights)
        let variance = sumXX / weights - meanX * meanX
        var speed = line.speed
        // A short stretch has no speed of its own: the grid's is kept.
        if free, highest - lowest >= 8 * tolerance, support(pairs) >= 4, variance > 0 {
            speed = min(1.12, max(0.88, (sumXY / weights - meanX * meanY) / variance))
        }
        return Line(speed: speed, offset: meanY - speed * (meanX + origin))
    }

    /// The stretch with the largest support among the pairs on a line, cut where nothing agrees for long.
    private func longestRun(of pairs: [FilmPair], on line: Line) -> [FilmPair] {
        let sorted = pairs.sorted {
            ($0.leftSpan.lowerBound, $0.left, $0.rightSpan.lowerBound, $0.right)
                < ($1.leftSpan.lowerBound, $1.left, $1.rightSpan.lowerBound, $1.right)
        }
        guard sorted.count > 1 else { return sorted }
        var steps: [Double] = []
        var reach = Double(sorted[0].leftSpan.upperBound)
        for pair in sorted.dropFirst() {
            let step = Double(pair.leftSpan.lowerBound) - reach
            if step > 0 { steps.append(step) }
            reach = max(reach, Double(pair.leftSpan.upperBound))
        }
        steps.sort()
        let median = steps.isEmpty ? 0 : steps[steps.count / 2]
        let hole = max(FilmAligner.longestHole, median * FilmAligner.longestHoleInSteps)
        var best: [FilmPair] = []
        var bestSupport = 0
        var run: [FilmPair] = []
        reach = -.infinity
        func close() {
            let found = support(run)
            if found > bestSupport { (best, bestSupport) = (run, found) }
            run.removeAll(keepingCapacity: true)
        }
        for pair in sorted {
            if !run.isEmpty, Double(pair.leftSpan.lowerBound) - reach > hole { close() }
            run.append(pair)
            reach = max(reach, Double(pair.leftSpan.upperBound))
        }
        close()
        return best
    }

    private func piece(_ run: [FilmPair], on line: Line, _ turn: Turn) -> FilmAlignment.Piece {
        var best: [Int: Int] = [:]
        for pair in run {
            best[pair.left] = min(best[pair.left] ?? .max, pair.distance)
        }
        let distances = best.values.sorted()
        let pictures = best.keys.sorted()
        let count = max(1, min(scenes(pictures), Set(run.map(\.right)).count))
        let (left, right) = extent(of: run, on: line)
        return FilmAlignment.Piece(
            left: left,
            right: right,
            speed: line.speed,
            turn: turn,
            pictures: pictures.count,
            scenes: count,
            medianDistance: distances[distances.count / 2],
            worstDistance: distances.last ?? 0,
            score: score(scenes: count, distances: distances)
        )
    }

    /// Where a piece begins and ends.
    ///
    /// Between the outermost picture that agrees and the next one of the coarser film, which does not, nothing
    /// is known. If one of the films begins or ends there, so does the piece; else the middle is taken.
    private func extent(
        of run: [FilmPair],
        on line: Line
    ) -> (left: ClosedRange<Int64>, right: ClosedRange<Int64>) {
        var (from, to) = (Double.infinity, -Double.infinity)
        for pair in run {
            // What both show at once, in the left film's time.
            let start = max(
                Double(pair.leftSpan.lowerBound),
                (Double(pair.rightSpan.lowerBound) - line.offset) / line.speed
            )
            let end = min(
                Double(pair.leftSpan.upperBound),
                (Double(pair.rightSpan.upperBound) - line.offset) / line.speed
            )
            // The two moments may lie a little apart.
            from = min(from, min(start, end))
            to = max(to, max(start, end))
        }
        let isLone = support(run) < 2
        let unknown = isLone ? 0 : Double(max(left.interval, right.interval))
        // The stretch in which both films exist, in the left film's time.
        let first = max(0, -line.offset / line.speed)
        let last = min(
            Double(left.length),
            (Double(right.length) - line.offset) / line.speed
        )
        if unknown > 0 {
            from = from - first <= unknown * 1.1 ? min(from, first) : from - unknown / 2
            to = last - to <= unknown * 1.1 ? max(to, last) : to + unknown / 2
        }
        from = max(0, from)
        to = max(from, min(to, max(Double(left.length), from)))
        let rightFrom = min(max(0, line.speed * from + line.offset), Double(right.length))
        let rightTo = min(
            max(rightFrom, line.speed * to + line.offset),
            max(rightFrom, Double(right.length))
        )
        return (
            Int64(from.rounded())...max(Int64(from.rounded()), Int64(to.rounded())),
            Int64(rightFrom.rounded())...max(Int64(rightFrom.rounded()), Int64(rightTo.rounded()))
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
