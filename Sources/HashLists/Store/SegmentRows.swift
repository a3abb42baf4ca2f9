import Fingerprinting
import Indexing

/// Looks for rows of a segment by their order.
struct SegmentRows {
    let segment: Segment

    init(_ segment: Segment) {
        self.segment = segment
    }

    /// The row of a fingerprint.
    func row(of fingerprint: Fingerprint) -> Int? {
        let wanted = BitPermutation.row(of: fingerprint).words
        let place = firstRow(from: 0, notBefore: wanted)
        return place < segment.rows && words(place) == wanted ? place : nil
    }

    func words(_ row: Int) -> (UInt64, UInt64, UInt64, UInt64) {
        segment.withContents { contents in
            let start = contents.rows + 4 * row
            return (start[0], start[1], start[2], start[3])
        }
    }

    /// The first row from a place on that does not come before the wanted one: by steps that double, then by halving, so that a walk
    /// through many takes no longer than reading them, and one through few little.
    func firstRow(from start: Int, notBefore wanted: (UInt64, UInt64, UInt64, UInt64)) -> Int {
        func isBefore(_ row: Int) -> Bool {
            let found = words(row)
            return (found.3, found.2, found.1, found.0) < (wanted.3, wanted.2, wanted.1, wanted.0)
        }
        var (low, step) = (start, 1)
        var high = start
        while high < segment.rows, isBefore(high) {
            low = high + 1
            high += step
            step *= 2
        }
        high = min(high, segment.rows)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(middle) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
