/// Where everything lies in a segment file: a function of a few facts, for the writer and the reader.
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
    /// Rows for which one number of a first occurrence is kept; those between are counted in bits.
    static let sampledRows = 512

    /// The version of the format.
    let version: UInt32
    let rowCount: Int
    let occurrenceCount: Int
    let hasTables: Bool

    /// The permuted fingerprints, 32 bytes each.
    package let rows: Section
    /// The occurrences, 16 bytes each; in format 1, 24.
    let occurrences: Section
    /// In format 2, one bit for each occurrence, set where it is the first of its row; padded with zeros
    /// to 8 bytes. In format 1, for each row the number of its first occurrence, and one more for the end.
    let firsts: Section
    /// In format 2, the number of the first occurrence of every 512th row, and one more for the end.
    /// Empty in format 1.
    let samples: Section
    /// 65,537 offsets for each chunk; empty without tables, as are the next two.
    package let directories: [Section]
    /// The 32 bits after the chunk, for each posting.
    package let extensions: [Section]
    /// The row, for each posting.
    package let rowIDs: [Section]
    /// A CRC-32C for each page of 4,096 bytes before this section (in format 1, for each MiB), and one of
    /// these.
    let checksums: Section
    /// All sections in the order of the file.
    let sections: [Section]

    /// The layout of a segment with so many rows and occurrences.
    ///
    /// - Precondition: both are at most ``limit``; the version is 1 or 2.
    init(
        version: UInt32 = SegmentHeader.version,
        rowCount: Int,
        occurrenceCount: Int,
        hasTables: Bool
    ) {
        var sections: [Section] = []
        var end = SegmentLayout.alignment
        func next(_ identifier: UInt32, _ size: Int) -> Section {
            let section = Section(
                identifier: identifier,
                offset: SegmentLayout.aligned(end),
                size: size
            )
            end = section.range.upperBound
            sections.append(section)
            return section
        }
        self.version = version
        self.rowCount = rowCount
        self.occurrenceCount = occurrenceCount
        self.hasTables = hasTables
        if version == 1 {
            rows = next(1, rowCount * 32)
            firsts = next(2, (rowCount + 1) * 4)
            occurrences = next(3, occurrenceCount * LegacyOccurrenceRecord.size)
            samples = Section(identifier: 0, offset: end, size: 0)
        } else {
            // The number of occurrences is known before that of the rows, so they come first: both can
            // then be written while the rows are being merged.
            occurrences = next(7, occurrenceCount * OccurrenceRecord.size)
            rows = next(1, rowCount * 32)
            firsts = next(5, (occurrenceCount + 63) / 64 * 8)
            let sampled = (rowCount + SegmentLayout.sampledRows - 1) / SegmentLayout.sampledRows
            samples = next(6, (sampled + 1) * 4)
        }
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
        let checked = SegmentLayout.aligned(end)
        let piece = SegmentLayout.checksummedBytes(version: version)
        let pieces = (checked + piece - 1) / piece
        checksums = next(4, pieces * 4 + 4)
        self.sections = sections
    }

    /// The place of the rows: the only section that has to be written before the rows are counted.
    static func rowsOffset(occurrenceCount: Int) -> Int {
        aligned(alignment + occurrenceCount * OccurrenceRecord.size)
    }

    /// The next multiple of the alignment.
    static func aligned(_ offset: Int) -> Int {
        (offset + alignment - 1) & ~(alignment - 1)
    }

    /// The bytes for which one CRC-32C is kept. A page, so that a search can check what it reads, and nothing
    /// else, before it believes it.
    static func checksummedBytes(version: UInt32) -> Int {
        version == 1 ? 1 << 20 : 4096
    }

    /// The number of sections besides those of the tables.
    static func plainSections(version: UInt32) -> Int {
        version == 1 ? 4 : 5
    }

    /// The number of bytes in the file.
    package var fileSize: Int { checksums.range.upperBound }
}
