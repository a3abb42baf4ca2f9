import Fingerprinting

/// A segment's rows with their occurrences, in its order, for a merge.
final class SegmentRecords: RecordSource {
    let head: UnsafePointer<IndexedRecord>

    private let segment: Segment
    private let tombstones: Tombstones
    private let record: UnsafeMutablePointer<IndexedRecord>
    private var row = -1
    /// The occurrences of the row that have not been told yet.
    private var rest = 0..<0

    init(_ segment: Segment, without tombstones: Tombstones) {
        self.segment = segment
        self.tombstones = tombstones
        record = .allocate(capacity: 1)
        record.initialize(
            to: IndexedRecord(words: (0, 0, 0, 0), occurrence: OccurrenceRecord(low: 0, high: 0))
        )
        head = UnsafePointer(record)
    }

    deinit {
        record.deallocate()
    }

    func advance() throws(IndexFault) -> Bool {
        while true {
            while let index = rest.first {
                rest = (index + 1)..<rest.upperBound
                if !tombstones.isEmpty, tombstones.contains(segment.item(ofOccurrence: index)) {
                    continue
                }
                record.pointee.occurrence = OccurrenceRecord(try segment.occurrence(index))
                return true
            }
            row += 1
            guard row < segment.rows else {
                guard rest.upperBound == segment.occurrenceCount else {
                    throw segment.damaged("there are occurrences of no row")
                }
                return false
            }
            let next = segment.words(ofRow: row)
            if row > 0 {
                let last = segment.words(ofRow: row - 1)
                guard
                    (last.3, last.2, last.1, last.0) < (next.3, next.2, next.1, next.0)
                else { throw segment.damaged("row \(row) is out of order") }
            }
            let start = rest.upperBound
            rest = try segment.occurrenceRange(ofRow: row)
            guard rest.lowerBound == start else {
                throw segment.damaged("the occurrences of row \(row) do not follow those before")
            }
            record.pointee.words = next
        }
    }
}

extension Segment {
    /// A row's four words, permuted as they are stored.
    ///
    /// - Precondition: `row` is 0 ..< ``rows``.
    func words(ofRow row: Int) -> (UInt64, UInt64, UInt64, UInt64) {
        let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[layout.rows.range])
        return bytes.load(fromByteOffset: 32 * row, as: (UInt64, UInt64, UInt64, UInt64).self)
    }
}
