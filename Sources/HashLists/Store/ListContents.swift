import Evidence
import Fingerprinting
import Indexing

/// The entries of a list as they are in one version of it, or as they stand now; or of these what has come since another version.
///
/// Opening reads records and file headers only: what is used of the rest is read when it is.
public final class ListContents: Sendable {
    /// A batch with its files open.
    struct OpenBatch: Sendable {
        let batch: ListBatch
        let log: EntryLog
        let segment: Segment?
        let digests: DigestIndex?
    }

    /// The list's folder.
    public let folder: ListFolder
    /// What the list is.
    public let description: ListDescription
    /// The version's record; `nil` for the list as it stands now.
    public let version: PublishedVersion?
    /// The version since which these entries have come; `nil` if they are all.
    public let since: Int?
    /// What is not part of the list any more: of the whole list, in the order of the numbers.
    public let withdrawals: [Withdrawal]
    /// The entries of ``withdrawals``.
    public let tombstones: Tombstones

    let batches: [OpenBatch]

    init(
        folder: ListFolder,
        description: ListDescription,
        version: PublishedVersion?,
        since: Int?,
        batches: [ListBatch],
        withdrawals: [Withdrawal]
    ) throws(ListFault) {
        self.folder = folder
        self.description = description
        self.version = version
        self.since = since
        self.withdrawals = withdrawals.sorted { $0.entry < $1.entry }
        tombstones = Tombstones(items: withdrawals.map(\.entry))
        var opened: [OpenBatch] = []
        opened.reserveCapacity(batches.count)
        for batch in batches.sorted(by: { $0.first < $1.first }) {
            opened.append(try ListContents.open(batch, folder))
        }
        self.batches = opened
    }

    static func open(_ batch: ListBatch, _ folder: ListFolder) throws(ListFault) -> OpenBatch {
        var segment: Segment?
        if let described = batch.segment {
            segment = try listFault { () throws(IndexFault) in
                try Segment(opening: folder.segments + "/" + described.name, description: described)
            }
        }
        var digests: DigestIndex?
        if let record = batch.digests { digests = try DigestIndex(folder, record) }
        return OpenBatch(
            batch: batch,
            log: try EntryLog(folder, batch.files, entries: batch.entries),
            segment: segment,
            digests: digests
        )
    }

    private init(_ whole: ListContents, _ batches: [OpenBatch]) {
        folder = whole.folder
        description = whole.description
        version = whole.version
        since = whole.since
        withdrawals = whole.withdrawals
        tombstones = whole.tombstones
        self.batches = batches
    }

    /// The same entries in parts of whole batches, each with at least so many fingerprints if there are as many: what is done with one
    /// part can be made safe before the next. An entry with all its fingerprints is in one part.
    public func parts(fingerprints least: Int) -> [ListContents] {
        var parts: [ListContents] = []
        var gathered: [OpenBatch] = []
        var rows = 0
        for open in batches {
            gathered.append(open)
            rows += open.segment?.rows ?? 0
            if rows >= least {
                parts.append(ListContents(self, gathered))
                gathered = []
                rows = 0
            }
        }
        if !gathered.isEmpty { parts.append(ListContents(self, gathered)) }
        return parts
    }

    /// The batches whose segments have these names.
    public func part(withSegments names: Set<String>) -> ListContents {
        ListContents(
            self,
            batches.filter { $0.batch.segment.map { names.contains($0.name) } ?? false }
        )
    }

    /// The name and version for a person and for records: `NAME@3`, or `NAME` as it stands now.
    public var name: String { description.name + (version.map { "@\($0.record.number)" } ?? "") }

    /// The segments with the entries' fingerprints; occurrences have the entries' numbers as items.
    public var segments: [Segment] { batches.compactMap(\.segment) }

    /// Whether any fingerprint is a moment of a film.
    public var hasFilms: Bool { batches.contains { $0.batch.moments > 0 } }

    /// The batches that hold the entries.
    public var sources: [ListBatch] { batches.map(\.batch) }

    /// How many entries are live.
    public var count: Int {
        batches.reduce(0) { $0 + $1.batch.entries } - withdrawnCount
    }

    /// The size of the files that hold the entries.
    public var bytes: Int {
        batches.reduce(0) { sum, open in
            sum + open.batch.files.log.bytes + open.batch.files.places.bytes
                + (open.batch.segment?.bytes ?? 0) + (open.batch.digests?.bytes ?? 0)
        }
    }

    private var withdrawnCount: Int {
        batches.reduce(0) { $0 + range(in: tombstones.items, $1.batch.numbers).count }
    }

    /// The places in ascending numbers that lie within a range.
    private func range(in numbers: [UInt64], _ wanted: Range<UInt64>) -> Range<Int> {
        func bound(_ value: UInt64) -> Int {
            var (low, high) = (0, numbers.count)
            while low < high {
                let middle = (low + high) / 2
                if numbers[middle] < value { low = middle + 1 } else { high = middle }
            }
            return low
        }
        return bound(wanted.lowerBound)..<bound(wanted.upperBound)
    }

    private func batch(of number: UInt64) -> OpenBatch? {
        var (low, high) = (0, batches.count)
        while low < high {
            let middle = (low + high) / 2
            if batches[middle].batch.first <= number { low = middle + 1 } else { high = middle }
        }
        guard low > 0, batches[low - 1].batch.numbers.contains(number) else { return nil }
        return batches[low - 1]
    }

    /// Whether there is such an entry, and it is not withdrawn.
    public func isLive(_ number: UInt64) -> Bool {
        batch(of: number) != nil && !tombstones.contains(number)
    }

    /// The entry with a number, withdrawn or not; `nil` if there is none.
    public func entry(_ number: UInt64) throws(ListFault) -> ListEntry? {
        guard let found = batch(of: number) else { return nil }
        return try found.log.entry(Int(number - found.batch.first))
    }

    /// The entry's line of JSON, withdrawn or not; `nil` if there is none.
    public func line(_ number: UInt64) throws(ListFault) -> String? {
        try withLine(number) { (line) in String(decoding: line, as: UTF8.self) }
    }

    func withLine<Value>(
        _ number: UInt64,
        _ body: (UnsafeRawBufferPointer) throws(ListFault) -> Value
    ) throws(ListFault) -> Value? {
        guard let found = batch(of: number) else { return nil }
        return try found.log.withLine(Int(number - found.batch.first), body)
    }

    /// Where an entry came from: the batch's source, and the line or record in it.
    public func provenance(of number: UInt64) -> (source: ListBatch.Source, line: Int?)? {
        batch(of: number).map {
            ($0.batch.source, $0.log.sourceLine(of: Int(number - $0.batch.first)))
        }
    }

    /// Calls `body` with each live entry, in the order of their numbers.
    public func forEach(_ body: (_ number: UInt64, ListEntry) throws -> Void) throws {
        try forEachLine { number, line in
            try body(number, try ListEntry(json: line))
        }
    }

    /// Calls `body` with the line of each live entry, in the order of their numbers.
    func forEachLine(_ body: (_ number: UInt64, UnsafeRawBufferPointer) throws -> Void) throws {
        for open in batches {
            for range in liveRanges(of: open.batch) {
                try open.log.forEachLine(range) { ordinal, line in
                    try body(open.batch.first + UInt64(ordinal), line)
                }
            }
        }
    }

    /// Calls `body` with the lines of the live entries, line feeds and all, piece by piece.
    public func forEachPiece(_ body: (UnsafeRawBufferPointer) throws(ListFault) -> Void)
        throws(ListFault)
    {
        for open in batches {
            for range in liveRanges(of: open.batch) {
                try open.log.forEachPiece(range, body)
            }
        }
    }

    /// The ordinals of a batch's live entries, as ranges.
    private func liveRanges(of batch: ListBatch) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        for dead in tombstones.items[range(in: tombstones.items, batch.numbers)] {
            let ordinal = Int(dead - batch.first)
            if start < ordinal { ranges.append(start..<ordinal) }
            start = ordinal + 1
        }
        if start < batch.entries { ranges.append(start..<batch.entries) }
        return ranges
    }

    // MARK: - Looking for entries

    /// Whether any entry has a digest of a kind.
    public func hasDigests(_ kind: DigestKind) -> Bool {
        batches.contains { ($0.digests?.count(kind) ?? 0) > 0 }
    }

    /// The live entries with a digest, in the order of their numbers.
    ///
    /// - Complexity: some memory accesses for each batch.
    public func entries(with digest: [UInt8], _ kind: DigestKind) -> [UInt64] {
        digest.withUnsafeBytes { entries(with: $0, kind) }
    }

    /// The live entries with a digest, in the order of their numbers.
    public func entries(with digest: UnsafeRawBufferPointer, _ kind: DigestKind) -> [UInt64] {
        var found: [UInt64] = []
        for open in batches {
            guard let digests = open.digests else { continue }
            for place in digests.places(of: digest, kind) {
                let entry = digests.entry(kind, at: place)
                if !tombstones.contains(entry) { found.append(entry) }
            }
        }
        return found.sorted()
    }

    /// Calls `body` with the numbers of each two or more live entries that share a digest, in ascending order.
    ///
    /// - Complexity: a look-up in every batch for each digest.
    public func forEachShared(_ kind: DigestKind, _ body: ([UInt64]) throws -> Void) throws {
        for open in batches {
            guard let digests = open.digests else { continue }
            let count = digests.count(kind)
            var place = 0
            while place < count {
                let digest = digests.withDigest(kind, at: place) { Array($0) }
                var end = place + 1
                while end < count, digests.withDigest(kind, at: end, { $0.elementsEqual(digest) }) {
                    end += 1
                }
                let isShared = end - place > 1
                place = end
                // Alone in the only batch it need not be looked up.
                guard isShared || batches.count > 1 else { continue }
                let entries = entries(with: digest, kind)
                // Each group is told by the batch of its first entry.
                if entries.count > 1, open.batch.numbers.contains(entries[0]) { try body(entries) }
            }
        }
    }

    /// The live entries with just this fingerprint, in the order of their numbers.
    public func entries(with fingerprint: Fingerprint) throws(ListFault) -> [UInt64] {
        var found: Set<UInt64> = []
        for open in batches {
            guard let segment = open.segment, let row = SegmentRows(segment).row(of: fingerprint)
            else { continue }
            let occurrences = try listFault { () throws(IndexFault) in
                try segment.occurrences(ofRow: row)
            }
            for occurrence in occurrences where !tombstones.contains(occurrence.item) {
                found.insert(occurrence.item)
            }
        }
        return found.sorted()
    }

    /// The live entries with an identity, in the order of their numbers.
    func entries(with identity: EntryIdentity) throws(ListFault) -> [UInt64] {
        if let key = identity.key { return entries(with: key, .identity) }
        guard case .fingerprint(let fingerprint) = identity else { return [] }
        var found: [UInt64] = []
        for number in try entries(with: fingerprint) where try entry(number)?.identity == identity {
            found.append(number)
        }
        return found
    }

    /// The live entries that a person may mean: by number, by what the source calls them, by hex digits of a digest or fingerprint.
    public func entries(named text: String) throws(ListFault) -> [UInt64] {
        if let fingerprint = Fingerprint(hex: text) {
            let found = try entries(with: fingerprint)
            if !found.isEmpty { return found }
        }
        if let bytes = HexDigits.bytes(text.utf8) {
            for kind in [DigestKind.sha256, .sha1, .md5] where bytes.count == kind.width {
                let found = entries(with: bytes, kind)
                if !found.isEmpty { return found }
            }
        }
        let named = try entries(with: .identifier(text))
        if !named.isEmpty { return named }
        if let number = UInt64(text), isLive(number) { return [number] }
        return []
    }
}
