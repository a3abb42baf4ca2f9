/// Which stretches say what better ones do not.
extension FilmAligner {
    /// What was told in one film already is told again if its pictures are, at the median, no more bits worse.
    private static let mostExcess = 4
    /// So much of a stretch's pictures, or of its time, has to be new.
    private static let (newPictures, newTime) = (0.6, 0.5)

    /// Whether a stretch says what better ones do not: a picture that stands at several places, or is as well
    /// turned as not, agrees with stretches that are explained already.
    ///
    /// - Parameter sightings: all of its turn.
    func isNews(
        _ stretch: FilmStretch,
        _ piece: FilmAlignment.Piece,
        _ explained: FilmExplained,
        all sightings: FilmSightings,
        besides better: [FilmAlignment.Piece]
    ) -> Bool {
        guard !better.isEmpty else { return true }
        // What an accident explains as well adds nothing.
        guard piece.score > 0 else { return false }
        let all = FilmSightings(sorted: stretch.sightings).pictures
        let new = all.filter { range in
            stretch.sightings[range].contains { !explained.explains($0) }
        }
        guard Double(new.count) >= FilmAligner.newPictures * Double(all.count) else { return false }
        // What was told in both films is not told again; what was told in one is only if it is as good: a
        // clip that is shown twice, but not a scene that goes on, or comes again.
        let told = 1 - FilmAligner.newTime
        let left = piece.left.share(in: better.map(\.left)) > told
        let right = piece.right.share(in: better.map(\.right)) > told
        if left && right { return false }
        guard left || right else {
            return piece.scenes >= 2 || !explained.goesOn(stretch, all: sightings)
        }
        return better.contains { isAgain(stretch, piece, $0, inLeft: left, besides: better) }
            && explained.excess(of: stretch) <= FilmAligner.mostExcess
    }

    /// Whether a stretch repeats what another piece shows of one film: at least two scenes of it, about as well.
    ///
    /// Where two pieces meet, the one's last scene and the other's first may both go on: these are two scenes as
    /// well, but not of one piece. Nor does a scene count that is near what was told of the other film.
    private func isAgain(
        _ stretch: FilmStretch,
        _ piece: FilmAlignment.Piece,
        _ other: FilmAlignment.Piece,
        inLeft: Bool,
        besides better: [FilmAlignment.Piece]
    ) -> Bool {
        guard piece.scenes >= 2,
            piece.medianDistance <= other.medianDistance + FilmAligner.mostExcess
        else { return false }
        let range = inLeft ? other.left : other.right
        let told = better.map { inLeft ? $0.right : $0.left }
        let near = Double(coarse.interval)
        let shared = stretch.sightings.filter { sighting in
            let coarse = (sighting.coarseFrom, sighting.coarseTo)
            let dense = (sighting.denseFrom, sighting.denseTo)
            let (again, new) = inLeft == leftIsCoarse ? (coarse, dense) : (dense, coarse)
            return range.touches(again.0, again.1)
                && !told.contains { $0.touches(new.0 - near, new.1 + near) }
        }
        guard Set(shared.map(\.coarse)).count >= 2 else { return false }
        return scenes(leftPictures(shared)) >= 2
    }

    /// The pictures of the left film among sightings, sorted.
    func leftPictures(_ sightings: [FilmSighting]) -> [Int] {
        Set(sightings.map { leftIsCoarse ? $0.coarse : $0.dense }).sorted()
    }
}

extension ClosedRange<Int64> {
    /// Whether it has a time in common with the one from … to.
    func touches(_ from: Double, _ to: Double) -> Bool {
        Double(lowerBound) <= to && from <= Double(upperBound)
    }

    /// Which share of this range lies inside others, taken together.
    func share(in others: [ClosedRange<Int64>]) -> Double {
        let inside = others.filter(overlaps)
        let length = upperBound - lowerBound
        guard length > 0 else { return inside.isEmpty ? 0 : 1 }
        var covered: Int64 = 0
        var end = lowerBound
        for other in inside.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            let from = Swift.max(other.lowerBound, end)
            let to = Swift.min(other.upperBound, upperBound)
            if to > from { covered += to - from }
            end = Swift.max(end, to)
        }
        return Double(covered) / Double(length)
    }
}
