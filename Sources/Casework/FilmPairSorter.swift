import Indexing
import Fingerprinting
import Matching

/// Brings the pairs of films' pictures that a join finds together by films, in bounded memory.
struct FilmPairSorter: ~Copyable {
    /// Two pictures, one of each of two films, that are within the radius.
    struct Pair: Hashable {
        var leftItem: UInt64
        var rightItem: UInt64
        /// In milliseconds, as all of these.
        var leftTime: Int64
        var leftSpan: UInt32
        var rightTime: Int64
        var rightSpan: UInt32
        var distance: Int
        /// How the left picture has to be turned to resemble the right one.
        var turn: Turn
        /// Where the left picture's fingerprint is.
        var leftRow: RowPlace
    }

    private var sorter: RecordSorter

    init(memory: Int, folder: String) {
        sorter = RecordSorter(memory: memory, folder: folder)
    }

    /// Pairs appended.
    var count: Int { sorter.count }

    /// Takes a pair.
    mutating func append(_ pair: Pair) throws(IndexFault) {
        try sorter.append(FilmPairSorter.record(pair))
    }

    /// Calls `body` with every pair: by left film, right film and time in the left film, the nearest first,
    /// then by time in the right film. Only pairs that differ in nothing but the row come in an order that
    /// depends on how fingerprints are spread over segments.
    mutating func forEach(_ body: (Pair) throws -> Void) throws {
        try sorter.finish()
        var failure: (any Error)?
        // What `body` throws is of any kind, what the sorter lets through is not.
        do {
            try sorter.forEach { (record) throws(IndexFault) in
                do {
                    try body(FilmPairSorter.pair(record))
                } catch {
                    failure = error
                    throw IndexFault(.system, path: "", detail: "stopped")
                }
            }
        } catch {
            throw failure ?? error
        }
    }

    // From the highest bits of the key to the lowest: left item 40, right item 40, left time 40, distance 8,
    // right time 40, right span 24, left span 24, turn 8, 32 bits of nothing, and the row.

    private static func record(_ pair: Pair) -> IndexedRecord {
        let (leftTime, rightTime) = (UInt64(pair.leftTime), UInt64(pair.rightTime))
        return IndexedRecord(
            words: (
                UInt64(pair.leftSpan) << 40 | UInt64(pair.turn.rawValue) << 32,
                rightTime << 24 | UInt64(pair.rightSpan),
                pair.rightItem << 48 | leftTime << 8 | UInt64(pair.distance),
                pair.leftItem << 24 | pair.rightItem >> 16
            ),
            occurrence: OccurrenceRecord(
                low: 0,
                high: UInt64(pair.leftRow.part) << 32 | UInt64(pair.leftRow.row)
            )
        )
    }

    private static func pair(_ record: IndexedRecord) -> Pair {
        let words = record.words
        return Pair(
            leftItem: words.3 >> 24,
            rightItem: (words.3 & 0xFF_FFFF) << 16 | words.2 >> 48,
            leftTime: Int64(words.2 >> 8 & 0xFF_FFFF_FFFF),
            leftSpan: UInt32(words.0 >> 40),
            rightTime: Int64(words.1 >> 24),
            rightSpan: UInt32(words.1 & 0xFF_FFFF),
            distance: Int(words.2 & 0xFF),
            turn: Turn(rawValue: UInt8(words.0 >> 32 & 0xFF)) ?? .none,
            leftRow: RowPlace(
                part: UInt32(record.occurrence.high >> 32),
                row: UInt32(truncatingIfNeeded: record.occurrence.high)
            )
        )
    }
}
