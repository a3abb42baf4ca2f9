/// Where a stretch begins and ends.
///
/// Between the outermost coarse picture that agrees and the next one, which does not, the coarse film is not known.
/// As long as the dense film still shows the scene of the outermost picture the stretch goes on; of what is left of the
/// unknown time the middle is taken, or the end of a film that lies in it.
struct FilmEnds {
    private let denseLength, coarseLength, denseInterval, coarseInterval: Double
    /// When the coarse film's pictures that were seen at all begin, and when they end, each sorted.
    private let starts, stops: [Double]
    /// All sightings of the turn.
    let sightings: FilmSightings

    /// - Parameters:
    ///   - sightings: those of the turn.
    ///   - all: those of each turn.
    init(
        dense: FilmAligner.Film,
        coarse: FilmAligner.Film,
        _ sightings: FilmSightings,
        among all: [FilmSightings]
    ) {
        denseLength = Double(dense.length)
        coarseLength = Double(coarse.length)
        denseInterval = Double(dense.interval)
        coarseInterval = Double(coarse.interval)
        let pictures = all.flatMap { other in other.pictures.map { other.all[$0.lowerBound] } }
        starts = pictures.map(\.coarseFrom).sorted()
        stops = pictures.map(\.coarseTo).sorted()
        self.sightings = sightings
    }

    /// The stretch of the dense film, and of the coarse one, in milliseconds.
    func extent(of stretch: FilmStretch) -> (
        dense: ClosedRange<Double>, coarse: ClosedRange<Double>
    ) {
        let line = stretch.line
        // The stretch in which both films exist, in the dense film's time.
        let first = max(0, line.dense(at: 0))
        let last = max(first, min(denseLength, line.dense(at: coarseLength)))
        var from = begin(of: stretch, first)
        var to = end(of: stretch, last)
        from = min(max(0, from), max(0, denseLength))
        to = min(max(from, to), max(from, denseLength))
        let coarseFrom = min(max(0, line.coarse(at: from)), coarseLength)
        let coarseTo = min(max(coarseFrom, line.coarse(at: to)), max(coarseFrom, coarseLength))
        return (from...to, coarseFrom...coarseTo)
    }

    private func begin(of stretch: FilmStretch, _ first: Double) -> Double {
        let line = stretch.line
        let sure = stretch.dense.lowerBound
        guard let outermost = stretch.sightings.first else { return sure }
        // The coarse picture was there before: the dense film shows where the stretch begins.
        if line.dense(at: outermost.coarseFrom) < sure - 2 * denseInterval {
            return max(first, sure)
        }
        let place = FilmEnds.count(of: stops) { $0 < outermost.coarseFrom - 1 }
        let gap = min(
            coarseInterval,
            place > 0 ? outermost.coarseFrom - stops[place - 1] : .infinity
        )
        if sure - first <= 1.1 * gap / line.speed + denseInterval { return min(sure, first) }
        let furthest = sure - gap / line.speed
        var scene = sure
        let own = sightings.sightings(ofPictureOf: outermost)
        for sighting in own.sorted(by: { $0.denseTo > $1.denseTo })
        where sighting.denseFrom < scene && sighting.denseTo >= scene - 1.5 * denseInterval {
            scene = sighting.denseFrom
        }
        return (furthest + max(scene, furthest)) / 2
    }

    private func end(of stretch: FilmStretch, _ last: Double) -> Double {
        let line = stretch.line
        let sure = stretch.dense.upperBound
        guard let outermost = stretch.sightings.last else { return sure }
        if line.dense(at: outermost.coarseTo) > sure + 2 * denseInterval {
            return min(last, sure + denseInterval / 2)
        }
        let place = FilmEnds.count(of: starts) { $0 <= outermost.coarseTo + 1 }
        let gap = min(
            coarseInterval,
            place < starts.count ? starts[place] - outermost.coarseTo : .infinity
        )
        if last - sure <= 1.1 * gap / line.speed + denseInterval { return max(sure, last) }
        let furthest = sure + gap / line.speed
        var scene = sure
        for sighting in sightings.sightings(ofPictureOf: outermost)
        where sighting.denseTo > scene && sighting.denseFrom <= scene + 1.5 * denseInterval {
            scene = sighting.denseTo
        }
        return (furthest + min(scene, furthest)) / 2
    }

    /// How many of sorted times come before a limit.
    private static func count(of times: [Double], _ isBefore: (Double) -> Bool) -> Int {
        var (low, high) = (0, times.count)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(times[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
