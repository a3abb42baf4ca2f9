/// What is told of a stretch, and how improbable it is.
extension FilmAligner {
    /// The piece that a stretch makes.
    func piece(_ stretch: FilmStretch, _ ends: FilmEnds) -> FilmAlignment.Piece {
        let (dense, coarse) = ends.extent(of: stretch)
        let (left, right) = leftIsCoarse ? (coarse, dense) : (dense, coarse)
        // Each picture of the left film at its best, and each of the coarse film.
        var best: [Int: Int] = [:]
        var bestOfCoarse: [Int: Int] = [:]
        for sighting in stretch.sightings {
            let picture = leftIsCoarse ? sighting.coarse : sighting.dense
            best[picture] = min(best[picture] ?? .max, sighting.distance)
            bestOfCoarse[sighting.coarse] = min(
                bestOfCoarse[sighting.coarse] ?? .max,
                sighting.distance
            )
        }
        let distances = best.values.sorted()
        let count = max(1, min(scenes(best.keys.sorted()), bestOfCoarse.count))
        var piece = FilmAlignment.Piece(
            left: milliseconds(left),
            right: milliseconds(right),
            speed: leftIsCoarse ? 1 / stretch.line.speed : stretch.line.speed,
            turn: stretch.turn,
            pictures: best.count,
            scenes: count,
            medianDistance: distances[distances.count / 2],
            worstDistance: distances.last ?? 0,
            score: 0
        )
        piece.score = score(scenes: count, distances: bestOfCoarse.values.sorted())
        if !isFirm(piece) { piece.score = min(piece.score, FilmAlignment.loneScore) }
        return piece
    }

    private func milliseconds(_ range: ClosedRange<Double>) -> ClosedRange<Int64> {
        let from = Int64(range.lowerBound.rounded())
        return from...max(from, Int64(range.upperBound.rounded()))
    }

    /// Whether a piece may be more than a weak one.
    ///
    /// A single scene, even if it lasts, is one picture that agrees: a logo, a test card, a black page with a title
    /// stand in many films. That these are the same picture is certain then, but not that the films run in step. Only
    /// if it is as good as all of one film is there nothing else that could be asked for.
    func isFirm(_ piece: FilmAlignment.Piece) -> Bool {
        if piece.scenes >= 2 { return true }
        let share = { (range: ClosedRange<Int64>, length: Int64) in
            Double(range.upperBound - range.lowerBound) >= 0.9 * Double(length)
        }
        return share(piece.left, left.length) || share(piece.right, right.length)
    }

    /// The score of all pieces: what lone moments say does not make an alignment that is weak without them
    /// more than weak.
    func score(of pieces: [FilmAlignment.Piece]) -> Double {
        let firm = pieces.filter(isFirm).map(\.score)
        let lone = pieces.filter { !isFirm($0) }.map(\.score)
        // A piece that an accident explains as well adds nothing.
        let best = pieces.map(\.score).max() ?? 0
        let sum = firm.reduce(0) { $0 + max(0, $1) }
        let all = lone.reduce(sum) { $0 + max(0, $1) }
        if sum >= FilmAlignment.weakScore { return all }
        return min(best, all) > 0 ? max(sum, min(all, FilmAlignment.loneScore)) : best
    }

    /// The decimal digits of a piece: those of its scenes, less those of the places where it might have been
    /// found.
    ///
    /// - Parameter distances: those of the coarse film's pictures, sorted. A scene counts by the distance of a
    ///   picture of it: which one is not known, so they are taken evenly from the least to the largest.
    private func score(scenes: Int, distances: [Int]) -> Double {
        let places = Double(turns) * Double(left.pictures) * Double(right.pictures)
        let digits = (0..<scenes).reduce(0.0) { sum, scene in
            let place = (2 * scene + 1) * distances.count / (2 * scenes)
            return sum + FilmChance.digits(distance: distances[min(place, distances.count - 1)])
        }
        return digits - FilmChance.logarithm(places)
    }
}
