/// A run of records in a scratch file, read piece by piece.
final class SortedRun: RecordSource {
    /// Records that are read at once: 192 KB.
    private static let pieceCount = 4096

    private let file: ScratchFile
    private let buffer: UnsafeMutableBufferPointer<IndexedRecord>
    /// The records of the run that are not in the buffer yet, by their numbers in the file.
    private var rest: Range<Int>
    private var place = 0
    private var filled = 0

    /// - Parameter records: the records' numbers, counted from the beginning of the file.
    init(in file: ScratchFile, records: Range<Int>) {
        self.file = file
        rest = records
        buffer = .allocate(capacity: min(SortedRun.pieceCount, max(1, records.count)))
    }

    deinit {
        buffer.deallocate()
    }

    var head: UnsafePointer<IndexedRecord> {
        UnsafePointer(buffer.baseAddress.unsafelyUnwrapped + place)
    }

    func advance() throws(IndexFault) -> Bool {
        place += 1
        if place < filled {
            return true
        }
        guard !rest.isEmpty else { return false }
        let count = min(buffer.count, rest.count)
        try file.read(
            UnsafeMutableRawBufferPointer(
                UnsafeMutableBufferPointer(rebasing: buffer[..<count])
            ),
            at: rest.lowerBound * IndexedRecord.size
        )
        rest = (rest.lowerBound + count)..<rest.upperBound
        filled = count
        place = 0
        return true
    }
}
