/// Reads lists of MD5, SHA-1 and SHA-256: bare, as `md5sum`, `sha1sum` and `sha256sum` print them (also with `--tag`), and tables
/// under a heading, such as the text form of the NSRL's RDS.
struct DigestLinesReader {
    private var lines: LineReader
    private let context: ImportContext
    private var columns: TableColumns?
    private var sawContent = false

    init(_ input: ByteInput, context: ImportContext) {
        lines = LineReader(input)
        self.context = context
    }

    mutating func read(into sink: some EntrySink) throws(ListFault) {
        while let line = try lines.next() {
            guard !line.isTooLong else {
                sink.reject(LineReader.tooLongReason, line: lines.number)
                continue
            }
            // A name may end with spaces.
            let text = line.bytes.withoutLeadingSpace
            guard let first = text.first, first != UInt8(ascii: "#"), first != UInt8(ascii: "%")
            else {
                continue
            }
            let isHeadingPossible = !sawContent
            sawContent = true
            let entry: ListEntry?
            do {
                entry = try self.entry(text, isHeadingPossible, into: sink)
            } catch {
                sink.reject(error.message, line: lines.number)
                continue
            }
            if let entry { try sink.take(entry, line: lines.number) }
        }
    }

    /// - Returns: `nil` for a line that is none, and was told of if it has to be.
    private mutating func entry(
        _ line: UnsafeRawBufferPointer,
        _ isHeadingPossible: Bool,
        into sink: some EntrySink
    ) throws(ListFault) -> ListEntry? {
        if let columns {
            guard let text = line.text else { throw ListFault(.badInput, LineReader.notTextReason) }
            return try row(text, columns, into: sink)
        }
        let isEscaped = line.first == UInt8(ascii: "\\")
        let start = isEscaped ? 1 : 0
        let rest = line.part(start..<line.count)
        let length = HexText.run(rest)
        var entry = ListEntry()
        if [32, 40, 64, 56, 96, 128].contains(length),
            length == rest.count || !isWordByte(rest[length])
        {
            guard entry.setDigest(rest.part(0..<length)) else {
                sink.omit("digests of \(length) hex digits", line: lines.number)
                return nil
            }
            let tail = rest.part(length..<rest.count)
            guard !tail.isEmpty else { return entry }
            if tail.trimmed.isEmpty { return entry }
            if tail.count > 2, tail[0] == 0x20, tail[1] == 0x20 || tail[1] == UInt8(ascii: "*") {
                entry.name = try name(tail.part(2..<tail.count), isEscaped)
            } else if tail[0] == 0x20 || tail[0] == 0x09 {
                entry.name = try name(tail.trimmed, isEscaped)
            } else {
                sink.omit("columns behind a digest, without a heading", line: lines.number)
            }
            return entry
        }
        guard let text = line.text else { throw ListFault(.badInput, LineReader.notTextReason) }
        if let tagged = try tagged(text, into: sink) { return tagged.entry }
        if isHeadingPossible, let heading = TableColumns(heading: text) {
            columns = heading
            return nil
        }
        if let field = DelimitedLine(text, separator: UInt8(ascii: ","))?.fields.first,
            try withBytes(of: field, { entry.setDigest($0) })
        {
            sink.omit("columns behind a digest, without a heading", line: lines.number)
            return entry
        }
        throw ListFault(.badInput, "no digest of 32, 40 or 64 hex digits")
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        byte >= 0x80 || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
            || (0x61...0x7A).contains(byte)
    }

    /// A name as `md5sum` writes it: on an escaped line a line feed is `\n`, and a back slash is doubled.
    private func name(
        _ bytes: UnsafeRawBufferPointer,
        _ isEscaped: Bool
    ) throws(ListFault) -> String {
        guard let text = bytes.text else { throw ListFault(.badInput, LineReader.notTextReason) }
        guard isEscaped else { return text }
        var name = ""
        var isBehindSlash = false
        for character in text.unicodeScalars {
            if isBehindSlash {
                isBehindSlash = false
                switch character {
                case "n": name.append("\n")
                case "r": name.append("\r")
                case "\\": name.append("\\")
                default:
                    name.append("\\")
                    name.unicodeScalars.append(character)
                }
            } else if character == "\\" {
                isBehindSlash = true
            } else {
                name.unicodeScalars.append(character)
            }
        }
        return name
    }

    /// `SHA256 (name) = digest`, and `SHA2-256(name)= digest` as OpenSSL has it.
    ///
    /// - Returns: `nil` if the line is not of this kind; no entry if it is of a kind that a list cannot hold.
    private func tagged(
        _ line: String,
        into sink: some EntrySink
    ) throws(ListFault) -> (entry: ListEntry?, Void)? {
        guard let open = line.firstIndex(of: "("), let equals = line.lastIndex(of: "="),
            let close = line[..<equals].lastIndex(of: ")"), open < close
        else { return nil }
        let kind = line[..<open].filter { $0 != " " }
        guard kind.utf8.count <= 16, kind.allSatisfy({ $0.isASCII }) else { return nil }
        let digits = line[line.index(after: equals)...].drop { $0 == " " }
        var entry = ListEntry()
        guard try withBytes(of: String(digits), { entry.setDigest($0) }) else {
            guard kind.lowercased().contains("sha") || kind.lowercased().contains("blake") else {
                return nil
            }
            sink.omit("digests of the kind `\(kind)`", line: lines.number)
            return (nil, ())
        }
        entry.name = String(line[line.index(after: open)..<close])
        return (entry, ())
    }

    /// A row of a table.
    private func row(
        _ line: String,
        _ columns: TableColumns,
        into sink: some EntrySink
    ) throws(ListFault) -> ListEntry? {
        guard let fields = DelimitedLine(line, separator: columns.separator)?.fields else {
            throw ListFault(.badInput, "a quotation mark is not closed on its line")
        }
        guard fields.count <= columns.keys.count else {
            throw ListFault(.badInput, "more fields than the heading has")
        }
        let isReferenceData = columns.keys.contains("productcode")
        var entry = ListEntry()
        for (place, value) in fields.enumerated() where !value.isEmpty {
            switch columns.keys[place] {
            case "md5", "sha1", "sha256", "hash":
                guard try withBytes(of: value, { entry.setDigest($0) }) else {
                    throw ListFault(.badInput, "`\(columns.names[place])` is not a digest")
                }
            case "filename", "name", "path", "file": entry.name = value
            case "filesize", "size":
                guard let size = UInt64(value) else {
                    throw ListFault(.badInput, "`\(columns.names[place])` is no whole number")
                }
                entry.size = size
            case "photodna": entry.other[VICSMedia.photoDNA] = value
            default: sink.omit("the column `\(columns.names[place])`", line: lines.number)
            }
        }
        guard entry.isRecognisable else { throw ListFault(.badInput, "no digest") }
        if isReferenceData {
            guard !ReferenceData.isEmptyFile(entry) else {
                sink.omit(ReferenceData.emptyFile, line: lines.number)
                return nil
            }
            entry.categories = [ReferenceData.known(context)]
        }
        return entry
    }
}

extension ListEntry {
    /// Takes a digest, whose kind its length tells.
    ///
    /// - Returns: whether it is one.
    mutating func setDigest(_ digits: UnsafeRawBufferPointer) -> Bool {
        switch digits.count {
        case 32:
            guard let digest = HexText.digest(digits, bytes: 16) else { return false }
            md5 = digest
        case 40:
            guard let digest = HexText.digest(digits, bytes: 20) else { return false }
            sha1 = digest
        case 64:
            guard let digest = HexText.digest(digits, bytes: 32) else { return false }
            sha256 = digest
        default: return false
        }
        return true
    }
}
