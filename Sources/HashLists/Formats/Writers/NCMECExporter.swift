import Fingerprinting

/// Writes what NCMEC's hash sharing gives out: pictures first, then films, each section under its number and newest time.
///
/// Both are only known in the end, so that the sections wait in files of their own.
final class NCMECExporter: EntryExporter {
    private let options: ExportOptions
    private let output: ByteOutput
    private var sections: [Section]
    private var tally = ExportTally()

    private struct Section {
        let element: String
        let spool: SpoolFile
        var count = 0
        var newest = ""
    }

    var written: UInt64 { tally.written }
    var omitted: [String: Int] { tally.omitted }

    init(_ path: String, _ options: ExportOptions) throws(ListFault) {
        self.options = options
        output = try ByteOutput(path: path)
        let end = path.lastIndex(of: "/")
        let folder =
            path == "-"
            ? "/tmp" : end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        sections = [
            Section(element: "image", spool: try SpoolFile(folder: folder)),
            Section(element: "video", spool: try SpoolFile(folder: folder)),
        ]
    }

    func take(_ entry: ListEntry, number: UInt64) throws(ListFault) {
        guard entry.isRecognisable else { return tally.omitEntry("without digest and fingerprint") }
        let isFilm = entry.medium == .film || (entry.medium == nil && entry.prints.count > 1)
        let place = isFilm ? 1 : 0
        let node = node(entry, sections[place].element, number)
        node.append(to: &sections[place].spool.bytes)
        sections[place].spool.bytes.append(0x0A)
        sections[place].count += 1
        sections[place].newest = max(sections[place].newest, node["timestamp"]?.value ?? "")
        try sections[place].spool.spill()
    }

    func finish() throws(ListFault) {
        output.write("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n")
        output.write("<queryResult xmlns=\"https://hashsharing.ncmec.org/hashsharing/v2\">\n")
        for section in sections where section.count > 0 || section.element == "image" {
            let newest = section.newest.isEmpty ? options.timestamp : section.newest
            output.write("<\(section.element)s count=\"\(section.count)\"")
            if let newest {
                output.write(" maxTimestamp=\"")
                XMLNode.append(newest, to: &output.bytes)
                output.write("\"")
            }
            output.write(">\n")
            try section.spool.copy(to: output)
            output.write("</\(section.element)s>\n")
        }
        output.write("</queryResult>\n")
        try output.commit()
    }

    private func node(_ entry: ListEntry, _ element: String, _ number: UInt64) -> XMLNode {
        var held: Set<String> = [VICSMedia.photoDNA]
        var tallied = tally
        func kept(_ name: String) -> String? {
            guard let text = entry.other[NCMECReader.prefix + name], XMLNode.canHold(text) else {
                return nil
            }
            held.insert(NCMECReader.prefix + name)
            return text
        }
        func leaf(_ name: String, _ text: String) -> XMLNode { XMLNode(name: name, text: text) }
        var node = XMLNode(name: element)
        var identifier = options.member + "/\(number)"
        if let known = entry.identifier {
            let isHeld = XMLNode.canHold(known)
            if isHeld { identifier = known.contains("/") ? known : options.member + "/" + known }
            if !isHeld || !known.contains("/") {
                tallied.omit(
                    "identifiers that are not `member/id`: they were given the member \(options.member)"
                )
            }
        }
        let parts = identifier.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        var member = leaf("member", kept("member") ?? "")
        member.attributes = ["id": String(parts[0])]
        node.children.append(member)
        if let time = kept("timestamp") ?? options.timestamp {
            node.children.append(leaf("timestamp", time))
        }
        node.children.append(leaf("id", String(parts[parts.count - 1])))
        var isClassified = false
        for category in entry.categories {
            if category.scheme == NCMECReader.scheme, !isClassified, XMLNode.canHold(category.code)
            {
                node.children.append(leaf("classification", category.code))
                if category.country != nil { tallied.omit("countries of categories") }
                isClassified = true
            } else {
                tallied.omit("categories of another scheme, or beside the first")
            }
        }
        var fingerprints = XMLNode(name: "fingerprints")
        if let md5 = entry.md5 { fingerprints.children.append(leaf("md5", HexText.text(md5))) }
        if let sha1 = entry.sha1 { fingerprints.children.append(leaf("sha1", HexText.text(sha1))) }
        if let sha256 = entry.sha256 {
            fingerprints.children.append(leaf("sha256", HexText.text(sha256)))
        }
        for value in entry.other[VICSMedia.photoDNA]?.split(separator: " ") ?? []
        where XMLNode.canHold(String(value)) {
            fingerprints.children.append(leaf("pdna", String(value)))
        }
        for print in entry.prints {
            fingerprints.children.append(leaf("pdq", print.fingerprint.hex))
        }
        let others = entry.other.filter { $0.key.hasPrefix(NCMECReader.prefix) }
            .sorted { $0.key < $1.key }
        for (name, value) in others where name.hasPrefix(NCMECReader.hashPrefix) {
            let tag = String(name.dropFirst(NCMECReader.hashPrefix.count))
            guard XMLNode.isName(tag), XMLNode.canHold(value) else { continue }
            held.insert(name)
            for part in value.split(separator: " ") {
                fingerprints.children.append(leaf(tag, String(part)))
            }
        }
        node.children.append(fingerprints)
        if let feedback = kept("feedback") {
            if let parsed = XMLNode(xml: feedback) {
                node.children.append(parsed)
            } else {
                held.remove(NCMECReader.prefix + "feedback")
            }
        }
        for (name, value) in others where !held.contains(name) {
            let tag = String(name.dropFirst(NCMECReader.prefix.count))
            guard XMLNode.isName(tag), tag != "feedback", XMLNode.canHold(value) else { continue }
            held.insert(name)
            node.children.append(leaf(tag, value))
        }
        tally = tallied
        tally.take(
            entry,
            held: [
                .digests, .print, .frames, .categories, .identifier,
                entry.medium == nil ? [] : .medium,
            ]
        ) { held.contains($0) }
        return node
    }
}
