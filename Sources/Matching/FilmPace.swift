import Glibc

/// Finds the speed and the offset of a stretch whose place is known roughly.
///
/// Each coarse picture loses by how many more bits than at its best it differs from what the dense film shows
/// at the line's time. All lines near the one at hand are weighed by what they lose; their mean is taken, unless the unchanged speed
/// loses hardly more than the best of them: then that is the speed.
struct FilmPace {
    /// One coarse picture with its sightings.
    private struct Picture {
        var middle: Double
        var sightings: [FilmSighting]
        var best: Int
    }

    /// So many bits more than at a picture's best are noise.
    private static let noise = 3.0
    /// No picture loses more than this.
    private static let mostLoss = 30.0
    /// A line that loses so much more than the best is worth 1/e of it.
    private static let scale = 5.0
    /// The unchanged speed may lose so much more than the best one.
    private static let preferenceForSpeedOne = 12.0
    /// No more pictures than this are looked at, spread over the stretch: more tell nothing new.
    private static let mostPictures = 120
    /// Lines are tried at so many steps to either side.
    private static let steps = 10

    private let pictures: [Picture]
    private let line: FilmLine
    private let slack: Double
    private let reach: Double

    /// - Parameters:
    ///   - sightings: those of the stretch.
    ///   - reach: the line is sought within so many milliseconds of this one, at either end.
    ///   - slack: so far from the line nothing is lost yet.
    init(_ sightings: [FilmSighting], about line: FilmLine, reach: Double, slack: Double) {
        self.line = line
        self.reach = reach
        self.slack = slack
        let near = FilmSightings(sorted: sightings.filter { $0.away(from: line) <= reach + slack })
        let count = near.pictures.count
        let number = min(count, FilmPace.mostPictures)
        pictures = (0..<number).map { place in
            let range = near.pictures[number < 2 ? place : place * (count - 1) / (number - 1)]
            let own = Array(near.all[range])
            return Picture(
                middle: (own[0].coarseFrom + own[0].coarseTo) / 2,
                sightings: own,
                best: own.map(\.distance).min() ?? 0
            )
        }
    }

    /// The line.
    func fitted() -> FilmLine {
        guard let first = pictures.first, let last = pictures.last else { return line }
        let start = (dense: line.dense(at: first.middle), coarse: first.middle)
        let end = (dense: line.dense(at: last.middle), coarse: last.middle)
        let standing = atSpeedOne(
            about: ((start.dense + end.dense) / 2, (start.coarse + end.coarse) / 2)
        )
        guard end.dense - start.dense > 2 * slack else { return standing.line }
        var centre = (start: 0.0, end: 0.0)
        var half = (start: reach, end: reach)
        var least = Double.infinity
        for _ in 0..<3 {
            var sum = FilmMoments()
            for first in -FilmPace.steps...FilmPace.steps {
                for last in -FilmPace.steps...FilmPace.steps {
                    let moved = (
                        centre.start + half.start * Double(first) / Double(FilmPace.steps),
                        centre.end + half.end * Double(last) / Double(FilmPace.steps)
                    )
                    let slope =
                        (end.coarse + moved.1 - start.coarse - moved.0) / (end.dense - start.dense)
                    guard FilmLine.speeds.contains(slope) else { continue }
                    let line = FilmLine(
                        (start.dense, start.coarse + moved.0),
                        (end.dense, end.coarse + moved.1)
                    )
                    sum.add(moved, loss: loss(line), scale: FilmPace.scale)
                }
            }
            guard let (mean, deviation) = sum.result else { break }
            least = min(least, sum.least)
            centre = mean
            half = (
                min(half.start, max(half.start / 8, 2.5 * deviation.start)),
                min(half.end, max(half.end / 8, 2.5 * deviation.end))
            )
        }
        if standing.loss <= least + FilmPace.preferenceForSpeedOne { return standing.line }
        return FilmLine(
            (start.dense, start.coarse + centre.start),
            (end.dense, end.coarse + centre.end)
        )
    }

    /// The best line at the unchanged speed, and what it loses.
    private func atSpeedOne(about point: (dense: Double, coarse: Double)) -> (
        line: FilmLine, loss: Double
    ) {
        var centre = point.coarse - point.dense
        // At the middle of the stretch; its ends may lie further away.
        var half = 1.5 * reach
        var least = Double.infinity
        for _ in 0..<3 {
            var sum = FilmMoments()
            for step in -3 * FilmPace.steps...3 * FilmPace.steps {
                let offset = centre + half * Double(step) / Double(3 * FilmPace.steps)
                sum.add(
                    (offset, 0),
                    loss: loss(FilmLine(speed: 1, offset: offset)),
                    scale: FilmPace.scale
                )
            }
            guard let (mean, deviation) = sum.result else { break }
            least = min(least, sum.least)
            centre = mean.start
            half = min(half, max(half / 8, 2.5 * deviation.start))
        }
        return (FilmLine(speed: 1, offset: centre), least)
    }

    private func loss(_ line: FilmLine) -> Double {
        var sum = 0.0
        for picture in pictures {
            var least = FilmPace.mostLoss
            for sighting in picture.sightings {
                let worse = max(0, Double(sighting.distance - picture.best) - FilmPace.noise)
                // Fifty milliseconds away weigh as much as a bit.
                let wide = max(0, sighting.away(from: line) - slack) / 50
                least = min(least, worse + wide)
                if least == 0 { break }
            }
            sum += least
        }
        return sum
    }
}

/// The mean and the deviation of points, each weighed by what its line loses.
private struct FilmMoments {
    private var points: [(start: Double, end: Double, loss: Double)] = []
    private(set) var least = Double.infinity
    private var scale = 1.0

    mutating func add(_ point: (Double, Double), loss: Double, scale: Double) {
        points.append((point.0, point.1, loss))
        least = min(least, loss)
        self.scale = scale
    }

    var result: (mean: (start: Double, end: Double), deviation: (start: Double, end: Double))? {
        guard !points.isEmpty else { return nil }
        var (weights, start, end, startSquared, endSquared) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for point in points {
            let weight = exp((least - point.loss) / scale)
            weights += weight
            start += weight * point.start
            end += weight * point.end
            startSquared += weight * point.start * point.start
            endSquared += weight * point.end * point.end
        }
        let mean = (start: start / weights, end: end / weights)
        return (
            mean,
            (
                max(0, startSquared / weights - mean.start * mean.start).squareRoot(),
                max(0, endSquared / weights - mean.end * mean.end).squareRoot()
            )
        )
    }
}
