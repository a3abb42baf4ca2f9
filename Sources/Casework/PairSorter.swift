import Fingerprinting
import Indexing
import Matching

/// Brings the pairs of a join into an order that depends on the fingerprints alone, in bounded memory.
struct PairSorter: ~Copyable {
    /// A pair of rows.
    struct Pair {
        var left: Fingerprint
        var right: Fingerprint
        var leftRow: RowPlace
        var rightRow: RowPlace
        var distance: Int
        var turn: Turn
    }

    /// Two fingerprints, with all their rows.
    struct Group {
        var left: Fingerprint
        var right: Fingerprint
        var distance: Int
        var turn: Turn
        var leftRows: [RowPlace]
        var rightRows: [RowPlace]
    }

    private var sorter: RecordSorter

    init(memory: Int, folder: String) {
        sorter = RecordSorter(memory: memory, folder: folder)
    }

    /// Takes a pair.
    ///
    /// - Parameter ordering: whether left and right mean nothing: then the lower fingerprint is the left.
    mutating func append(_ pair: Pair, ordering: Bool) throws(IndexFault) {
        var pair = pair
        var left = BitPermutation.row(of: pair.left).words
        var right = BitPermutation.row(of: pair.right).words
        if ordering, (right.3, right.2, right.1, right.0) < (left.3, left.2, left.1, left.0) {
            swap(&left, &right)
            swap(&pair.leftRow, &pair.rightRow)
            // What turned one of them to the other has to be undone, seen from there.
            pair.turn = pair.turn.inverse
        }
        // The key is the upper half of the left row, the distance, and what is left of the bits of the
        // right row: enough to bring together what belongs together, the rest is done in memory.
        try sorter.append(
            IndexedRecord(
                words: (
                    right.2,
                    UInt64(pair.distance) << 48 | UInt64(pair.turn.rawValue) << 40
                        | right.3 >> 24,
                    left.2, left.3
                ),
                occurrence: OccurrenceRecord(
                    low: UInt64(pair.rightRow.part) << 32 | UInt64(pair.rightRow.row),
                    high: UInt64(pair.leftRow.part) << 32 | UInt64(pair.leftRow.row)
                )
            )
        )
    }

    /// Calls `body` with each pair of fingerprints once, ordered by the left one, the distance, and the right
    /// one, as segments order them. Of several turns the nearest is told, of equally near ones the first.
    ///
    /// - Parameters:
    ///   - left: the fingerprint of a left row.
    ///   - right: the fingerprint of a right row.
    mutating func forEach(
        left: (RowPlace) -> Fingerprint,
        right: (RowPlace) -> Fingerprint,
        _ body: (Group) throws -> Void
    ) throws {
        try sorter.finish()
        var gathered: [IndexedRecord] = []
        var failure: (any Error)?
        // What `body` throws is of any kind, what the sorter lets through is not.
        do {
            try sorter.forEach { (record) throws(IndexFault) in
                if let first = gathered.first,
                    (first.words.3, first.words.2) != (record.words.3, record.words.2)
                {
                    do {
                        try PairSorter.tell(gathered, left, right, body)
                    } catch {
                        failure = error
                        throw IndexFault(.system, path: "", detail: "stopped")
                    }
                    gathered.removeAll(keepingCapacity: true)
                }
                gathered.append(record)
            }
        } catch {
            throw failure ?? error
        }
        try PairSorter.tell(gathered, left, right, body)
    }

    /// Tells the pairs of records whose left fingerprints begin alike.
    private static func tell(
        _ records: [IndexedRecord],
        _ left: (RowPlace) -> Fingerprint,
        _ right: (RowPlace) -> Fingerprint,
        _ body: (Group) throws -> Void
    ) throws {
        struct Entry {
            var leftKey: (UInt64, UInt64, UInt64, UInt64)
            var rightKey: (UInt64, UInt64, UInt64, UInt64)
            var pair: Pair
        }
        func key(_ fingerprint: Fingerprint) -> (UInt64, UInt64, UInt64, UInt64) {
            let words = BitPermutation.row(of: fingerprint).words
            return (words.3, words.2, words.1, words.0)
        }
        func place(_ number: UInt64) -> RowPlace {
            RowPlace(part: UInt32(number >> 32), row: UInt32(truncatingIfNeeded: number))
        }
        var entries = records.map { record in
            let (leftRow, rightRow) = (
                place(record.occurrence.high), place(record.occurrence.low)
            )
            let pair = Pair(
                left: left(leftRow),
                right: right(rightRow),
                leftRow: leftRow,
                rightRow: rightRow,
                distance: Int(record.words.1 >> 48),
                turn: Turn(rawValue: UInt8(record.words.1 >> 40 & 0xFF)) ?? .none
            )
            return Entry(leftKey: key(pair.left), rightKey: key(pair.right), pair: pair)
        }
        entries.sort { first, second in
            if first.leftKey != second.leftKey { return first.leftKey < second.leftKey }
            if first.pair.distance != second.pair.distance {
                return first.pair.distance < second.pair.distance
            }
            if first.rightKey != second.rightKey { return first.rightKey < second.rightKey }
            if first.pair.turn != second.pair.turn {
                return first.pair.turn.rawValue < second.pair.turn.rawValue
            }
            return (first.pair.leftRow, first.pair.rightRow)
                < (second.pair.leftRow, second.pair.rightRow)
        }
        // The right fingerprints that were told of the left one in hand, in a nearer turn.
        var told: Set<Fingerprint> = []
        var start = 0
        while start < entries.count {
            let first = entries[start].pair
            if start > 0, entries[start - 1].pair.left != first.left {
                told.removeAll(keepingCapacity: true)
            }
            var end = start
            var leftRows: Set<RowPlace> = []
            var rightRows: Set<RowPlace> = []
            while end < entries.count {
                let next = entries[end].pair
                guard next.left == first.left, next.right == first.right,
                    next.distance == first.distance
                else { break }
                leftRows.insert(next.leftRow)
                rightRows.insert(next.rightRow)
                end += 1
            }
            start = end
            guard told.insert(first.right).inserted else { continue }
            try body(
                Group(
                    left: first.left,
                    right: first.right,
                    distance: first.distance,
                    turn: first.turn,
                    leftRows: leftRows.sorted(),
                    rightRows: rightRows.sorted()
                )
            )
        }
    }
}
