/// A picture of the sparser film, and a stretch of the denser one that shows the same.
///
/// A shot resembles itself for seconds, so a stored picture agrees with many of a densely sampled film. Where the
/// distance is smallest, the very moment was met: that is what lines are drawn by. All times are in milliseconds.
struct FilmMoment: Hashable {
    /// The sparser film's picture.
    let anchor: Int
    /// When the sparser film shows it.
    let anchorSpan: ClosedRange<Int64>
    /// When the denser film shows what is nearest to it, as far as its sampling tells.
    let peak: ClosedRange<Int64>
    /// When the denser film shows what is within the radius, without a pause.
    let reach: ClosedRange<Int64>
    /// The smallest distance.
    let distance: Int
    /// The denser film's picture with that distance, the first of them.
    let picture: Int

    /// Pictures that are no further than so many bits from the nearest one may be as near: re-encoding alone
    /// moves each by so much, and the nearest of many is one that it moved the right way.
    private static let peakWidth = 4

    /// What it adds to a line that it lies on: near pictures count more than such as just reach the radius.
    var weight: Double { 0.3 + 1.2 * Double(max(0, 40 - distance)) / 40 }

    /// The differences, anchor's time less `speed` × the other's, at which the two are shown together.
    func offsets(at speed: Double) -> ClosedRange<Double> {
        let low = Double(anchorSpan.lowerBound) - speed * Double(peak.upperBound)
        return low...max(low, Double(anchorSpan.upperBound) - speed * Double(peak.lowerBound))
    }

    /// The moments that pairs speak of, in the order of the anchors' times.
    ///
    /// - Parameters:
    ///   - pairs: the sparser film is on their right side.
    ///   - interval: how far apart the denser film's pictures are: what a picture shows may have been
    ///     shown for so long before and behind it, where the next one shows something else.
    static func moments(_ pairs: [FilmPair], interval: Int64) -> [FilmMoment] {
        // After so long without an agreeing picture, a new stretch begins.
        let pause = max(1_000, interval + interval * 3 / 5)
        let sorted = pairs.sorted {
            ($0.rightSpan.lowerBound, $0.right, $0.leftSpan.lowerBound, $0.left)
                < ($1.rightSpan.lowerBound, $1.right, $1.leftSpan.lowerBound, $1.left)
        }
        var moments: [FilmMoment] = []
        var group: [FilmPair] = []
        var reach = Int64.min
        for pair in sorted {
            let continues =
                group.last.map {
                    $0.right == pair.right && $0.rightSpan == pair.rightSpan
                        && pair.leftSpan.lowerBound <= reach + pause
                } ?? false
            if !continues {
                if let moment = FilmMoment(group, slack: interval) { moments.append(moment) }
                group.removeAll(keepingCapacity: true)
                reach = .min
            }
            group.append(pair)
            reach = max(reach, pair.leftSpan.upperBound)
        }
        if let moment = FilmMoment(group, slack: interval) { moments.append(moment) }
        return moments
    }

    private init?(_ group: [FilmPair], slack: Int64) {
        guard let first = group.first,
            let nearest = group.min(by: {
                ($0.distance, $0.leftSpan.lowerBound, $0.left)
                    < ($1.distance, $1.leftSpan.lowerBound, $1.left)
            })
        else { return nil }
        let peak = group.filter { $0.distance <= nearest.distance + FilmMoment.peakWidth }
        anchor = first.right
        anchorSpan = first.rightSpan
        let from = peak.map(\.leftSpan.lowerBound).min() ?? 0
        let to = peak.map(\.leftSpan.upperBound).max() ?? from
        self.peak = (from - slack)...(to + slack)
        reach =
            first.leftSpan.lowerBound...(group.map(\.leftSpan.upperBound).max() ?? 0)
        distance = nearest.distance
        picture = nearest.left
    }
}
