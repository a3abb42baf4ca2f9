import CKernels
import Evidence
import Fingerprinting

/// Collects fingerprints with their occurrences, and writes them as one segment.
///
/// The file's bytes depend on what was appended, not on the order of appending.
public struct SegmentWriter {
    /// Segments with fewer rows have no tables: to compare all their rows takes no longer than to look
    /// up 272 lists (see `Docs/Matching.md`), and the directories alone take 4 MB.
    public static let smallestTabledSegment = 30_000

    /// The kind of the fingerprints.
    public let kind: FingerprintKind

    let tableThreshold: Int
    let calls: FileCalls
    /// The permuted fingerprints, one for each occurrence.
    private(set) var rows: [Fingerprint] = []
    private(set) var records: [OccurrenceRecord] = []

    /// A writer without fingerprints.
    public init(kind: FingerprintKind) {
        self.init(
            kind: kind,
            tableThreshold: SegmentWriter.smallestTabledSegment,
            calls: .system
        )
    }

    /// A writer that makes tables from `tableThreshold` rows on, and uses the given system calls.
    package init(
        kind: FingerprintKind,
        tableThreshold: Int = SegmentWriter.smallestTabledSegment,
        calls: FileCalls = .system
    ) {
        self.kind = kind
        self.tableThreshold = tableThreshold
        self.calls = calls
    }

    /// The number of occurrences appended.
    public var occurrenceCount: Int { records.count }

    /// Adds one occurrence of a fingerprint.
    public mutating func append(_ fingerprint: Fingerprint, _ occurrence: Occurrence) {
        rows.append(BitPermutation.row(of: fingerprint))
        records.append(OccurrenceRecord(occurrence))
    }

    /// Writes the segment, safe on disk when this returns; what was appended stays appended.
    ///
    /// - Parameters:
    ///   - folder: the folder of segments.
    ///   - name: the file's name: letters, digits, `-`, `_` and inner dots, ending in `.seg`.
    /// - Returns: what the MANIFEST is to say about it.
    /// - Throws: ``IndexFault``; then no file of that name has appeared, unless it was the folder that
    ///   could not be saved.
    /// - Complexity: O(n log n); takes about 72 bytes for each occurrence.
    public func write(
        to folder: String,
        name: String
    ) throws(IndexFault) -> SegmentDescription {
        let path = folder + "/" + name
        guard SegmentDescription.isValid(name: name) else {
            throw IndexFault(.mismatch, path: path, detail: "not a name for a segment")
        }
        guard records.count <= SegmentLayout.limit else {
            throw IndexFault(
                .tooLarge,
                path: path,
                detail: "\(records.count) occurrences do not fit one segment"
            )
        }
        if try exists(path) {
            throw IndexFault(.alreadyExists, path: path, detail: "the segment exists already")
        }
        let contents = SortedContents(rows: rows, records: records)
        let layout = SegmentLayout(
            rowCount: contents.rowCount,
            occurrenceCount: contents.records.count,
            hasTables: contents.rowCount > 0 && contents.rowCount >= tableThreshold
        )
        var file = try OutputFile(folder: folder, name: name, calls: calls)
        try file.write(SegmentHeader(kind: kind, layout: layout).bytes)
        try file.pad(to: SegmentLayout.alignment)
        try file.write(contents.words)
        try file.pad(to: SegmentLayout.alignment)
        try file.write(contents.firstOccurrences)
        try file.pad(to: SegmentLayout.alignment)
        try file.write(contents.records)
        if layout.hasTables {
            try writeTables(of: contents, to: &file)
        }
        try file.pad(to: SegmentLayout.alignment)
        precondition(file.count == layout.checksums.offset, "the layout and the writer agree")
        var checksums = file.checksums + (file.lastChecksum.map { [$0] } ?? [])
        let level = vestige_best_kernel_level()
        checksums.append(
            checksums.withUnsafeBytes { vestige_crc32c(level, 0, $0.baseAddress, $0.count) }
        )
        try file.write(checksums)
        let bytes = file.count
        let digest = try file.commit()
        return SegmentDescription(
            name: name,
            kind: kind,
            rows: contents.rowCount,
            occurrences: contents.records.count,
            bytes: bytes,
            sha256: digest.hexDigits
        )
    }

    /// Writes all directories, then each chunk's two arrays; one table at a time is in memory.
    private func writeTables(
        of contents: SortedContents,
        to file: inout OutputFile
    ) throws(IndexFault) {
        let count = UInt32(contents.rowCount)
        var directories: [[UInt32]] = []
        for chunk in 0..<UInt32(SegmentLayout.chunks) {
            var directory = [UInt32](repeating: 0, count: SegmentLayout.values + 1)
            vestige_count_postings(contents.words, count, chunk, &directory)
            try file.pad(to: SegmentLayout.alignment)
            try file.write(directory)
            directories.append(directory)
        }
        var extensions = [UInt32](repeating: 0, count: contents.rowCount)
        var rowIDs = extensions
        for chunk in 0..<SegmentLayout.chunks {
            vestige_place_postings(
                contents.words,
                count,
                UInt32(chunk),
                &directories[chunk],
                &extensions,
                &rowIDs
            )
            try file.pad(to: SegmentLayout.alignment)
            try file.write(extensions)
            try file.pad(to: SegmentLayout.alignment)
            try file.write(rowIDs)
        }
    }
}
