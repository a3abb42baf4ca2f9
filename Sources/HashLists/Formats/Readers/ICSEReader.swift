import Fingerprinting

/// Reads the table that ICSE exports: fields between semicolons, under a heading.
struct ICSEReader {
    private var lines: LineReader
    private let context: ImportContext

    /// What names of columns that are kept begin with.
    static let prefix = "icse."
    /// The scheme, and the code of what every country agrees on.
    static let scheme = "ICSE"
    static let baseline = "baseline"
    /// The mark for a file that can be had.
    static let available = "file_available"

    init(_ input: ByteInput, context: ImportContext) {
        lines = LineReader(input)
        self.context = context
    }

    mutating func read(into sink: some EntrySink) throws(ListFault) {
        var columns: TableColumns?
        while let line = try lines.next() {
            guard !line.isTooLong else {
                sink.reject(LineReader.tooLongReason, line: lines.number)
                continue
            }
            guard !line.bytes.trimmed.isEmpty else { continue }
            guard let text = line.bytes.text else {
                sink.reject(LineReader.notTextReason, line: lines.number)
                continue
            }
            guard let columns else {
                columns = TableColumns(heading: text)
                guard columns != nil else {
                    throw ListFault(
                        .badInput,
                        "\(lines.input.name): line \(lines.number): no heading that names MD5 or SHA1"
                    )
                }
                continue
            }
            guard let fields = DelimitedLine(text, separator: columns.separator)?.fields else {
                sink.reject("a quotation mark is not closed on its line", line: lines.number)
                continue
            }
            let entry: ListEntry
            do {
                entry = try self.entry(fields, columns, into: sink)
            } catch {
                sink.reject(error.message, line: lines.number)
                continue
            }
            try sink.take(entry, line: lines.number)
        }
    }

    private func entry(
        _ fields: [String],
        _ columns: TableColumns,
        into sink: some EntrySink
    ) throws(ListFault) -> ListEntry {
        var entry = ListEntry()
        guard fields.count <= columns.keys.count else {
            throw ListFault(.badInput, "more fields than the heading has")
        }
        for (place, value) in fields.enumerated() where !value.isEmpty {
            let name = columns.names[place]
            switch columns.keys[place] {
            case "md5": entry.md5 = try digest(name, value, bytes: 16)
            case "sha1": entry.sha1 = try digest(name, value, bytes: 20)
            case "sha256": entry.sha256 = try digest(name, value, bytes: 32)
            case "pdq":
                guard let fingerprint = HexText.fingerprint(value) else {
                    throw ListFault(.badInput, "`\(name)` is not 64 hex digits")
                }
                entry.prints = [.init(fingerprint)]
            case "photodna": entry.other[VICSMedia.photoDNA] = value
            case "imageid": entry.identifier = value
            case "seriesname": entry.series = value
            case "isdistributed":
                mark(ListEntry.Mark.distributed, name, value, &entry, into: sink)
            case "victimidentified":
                mark(ListEntry.Mark.victimIdentified, name, value, &entry, into: sink)
            case "offenderidentified":
                mark(ListEntry.Mark.offenderIdentified, name, value, &entry, into: sink)
            case "fileavailable": mark(ICSEReader.available, name, value, &entry, into: sink)
            case "baseline":
                mark(ICSEReader.baseline, name, value, &entry, into: sink)
                if entry.marks[ICSEReader.baseline] == true {
                    entry.categories = [
                        AssertedCategory(
                            scheme: ICSEReader.scheme,
                            country: context.country,
                            code: ICSEReader.baseline
                        )
                    ]
                }
            case "mediatype":
                switch value.lowercased() {
                case "image": entry.medium = .picture
                case "video": entry.medium = .film
                default: entry.other[ICSEReader.prefix + name] = value
                }
            default: entry.other[ICSEReader.prefix + name] = value
            }
        }
        guard entry.isRecognisable else {
            throw ListFault(.badInput, "neither MD5, SHA1 nor a fingerprint")
        }
        return entry
    }

    private func digest(_ name: String, _ value: String, bytes: Int) throws(ListFault) -> [UInt8] {
        guard let digest = HexText.digest(value, bytes: bytes) else {
            throw ListFault(.badInput, "`\(name)` is not \(2 * bytes) hex digits")
        }
        return digest
    }

    private func mark(
        _ mark: String,
        _ name: String,
        _ value: String,
        _ entry: inout ListEntry,
        into sink: some EntrySink
    ) {
        if let flag = flag(value) {
            entry.marks[mark] = flag
        } else {
            sink.omit("a `\(name)` that is neither yes nor no", line: lines.number)
        }
    }
}
