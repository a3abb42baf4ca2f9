/// A row with one of its occurrences: what is sorted, spilled and merged on the way into a segment.
/// 48 bytes without padding.
struct IndexedRecord: BitwiseCopyable {
    static let size = 48

    /// The permuted fingerprint, lowest bits first.
    var words: (UInt64, UInt64, UInt64, UInt64)
    var occurrence: OccurrenceRecord

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
