import Fingerprinting

/// A segment's rows and occurrences in the order of the file.
struct SortedContents {
    /// The different rows, ascending as 256-bit numbers: four words each, lowest first.
    private(set) var words: [UInt64] = []
    /// The number of each row's first occurrence, and the number of all.
    private(set) var firstOccurrences: [UInt32] = []
    /// The occurrences, row by row.
    let records: [OccurrenceRecord]

    /// The number of different rows.
    var rowCount: Int { words.count / 4 }

    /// Sorts the rows and groups equal ones.
    ///
    /// - Precondition: as many records as rows, and at most 2³² - 1.
    init(rows: [Fingerprint], records: [OccurrenceRecord]) {
        let order = SortedContents.order(of: rows, records)
        self.records = order.map { records[Int($0)] }
        words.reserveCapacity(rows.count * 4)
        firstOccurrences.reserveCapacity(rows.count + 1)
        var previous: Fingerprint?
        for (position, index) in order.enumerated() {
            let row = rows[Int(index)]
            guard row != previous else { continue }
            words.append(row.words.0)
            words.append(row.words.1)
            words.append(row.words.2)
            words.append(row.words.3)
            firstOccurrences.append(UInt32(position))
            previous = row
        }
        firstOccurrences.append(UInt32(order.count))
    }

    private static func order(of rows: [Fingerprint], _ records: [OccurrenceRecord]) -> [UInt32] {
        /// The highest word decides nearly always; so what is sorted is small, and lies together.
        struct Key {
            var word: UInt64
            var index: UInt32
        }
        var keys = rows.enumerated().map { Key(word: $1.words.3, index: UInt32($0)) }
        keys.sort { left, right in
            if left.word != right.word {
                return left.word < right.word
            }
            let (first, second) = (Int(left.index), Int(right.index))
            let (a, b) = (rows[first].words, rows[second].words)
            if (a.2, a.1, a.0) != (b.2, b.1, b.0) {
                return (a.2, a.1, a.0) < (b.2, b.1, b.0)
            }
            return records[first].sortKey < records[second].sortKey
        }
        return keys.map(\.index)
    }
}
