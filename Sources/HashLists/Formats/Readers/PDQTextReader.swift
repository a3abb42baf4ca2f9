import Fingerprinting

/// Reads lines that each hold a PDQ fingerprint, in the forms that are in the field:
///
/// - `HEX`
/// - `HEX,quality,name` and `HEX,quality`, as the reference tool prints them, under a heading or none
/// - `HEX,filename=NAME` and `hash=HEX,norm=…,quality=…,filename=NAME`, as the reference's libraries do
/// - `pdq HEX`, `video_md5 HEX`, the local files of ThreatExchange
struct PDQTextReader {
    private var lines: LineReader
    private var sawContent = false

    init(_ input: ByteInput) {
        lines = LineReader(input)
    }

    mutating func read(into sink: some EntrySink) throws(ListFault) {
        while let line = try lines.next() {
            // Before anything else the form that comes by the million.
            if line.bytes.count == 64, let base = line.bytes.baseAddress,
                let fingerprint = HexText.fingerprint(at: base)
            {
                sawContent = true
                try sink.take(fingerprint, quality: nil, line: lines.number)
                continue
            }
            guard !line.isTooLong else {
                sink.reject(LineReader.tooLongReason, line: lines.number)
                continue
            }
            try other(line.bytes.trimmed, into: sink)
        }
    }

    private mutating func other(
        _ line: UnsafeRawBufferPointer,
        into sink: some EntrySink
    ) throws(ListFault) {
        let number = lines.number
        guard let first = line.first, first != UInt8(ascii: "#") else { return }
        let isHeadingPossible = !sawContent
        sawContent = true
        if line.count >= 64, let base = line.baseAddress,
            let fingerprint = HexText.fingerprint(at: base)
        {
            guard line.count > 64 else {
                return try sink.take(fingerprint, quality: nil, line: number)
            }
            guard line[64] == UInt8(ascii: ",") else {
                return sink.reject("behind the fingerprint stands no comma", line: number)
            }
            return try row(fingerprint, line.part(65..<line.count), into: sink)
        }
        if line.begins(with: "hash=") {
            let value = line.part(5..<line.count)
            guard value.count >= 64, let base = value.baseAddress,
                let fingerprint = HexText.fingerprint(at: base),
                value.count == 64 || value[64] == UInt8(ascii: ",")
            else {
                return sink.reject("`hash` is not 64 hex digits", line: number)
            }
            let rest = value.part(min(65, value.count)..<value.count)
            return try members(fingerprint, rest, into: sink)
        }
        if let space = line.firstIndex(where: { $0 == 0x20 || $0 == 0x09 }) {
            let kind = line.part(0..<space)
            return try signal(kind, line.part(space..<line.count).trimmed, into: sink)
        }
        if isHeadingPossible, let heading = line.text?.lowercased(),
            heading.contains("hash") || heading.contains("pdq"), heading.contains(",")
        {
            return
        }
        sink.reject(
            line.text == nil ? LineReader.notTextReason : "no fingerprint of 64 hex digits",
            line: number
        )
    }

    /// What stands behind `HEX,`.
    private func row(
        _ fingerprint: Fingerprint,
        _ rest: UnsafeRawBufferPointer,
        into sink: some EntrySink
    ) throws(ListFault) {
        let comma = rest.offset(of: UInt8(ascii: ","))
        let field = rest.part(0..<(comma ?? rest.count))
        if field.offset(of: UInt8(ascii: "=")) != nil {
            return try members(fingerprint, rest, into: sink)
        }
        guard field.isEmpty || field.trimmed.quality != nil else {
            return sink.reject("the quality is not a number from 0 to 100", line: lines.number)
        }
        let quality = field.trimmed.quality
        guard let comma, comma + 1 < rest.count else {
            return try sink.take(fingerprint, quality: quality, line: lines.number)
        }
        guard let name = rest.part((comma + 1)..<rest.count).text else {
            return sink.reject(LineReader.notTextReason, line: lines.number)
        }
        var entry = ListEntry(prints: [.init(fingerprint, quality: quality)])
        entry.name = DelimitedLine.unquoted(name)
        try sink.take(entry, line: lines.number)
    }

    /// `name=value` pairs; the file's name is the last, and may hold commas.
    private func members(
        _ fingerprint: Fingerprint,
        _ text: UnsafeRawBufferPointer,
        into sink: some EntrySink
    ) throws(ListFault) {
        var entry = ListEntry(prints: [.init(fingerprint)])
        var rest = text
        while !rest.isEmpty {
            if rest.begins(with: "filename=") {
                guard let name = rest.part(9..<rest.count).text else {
                    return sink.reject(LineReader.notTextReason, line: lines.number)
                }
                entry.name = name
                break
            }
            let comma = rest.offset(of: UInt8(ascii: ",")) ?? rest.count
            let pair = rest.part(0..<comma)
            rest = rest.part(min(comma + 1, rest.count)..<rest.count)
            guard let equals = pair.offset(of: UInt8(ascii: "=")),
                let name = pair.part(0..<equals).text
            else {
                return sink.reject("not `name=value` between commas", line: lines.number)
            }
            let value = pair.part((equals + 1)..<pair.count)
            if name == "quality" {
                guard let quality = value.quality else {
                    return sink.reject(
                        "the quality is not a number from 0 to 100",
                        line: lines.number
                    )
                }
                entry.prints[0].quality = quality
            } else if let text = value.text {
                entry.other["pdq." + name] = text
            } else {
                return sink.reject(LineReader.notTextReason, line: lines.number)
            }
        }
        try sink.take(entry, line: lines.number)
    }

    /// `KIND VALUE`.
    private func signal(
        _ kind: UnsafeRawBufferPointer,
        _ value: UnsafeRawBufferPointer,
        into sink: some EntrySink
    ) throws(ListFault) {
        guard let kind = kind.text?.lowercased() else {
            return sink.reject(LineReader.notTextReason, line: lines.number)
        }
        switch kind {
        case "pdq":
            guard let fingerprint = HexText.fingerprint(value) else {
                return sink.reject("the value is not 64 hex digits", line: lines.number)
            }
            try sink.take(fingerprint, quality: nil, line: lines.number)
        case "md5", "video_md5", "photo_md5":
            guard let digest = HexText.digest(value, bytes: 16) else {
                return sink.reject("the value is not 32 hex digits", line: lines.number)
            }
            var entry = ListEntry()
            entry.md5 = digest
            if kind == "video_md5" { entry.medium = .film }
            if kind == "photo_md5" { entry.medium = .picture }
            try sink.take(entry, line: lines.number)
        case "vpdq", "pdq_ocr", "pdq_index", "raw_text", "text", "trend_query", "tlsh", "url",
            "url_md5", "domain", "video_tmk_pdqf", "hash_tmk", "sha1", "photodna":
            sink.omit("signals of the kind `\(kind)`", line: lines.number)
        default:
            sink.reject("no fingerprint of 64 hex digits", line: lines.number)
        }
    }
}
