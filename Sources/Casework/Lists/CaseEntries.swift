import Evidence
import HashLists
import Indexing
import Keyframing

/// The items of a case as entries for a hash list: in the order of their paths, each with its digests and its fingerprints.
public struct CaseEntries {
    /// What became of the items.
    public struct Counts: Hashable, Sendable {
        /// Items that became entries.
        public var entries = 0
        /// Items with the same bytes as an earlier one, which stands for them.
        public var copies = 0
        /// Items that gave no fingerprint, and became entries by their digests.
        public var byDigests = 0
        /// Items that gave no fingerprint, and were left out.
        public var leftOut = 0

        /// Of nothing yet.
        public init() {}
    }

    /// An item's place in the order of paths.
    private struct Rank {
        var item: UInt64
        var place: Int
    }

    private let reader: CaseReader
    private let addsFaulted: Bool
    private let memory: Int
    private let scratch: String

    /// The entries of a case.
    ///
    /// - Parameters:
    ///   - addsFaulted: whether items that gave no fingerprint are entries, too, by their digests.
    ///   - memory: bytes that the sorting of fingerprints may take.
    ///   - scratch: a folder for what does not fit.
    public init(_ reader: CaseReader, addsFaulted: Bool, memory: Int, scratch: String) {
        self.reader = reader
        self.addsFaulted = addsFaulted
        self.memory = memory
        self.scratch = scratch
    }

    /// Hands the entries over; an entry's line is its item's place in the order of paths, from 1.
    ///
    /// Containers are not handed over, only what is in them; nor is what a rule left out.
    public func give(to sink: any EntrySink) throws(ListFault) -> Counts {
        do {
            return try gather(sink)
        } catch let fault as ListFault {
            throw fault
        } catch let fault as CaseFault {
            throw ListFault(casework: fault)
        } catch let fault as IndexFault {
            throw ListFault(casework: CaseFault(index: fault))
        } catch {
            throw ListFault(.system, "the case cannot be read: \(error)")
        }
    }

    private func gather(_ sink: any EntrySink) throws -> Counts {
        // 16 bytes for each item, then 48 for each fingerprint, of which only so many are in memory as may.
        var order: [UInt64] = []
        try reader.forEachItem(in: [.indexed, .partly, .faulted]) { item in
            if item.container == nil { order.append(item.identifier) }
        }
        let ranks = order.enumerated().map { Rank(item: $1, place: $0) }.sorted {
            $0.item < $1.item
        }
        var sorter = try sorted(ranks)
        try sorter.finish()
        var giver = Giver(reader: reader, addsFaulted: addsFaulted, sink: sink)
        var failure: (any Error)?
        var next = 0
        var prints: [ListEntry.Print] = []
        // What is thrown on the way is of several kinds, what the sorter lets through is not.
        func close(upTo place: Int) throws {
            while next < place {
                try giver.give(order[next], line: next + 1, prints)
                prints.removeAll(keepingCapacity: true)
                next += 1
            }
        }
        do {
            try sorter.forEach { (record) throws(IndexFault) in
                guard failure == nil else { return }
                do {
                    try close(upTo: Int(record.words.3 >> 24))
                    prints.append(try print(record))
                } catch {
                    failure = error
                }
            }
        }
        if let failure { throw failure }
        try close(upTo: order.count)
        return giver.counts
    }

    /// Brings all occurrences into the order of their items' ranks and their times.
    private func sorted(_ ranks: [Rank]) throws(IndexFault) -> RecordSorter {
        var sorter = RecordSorter(memory: memory, folder: scratch)
        for (part, segment) in reader.segments.enumerated() {
            try segment.forEachRow { (row, occurrences) throws(IndexFault) in
                for index in occurrences {
                    let occurrence = try segment.occurrence(index)
                    guard !reader.tombstones.contains(occurrence.item),
                        let place = CaseEntries.place(of: occurrence.item, ranks)
                    else { continue }
                    let time = occurrence.timeMilliseconds.map { UInt64($0) + 1 } ?? 0
                    try sorter.append(
                        IndexedRecord(
                            words: (
                                UInt64(index), UInt64(part) << 32 | UInt64(row),
                                time << 8 | UInt64(occurrence.origin.background.rawValue),
                                UInt64(place) << 24
                            ),
                            occurrence: OccurrenceRecord(low: 0, high: 0)
                        )
                    )
                }
            }
        }
        return sorter
    }

    private static func place(of item: UInt64, _ ranks: [Rank]) -> Int? {
        var (low, high) = (0, ranks.count)
        while low < high {
            let middle = (low + high) / 2
            if ranks[middle].item < item { low = middle + 1 } else { high = middle }
        }
        return low < ranks.count && ranks[low].item == item ? ranks[low].place : nil
    }

    private func print(_ record: IndexedRecord) throws(IndexFault) -> ListEntry.Print {
        let segment = reader.segments[Int(record.words.1 >> 32)]
        let occurrence = try segment.occurrence(Int(record.words.0))
        return ListEntry.Print(
            segment.fingerprint(ofRow: Int(record.words.1 & 0xFFFF_FFFF)),
            quality: occurrence.quality,
            timeMilliseconds: occurrence.timeMilliseconds,
            spanMilliseconds: occurrence.spanMilliseconds
        )
    }

    /// Makes an entry of an item and hands it over.
    private struct Giver {
        let reader: CaseReader
        let addsFaulted: Bool
        let sink: any EntrySink
        var counts = Counts()
        /// The first halves of the digests that were handed over.
        private var seen: Set<SIMD2<UInt64>> = []

        init(reader: CaseReader, addsFaulted: Bool, sink: any EntrySink) {
            self.reader = reader
            self.addsFaulted = addsFaulted
            self.sink = sink
        }

        mutating func give(_ number: UInt64, line: Int, _ prints: [ListEntry.Print]) throws {
            guard let item = try reader.item(number) else { return }
            guard !prints.isEmpty || addsFaulted && item.digests != nil else {
                counts.leftOut += 1
                return
            }
            if let sha256 = item.digests?.sha256 {
                let half = sha256.withUnsafeBytes {
                    SIMD2(
                        $0.loadUnaligned(as: UInt64.self),
                        $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
                    )
                }
                guard seen.insert(half).inserted else {
                    counts.copies += 1
                    return
                }
            }
            if prints.isEmpty { counts.byDigests += 1 } else { counts.entries += 1 }
            try sink.take(ListEntry(item, prints: prints), line: line)
        }
    }
}

extension ListEntry {
    /// An item of a case as an entry.
    init(_ item: CatalogItem, prints: [Print]) {
        self.init(prints: prints)
        md5 = item.digests?.md5
        sha1 = item.digests?.sha1
        sha256 = item.digests?.sha256
        let file = item.path.lastComponent
        if let text = String(validating: file, as: UTF8.self), !text.isEmpty { name = text }
        size = item.facts.map { UInt64(clamping: $0.size) }
        if let media = item.media {
            medium = media.isVideo ? .film : .picture
            mime = ListEntry.mime(of: media)
            durationMilliseconds = media.isVideo ? media.durationMilliseconds : nil
        }
    }

    /// The media type, where the format leaves no doubt.
    private static func mime(of media: ItemMedia) -> String? {
        switch media.format {
        case "jpeg", "png", "apng", "gif", "bmp", "webp", "tiff", "avif": "image/\(media.format)"
        case "heif": "image/heif"
        case "jpeg2000": "image/jp2"
        case "jpegxl": "image/jxl"
        case "mp4": "video/mp4"
        case "mov": "video/quicktime"
        case "webm": "video/webm"
        case "avi": "video/x-msvideo"
        case "mpegts": "video/mp2t"
        default: nil
        }
    }
}

extension ListFault {
    /// A case's fault in a list's words.
    public init(casework fault: CaseFault) {
        let code: Code =
            switch fault.code {
            case .noSuchPath: .noSuchPath
            case .newerFormat: .newerFormat
            case .inUse: .inUse
            case .damaged: .damaged
            case .notACase, .insideEvidence, .otherSettings, .badInput: .badInput
            case .system, .noWorker, .noSandbox: .system
            }
        self.init(code, fault.message, status: fault.status)
    }
}
