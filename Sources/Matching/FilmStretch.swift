import Fingerprinting

/// A stretch of two films that runs in step, and the sightings that say so.
struct FilmStretch {
    var line: FilmLine
    var turn: Turn
    /// The sightings on the line, sorted by ``FilmSighting/isBefore(_:_:)``.
    var sightings: [FilmSighting]
    /// The times from the first to the last moment at which both films are known to show the same.
    var dense: ClosedRange<Double>
    var coarse: ClosedRange<Double>

    /// What the dense film shows in between for longer than this, in milliseconds, is something else.
    private static let longestPause = 1_500.0

    /// - Parameter sightings: not empty, sorted by ``FilmSighting/isBefore(_:_:)``.
    init(_ sightings: [FilmSighting], on line: FilmLine, _ turn: Turn) {
        self.line = line
        self.turn = turn
        self.sightings = sightings
        let pictures = FilmSightings(sorted: sightings).pictures
        let spans = [pictures.first, pictures.last].map { range -> ClosedRange<Double> in
            guard let range else { return 0...0 }
            return FilmStretch.together(
                sightings[range].map { $0.shared(on: line) },
                isFirst: range == pictures.first,
                isLast: range == pictures.last
            )
        }
        let (from, to) = (spans[0].lowerBound, spans[1].upperBound)
        dense = min(from, to)...max(from, to)
        coarse = line.coarse(at: dense.lowerBound)...line.coarse(at: dense.upperBound)
    }

    /// A coarse picture that lasts is seen in the dense film for some time. What is seen again later, after
    /// something else, is another stretch: of the first picture what is seen last counts, of the last one what is
    /// seen first.
    private static func together(
        _ spans: [ClosedRange<Double>],
        isFirst: Bool,
        isLast: Bool
    ) -> ClosedRange<Double> {
        let sorted = spans.sorted {
            ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound)
        }
        guard var group = sorted.first else { return 0...0 }
        var groups: [ClosedRange<Double>] = []
        for span in sorted.dropFirst() {
            if span.lowerBound - group.upperBound > longestPause {
                groups.append(group)
                group = span
            } else {
                group = group.lowerBound...max(group.upperBound, span.upperBound)
            }
        }
        groups.append(group)
        if isFirst && isLast {
            return groups.max { $0.upperBound - $0.lowerBound < $1.upperBound - $1.lowerBound }
                ?? group
        }
        return isFirst ? group : groups[0]
    }
}

extension FilmSighting {
    /// When both pictures are shown on a line, in the dense film's time; where the line misses them, the time
    /// between the two.
    func shared(on line: FilmLine) -> ClosedRange<Double> {
        let start = max(denseFrom, line.dense(at: coarseFrom))
        let end = min(denseTo, line.dense(at: coarseTo))
        return min(start, end)...max(start, end)
    }
}

/// Where a stretch begins and ends.
///
/// Between the outermost coarse picture that agrees and the next one, which does not, the coarse film is not known.
/// As long as the dense film still shows the scene of the outermost picture the stretch goes on; of what is left of the
/// unknown time the middle is taken, or the end of a film that lies in it.
struct FilmEnds {
    /// Lengths in milliseconds, and how far apart the pictures are at most.
    var denseLength, coarseLength, denseInterval, coarseInterval: Double
    /// When the coarse film is known to show something, by time: where a picture of it was seen at all.
    var known: [ClosedRange<Double>]
    /// All sightings of the turn, sorted by ``FilmSighting/isBefore(_:_:)``.
    var sightings: FilmSightings

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
        guard
            let outermost = stretch.sightings.min(by: {
                ($0.shared(on: line).lowerBound, $0.coarseFrom, $0.denseFrom)
                    < ($1.shared(on: line).lowerBound, $1.coarseFrom, $1.denseFrom)
            })
        else { return sure }
        // The coarse picture was there before: the dense film shows where it begins.
        if line.dense(at: outermost.coarseFrom) < sure - 2 * denseInterval {
            return max(first, sure)
        }
        let before = known.last { $0.upperBound < outermost.coarseFrom - 1 }?.upperBound
        let gap = min(coarseInterval, before.map { outermost.coarseFrom - $0 } ?? .infinity)
        if sure - first <= 1.1 * gap / line.speed + denseInterval { return min(sure, first) }
        let furthest = sure - gap / line.speed
        var scene = sure
        for range in sightings.pictures
        where sightings.all[range.lowerBound].coarse == outermost.coarse {
            for sighting in sightings.all[range].sorted(by: { $0.denseTo > $1.denseTo })
            where sighting.denseFrom < scene && sighting.denseTo >= scene - 1.5 * denseInterval {
                scene = sighting.denseFrom
            }
        }
        return (furthest + max(scene, furthest)) / 2
    }

    private func end(of stretch: FilmStretch, _ last: Double) -> Double {
        let line = stretch.line
        let sure = stretch.dense.upperBound
        guard
            let outermost = stretch.sightings.max(by: {
                ($0.shared(on: line).upperBound, $0.coarseTo, $0.denseTo)
                    < ($1.shared(on: line).upperBound, $1.coarseTo, $1.denseTo)
            })
        else { return sure }
        if line.dense(at: outermost.coarseTo) > sure + 2 * denseInterval {
            return min(last, sure + denseInterval / 2)
        }
        let after = known.first { $0.lowerBound > outermost.coarseTo + 1 }?.lowerBound
        let gap = min(coarseInterval, after.map { $0 - outermost.coarseTo } ?? .infinity)
        if last - sure <= 1.1 * gap / line.speed + denseInterval { return max(sure, last) }
        let furthest = sure + gap / line.speed
        var scene = sure
        for range in sightings.pictures
        where sightings.all[range.lowerBound].coarse == outermost.coarse {
            for sighting in sightings.all[range]
            where sighting.denseTo > scene && sighting.denseFrom <= scene + 1.5 * denseInterval {
                scene = sighting.denseTo
            }
        }
        return (furthest + min(scene, furthest)) / 2
    }
}
