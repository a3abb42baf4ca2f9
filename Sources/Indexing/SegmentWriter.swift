import Evidence
import Fingerprinting

/// Collects fingerprints with their occurrences, and writes them as one segment, in bounded memory.
///
/// The file's bytes depend on what was appended, not on the order of appending, nor on the memory.
public struct SegmentWriter: ~Copyable {
    /// Segments with fewer rows have no tables: to compare all their rows takes no longer than to look
    /// up 272 lists (see `Docs/Matching.md`), and the directories alone take 4 MB.
    public static let smallestTabledSegment = 30_000
    /// The memory that a writer takes at most, unless it is told otherwise: 1 GiB.
    public static let defaultMemory = 1 << 30
    /// The least memory that makes sense: 32 MiB.
    public static let leastMemory = 32 << 20

    /// The kind of the fingerprints.
    public let kind: FingerprintKind

    private let folder: String
    private let tableThreshold: Int
    private let memory: Int
    private let calls: FileCalls
    private var sorter: RecordSorter

    /// A writer without fingerprints.
    ///
    /// - Parameters:
    ///   - folder: the folder of segments; what does not fit into memory is put there, too, in a file
    ///     without a name.
    ///   - memory: bytes that the writer may take; it takes what it needs, up to this.
    public init(
        kind: FingerprintKind,
        folder: String,
        memory: Int = SegmentWriter.defaultMemory
    ) {
        self.init(
            kind: kind,
            folder: folder,
            memory: memory,
            tableThreshold: SegmentWriter.smallestTabledSegment
        )
    }

    /// A writer that makes tables from `tableThreshold` rows on, and uses the given system calls.
    package init(
        kind: FingerprintKind,
        folder: String,
        memory: Int = SegmentWriter.defaultMemory,
        tableThreshold: Int,
        calls: FileCalls = .system
    ) {
        self.kind = kind
        self.folder = folder
        self.tableThreshold = tableThreshold
        self.memory = memory
        self.calls = calls
        // What is left is for the streams, the reading of runs, and whoever calls.
        sorter = RecordSorter(
            memory: memory / 10 * 7,
            folder: folder,
            calls: calls
        )
    }

    /// The number of occurrences appended.
    public var occurrenceCount: Int { sorter.count }

    /// Adds one occurrence of a fingerprint.
    ///
    /// - Throws: ``IndexFault``, if it is one too many, its item's number is too high, or what is in
    ///   memory has to be put on disk and cannot be.
    public mutating func append(
        _ fingerprint: Fingerprint,
        _ occurrence: Occurrence
    ) throws(IndexFault) {
        guard occurrence.item <= Occurrence.largestItem, sorter.count < SegmentLayout.limit else {
            throw IndexFault(
                .tooLarge,
                path: folder,
                detail: "item \(occurrence.item), occurrence \(sorter.count + 1): a segment holds "
                    + "items up to \(Occurrence.largestItem) and \(SegmentLayout.limit) occurrences"
            )
        }
        try sorter.append(
            IndexedRecord(
                words: BitPermutation.row(of: fingerprint).words,
                occurrence: OccurrenceRecord(occurrence)
            )
        )
    }

    /// Writes the segment, safe on disk when this returns; what was appended stays appended.
    ///
    /// - Parameters:
    ///   - name: the file's name: letters, digits, `-`, `_` and inner dots, ending in `.seg`.
    ///   - progress: called now and then.
    /// - Returns: what the MANIFEST is to say about it.
    /// - Throws: ``IndexFault``; then no file of that name has appeared, unless it was the folder that
    ///   could not be saved.
    /// - Complexity: O(n log n); takes at most the memory that was given, and for each occurrence a bit.
    public mutating func write(
        name: String,
        progress: @escaping (BuildProgress) -> Void = { _ in }
    ) throws(IndexFault) -> SegmentDescription {
        try sorter.finish()
        // Tables are made in what the records leave.
        var assembler = try SegmentAssembler(
            kind: kind,
            occurrenceCount: sorter.count,
            folder: folder,
            name: name,
            tableThreshold: tableThreshold,
            memory: memory / 10 * 8 - sorter.bytesInUse,
            calls: calls,
            report: BuildReporter(progress)
        )
        try sorter.forEach { (record) throws(IndexFault) in
            try assembler.append(record)
        }
        return try assembler.finish()
    }
}
