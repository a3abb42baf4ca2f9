/// Finds the stretches in which two films run in step: a path through the coarse film's pictures.
///
/// At each picture the path is on one line, told by a speed and an offset, or on none. What it gains is how
/// near the pictures are that lie on the line; it loses by pictures of which none does, by beginning a line, and a
/// little by going over to the neighbouring offset, so that a speed between two of the grid can be followed. The
/// best path is found exactly, as Viterbi does: where a film was cut, leaving the line for another is cheaper than
/// following one at a false speed that lies near both.
struct FilmTracing {
    /// A part of the path on one line.
    struct Stretch {
        /// The coarse pictures from the first to the last, numbered by time.
        var pictures: ClosedRange<Int>
        /// The line, as far as the grid tells.
        var line: FilmLine
    }

    /// The most that a picture gains, and what it gains less for each bit of distance.
    private static let (mostGain, gainAtZero) = (36.0, 44.0)
    /// What beginning a line costs; at another speed than the unchanged one, so much more.
    private static let (beginning, changedSpeed) = (30.0, 12.0)
    /// What a picture costs that agrees elsewhere only, and one of which nothing is known.
    private static let (missed, unknown) = (8.0, 6.0)
    /// What going over to the neighbouring offset costs.
    private static let drifting = 3.0
    /// The unchanged speed comes first: of equal paths the first one found is taken.
    private static let speeds: [Double] = (0...20).map { place in
        let hundredths = Double((place + 1) / 2) / 100
        return place % 2 == 0 ? 1 + hundredths : 1 - hundredths
    }
    /// No more states than about this are gone through for each speed.
    private static let mostVisits = 400_000.0

    private struct State {
        var gain: Double
        /// The last picture on the line, and the end of its span.
        var last: Int
        var reach: Double
        /// Where the line began.
        var start: Int
        var startBin: Int
        /// What the picture in hand would add, and which one that is.
        var offered: Double
        var stamp: Int
    }
    private struct Closing {
        var speed: Int
        var start: Int
        var startBin: Int
        var endBin: Int
    }

    private let sightings: FilmSightings
    private let interval: Double
    private let tolerance: Double
    private let width: Double

    /// - Parameters:
    ///   - interval: how far apart the coarse film's pictures are at most.
    ///   - tolerance: so far from a line a sighting agrees with it.
    init(_ sightings: FilmSightings, interval: Double, tolerance: Double) {
        self.sightings = sightings
        self.interval = interval
        self.tolerance = tolerance
        var width = max(400, tolerance)
        func visits() -> Double {
            sightings.all.reduce(0) { sum, sighting in
                let offsets = sighting.offsets(at: 1)
                return sum + 2 + (offsets.upperBound - offsets.lowerBound + 2 * tolerance) / width
            }
        }
        // Films that stand still for long agree at all offsets: then they are told less exactly.
        while visits() > FilmTracing.mostVisits { width *= 2 }
        self.width = width
    }

    /// The stretches of the best path, by time.
    func stretches() -> [Stretch] {
        var states: [State] = []
        var places: [Int: Int] = [:]
        let count = FilmTracing.speeds.count
        var closings: [Closing?] = []
        var best = 0.0
        for (number, range) in sightings.pictures.enumerated() {
            var touched: [(key: Int, place: Int)] = []
            let from = sightings.all[range.lowerBound].coarseFrom
            for place in range {
                offer(sightings.all[place], number, &states, &places, &touched)
            }
            // The states before this picture are needed until all of them are known.
            var updated: [State] = []
            updated.reserveCapacity(touched.count)
            for (key, place) in touched {
                let (speed, bin) = (key % count, FilmTracing.bin(key))
                let opening =
                    best - FilmTracing.beginning - (speed == 0 ? 0 : FilmTracing.changedSpeed)
                var state = states[place]
                let offered = state.offered
                var carried = (gain: opening, start: number, startBin: bin)
                for step in [0, -1, 1] {
                    guard let other = step == 0 ? place : places[key + step * count] else {
                        continue
                    }
                    let before = states[other]
                    guard before.last >= 0 else { continue }
                    let gain =
                        before.gain - (step == 0 ? 0 : FilmTracing.drifting)
                        - missing(since: before, number, from)
                    if gain > carried.gain { carried = (gain, before.start, before.startBin) }
                }
                state.gain = carried.gain + offered
                state.start = carried.start
                state.startBin = carried.startBin
                state.last = number
                state.reach = sightings.all[range.lowerBound].coarseTo
                updated.append(state)
            }
            var closing: Closing?
            for ((key, place), state) in zip(touched, updated) {
                states[place] = state
                if state.gain > best + 1e-9 {
                    best = state.gain
                    closing = Closing(
                        speed: key % count,
                        start: state.start,
                        startBin: state.startBin,
                        endBin: FilmTracing.bin(key)
                    )
                }
            }
            closings.append(closing)
        }
        return stretches(closings)
    }

    /// Offers a sighting to all lines that it lies on.
    private func offer(
        _ sighting: FilmSighting,
        _ number: Int,
        _ states: inout [State],
        _ places: inout [Int: Int],
        _ touched: inout [(key: Int, place: Int)]
    ) {
        let gain = min(FilmTracing.mostGain, FilmTracing.gainAtZero - Double(sighting.distance))
        guard gain > 0 else { return }
        for (place, speed) in FilmTracing.speeds.enumerated() {
            let offsets = sighting.offsets(at: speed)
            let first = Int(((offsets.lowerBound - tolerance) / width).rounded(.down))
            let last = Int(((offsets.upperBound + tolerance) / width).rounded(.down))
            for bin in first...max(first, last) {
                let key = FilmTracing.key(bin, place)
                if let place = places[key] {
                    if states[place].stamp != number {
                        states[place].stamp = number
                        states[place].offered = gain
                        touched.append((key, place))
                    } else {
                        states[place].offered = max(states[place].offered, gain)
                    }
                } else {
                    places[key] = states.count
                    touched.append((key, states.count))
                    states.append(
                        State(
                            gain: 0,
                            last: -1,
                            reach: 0,
                            start: 0,
                            startBin: 0,
                            offered: gain,
                            stamp: number
                        )
                    )
                }
            }
        }
    }

    /// States are kept by a key made of speed and offset; bins may be negative, keys may not.
    private static let firstBin = -(1 << 40)

    private static func key(_ bin: Int, _ speed: Int) -> Int {
        (bin - firstBin) * speeds.count + speed
    }

    private static func bin(_ key: Int) -> Int { key / speeds.count + firstBin }

    /// What the pictures cost that were passed over since a line's last one.
    private func missing(since state: State, _ number: Int, _ from: Double) -> Double {
        let passed = Double(number - state.last - 1)
        let expected = (from - state.reach) / interval - 1
        return FilmTracing.missed * passed + FilmTracing.unknown * max(0, expected - passed)
    }

    private func stretches(_ closings: [Closing?]) -> [Stretch] {
        var stretches: [Stretch] = []
        var number = closings.count - 1
        while number >= 0 {
            guard let closing = closings[number] else {
                number -= 1
                continue
            }
            stretches.append(
                Stretch(pictures: closing.start...number, line: line(closing, number))
            )
            number = closing.start - 1
        }
        return stretches.reversed()
    }

    /// The line from where the stretch began to where it ends: it may have gone over to other offsets.
    private func line(_ closing: Closing, _ number: Int) -> FilmLine {
        let speed = FilmTracing.speeds[closing.speed]
        let (start, end) = (offset(closing.startBin), offset(closing.endBin))
        let first = sightings.all[sightings.pictures[closing.start].lowerBound]
        let last = sightings.all[sightings.pictures[number].lowerBound]
        guard closing.startBin != closing.endBin, last.coarseTo - first.coarseFrom > 10 * width
        else {
            return FilmLine(speed: speed, offset: (start + end) / 2)
        }
        return FilmLine(
            ((first.coarseFrom - start) / speed, first.coarseFrom),
            ((last.coarseTo - end) / speed, last.coarseTo)
        )
    }

    private func offset(_ bin: Int) -> Double { (Double(bin) + 0.5) * width }
}
