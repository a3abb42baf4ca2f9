import Fingerprinting

/// Writes VICS: a list of media, each on a line of its own.
final class VICSExporter: EntryExporter {
    /// A version, with what differs.
    enum Version {
        case v13
        case v20
    }

    private let version: Version
    private let options: ExportOptions
    private let output: ByteOutput
    private var tally = ExportTally()

    var written: UInt64 { tally.written }
    var omitted: [String: Int] { tally.omitted }

    init(_ path: String, _ version: Version, _ options: ExportOptions) throws(ListFault) {
        self.version = version
        self.options = options
        if let country = options.country {
            let isName = !country.isEmpty && country.utf8.allSatisfy { (0x41...0x5A).contains($0) }
            guard isName, country != "DEFAULT", country != "CUSTOM" else {
                throw ListFault(
                    .badInput,
                    "the country of VICS is in capital letters, such as US, not \(country)"
                )
            }
        }
        output = try ByteOutput(path: path)
        output.write("{")
        switch version {
        case .v13:
            write("odata.metadata", "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media")
        case .v20:
            let country = options.country ?? (options.scheme == "VICS" ? "Default" : "CUSTOM")
            write(
                "@odata.context",
                "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/\(country)/$metadata#Media"
            )
        }
        output.write(",\"value\":[")
    }

    private func write(_ name: String, _ text: String) {
        JSONObjectWriter.append(name, to: &output.bytes)
        output.write(":")
        JSONObjectWriter.append(text, to: &output.bytes)
    }

    func take(_ entry: ListEntry, number: UInt64) throws(ListFault) {
        guard let md5 = entry.md5 else { return tally.omitEntry("without MD5") }
        output.write(written == 0 ? "\n" : ",\n")
        JSONValue.object(members(entry, md5)).append(to: &output.bytes)
        try output.spill()
    }

    func finish() throws(ListFault) {
        output.write("\n]}\n")
        try output.commit()
    }

    private func upper(_ digest: [UInt8]) -> JSONValue {
        var digits: [UInt8] = []
        HexText.append(digest, upper: true, to: &digits)
        return .text(String(decoding: digits, as: UTF8.self))
    }

    /// The members, in the order of the data model; counts what it has no place for.
    private func members(_ entry: ListEntry, _ md5: [UInt8]) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        var held: Set<String> = []
        func add(_ name: String, _ value: JSONValue?) {
            if let value { members.append(.init(name: name, value: value)) }
        }
        func kept(_ name: String) -> String? {
            held.insert(VICSMedia.prefix + name)
            return entry.other[VICSMedia.prefix + name]
        }
        func flag(_ mark: String) -> JSONValue? {
            entry.marks[mark].map { version == .v13 ? .text($0 ? "true" : "false") : .flag($0) }
        }
        // Numbers are given anew: those of several sources would meet.
        add("MediaID", .number(String(written + 1)))
        if entry.other[VICSMedia.prefix + "MediaID"] == String(written + 1) {
            held.insert(VICSMedia.prefix + "MediaID")
        }
        add("Category", category(entry) ?? .null)
        add("MD5", upper(md5))
        add("SHA1", entry.sha1.map(upper))
        held.insert(VICSMedia.photoDNA)
        let photoDNA = entry.other[VICSMedia.photoDNA]
        if version == .v20 { add("PhotoDNA", photoDNA.map { .text($0) }) }
        add(
            "MediaSize",
            entry.size.map { version == .v13 ? .text(String($0)) : .number(String($0)) }
        )
        add("MimeType", text(entry.mime))
        add("RelativeFilePath", kept("RelativeFilePath").map { .text($0) })
        add("DateUpdated", kept("DateUpdated").map { .text($0) })
        add("VictimIdentified", flag(ListEntry.Mark.victimIdentified))
        add("OffenderIdentified", flag(ListEntry.Mark.offenderIdentified))
        add("IsDistributed", flag(ListEntry.Mark.distributed))
        add("IsSuspected", flag(ListEntry.Mark.suspected))
        add("SelfGenerated", flag(ListEntry.Mark.selfGenerated))
        add("IsPrecategorized", flag(VICSMedia.precategorized))
        add("PrecategorizationSource", kept("PrecategorizationSource").map { .text($0) })
        add("Series", text(entry.series))
        add("Tags", tags(entry).map { .text($0) })
        add("Comments", text(entry.note))
        let files = kept("MediaFiles").flatMap { JSONValue(json: $0) }
        let name = entry.name.flatMap { $0.isEmpty ? nil : $0 }
        if let name, let files, !VICSMedia.names(files).contains(name) {
            tally.omit("names that are not among the kept `MediaFiles`")
        }
        add(
            "MediaFiles",
            files ?? name.map { VICSMedia.files(md5: md5, name: $0) }
        )
        add("Exifs", kept("Exifs").flatMap { JSONValue(json: $0) })
        add("MediaMetadata", kept("MediaMetadata").flatMap { JSONValue(json: $0) })
        add("AlternativeHashes", hashes(entry, md5, version == .v13 ? photoDNA : nil, &held))
        let known = Set(members.map(\.name))
        for (name, value) in entry.other.sorted(by: { $0.key < $1.key }) where !held.contains(name)
        {
            if name.hasPrefix(VICSMedia.jsonPrefix), let json = JSONValue(json: value) {
                let member = String(name.dropFirst(VICSMedia.jsonPrefix.count))
                guard !known.contains(member) else { continue }
                add(member, json)
                held.insert(name)
            } else if name.hasPrefix(VICSMedia.prefix), name != VICSMedia.prefix + "MediaID" {
                let member = String(name.dropFirst(VICSMedia.prefix.count))
                guard !known.contains(member) else { continue }
                add(member, .text(value))
                held.insert(name)
            }
        }
        tally.take(
            entry,
            held: [
                .digests, .print, .frames, .categories, .series, .tags, .note, .name, .size, .mime,
            ],
            marks: [
                ListEntry.Mark.victimIdentified, ListEntry.Mark.offenderIdentified,
                ListEntry.Mark.distributed, ListEntry.Mark.suspected, ListEntry.Mark.selfGenerated,
                VICSMedia.precategorized,
            ]
        ) { held.contains($0) }
        return members
    }

    /// A text that says something.
    private func text(_ text: String?) -> JSONValue? {
        text.flatMap { $0.isEmpty ? nil : .text($0) }
    }

    /// The code of the category of the scheme and country that are written.
    private func category(_ entry: ListEntry) -> JSONValue? {
        var code: JSONValue?
        for category in entry.categories {
            let isWanted = category.scheme == options.scheme && category.country == options.country
            if isWanted, code == nil, let number = Int(category.code),
                String(number) == category.code
            {
                code = .number(category.code)
            } else {
                tally.omit("categories of another scheme or country, or that are no number")
            }
        }
        return code
    }

    /// Words between commas, or between semicolons if one has a comma.
    private func tags(_ entry: ListEntry) -> String? {
        let tags = entry.tags.filter { tag in
            let isWritable =
                !tag.isEmpty && !tag.contains(";") && !tag.hasPrefix(" ")
                && !tag.hasSuffix(" ")
            if !isWritable { tally.omit("tags with a semicolon, or spaces around") }
            return isWritable
        }
        guard !tags.isEmpty else { return nil }
        guard tags.contains(where: { $0.contains(",") }) else { return tags.joined(separator: ",") }
        return tags.joined(separator: ";") + (tags.count == 1 ? ";" : "")
    }

    private func hashes(
        _ entry: ListEntry,
        _ md5: [UInt8],
        _ photoDNA: String?,
        _ held: inout Set<String>
    ) -> JSONValue? {
        var hashes: [(name: String, value: String)] = []
        if let photoDNA { hashes.append(("PhotoDNA", photoDNA)) }
        if let sha256 = entry.sha256 { hashes.append(("SHA256", HexText.text(sha256))) }
        for print in entry.prints { hashes.append(("PDQ", print.fingerprint.hex)) }
        for (name, value) in entry.other.sorted(by: { $0.key < $1.key })
        where name.hasPrefix(VICSMedia.hashPrefix) {
            hashes.append((String(name.dropFirst(VICSMedia.hashPrefix.count)), value))
            held.insert(name)
        }
        guard !hashes.isEmpty else { return nil }
        return .list(
            hashes.map { hash in
                .object([
                    .init(name: "MD5", value: upper(md5)),
                    .init(name: "HashName", value: .text(hash.name)),
                    .init(name: "HashValue", value: .text(hash.value)),
                ])
            }
        )
    }
}
