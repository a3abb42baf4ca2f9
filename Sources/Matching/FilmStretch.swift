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
