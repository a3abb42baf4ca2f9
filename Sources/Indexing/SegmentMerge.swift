import Fingerprinting
import Glibc

/// Makes one segment out of several: each fingerprint once, with the occurrences from all of them.
///
/// Rows and occurrences are merged in their order; the tables are made anew from the rows
/// (`Docs/decisions/0003-merging-by-rows.md` says why). So a merge reads a quarter of each segment, takes
/// segments of any version, with and without tables, and hands no damage on: what it reads is compared
/// with its checksums first.
public struct SegmentMerge {
    private let segments: [Segment]
    private let kind: FingerprintKind
    private let tombstones: Tombstones
    private let memory: Int
    private let tableThreshold: Int
    private let calls: FileCalls

    /// A merge of segments of one kind, at least one.
    ///
    /// - Parameters:
    ///   - tombstones: items whose occurrences are left out; a row without others is left out, too.
    ///   - memory: bytes that the merge may take.
    ///   - isGivenUp: asked now and then; once it is `true`, the merge ends with a fault.
    /// - Throws: ``IndexFault``, if the segments are of several kinds.
    public init(
        _ segments: [Segment],
        tombstones: Tombstones = .none,
        memory: Int = SegmentWriter.defaultMemory,
        isGivenUp: @escaping @Sendable () -> Bool = { false }
    ) throws(IndexFault) {
        var calls = FileCalls.system
        // A merge writes all the time: each write is a place to stop at.
        calls.write = { descriptor, bytes, offset in
            if isGivenUp() {
                errno = ECANCELED
                return -1
            }
            return FileCalls.system.write(descriptor, bytes, offset)
        }
        try self.init(
            segments,
            tombstones: tombstones,
            memory: memory,
            tableThreshold: SegmentWriter.smallestTabledSegment,
            calls: calls
        )
    }

    package init(
        _ segments: [Segment],
        tombstones: Tombstones = .none,
        memory: Int = SegmentWriter.defaultMemory,
        tableThreshold: Int,
        calls: FileCalls = .system
    ) throws(IndexFault) {
        precondition(!segments.isEmpty, "something to merge")
        kind = segments[0].kind
        if let other = segments.first(where: { $0.kind != segments[0].kind }) {
            throw IndexFault(
                .mismatch,
                path: other.path,
                detail: "the segment is of kind \(other.kind.name), others of \(kind.name): "
                    + "segments of different kinds cannot be merged"
            )
        }
        self.segments = segments
        self.tombstones = tombstones
        self.memory = memory
        self.tableThreshold = tableThreshold
        self.calls = calls
    }

    /// Writes the merged segment, safe on disk when this returns. The merged ones stay as they are.
    ///
    /// - Parameters:
    ///   - folder: the folder of segments.
    ///   - name: the name of the new one.
    ///   - progress: called now and then.
    /// - Returns: what the MANIFEST is to say about it; it may have no rows.
    /// - Throws: ``IndexFault``, if a segment is damaged or the new one cannot be written; then no file of
    ///   that name has appeared, unless it was the folder that could not be saved.
    /// - Complexity: O(n log k) for n occurrences in k segments.
    public func write(
        to folder: String,
        name: String,
        progress: @escaping (BuildProgress) -> Void = { _ in }
    ) throws(IndexFault) -> SegmentDescription {
        var count = 0
        for segment in segments {
            try segment.verifyContents()
            count += survivors(of: segment)
        }
        var assembler = try SegmentAssembler(
            kind: kind,
            occurrenceCount: count,
            folder: folder,
            name: name,
            tableThreshold: tableThreshold,
            memory: memory / 2,
            calls: calls,
            report: BuildReporter(progress)
        )
        try mergeRecords(segments.map { SegmentRecords($0, without: tombstones) }) {
            (record) throws(IndexFault) in
            try assembler.append(record)
        }
        return try assembler.finish()
    }

    /// The withdrawn items that stand in the segments, ascending: after the merge they do not any more.
    ///
    /// - Complexity: O(occurrences), if there are tombstones.
    public func withdrawnItems() -> [UInt64] {
        guard !tombstones.isEmpty else { return [] }
        var found: Set<UInt64> = []
        for segment in segments {
            for index in 0..<segment.occurrenceCount {
                let item = segment.item(ofOccurrence: index)
                if tombstones.contains(item) {
                    found.insert(item)
                }
            }
        }
        return found.sorted()
    }

    private func survivors(of segment: Segment) -> Int {
        guard !tombstones.isEmpty else { return segment.occurrenceCount }
        return (0..<segment.occurrenceCount).count {
            !tombstones.contains(segment.item(ofOccurrence: $0))
        }
    }
}
