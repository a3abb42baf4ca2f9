/// Where everything lies in a segment file: a function of three facts, for the writer and the reader.
///
/// The reader demands that a file's own table of sections says the same, so that a section can
/// neither overlap another one nor leave the file.
package struct SegmentLayout: Hashable, Sendable {
    /// A contiguous part of the file.
    package struct Section: Hashable, Sendable {
        package let identifier: UInt32
        package let offset: Int
        package let size: Int

        package var range: Range<Int> { offset..<(offset + size) }
    }

    /// Chunks of a row, each of which has a table.
    package static let chunks = 16
    /// Values of a chunk.
    package static let values = 65_536
    /// Every section begins at a multiple of this many bytes.
    static let alignment = 4096
    /// The most rows or occurrences: their numbers are stored in 32 bits.
    static let limit = Int(UInt32.max)

    let rowCount: Int
    let occurrenceCount: Int
    let hasTables: Bool

    /// The permuted fingerprints, 32 bytes each.
    package let rows: Section
    /// For each row the number of its first occurrence, and one more entry for the end.
    let firstOccurrences: Section
    /// The occurrences, 24 bytes each.
    let occurrences: Section
    /// 65,537 offsets for each chunk; empty without tables, as are the next two.
    package let directories: [Section]
    /// The 32 bits after the chunk, for each posting.
    package let extensions: [Section]
    /// The row, for each posting.
    package let rowIDs: [Section]
    /// A CRC-32C for each MiB before this section, and one of these.
    let checksums: Section

    /// The layout of a segment with so many rows and occurrences.
    ///
    /// - Precondition: both are at most ``limit``.
    init(rowCount: Int, occurrenceCount: Int, hasTables: Bool) {
        var end = SegmentLayout.alignment
        func next(_ identifier: UInt32, _ size: Int) -> Section {
            let aligned = (end + SegmentLayout.alignment - 1) & ~(SegmentLayout.alignment - 1)
            end = aligned + size
            return Section(identifier: identifier, offset: aligned, size: size)
        }
        self.rowCount = rowCount
        self.occurrenceCount = occurrenceCount
        self.hasTables = hasTables
        rows = next(1, rowCount * 32)
        firstOccurrences = next(2, (rowCount + 1) * 4)
        occurrences = next(3, occurrenceCount * OccurrenceRecord.size)
        let tables = hasTables ? UInt32(SegmentLayout.chunks) : 0
        directories = (0..<tables).map { next(0x100 + $0, (SegmentLayout.values + 1) * 4) }
        var extensions: [Section] = []
        var rowIDs: [Section] = []
        for table in 0..<tables {
            extensions.append(next(0x200 + table, rowCount * 4))
            rowIDs.append(next(0x300 + table, rowCount * 4))
        }
        self.extensions = extensions
        self.rowIDs = rowIDs
        // What is checked includes the zeros before the checksums themselves.
        let checked = (end + SegmentLayout.alignment - 1) & ~(SegmentLayout.alignment - 1)
        let pieces = (checked + OutputFile.checksummedBytes - 1) / OutputFile.checksummedBytes
        checksums = next(4, pieces * 4 + 4)
    }

    /// All sections in the order of the file.
    var sections: [Section] {
        [rows, firstOccurrences, occurrences] + directories
            + zip(extensions, rowIDs).flatMap { [$0, $1] } + [checksums]
    }

    /// The number of bytes in the file.
    package var fileSize: Int { checksums.offset + checksums.size }
}
