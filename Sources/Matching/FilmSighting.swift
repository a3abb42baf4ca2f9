/// A ``FilmPair``, told by the coarse and the dense film instead of the left and the right one.
struct FilmSighting: Hashable {
    /// The numbers of the two pictures.
    var coarse, dense: Int
    /// When the coarse film shows its picture, in milliseconds.
    var coarseFrom, coarseTo: Double
    /// When the dense film shows its picture, in milliseconds.
    var denseFrom, denseTo: Double
    /// Bits in which they differ.
    var distance: Int

    init(_ pair: FilmPair, leftIsCoarse: Bool) {
        let (coarseSpan, denseSpan) =
            leftIsCoarse ? (pair.leftSpan, pair.rightSpan) : (pair.rightSpan, pair.leftSpan)
        coarse = leftIsCoarse ? pair.left : pair.right
        dense = leftIsCoarse ? pair.right : pair.left
        coarseFrom = Double(coarseSpan.lowerBound)
        coarseTo = Double(coarseSpan.upperBound)
        denseFrom = Double(denseSpan.lowerBound)
        denseTo = Double(denseSpan.upperBound)
        distance = pair.distance
    }

    /// Coarse pictures in the order of their times, the sightings of each together: by the dense film's time.
    static func isBefore(_ first: FilmSighting, _ second: FilmSighting) -> Bool {
        if first.coarseFrom != second.coarseFrom { return first.coarseFrom < second.coarseFrom }
        if first.coarse != second.coarse { return first.coarse < second.coarse }
        if first.denseFrom != second.denseFrom { return first.denseFrom < second.denseFrom }
        if first.dense != second.dense { return first.dense < second.dense }
        return first.distance < second.distance
    }

    /// The offsets at which the two are shown together at this speed.
    func offsets(at speed: Double) -> ClosedRange<Double> {
        let low = coarseFrom - speed * denseTo
        return low...max(low, coarseTo - speed * denseFrom)
    }

    /// By how many milliseconds the line misses the moments at which both are shown: 0 if it does not.
    func away(from line: FilmLine) -> Double {
        let offsets = offsets(at: line.speed)
        return max(0, offsets.lowerBound - line.offset, line.offset - offsets.upperBound)
    }
}

/// The sightings of each coarse picture: ranges of an array that is sorted by ``FilmSighting/isBefore(_:_:)``.
struct FilmSightings {
    /// Sorted by ``FilmSighting/isBefore(_:_:)``.
    let all: [FilmSighting]
    /// Where each coarse picture's lie in `all`.
    let pictures: [Range<Int>]

    /// - Parameter sorted: by ``FilmSighting/isBefore(_:_:)``.
    init(sorted: [FilmSighting]) {
        all = sorted
        var pictures: [Range<Int>] = []
        var start = 0
        for place in sorted.indices
        where place + 1 == sorted.count
            || sorted[place + 1].coarse != sorted[place].coarse
        {
            pictures.append(start..<place + 1)
            start = place + 1
        }
        self.pictures = pictures
    }

    /// The number of the first picture that is shown from this time on, or later.
    ///
    /// - Complexity: O(log n) for n pictures.
    func firstPicture(from time: Double) -> Int {
        var (low, high) = (0, pictures.count)
        while low < high {
            let middle = (low + high) / 2
            if all[pictures[middle].lowerBound].coarseFrom < time {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    /// The sightings of the coarse picture that this is one of.
    func sightings(ofPictureOf sighting: FilmSighting) -> ArraySlice<FilmSighting> {
        var number = firstPicture(from: sighting.coarseFrom)
        while number < pictures.count {
            let own = all[pictures[number]]
            guard let first = own.first, first.coarseFrom == sighting.coarseFrom else { break }
            if first.coarse == sighting.coarse { return own }
            number += 1
        }
        return []
    }
}

/// Leaves so many sightings as can be aligned in a bounded time.
enum FilmThinning {
    /// Squares of times, in milliseconds, of which one sighting is enough, tried in turn.
    private static let squares = [200.0, 400, 800]

    /// At most so many sightings, sorted by ``FilmSighting/isBefore(_:_:)``.
    ///
    /// First one is left of those whose times are nearly the same, the nearest. If that does not do, each
    /// coarse picture keeps its nearest ones: so many that the limit is reached, hence scenes that stand still
    /// for long pay for it, and not those that do not.
    static func thinned(_ sightings: [FilmSighting], to limit: Int) -> [FilmSighting] {
        var kept = sightings.sorted(by: FilmSighting.isBefore)
        for side in squares where kept.count > limit {
            kept = oneOfEachSquare(kept, side: side)
        }
        guard kept.count > limit else { return kept }
        let pictures = FilmSightings(sorted: kept).pictures
        // With more pictures than that, only every so many of them is looked at.
        let stride = (pictures.count + limit - 1) / limit
        let looked = pictures.enumerated().filter { $0.offset % stride == 0 }.map(\.element)
        let each = largestShare(looked.map(\.count), limit)
        return looked.flatMap { range in
            kept[range].sorted {
                ($0.distance, $0.denseFrom, $0.dense) < ($1.distance, $1.denseFrom, $1.dense)
            }
            .prefix(each).sorted(by: FilmSighting.isBefore)
        }
    }

    private static func oneOfEachSquare(_ sorted: [FilmSighting], side: Double) -> [FilmSighting] {
        struct Square: Hashable {
            var row, column: Int
        }
        var places: [Square: Int] = [:]
        var kept: [FilmSighting] = []
        for sighting in sorted {
            let square = Square(
                row: Int(sighting.coarseFrom / side),
                column: Int(sighting.denseFrom / side)
            )
            guard let place = places[square] else {
                places[square] = kept.count
                kept.append(sighting)
                continue
            }
            // Of equals the first one in the order stays. It stands for the times of those of its own
            // coarse picture: else there would be holes where the dense film's pictures agreed.
            let other = kept[place]
            var nearest = sighting.distance < other.distance ? sighting : other
            if other.coarse == sighting.coarse {
                nearest.denseFrom = min(other.denseFrom, sighting.denseFrom)
                nearest.denseTo = max(other.denseTo, sighting.denseTo)
            }
            kept[place] = nearest
        }
        return kept.sorted(by: FilmSighting.isBefore)
    }

    /// The largest number such that the counts, each cut to it, add up to no more than the limit; at least 1.
    private static func largestShare(_ counts: [Int], _ limit: Int) -> Int {
        var (low, high) = (1, max(1, counts.max() ?? 1))
        while low < high {
            let middle = (low + high + 1) / 2
            if counts.reduce(0, { $0 + min($1, middle) }) <= limit {
                low = middle
            } else {
                high = middle - 1
            }
        }
        return low
    }
}
