/// What the pictures of the coarse film lose on a line: by how many more bits than at its best each differs from
/// what the dense film shows at that time.
struct FilmLosses {
    private struct Picture {
        /// The nearest first.
        var sightings: [(sighting: FilmSighting, worse: Double)]
        /// What it costs to leave it out, if it is at the beginning of the row, and if it is at the end.
        var leftOutFirst, leftOutLast: Double
    }

    /// So many bits more than at a picture's best are noise.
    private static let noise = 1.0
    /// No picture loses more than this.
    private static let most = 30.0
    /// A picture that the line misses by so many milliseconds more loses a bit more.
    private static let millisecondsPerBit = 25.0
    /// What a picture at either end costs that is left out, the outermost one, and one that shows the scene that its
    /// neighbour shows: scenes that go on beyond a stretch agree there, and would turn the line.
    private static let (leftOut, outermost, goingOn) = (8.0, 5.0, 1.0)
    /// Of so many pictures no more than one is left out at either end.
    private static let mostLeftOut = 4
    /// Two long spans are shown together as long as they can be: for each so many milliseconds less a bit is
    /// lost, up to so many.
    private static let (millisecondsShort, mostShort) = (500.0, 8.0)
    /// No more pictures than this are looked at, spread over the stretch: more tell nothing new.
    private static let mostPictures = 120

    /// The pictures' middles in the coarse film's time, in order.
    let middles: [Double]
    private let pictures: [Picture]
    private let slack: Double

    /// - Parameter slack: so many milliseconds from the line nothing is lost yet.
    init(_ sightings: FilmSightings, slack: Double, all: Bool = false) {
        let count = sightings.pictures.count
        let number = all ? count : min(count, FilmLosses.mostPictures)
        let chosen = (0..<number).map { place in
            sightings.all[
                sightings.pictures[number < 2 ? place : place * (count - 1) / (number - 1)]
            ]
        }
        middles = chosen.compactMap { own in own.first.map { ($0.coarseFrom + $0.coarseTo) / 2 } }
        let scenes = chosen.map { Set($0.map(\.dense)) }
        let goesOn = (0..<max(0, number - 1)).map { !scenes[$0].isDisjoint(with: scenes[$0 + 1]) }
        pictures = chosen.enumerated().map { place, own in
            let price = { (isOutermost: Bool, goesOn: Bool) in
                goesOn
                    ? FilmLosses.goingOn
                    : isOutermost ? FilmLosses.outermost : FilmLosses.leftOut
            }
            let best = own.map(\.distance).min() ?? 0
            let sightings = own.map { sighting in
                let worse = Double(sighting.distance - best) - FilmLosses.noise
                return (sighting: sighting, worse: max(0, worse))
            }
            return Picture(
                sightings: sightings.sorted {
                    if $0.worse != $1.worse { return $0.worse < $1.worse }
                    return FilmSighting.isBefore($0.sighting, $1.sighting)
                },
                leftOutFirst: price(place == 0, place + 1 < number && goesOn[place]),
                leftOutLast: price(place + 1 == number, place > 0 && goesOn[place - 1])
            )
        }
        self.slack = slack
    }

    /// What one picture loses.
    private func loss(_ picture: Picture, _ line: FilmLine) -> Double {
        var least = FilmLosses.most
        for (sighting, worse) in picture.sightings {
            if worse >= least { break }
            let wide = max(0, sighting.away(from: line) - slack) / FilmLosses.millisecondsPerBit
            if worse + wide >= least { continue }
            least = min(least, worse + wide + short(sighting, line))
        }
        return least
    }

    private func short(_ sighting: FilmSighting, _ line: FilmLine) -> Double {
        let possible = min(
            sighting.denseTo - sighting.denseFrom,
            (sighting.coarseTo - sighting.coarseFrom) / line.speed
        )
        guard possible > 2 * slack else { return 0 }
        let start = max(sighting.denseFrom, line.dense(at: sighting.coarseFrom))
        let end = min(sighting.denseTo, line.dense(at: sighting.coarseTo))
        let missing = possible - max(0, end - start) - 2 * slack
        return min(FilmLosses.mostShort, max(0, missing) / FilmLosses.millisecondsShort)
    }

    /// What all lose on a line; those at either end that are better left out pay for that instead.
    func sum(_ line: FilmLine) -> Double {
        var sum = 0.0
        var (saved, most, tail) = (0.0, 0.0, 0.0)
        let limit = (pictures.count + FilmLosses.mostLeftOut - 1) / FilmLosses.mostLeftOut
        for (number, picture) in pictures.enumerated() {
            let loss = loss(picture, line)
            sum += loss
            if number < limit {
                saved += loss - picture.leftOutFirst
                most = max(most, saved)
            } else if number >= pictures.count - limit {
                tail = max(0, tail + loss - picture.leftOutLast)
            }
        }
        return sum - most - tail
    }

    /// The stretch of pictures that a line is good for: what they are worth less what they lose is largest.
    /// Empty if none is worth anything.
    func run(on line: FilmLine) -> Range<Int> {
        var best = (sum: 0.0, range: 0..<0)
        var (sum, start) = (0.0, 0)
        for (number, picture) in pictures.enumerated() {
            if sum <= 0 { (sum, start) = (0, number) }
            sum += FilmLosses.leftOut - loss(picture, line)
            if sum > best.sum { best = (sum, start..<number + 1) }
        }
        return best.range
    }

    /// How many pictures are better on the first line than on the second, if those come first.
    func split(_ first: FilmLine, _ second: FilmLine) -> Int {
        let costs = pictures.map { picture in
            [first, second].map { min(FilmLosses.leftOut, loss(picture, $0)) }
        }
        var cost = costs.reduce(0) { $0 + $1[1] }
        var best = (cost: cost, count: 0)
        for (number, pair) in costs.enumerated() {
            cost += pair[0] - pair[1]
            if cost < best.cost { best = (cost, number + 1) }
        }
        return best.count
    }

    /// For each picture the line, of these, that it and all before it lose the least on, and what that costs;
    /// at the ends of a line pictures may be left out.
    ///
    /// - Parameter backwards: it and all behind it.
    func best(of lines: [FilmLine], backwards: Bool) -> [(cost: Double, line: Int)] {
        let order = backwards ? Array(pictures.indices.reversed()) : Array(pictures.indices)
        var running = [Double](repeating: 0, count: lines.count)
        var result = [(cost: Double, line: Int)](repeating: (.infinity, 0), count: pictures.count)
        var skipped = 0.0
        var last: (cost: Double, line: Int)?
        for place in order {
            let picture = pictures[place]
            var best = last.map { ($0.cost + FilmLosses.leftOut, $0.line) } ?? (.infinity, 0)
            for (number, line) in lines.enumerated() {
                running[number] = min(running[number], skipped) + loss(picture, line)
                if running[number] < best.0 { best = (running[number], number) }
            }
            skipped += backwards ? picture.leftOutLast : picture.leftOutFirst
            result[place] = best
            last = best
        }
        return result
    }
}
