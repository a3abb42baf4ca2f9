/// Finds moments that follow each other in both films at a speed that films are played at.
struct FilmChain {
    /// Half the width of the band in which moments are in step, in milliseconds.
    let tolerance: Double
    /// A chain is cut where nothing agrees for longer than this, in milliseconds of the anchor.
    let longestHole: Double

    /// No moment is linked to more than so many before it.
    private static let maximumLinks = 256
    /// What a link costs whose speed is as far from 1 as is allowed.
    private static let costOfSpeed = 0.25

    /// The chain with the largest sum of weights, in its order.
    ///
    /// - Parameter moments: in the order of the anchors' times.
    func heaviest(_ moments: [FilmMoment]) -> [FilmMoment] {
        guard !moments.isEmpty else { return [] }
        var sums = moments.map(\.weight)
        var links = [Int?](repeating: nil, count: moments.count)
        for place in moments.indices {
            let own = moments[place]
            var best = 0.0
            for earlier in stride(
                from: place - 1,
                through: max(0, place - Self.maximumLinks),
                by: -1
            ) {
                let before = moments[earlier]
                let hole = Double(own.anchorSpan.lowerBound - before.anchorSpan.upperBound)
                if hole > longestHole { break }
                guard sums[earlier] > best, let cost = cost(from: before, to: own),
                    sums[earlier] - cost > best
                else { continue }
                best = sums[earlier] - cost
                links[place] = earlier
            }
            sums[place] += best
        }
        var place: Int? = sums.indices.max {
            (sums[$0], -$0) < (sums[$1], -$1)
        }
        var chain: [FilmMoment] = []
        while let own = place {
            chain.append(moments[own])
            place = links[own]
        }
        return chain.reversed()
    }

    /// What it costs that one moment follows another; `nil` if they are not in step.
    private func cost(from before: FilmMoment, to own: FilmMoment) -> Double? {
        guard before.anchor != own.anchor || before.anchorSpan != own.anchorSpan else { return nil }
        // How long each film may have taken from the one to the other.
        let anchorLow = Double(own.anchorSpan.lowerBound - before.anchorSpan.upperBound)
        let anchorHigh = Double(own.anchorSpan.upperBound - before.anchorSpan.lowerBound)
        let otherLow = Double(own.peak.lowerBound - before.peak.upperBound)
        let otherHigh = Double(own.peak.upperBound - before.peak.lowerBound)
        guard otherHigh > 0 else { return nil }
        let lowest = FilmPace.speeds.lowerBound - FilmPace.margin
        let highest = FilmPace.speeds.upperBound + FilmPace.margin
        // The two films' spans have to meet at some speed, give or take the band.
        guard anchorLow - tolerance <= highest * otherHigh,
            anchorHigh + tolerance >= lowest * max(0, otherLow)
        else { return nil }
        let difference = max(0, anchorLow - otherHigh, otherLow - anchorHigh)
        let room = 0.11 * max(anchorHigh, otherHigh) + tolerance
        return FilmChain.costOfSpeed * min(1, difference / room)
    }
}
