/// A row with one of its occurrences: what is sorted, spilled and merged on the way into a segment.
///
/// 48 bytes without padding, ordered as one number of 384 bits: `words.3` is the highest, `occurrence.low`
/// the lowest. So anything else that has such a key can be sorted by the same means.
package struct IndexedRecord: BitwiseCopyable {
    package static let size = 48

    /// The permuted fingerprint, lowest bits first.
    package var words: (UInt64, UInt64, UInt64, UInt64)
    package var occurrence: OccurrenceRecord

    package init(words: (UInt64, UInt64, UInt64, UInt64), occurrence: OccurrenceRecord) {
        self.words = words
        self.occurrence = occurrence
    }

    /// Whether both have the same fingerprint.
    func hasRow(of other: IndexedRecord) -> Bool {
        words == other.words
    }

    /// The order of a segment: by row as a 256-bit number, then by occurrence.
    static func < (left: IndexedRecord, right: IndexedRecord) -> Bool {
        if left.words.3 != right.words.3 { return left.words.3 < right.words.3 }
        if left.words.2 != right.words.2 { return left.words.2 < right.words.2 }
        if left.words.1 != right.words.1 { return left.words.1 < right.words.1 }
        if left.words.0 != right.words.0 { return left.words.0 < right.words.0 }
        return left.occurrence < right.occurrence
    }
}
