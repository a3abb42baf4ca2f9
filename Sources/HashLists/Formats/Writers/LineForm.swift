import Fingerprinting

/// A format of one line for each entry.
enum LineForm {
    case pdq
    case pdqCSV
    case threatExchange
    case json
    case hashdeep
    case icse
    case digests(ExportOptions.Digest)

    /// What stands above the entries.
    var heading: String {
        switch self {
        case .hashdeep:
            "%%%% HASHDEEP-1.0\n%%%% size,md5,sha1,sha256,filename\n## Exported by vestige\n##\n"
        case .icse: LineForm.icseColumns.joined(separator: ";") + "\r\n"
        case .pdq, .pdqCSV, .threatExchange, .json, .digests: ""
        }
    }

    /// ICSE's columns, in its order.
    private static let icseColumns = [
        "MD5", "SHA1", "PhotoDNA", "Image ID", "Is distributed", "Victim identified",
        "Offender identified", "Series name", "Number of submissions", "File Available",
        "Media Type", "Baseline",
    ]

    /// Appends an entry's line, and counts what it cannot hold.
    func append(_ entry: ListEntry, to bytes: inout [UInt8], _ tally: inout ExportTally) {
        switch self {
        case .json:
            entry.appendJSON(to: &bytes)
            bytes.append(0x0A)
            tally.take(
                entry,
                held: ExportTally.Parts(rawValue: Int.max),
                marks: Set(entry.marks.keys)
            ) { _ in true }
        case .pdq, .pdqCSV: appendPDQ(entry, to: &bytes, &tally)
        case .threatExchange: appendSignal(entry, to: &bytes, &tally)
        case .hashdeep: appendHashdeep(entry, to: &bytes, &tally)
        case .icse: appendICSE(entry, to: &bytes, &tally)
        case .digests(let digest): appendDigest(digest, entry, to: &bytes, &tally)
        }
    }

    /// A name, if a line can hold it.
    private func lineName(_ entry: ListEntry, _ tally: inout ExportTally) -> String? {
        guard let name = entry.name else { return nil }
        guard !name.isEmpty, !name.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }),
            name.utf8.count < 1 << 16
        else {
            tally.omit("names that a line cannot hold")
            return nil
        }
        return name
    }

    private func appendPDQ(
        _ entry: ListEntry,
        to bytes: inout [UInt8],
        _ tally: inout ExportTally
    ) {
        guard let print = entry.prints.first, entry.prints.count == 1 else {
            return tally.omitEntry(
                entry.prints.isEmpty ? "without a fingerprint" : "that are films with many frames"
            )
        }
        JSONObjectWriter.append(hex: print.fingerprint, to: &bytes)
        guard case .pdqCSV = self else {
            bytes.append(0x0A)
            return tally.take(entry, held: .print)
        }
        bytes.append(UInt8(ascii: ","))
        if let quality = print.quality { bytes.append(contentsOf: String(quality).utf8) }
        bytes.append(UInt8(ascii: ","))
        if let name = lineName(entry, &tally) {
            let isSpaced = name.utf8.last == 0x20 || name.utf8.last == 0x09
            // The reader takes white space off a line's end.
            let text = DelimitedLine.quoted(name, separator: isSpaced ? name.utf8.last : nil)
            bytes.append(contentsOf: text.utf8)
        }
        bytes.append(0x0A)
        tally.take(entry, held: [.print, .quality, .name])
    }

    private func appendSignal(
        _ entry: ListEntry,
        to bytes: inout [UInt8],
        _ tally: inout ExportTally
    ) {
        if let print = entry.prints.first, entry.prints.count == 1, entry.medium != .film {
            bytes.append(contentsOf: "pdq ".utf8)
            JSONObjectWriter.append(hex: print.fingerprint, to: &bytes)
            bytes.append(0x0A)
            tally.take(entry, held: .print)
        } else if let md5 = entry.md5, entry.medium == .film {
            bytes.append(contentsOf: "video_md5 ".utf8)
            HexText.append(md5, to: &bytes)
            bytes.append(0x0A)
            tally.take(entry, held: [.md5, .medium])
        } else {
            tally.omitEntry("that are neither a picture's fingerprint nor a film's MD5")
        }
    }

    private func appendHashdeep(
        _ entry: ListEntry,
        to bytes: inout [UInt8],
        _ tally: inout ExportTally
    ) {
        guard entry.md5 != nil || entry.sha1 != nil || entry.sha256 != nil else {
            return tally.omitEntry("without a digest")
        }
        if let size = entry.size { bytes.append(contentsOf: String(size).utf8) }
        for digest in [entry.md5, entry.sha1, entry.sha256] {
            bytes.append(UInt8(ascii: ","))
            if let digest { HexText.append(digest, to: &bytes) }
        }
        bytes.append(UInt8(ascii: ","))
        if let name = lineName(entry, &tally) { bytes.append(contentsOf: name.utf8) }
        bytes.append(0x0A)
        tally.take(entry, held: [.digests, .size, .name])
    }

    private func appendDigest(
        _ kind: ExportOptions.Digest,
        _ entry: ListEntry,
        to bytes: inout [UInt8],
        _ tally: inout ExportTally
    ) {
        let (digest, part, name): ([UInt8]?, ExportTally.Parts, String) =
            switch kind {
            case .md5: (entry.md5, .md5, "MD5")
            case .sha1: (entry.sha1, .sha1, "SHA-1")
            case .sha256: (entry.sha256, .sha256, "SHA-256")
            }
        guard let digest else { return tally.omitEntry("without \(name)") }
        // As `md5sum` does it: names with a back slash or the end of a line are escaped, and their lines begin with a back slash.
        var text = entry.name.map { Array($0.utf8) } ?? []
        if !text.isEmpty, text.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
            tally.omit("names that a line cannot hold")
            text = []
        }
        let isEscaped = text.contains { $0 == 0x5C || $0 == 0x0A || $0 == 0x0D }
        if isEscaped {
            text = text.flatMap { byte -> [UInt8] in
                switch byte {
                case 0x5C: Array("\\\\".utf8)
                case 0x0A: Array("\\n".utf8)
                case 0x0D: Array("\\r".utf8)
                default: [byte]
                }
            }
            bytes.append(0x5C)
        }
        HexText.append(digest, to: &bytes)
        if !text.isEmpty {
            bytes.append(contentsOf: "  ".utf8)
            bytes.append(contentsOf: text)
        }
        bytes.append(0x0A)
        tally.take(entry, held: [part, .name])
    }

    private func appendICSE(
        _ entry: ListEntry,
        to bytes: inout [UInt8],
        _ tally: inout ExportTally
    ) {
        guard entry.md5 != nil || entry.sha1 != nil else {
            return tally.omitEntry("without MD5 and SHA-1")
        }
        let submissions = ICSEReader.prefix + "Number of submissions"
        let medium = ICSEReader.prefix + "Media Type"
        let baseline = entry.categories.filter {
            $0.scheme == ICSEReader.scheme && $0.code == ICSEReader.baseline
        }
        func hex(_ digest: [UInt8]?) -> String {
            var digits: [UInt8] = []
            HexText.append(digest ?? [], upper: true, to: &digits)
            return String(decoding: digits, as: UTF8.self)
        }
        func flag(_ mark: String) -> String { entry.marks[mark].map { $0 ? "Y" : "N" } ?? "" }
        func text(_ value: String?, _ tally: inout ExportTally) -> String {
            guard let value else { return "" }
            guard !value.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) else {
                tally.omit("texts of several lines")
                return ""
            }
            return DelimitedLine.quoted(value, separator: UInt8(ascii: ";"))
        }
        let kind: String? =
            switch entry.medium {
            case .picture: "image"
            case .film: "video"
            case nil: entry.other[medium]
            }
        let fields = [
            hex(entry.md5), hex(entry.sha1), text(entry.other[VICSMedia.photoDNA], &tally),
            text(entry.identifier, &tally), flag(ListEntry.Mark.distributed),
            flag(ListEntry.Mark.victimIdentified), flag(ListEntry.Mark.offenderIdentified),
            text(entry.series, &tally), text(entry.other[submissions], &tally),
            flag(ICSEReader.available), text(kind, &tally),
            baseline.isEmpty ? flag(ICSEReader.baseline) : "Y",
        ]
        bytes.append(contentsOf: fields.joined(separator: ";").utf8)
        bytes.append(contentsOf: "\r\n".utf8)
        if baseline.contains(where: { $0.country != nil }) { tally.omit("countries of categories") }
        var rest = entry
        rest.categories.removeAll { baseline.contains($0) }
        tally.take(
            rest,
            held: [.md5, .sha1, .identifier, .series, .medium],
            marks: [
                ListEntry.Mark.distributed, ListEntry.Mark.victimIdentified,
                ListEntry.Mark.offenderIdentified, ICSEReader.available, ICSEReader.baseline,
            ]
        ) { $0 == VICSMedia.photoDNA || $0 == submissions || $0 == medium }
    }
}
