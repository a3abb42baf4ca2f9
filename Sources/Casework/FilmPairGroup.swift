import Fingerprinting
import Indexing
import Matching

/// The pairs of two films' pictures, gathered to be aligned, in bounded memory.
///
/// Of each left picture the nearest right ones are kept, as ``FilmSearch`` does. If these are still too many,
/// as of films that show the same few pictures again and again, fewer of each picture are kept, and at last
/// only every so many moments of the left film. What is kept depends on the pairs alone.
struct FilmPairGroup {
    private struct Entry {
        /// The place in ``pictures``.
        var picture: Int
        /// How many right pictures are nearer.
        var rank: Int
        var pair: FilmPairSorter.Pair
    }

    private struct Picture {
        var time: Int64
        /// How many moments of the left film are earlier.
        var moment: Int
        var row: RowPlace
        var pairs = 0
    }

    /// No more pairs than this are kept: 20 MB.
    static let maximumPairs = 1 << 18

    private let limit: Int
    private var pictures: [Picture] = []
    private var entries: [Entry] = []
    private var last: FilmPairSorter.Pair?
    private var perPicture = FilmSearch.maximumPerPicture
    /// Only every so many moments are kept.
    private var stride = 1

    /// A group of no pairs.
    init(limit: Int = FilmPairGroup.maximumPairs) {
        self.limit = limit
    }

    /// Takes a pair, in the order in which ``FilmPairSorter`` gives them.
    mutating func add(_ pair: FilmPairSorter.Pair) {
        // A picture with transparent parts may be stored twice at one moment with the same fingerprint.
        if pair == last { return }
        last = pair
        let picture = place(of: pair)
        let rank = pictures[picture].pairs
        pictures[picture].pairs += 1
        guard rank < perPicture, pictures[picture].moment % stride == 0 else { return }
        entries.append(Entry(picture: picture, rank: rank, pair: pair))
        while entries.count > limit, perPicture > 1 || stride <= pictures[picture].moment {
            if perPicture > 1 {
                perPicture /= 2
            } else {
                stride *= 2
            }
            let (perPicture, stride) = (perPicture, stride)
            entries.removeAll {
                $0.rank >= perPicture || pictures[$0.picture].moment % stride != 0
            }
        }
    }

    /// The place of a pair's left picture, which is one of the last: those of the same moment.
    private mutating func place(of pair: FilmPairSorter.Pair) -> Int {
        var place = pictures.count - 1
        while place >= 0, pictures[place].time == pair.leftTime {
            if pictures[place].row == pair.leftRow { return place }
            place -= 1
        }
        var moment = 0
        if let last = pictures.last {
            moment = last.time == pair.leftTime ? last.moment : last.moment + 1
        }
        pictures.append(Picture(time: pair.leftTime, moment: moment, row: pair.leftRow))
        return pictures.count - 1
    }

    /// The pairs by turn, and the fingerprints of the left pictures by their numbers in the pairs.
    ///
    /// - Parameter fingerprint: the fingerprint of a left row.
    func contents(
        fingerprint: (RowPlace) -> Fingerprint
    ) -> (pairs: [Turn: [FilmPair]], fingerprints: [Fingerprint]) {
        let prints = pictures.map { fingerprint($0.row) }
        // Rows depend on how fingerprints are spread over segments; the fingerprints do not.
        let keys = prints.map { BitPermutation.row(of: $0).words }
        let order = pictures.indices.sorted { first, second in
            let times = (pictures[first].time, pictures[second].time)
            if times.0 != times.1 { return times.0 < times.1 }
            let (a, b) = (keys[first], keys[second])
            return (a.3, a.2, a.1, a.0) < (b.3, b.2, b.1, b.0)
        }
        var numbers = [Int](repeating: 0, count: pictures.count)
        for (number, picture) in order.enumerated() {
            numbers[picture] = number
        }
        var pairs: [Turn: [FilmPair]] = [:]
        for entry in entries {
            let pair = entry.pair
            pairs[pair.turn, default: []].append(
                FilmPair(
                    left: numbers[entry.picture],
                    right: Int(clamping: pair.rightTime),
                    leftSpan: pair.leftTime...(pair.leftTime + Int64(pair.leftSpan)),
                    rightSpan: pair.rightTime...(pair.rightTime + Int64(pair.rightSpan)),
                    distance: pair.distance
                )
            )
        }
        return (pairs, order.map { prints[$0] })
    }
}
