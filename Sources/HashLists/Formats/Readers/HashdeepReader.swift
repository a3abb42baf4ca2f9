/// Reads hashdeep's lists: two headings, comments, and fields between commas of which the name is the last.
struct HashdeepReader {
    private var lines: LineReader

    /// What names of digests that are kept begin with.
    static let prefix = "hashdeep."

    init(_ input: ByteInput) {
        lines = LineReader(input)
    }

    mutating func read(into sink: some EntrySink) throws(ListFault) {
        var columns: [String] = []
        while let line = try lines.next() {
            guard !line.isTooLong else {
                sink.reject(LineReader.tooLongReason, line: lines.number)
                continue
            }
            let bytes = line.bytes
            if bytes.begins(with: "%%%%") {
                if bytes.offset(of: UInt8(ascii: ",")) != nil, let text = bytes.text {
                    columns = text.drop { $0 == "%" || $0 == " " }.split(separator: ",").map {
                        $0.lowercased().filter { !$0.isWhitespace }
                    }
                }
                continue
            }
            guard let first = bytes.trimmed.first, first != UInt8(ascii: "#") else { continue }
            guard !columns.isEmpty else {
                throw ListFault(
                    .badInput,
                    "\(lines.input.name): line \(lines.number): no heading `%%%% size,md5,…,filename` before it"
                )
            }
            let entry: ListEntry
            do {
                entry = try self.entry(bytes, columns)
            } catch {
                sink.reject(error.message, line: lines.number)
                continue
            }
            try sink.take(entry, line: lines.number)
        }
    }

    private func entry(
        _ line: UnsafeRawBufferPointer,
        _ columns: [String]
    ) throws(ListFault) -> ListEntry {
        var entry = ListEntry()
        var start = 0
        for (place, column) in columns.enumerated() {
            let isLast = place == columns.count - 1
            guard start <= line.count else {
                throw ListFault(.badInput, "fewer fields than columns")
            }
            let end =
                isLast ? line.count : line.offset(of: UInt8(ascii: ","), from: start) ?? line.count
            let field = line.part(start..<end)
            start = end + 1
            guard !field.isEmpty else { continue }
            switch column {
            case "size":
                guard let size = field.wholeNumber else {
                    throw ListFault(.badInput, "`size` is no whole number")
                }
                entry.size = UInt64(size)
            case "md5": entry.md5 = try digest(column, field, bytes: 16)
            case "sha1": entry.sha1 = try digest(column, field, bytes: 20)
            case "sha256": entry.sha256 = try digest(column, field, bytes: 32)
            default:
                guard let text = field.text else {
                    throw ListFault(.badInput, LineReader.notTextReason)
                }
                if column == "filename" {
                    entry.name = text
                } else {
                    entry.other[HashdeepReader.prefix + column] = text
                }
            }
        }
        guard entry.isRecognisable else {
            throw ListFault(.badInput, "neither MD5, SHA-1 nor SHA-256")
        }
        return entry
    }

    private func digest(
        _ column: String,
        _ field: UnsafeRawBufferPointer,
        bytes: Int
    ) throws(ListFault) -> [UInt8] {
        guard let digest = HexText.digest(field, bytes: bytes) else {
            throw ListFault(.badInput, "`\(column)` is not \(2 * bytes) hex digits")
        }
        return digest
    }
}
