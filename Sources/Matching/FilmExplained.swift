/// What the stretches that were found explain.
struct FilmExplained {
    /// A counterpart that is worse by more bits than this than the one that a picture has says nothing new.
    private static let worse = 8

    private var dense: [ClosedRange<Double>] = []
    private var coarse: [ClosedRange<Double>] = []
    /// Of each stretch what is sure: from the first to the last moment that both films are known to show.
    private var sure: [(dense: ClosedRange<Double>, coarse: ClosedRange<Double>)] = []
    private var bestOfDense: [Int: Int] = [:]
    private var bestOfCoarse: [Int: Int] = [:]

    /// Takes a stretch, and what is told of it: the dense and the coarse film's milliseconds.
    mutating func add(_ stretch: FilmStretch, _ told: (ClosedRange<Int64>, ClosedRange<Int64>)) {
        dense.append(Double(told.0.lowerBound)...Double(told.0.upperBound))
        coarse.append(Double(told.1.lowerBound)...Double(told.1.upperBound))
        sure.append((stretch.dense, stretch.coarse))
        for sighting in stretch.sightings {
            bestOfDense[sighting.dense] = min(
                bestOfDense[sighting.dense] ?? .max,
                sighting.distance
            )
            bestOfCoarse[sighting.coarse] = min(
                bestOfCoarse[sighting.coarse] ?? .max,
                sighting.distance
            )
        }
    }

    /// Whether a scene was told already: one of its pictures agrees with what another stretch shows for sure.
    ///
    /// - Parameter sightings: all of its turn.
    func goesOn(_ stretch: FilmStretch, all sightings: FilmSightings) -> Bool {
        let coarse = Set(stretch.sightings.map(\.coarse))
        let dense = Set(stretch.sightings.map(\.dense))
        return sightings.all.contains { sighting in
            let span = sighting.denseFrom...sighting.denseTo
            if coarse.contains(sighting.coarse), sure.contains(where: { $0.dense.overlaps(span) }) {
                return true
            }
            let times = sighting.coarseFrom...sighting.coarseTo
            return dense.contains(sighting.dense) && sure.contains { $0.coarse.overlaps(times) }
        }
    }

    /// By how many bits more its pictures differ than from the counterparts that they have already: the median.
    /// 0 if they have none.
    func excess(of stretch: FilmStretch) -> Int {
        var excess: [Int] = []
        let byPicture = [
            (bestOfDense, stretch.sightings.map { ($0.dense, $0.distance) }),
            (bestOfCoarse, stretch.sightings.map { ($0.coarse, $0.distance) }),
        ]
        for (known, own) in byPicture {
            var best: [Int: Int] = [:]
            for (picture, distance) in own where known[picture] != nil {
                best[picture] = min(best[picture] ?? .max, distance)
            }
            excess += best.map { picture, distance in distance - (known[picture] ?? distance) }
        }
        excess.sort()
        return excess.isEmpty ? 0 : excess[excess.count / 2]
    }

    /// Whether a sighting says nothing new: both its pictures have counterparts, or one has a much better one.
    func explains(_ sighting: FilmSighting) -> Bool {
        let limit = sighting.distance - FilmExplained.worse
        if let best = bestOfCoarse[sighting.coarse], best < limit { return true }
        if let best = bestOfDense[sighting.dense], best < limit { return true }
        guard dense.contains(where: { $0.overlaps(sighting.denseFrom...sighting.denseTo) }) else {
            return false
        }
        return coarse.contains { $0.overlaps(sighting.coarseFrom...sighting.coarseTo) }
    }
}
