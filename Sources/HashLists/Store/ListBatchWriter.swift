import Fingerprinting
import Indexing
import Keyframing

/// Takes the entries of one source and writes them as a batch: its log, its segment and its digests, each in bounded memory.
final class ListBatchWriter: EntrySink {
    /// What every entry of a source has in common unless it says otherwise itself.
    private let common: ListEntry
    private let folder: ListFolder
    private let number: Int
    private let first: UInt64
    private var log: EntryLogWriter?
    private var segment: SegmentWriter
    private var digests: DigestIndexWriter?
    private(set) var count = 0
    private(set) var report: BatchReport
    /// What the source withdraws, and on which line.
    private(set) var withdrawals: [(identity: EntryIdentity, line: Int)] = []
    private var hasDigests = false
    private var moments = 0

    private static let origin = PictureOrigin(decoder: .none, policy: .exact)
    /// The quality that a fingerprint is searched with whose source does not tell it.
    private static let unknownQuality: UInt8 = 100

    /// - Parameter memory: bytes that the fingerprints and digests may take before they are put on disk.
    init(
        _ folder: ListFolder,
        kind: FingerprintKind,
        number: Int,
        first: UInt64,
        source: ListBatch.Source,
        common: ListEntry,
        memory: Int
    ) throws(ListFault) {
        self.folder = folder
        self.number = number
        self.first = first
        self.common = common
        report = BatchReport(source: source)
        log = try EntryLogWriter(folder, number: number, common: common)
        segment = SegmentWriter(kind: kind, folder: folder.segments, memory: memory / 5 * 4)
        digests = DigestIndexWriter(folder, memory: memory / 5)
    }

    func take(_ given: ListEntry, line: Int) throws(ListFault) {
        guard given.isRecognisable else {
            return reject("neither a fingerprint nor an MD5, SHA-1 or SHA-256", line: line)
        }
        let entry = given.completed(by: common)
        let number = try next()
        try log?.append(entry, line: line)
        for print in entry.prints { try append(print, number) }
        try digests?.append(entry, number: number)
        hasDigests = true
    }

    func take(_ fingerprint: Fingerprint, quality: UInt8?, line: Int) throws(ListFault) {
        let number = try next()
        try log?.append(fingerprint, quality: quality, line: line)
        try append(ListEntry.Print(fingerprint, quality: quality), number)
    }

    private func next() throws(ListFault) -> UInt64 {
        let number = first + UInt64(count)
        guard number < Occurrence.largestItem else {
            throw ListFault(
                .system,
                "a list has at most \(Occurrence.largestItem - 1) entries: begin another one"
            )
        }
        count += 1
        return number
    }

    private func append(_ print: ListEntry.Print, _ number: UInt64) throws(ListFault) {
        moments += print.timeMilliseconds == nil ? 0 : 1
        do throws(IndexFault) {
            try segment.append(
                print.fingerprint,
                Occurrence(
                    item: number,
                    timeMilliseconds: print.timeMilliseconds,
                    spanMilliseconds: print.spanMilliseconds,
                    quality: print.quality ?? ListBatchWriter.unknownQuality,
                    origin: ListBatchWriter.origin
                )
            )
        } catch {
            throw ListFault(index: error)
        }
    }

    func withdraw(_ identity: EntryIdentity, reason: String, line: Int) throws(ListFault) {
        withdrawals.append((identity, line))
    }

    func reject(_ reason: String, line: Int) {
        report.rejected += 1
        BatchReport.note(&report.rejections, line, reason)
    }

    func omit(_ what: String, line: Int) {
        report.omissions[what, default: BatchReport.Omission(count: 0, firstLine: line)].count += 1
    }

    /// Makes the files durable.
    func finish() throws(ListFault) -> ListBatch {
        guard let files = try log.take()?.finish(), let index = digests.take() else {
            throw ListFault(.system, "the batch was finished already")
        }
        report.read = count
        var described: SegmentDescription?
        if segment.occurrenceCount > 0 {
            do throws(IndexFault) {
                described = try segment.write(name: ListFolder.fileName(number, ".seg"))
            } catch {
                throw ListFault(index: error)
            }
        }
        return ListBatch(
            number: number,
            first: first,
            entries: count,
            source: report.source,
            files: files,
            segment: described,
            digests: hasDigests ? try index.finish(folder, number: number) : nil,
            moments: moments
        )
    }
}

extension ListEntry {
    /// The entry with what a source says of all its entries: what it says itself comes first.
    func completed(by common: ListEntry) -> ListEntry {
        var entry = self
        if entry.categories.isEmpty { entry.categories = common.categories }
        entry.series = entry.series ?? common.series
        entry.note = entry.note ?? common.note
        entry.medium = entry.medium ?? common.medium
        for tag in common.tags where !entry.tags.contains(tag) { entry.tags.append(tag) }
        return entry
    }
}
