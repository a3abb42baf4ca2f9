/// How two films run in step: the anchor's time is `speed` × the other's + `offset`, in milliseconds.
struct FilmPace: Hashable {
    var speed: Double
    var offset: Double

    /// The speeds that are looked for.
    static let speeds = 0.9...1.1
    /// A speed that lies beyond them by less is measured badly, not wrong.
    static let margin = 0.012
    /// Another speed than 1 has to explain so much more: three moments that lie far off at speed 1.
    private static let significance = 20.0
    /// Speeds nearer to 1 than this are 1: clocks of recorders differ by less.
    private static let smallestChange = 0.004

    /// The anchor's time of a moment of the other film.
    func anchor(_ time: Double) -> Double { speed * time + offset }

    /// The other film's time of a moment of the anchor.
    func other(_ time: Double) -> Double { (time - offset) / speed }

    /// How far a moment is from being shown in step, in milliseconds of the anchor; 0 within its spans.
    func distance(to moment: FilmMoment) -> Double {
        let offsets = moment.offsets(at: speed)
        return offset < offsets.lowerBound
            ? offset - offsets.lowerBound
            : offset > offsets.upperBound ? offset - offsets.upperBound : 0
    }

    /// The pace that moments keep best, and how badly they keep it.
    ///
    /// - Parameter noise: how far moments lie off by themselves, in milliseconds.
    static func fitted(_ moments: [FilmMoment], noise: Double) -> (pace: FilmPace, misfit: Double) {
        let still = fitted(moments, at: 1, noise: noise)
        guard moments.count > 2, still.misfit > significance else { return still }
        var best = still
        var (centre, step) = (1.0, gridStep)
        var reach = gridSteps
        // Coarse at first, then finer around the best: in long films a thousandth is a second.
        for _ in 0..<5 {
            for place in -reach...reach {
                let found = fitted(moments, at: centre + Double(place) * step, noise: noise)
                if found.misfit < best.misfit { best = found }
            }
            (centre, reach) = (best.pace.speed, 4)
            step /= 4
        }
        guard still.misfit - best.misfit > significance else { return still }
        // Speeds next to it explain as much: the middle of them is the best guess.
        let lowest = edge(of: moments, noise: noise, from: best, by: -gridStep)
        let highest = edge(of: moments, noise: noise, from: best, by: gridStep)
        let middle = fitted(moments, at: (lowest + highest) / 2, noise: noise)
        if middle.misfit <= best.misfit + 1 { best = middle }
        return abs(best.pace.speed - 1) >= smallestChange ? best : still
    }

    /// Speeds are tried from 0.888 to 1.112 at first.
    private static let gridSteps = 28
    private static let gridStep = 0.004

    /// The last speed in a direction that explains as much as the best one.
    private static func edge(
        of moments: [FilmMoment],
        noise: Double,
        from best: (pace: FilmPace, misfit: Double),
        by step: Double
    ) -> Double {
        func isAsGood(_ speed: Double) -> Bool {
            fitted(moments, at: speed, noise: noise).misfit <= best.misfit + 1
        }
        var (inside, outside) = (best.pace.speed, best.pace.speed + step)
        while isAsGood(outside), abs(outside - best.pace.speed) < 0.05 {
            (inside, outside) = (outside, outside + step)
        }
        for _ in 0..<8 {
            let middle = (inside + outside) / 2
            if isAsGood(middle) { inside = middle } else { outside = middle }
        }
        return inside
    }

    /// The offset at a speed that the moments keep best, and how badly they keep it.
    static func fitted(
        _ moments: [FilmMoment],
        at speed: Double,
        noise: Double
    ) -> (pace: FilmPace, misfit: Double) {
        let ranges = moments.map { $0.offsets(at: speed) }
        let middles = ranges.map { ($0.lowerBound + $0.upperBound) / 2 }.sorted()
        guard !middles.isEmpty else { return (FilmPace(speed: speed, offset: 0), 0) }
        var offset = middles[middles.count / 2]
        var misfit = FilmPace.misfit(ranges, offset, noise)
        // Each round moves it to the mean of what the ranges near it ask for.
        for _ in 0..<12 {
            var (sum, count) = (0.0, 0.0)
            for range in ranges {
                let wanted = min(max(offset, range.lowerBound), range.upperBound)
                guard abs(wanted - offset) <= farthest * noise else { continue }
                sum += wanted
                count += 1
            }
            guard count > 0 else { break }
            let next = sum / count
            let better = FilmPace.misfit(ranges, next, noise)
            guard better < misfit else { break }
            (offset, misfit) = (next, better)
        }
        return (FilmPace(speed: speed, offset: offset), misfit)
    }

    /// One that is further off than so many units of the noise counts no more than that: an accident among
    /// the moments does not bend the line.
    private static let farthest = 3.0

    /// The sum of the squared distances from the ranges, in units of the noise.
    private static func misfit(
        _ ranges: [ClosedRange<Double>],
        _ offset: Double,
        _ noise: Double
    ) -> Double {
        var sum = 0.0
        for range in ranges {
            let away = max(0, range.lowerBound - offset, offset - range.upperBound) / noise
            sum += min(farthest, away) * min(farthest, away)
        }
        return sum
    }
}
