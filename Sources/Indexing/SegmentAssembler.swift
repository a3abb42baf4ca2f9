import CKernels
import Crypto
import Evidence
import Fingerprinting

/// Writes a segment from records that come in its order.
///
/// Rows and occurrences are written as they come. Then the tables are made, one after the other, by
/// counting sort; of a table larger than the memory a window is made at a time, each from a pass over the
/// rows. Last of all the file is read once from its beginning to its end for checksums and digest.
struct SegmentAssembler: ~Copyable {
    /// Bytes that are read at once for checksums and digest.
    private static let sealedBytes = 1 << 20

    private let kind: FingerprintKind
    private let name: String
    private let occurrenceCount: Int
    private let tableThreshold: Int
    private let memory: Int
    private let report: BuildReporter
    private var file: OutputFile
    private var rows: SectionStream
    private var occurrences: SectionStream
    /// A bit for each occurrence, set where it is the first of its row.
    private var firsts: [UInt64]
    private var samples: [UInt32] = []
    private var previous: IndexedRecord?
    private var rowCount = 0
    private var taken = 0

    /// Begins a segment.
    ///
    /// - Parameters:
    ///   - occurrenceCount: how many records will come, at most 2³² − 1.
    ///   - memory: bytes that a table in the making may take.
    /// - Throws: ``IndexFault``, also if a segment of that name exists.
    init(
        kind: FingerprintKind,
        occurrenceCount: Int,
        folder: String,
        name: String,
        tableThreshold: Int,
        memory: Int,
        calls: FileCalls,
        report: BuildReporter
    ) throws(IndexFault) {
        let path = folder + "/" + name
        guard SegmentDescription.isValid(name: name) else {
            throw IndexFault(.mismatch, path: path, detail: "not a name for a segment")
        }
        guard occurrenceCount <= SegmentLayout.limit else {
            throw IndexFault(
                .tooLarge,
                path: path,
                detail: "\(occurrenceCount) occurrences do not fit one segment"
            )
        }
        if try exists(path) {
            throw IndexFault(.alreadyExists, path: path, detail: "the segment exists already")
        }
        let file = try OutputFile(folder: folder, name: name, calls: calls)
        self.kind = kind
        self.name = name
        self.occurrenceCount = occurrenceCount
        self.tableThreshold = tableThreshold
        self.memory = memory
        self.report = report
        self.file = file
        rows = SectionStream(at: SegmentLayout.rowsOffset(occurrenceCount: occurrenceCount))
        occurrences = SectionStream(at: SegmentLayout.alignment)
        firsts = [UInt64](repeating: 0, count: (occurrenceCount + 63) / 64)
    }

    /// Takes the next record.
    ///
    /// - Precondition: it comes after all before it in the order of a segment, and it is not one too many.
    mutating func append(_ record: IndexedRecord) throws(IndexFault) {
        precondition(taken < occurrenceCount, "no more records than were announced")
        if previous.map({ !$0.hasRow(of: record) }) ?? true {
            if rowCount % SegmentLayout.sampledRows == 0 {
                samples.append(UInt32(taken))
            }
            firsts[taken / 64] |= 1 << UInt64(taken % 64)
            rowCount += 1
            try rows.append(record.words, to: file)
        }
        try occurrences.append(record.occurrence, to: file)
        taken += 1
        previous = record
        if taken & 0xFFFF == 0 {
            report.tell(.rows, done: taken, of: occurrenceCount)
        }
    }

    /// Makes the tables and the file durable.
    ///
    /// - Precondition: as many records came as were announced.
    consuming func finish() throws(IndexFault) -> SegmentDescription {
        precondition(taken == occurrenceCount, "as many records as were announced")
        try rows.flush(to: file)
        try occurrences.flush(to: file)
        let layout = SegmentLayout(
            rowCount: rowCount,
            occurrenceCount: occurrenceCount,
            hasTables: rowCount > 0 && rowCount >= tableThreshold
        )
        samples.append(UInt32(occurrenceCount))
        try file.write(firsts, at: layout.firsts.offset)
        try file.write(samples, at: layout.samples.offset)
        firsts = []
        try file.write(SegmentHeader(kind: kind, layout: layout).bytes, at: 0)
        if layout.hasTables {
            try writeTables(layout)
        }
        let (digest, checksum) = try seal(layout)
        try file.commit()
        return SegmentDescription(
            name: name,
            kind: kind,
            rows: rowCount,
            occurrences: occurrenceCount,
            bytes: layout.fileSize,
            sha256: digest,
            checksum: checksum
        )
    }

    // MARK: - Tables

    private borrowing func writeTables(_ layout: SegmentLayout) throws(IndexFault) {
        let mapped = try MappedFile(
            descriptor: file.descriptor,
            size: layout.rows.range.upperBound,
            path: file.path
        )
        let rows = (mapped.bytes.baseAddress.unsafelyUnwrapped + layout.rows.offset)
            .assumingMemoryBound(to: UInt64.self)
        // A posting takes 8 bytes while it is placed, and as much again in pieces while it is written.
        let window = min(max(memory / 8, 4096), rowCount)
        let postings = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: window)
        defer { postings.deallocate() }
        useLargePages(UnsafeRawBufferPointer(postings))
        var directories = [UInt32](
            repeating: 0,
            count: 4 * Int(VESTIGE_DIRECTORY_ENTRIES)
        )
        for chunk in 0..<SegmentLayout.chunks {
            if chunk % 4 == 0 {
                vestige_count_word(rows, UInt32(rowCount), UInt32(chunk / 4), &directories)
            }
            let first = chunk % 4 * Int(VESTIGE_DIRECTORY_ENTRIES)
            let directory = Array(directories[first..<(first + Int(VESTIGE_DIRECTORY_ENTRIES))])
            try file.write(directory, at: layout.directories[chunk].offset)
            var start = 0
            while start < rowCount {
                let end = min(start + window, rowCount)
                var next = directory
                vestige_place_window(
                    rows,
                    UInt32(rowCount),
                    UInt32(chunk),
                    &next,
                    UInt32(start),
                    UInt32(end),
                    postings.baseAddress
                )
                try write(
                    UnsafeBufferPointer(rebasing: postings[..<(end - start)]),
                    extensions: layout.extensions[chunk].offset + 4 * start,
                    rowIDs: layout.rowIDs[chunk].offset + 4 * start
                )
                start = end
                report.tell(
                    .tables,
                    done: chunk * rowCount + end,
                    of: SegmentLayout.chunks * rowCount
                )
            }
        }
    }

    /// Writes postings to their places in the two arrays of a table.
    private borrowing func write(
        _ postings: UnsafeBufferPointer<UInt64>,
        extensions: Int,
        rowIDs: Int
    ) throws(IndexFault) {
        let pieceCount = 1 << 16
        let piece = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: 2 * pieceCount)
        defer { piece.deallocate() }
        var start = 0
        while start < postings.count {
            let count = min(pieceCount, postings.count - start)
            vestige_split_postings(
                postings.baseAddress.map { $0 + start },
                count,
                piece.baseAddress,
                piece.baseAddress.map { $0 + pieceCount }
            )
            for (half, offset) in [(0, extensions), (1, rowIDs)] {
                let part = piece[(half * pieceCount)..<(half * pieceCount + count)]
                try file.write(
                    UnsafeRawBufferPointer(UnsafeMutableBufferPointer(rebasing: part)),
                    at: offset + 4 * start
                )
            }
            start += count
        }
    }

    // MARK: - Checksums

    /// Reads the file once, appends its checksums, and returns its SHA-256 as hex digits and the checksum of
    /// the checksums.
    private borrowing func seal(
        _ layout: SegmentLayout
    ) throws(IndexFault) -> (digest: String, checksum: UInt32) {
        let piece = UnsafeMutableRawBufferPointer.allocate(
            byteCount: SegmentAssembler.sealedBytes,
            alignment: 64
        )
        defer { piece.deallocate() }
        let level = vestige_best_kernel_level()
        let size = SegmentLayout.checksummedBytes(version: layout.version)
        var digest = SHA256()
        var checksums: [UInt32] = []
        // The zeros before the checksums are part of the file once it is this long.
        try file.extend(to: layout.checksums.offset)
        var start = 0
        while start < layout.checksums.offset {
            let count = min(piece.count, layout.checksums.offset - start)
            let part = UnsafeMutableRawBufferPointer(rebasing: piece[..<count])
            try file.read(part, at: start)
            for page in stride(from: 0, to: count, by: size) {
                let start = part.baseAddress.map { $0 + page }
                checksums.append(vestige_crc32c(level, 0, start, min(size, count - page)))
            }
            digest.update(bufferPointer: UnsafeRawBufferPointer(part))
            start += count
            report.tell(.checksums, done: start, of: layout.checksums.offset)
        }
        let own = checksums.withUnsafeBytes { vestige_crc32c(level, 0, $0.baseAddress, $0.count) }
        checksums.append(own)
        try file.write(checksums, at: layout.checksums.offset)
        checksums.withUnsafeBytes { digest.update(bufferPointer: $0) }
        return (digest.finalize().hexDigits, own)
    }
}
