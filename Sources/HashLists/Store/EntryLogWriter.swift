import Fingerprinting

/// Writes the entries of a batch as lines of JSON, and beside them where every 64th line begins, and on which line of its source each
/// entry stood.
struct EntryLogWriter: ~Copyable {
    /// The two files.
    struct Files: Codable, Hashable, Sendable {
        var log: FileRecord
        var places: FileRecord
    }

    private let folder: String
    private let number: Int
    private var log: StreamedFile
    private var offsets: [UInt64] = []
    private var runs: [EntryPlaces.Run] = []
    private(set) var count = 0
    private var lastLine = -1
    private var line: [UInt8] = []
    /// What follows a bare fingerprint in every line: what an import says of all its entries.
    private let suffix: [UInt8]

    /// - Parameter common: what every entry of a list of bare fingerprints has.
    init(_ folder: ListFolder, number: Int, common: ListEntry) throws(ListFault) {
        self.folder = folder.entries
        self.number = number
        log = try StreamedFile(folder: folder.entries, name: ListFolder.fileName(number, ".jsonl"))
        var bytes: [UInt8] = []
        common.appendJSON(to: &bytes)
        // `{}` or `{"series":…}`: without the brace that opens it.
        suffix = bytes.count > 2 ? [UInt8(ascii: ",")] + bytes.dropFirst() : [UInt8(ascii: "}")]
    }

    /// Appends an entry that stood on a line of its source.
    mutating func append(_ entry: ListEntry, line source: Int) throws(ListFault) {
        note(source)
        line.removeAll(keepingCapacity: true)
        entry.appendJSON(to: &line)
        line.append(UInt8(ascii: "\n"))
        try log.append(line)
    }

    /// Appends an entry that is a fingerprint and what all entries have in common.
    mutating func append(_ fingerprint: Fingerprint, quality: UInt8?, line source: Int)
        throws(ListFault)
    {
        note(source)
        try log.append(count: 73) { bytes in
            EntryLogWriter.prefix.withUnsafeBufferPointer { prefix in
                bytes.update(from: prefix.baseAddress ?? UnsafePointer(bytes), count: prefix.count)
            }
            HexDigits.write(fingerprint, to: bytes + 8)
            bytes[72] = UInt8(ascii: "\"")
        }
        if let quality {
            try log.append(Array(",\"quality\":\(quality)".utf8))
        }
        try log.append(suffix)
        try log.append(count: 1) { $0[0] = UInt8(ascii: "\n") }
    }

    private static let prefix = Array("{\"pdq\":\"".utf8)

    private mutating func note(_ source: Int) {
        if count % EntryPlaces.stride == 0 { offsets.append(UInt64(log.count)) }
        if source != lastLine + 1 || count == 0 {
            runs.append(EntryPlaces.Run(ordinal: UInt64(count), line: UInt64(max(0, source))))
        }
        lastLine = source
        count += 1
    }

    /// Makes both files durable.
    consuming func finish() throws(ListFault) -> Files {
        offsets.append(UInt64(log.count))
        let lines = try log.finish()
        var places = try StreamedFile(folder: folder, name: ListFolder.fileName(number, ".places"))
        try places.append(EntryPlaces.signature)
        try places.append([UInt64(count), UInt64(EntryPlaces.stride), UInt64(runs.count)])
        try places.append(offsets)
        try places.append(runs)
        return Files(log: lines, places: try places.finish())
    }
}
