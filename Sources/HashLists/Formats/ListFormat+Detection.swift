import Fingerprinting

extension ListFormat {
    /// How many bytes ``detect(_:path:)`` looks at.
    public static let headBytes = 64 << 10

    /// The format of a file from its first bytes; its name only decides between formats that look the same.
    ///
    /// - Parameters:
    ///   - head: the first ``headBytes`` bytes, or all.
    ///   - path: the file; `-` is standard input.
    /// - Throws: ``ListFault`` with the code `badInput` and a sentence that names `--format`.
    public static func detect(
        _ head: UnsafeRawBufferPointer,
        path: String
    ) throws(ListFault) -> ListFormat {
        var head = head
        if head.starts(with: [0xEF, 0xBB, 0xBF]) { head = head.part(3..<head.count) }
        if head.begins(with: "SQLite format 3") { return .nsrl }
        try refuseStatements(head, path)
        guard !head.contains(0) else { throw unknown(path, "it is not text") }
        switch head.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) {
        case nil: throw unknown(path, "there is nothing in it")
        case UInt8(ascii: "{"): return try ofJSON(head, path)
        case UInt8(ascii: "["):
            if head.contains(text: "\"MediaID\"") { return .vics }
            throw unknown(path, "it is JSON of no kind that is known")
        case UInt8(ascii: "<"):
            if head.contains(text: "queryResult") { return .ncmec }
            throw unknown(path, "it is XML of no kind that is known")
        default: return try ofLines(head, path)
        }
    }

    /// A delta of the RDS is a program: it is not run here.
    static func refuseStatements(
        _ head: UnsafeRawBufferPointer,
        _ path: String
    ) throws(ListFault) {
        let text = String(decoding: head.prefix(256), as: UTF8.self).uppercased()
            .drop { $0.isWhitespace }
        guard
            ["BEGIN TRANSACTION", "INSERT INTO", "CREATE TABLE", "PRAGMA "]
                .contains(where: { text.hasPrefix($0) })
        else { return }
        throw ListFault(
            .badInput,
            "\(path): statements of SQL, such as a delta of the RDS, are not run here; apply them to a copy of the full set with "
                + "`sqlite3 COPY.db < \(path)`, and import the copy"
        )
    }

    private static func unknown(_ path: String, _ why: String) -> ListFault {
        ListFault(
            .badInput,
            "\(path): cannot tell the format: \(why); give --format, one of \(names)"
        )
    }

    private static func ofJSON(
        _ head: UnsafeRawBufferPointer,
        _ path: String
    ) throws(ListFault) -> ListFormat {
        let line = head.prefix { $0 != 0x0A }
        if line.count < head.count || head.count < headBytes {
            var parser = JSONParser(UnsafeRawBufferPointer(rebasing: line))
            if case .object(let members) = parser.whole(),
                members.contains(where: {
                    ["pdq", "frames", "md5", "sha1", "sha256"].contains($0.name)
                })
            {
                return .jsonl
            }
        }
        if head.contains(text: "\"odata.metadata\"") || head.contains(text: "\"@odata.context\"")
            || head.contains(text: "\"MediaID\"")
        {
            return .vics
        }
        if head.contains(text: "\"hashRecords\"") { return .stopncii }
        throw unknown(path, "it is JSON of no kind that is known")
    }

    private static func ofLines(
        _ head: UnsafeRawBufferPointer,
        _ path: String
    ) throws(ListFault) -> ListFormat {
        if head.begins(with: "%%%% HASHDEEP") { return .hashdeep }
        var lines: [UnsafeRawBufferPointer] = []
        var start = 0
        while start < head.count, lines.count < 256 {
            let end = head.offset(of: 0x0A, from: start)
            // The last line may be cut off by the end of what is looked at.
            if end == nil, head.count >= headBytes, !lines.isEmpty { break }
            var line = head.part(start..<(end ?? head.count))
            if line.last == 0x0D { line = line.part(0..<(line.count - 1)) }
            line = line.trimmed
            if let first = line.first, first != UInt8(ascii: "#") { lines.append(line) }
            start = (end ?? head.count) + 1
        }
        guard let first = lines.first else { throw unknown(path, "there are only comments in it") }
        if let heading = heading(first) { return heading }
        let bare = lines.filter { $0.count == 64 && HexText.run($0) == 64 }
        if bare.count == lines.count { return try ofBareLines(bare, path) }
        for line in lines {
            if let format = ofLine(line) { return format }
        }
        if !bare.isEmpty { return try ofBareLines(bare, path) }
        throw unknown(path, "no line of the first is of a kind that is known")
    }

    /// The format that a heading tells.
    private static func heading(_ line: UnsafeRawBufferPointer) -> ListFormat? {
        guard let text = line.text?.lowercased(), let columns = TableColumns(heading: text) else {
            return nil
        }
        if columns.keys.contains("imageid") || columns.keys.contains("baseline") { return .icse }
        guard columns.keys.contains(where: { ["md5", "sha1", "sha256"].contains($0) }) else {
            return columns.keys.count > 1 ? .pdqCSV : nil
        }
        return .digests
    }

    /// The format that a line tells, if it is not 64 hex digits alone.
    private static func ofLine(_ line: UnsafeRawBufferPointer) -> ListFormat? {
        let digits = HexText.run(line)
        let next = digits < line.count ? line[digits] : 0
        let isName = next == 0x20 || next == 0x09
        switch digits {
        case 32, 40: return next == 0 || isName || next == UInt8(ascii: ",") ? .digests : nil
        case 64:
            if isName { return .digests }
            guard next == UInt8(ascii: ",") else { return nil }
            let rest = line.part(65..<line.count)
            let field = rest.part(0..<(rest.offset(of: UInt8(ascii: ",")) ?? rest.count))
            if field.offset(of: UInt8(ascii: "=")) != nil { return .pdq }
            return field.isEmpty || field.quality != nil ? .pdqCSV : nil
        default: break
        }
        if line.begins(with: "hash=") || line.begins(with: "pdq ") { return .pdq }
        if line.begins(with: "video_md5 ") || line.begins(with: "photo_md5 ") {
            return .threatexchange
        }
        if line.begins(with: "\\"), [32, 40, 64].contains(HexText.run(line.part(1..<line.count))) {
            return .digests
        }
        for kind: StaticString in ["MD5 (", "SHA1 (", "SHA256 (", "MD5(", "SHA1(", "SHA2-256("]
        where line.begins(with: kind) {
            return .digests
        }
        let fields = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        if (3...4).contains(fields.count),
            UnsafeRawBufferPointer(rebasing: fields[0]).trimmed.wholeNumber != nil,
            fields.contains(where: {
                HexText.fingerprint(UnsafeRawBufferPointer(rebasing: $0).trimmed) != nil
            })
        {
            return .vpdq
        }
        return nil
    }

    /// 64 hex digits are PDQ or SHA-256. Of a fingerprint exactly half of the bits are set, since its median is the bound; of a
    /// digest they are in one case of twenty.
    private static func ofBareLines(
        _ lines: [UnsafeRawBufferPointer],
        _ path: String
    ) throws(ListFault) -> ListFormat {
        let halves = lines.count { line in
            guard let words = HexText.fingerprint(line)?.words else { return false }
            return words.0.nonzeroBitCount + words.1.nonzeroBitCount + words.2.nonzeroBitCount
                + words.3.nonzeroBitCount == 128
        }
        if lines.count >= 4 {
            if halves * 4 >= lines.count * 3 { return .pdq }
            if halves * 4 <= lines.count { return .digests }
        }
        let name = FilmName.name(of: path).lowercased()
        if name.contains("pdq"), !name.contains("sha") { return .pdq }
        if name.contains("sha256"), !name.contains("pdq") { return .digests }
        throw ListFault(
            .badInput,
            "\(path): cannot tell the format: lines of 64 hex digits are PDQ or SHA-256; give --format pdq or --format digests"
        )
    }
}

extension UnsafeRawBufferPointer {
    /// Whether a text occurs in it.
    fileprivate func contains(text: StaticString) -> Bool {
        let first = text.utf8Start[0]
        var start = 0
        while let place = offset(of: first, from: start) {
            if part(place..<count).begins(with: text) { return true }
            start = place + 1
        }
        return false
    }
}
