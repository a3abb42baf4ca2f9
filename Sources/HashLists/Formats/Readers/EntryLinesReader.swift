import Fingerprinting

/// Reads the project's own lines of JSON, one entry a line.
struct EntryLinesReader {
    private var lines: LineReader

    init(_ input: ByteInput) {
        // A film of some hours has a fingerprint a second, and each takes a hundred bytes.
        lines = LineReader(input, limit: 64 << 20)
    }

    mutating func read(into sink: some EntrySink) throws(ListFault) {
        while let line = try lines.next() {
            let number = lines.number
            guard !line.isTooLong else {
                sink.reject(LineReader.tooLongReason, line: number)
                continue
            }
            if let fingerprint = EntryLinesReader.plain(line.bytes) {
                try sink.take(fingerprint, quality: nil, line: number)
                continue
            }
            let text = line.bytes.trimmed
            guard !text.isEmpty else { continue }
            let entry: ListEntry
            var unknown: [String] = []
            do {
                entry = try ListEntry(json: text) { unknown.append($0) }
            } catch {
                sink.reject(error.message, line: number)
                continue
            }
            for name in unknown { sink.omit("the member `\(name)`", line: number) }
            if entry.isPlain {
                try sink.take(
                    entry.prints[0].fingerprint,
                    quality: entry.prints[0].quality,
                    line: number
                )
            } else {
                try sink.take(entry, line: number)
            }
        }
    }

    /// The fingerprint of a line that is `{"pdq":"HEX"}` to the letter.
    @inline(__always)
    private static func plain(_ line: UnsafeRawBufferPointer) -> Fingerprint? {
        guard line.count == 74, let base = line.baseAddress, line[0] == UInt8(ascii: "{"),
            line[72] == UInt8(ascii: "\""), line[73] == UInt8(ascii: "}"),
            line.begins(with: "{\"pdq\":\"")
        else { return nil }
        return HexText.fingerprint(at: base + 8)
    }
}

extension ListEntry {
    /// Whether it is the fingerprint of a still picture and nothing else.
    var isPlain: Bool {
        guard prints.count == 1 else { return false }
        var plain = ListEntry(prints: prints)
        plain.prints[0].timeMilliseconds = nil
        plain.prints[0].spanMilliseconds = 0
        return plain == self
    }
}
