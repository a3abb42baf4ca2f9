import Fingerprinting

/// Reads NCMEC's hash sharing, version 2: `image`, `video`, and what is deleted.
struct NCMECReader {
    private let input: ByteInput
    private let context: ImportContext

    /// What names of elements that are kept begin with.
    static let prefix = "ncmec."
    /// Fingerprints of kinds that a list does not know.
    static let hashPrefix = "ncmec.fingerprint."
    /// The scheme of the classifications A1 to B2.
    static let scheme = "NCMEC"

    init(_ input: ByteInput, context: ImportContext) {
        self.input = input
        self.context = context
    }

    func read(into sink: some EntrySink) throws(ListFault) {
        var isResult = false
        let context = context
        let records = XMLRecords(
            input,
            isRecord: { names in
                names.count == 3 && ["images", "videos"].contains(names[1])
                    || names.count == 2 && !["images", "videos"].contains(names[1])
            },
            reject: { sink.reject($0, line: $1) },
            take: { (around, node, line) throws(ListFault) in
                isResult = isResult || around.first == "queryResult"
                guard around.first == "queryResult" else { return }
                guard around.count == 2 else {
                    if node.name == "paging" {
                        if node["next"]?.value != nil {
                            sink.omit("further pages: the file is one page of several", line: line)
                        }
                    } else {
                        sink.omit("the file's own `\(node.name)`", line: line)
                    }
                    return
                }
                try NCMECReader.take(node, context, line: line, into: sink)
            }
        )
        try records.walk()
        guard isResult else {
            throw ListFault(
                .badInput,
                "\(input.name): no `queryResult` with entries: not NCMEC's hash sharing"
            )
        }
    }

    private static func take(
        _ node: XMLNode,
        _ context: ImportContext,
        line: Int,
        into sink: some EntrySink
    ) throws(ListFault) {
        let isDeleted = node.name.hasPrefix("deleted")
        let medium: ListEntry.Medium
        switch node.name {
        case "image", "deletedImage": medium = .picture
        case "video", "deletedVideo": medium = .film
        default: return sink.omit("elements `\(node.name)`", line: line)
        }
        guard let member = node["member"]?.attributes["id"], let id = node["id"]?.value else {
            return sink.reject("no `member` with its number, or no `id`", line: line)
        }
        var entry = ListEntry()
        let identifier = member + "/" + id
        if isDeleted {
            return try sink.withdraw(
                .identifier(identifier),
                reason: "deleted by the source"
                    + (node["timestamp"]?.value.map { ", " + $0 } ?? ""),
                line: line
            )
        }
        entry.identifier = identifier
        entry.medium = medium
        for child in node.children {
            switch child.name {
            case "id": break
            case "member": entry.other[prefix + "member"] = child.value
            case "classification":
                if let code = child.value {
                    entry.categories.append(
                        AssertedCategory(scheme: scheme, country: context.country, code: code)
                    )
                }
            case "fingerprints":
                for fingerprint in child.children {
                    do {
                        try take(fingerprint, into: &entry)
                    } catch {
                        return sink.reject(error.message, line: line)
                    }
                }
            case "feedback": entry.other[prefix + "feedback"] = child.xml
            default:
                if child.children.isEmpty, child.attributes.isEmpty {
                    entry.other[prefix + child.name] = child.value
                } else {
                    sink.omit("elements `\(child.name)`", line: line)
                }
            }
        }
        guard entry.isRecognisable else {
            return sink.omit("entries without MD5, SHA-1, SHA-256 or PDQ", line: line)
        }
        try sink.take(entry, line: line)
    }

    private static func take(_ node: XMLNode, into entry: inout ListEntry) throws(ListFault) {
        guard let value = node.value else { return }
        switch node.name {
        case "md5":
            entry.md5 = HexText.digest(value, bytes: 16)
            guard entry.md5 != nil else { throw ListFault(.badInput, "`md5` is not 32 hex digits") }
        case "sha1":
            entry.sha1 = HexText.digest(value, bytes: 20)
            guard entry.sha1 != nil else {
                throw ListFault(.badInput, "`sha1` is not 40 hex digits")
            }
        case "sha256":
            entry.sha256 = HexText.digest(value, bytes: 32)
            guard entry.sha256 != nil else {
                throw ListFault(.badInput, "`sha256` is not 64 hex digits")
            }
        case "pdq":
            guard let fingerprint = HexText.fingerprint(value) else {
                throw ListFault(.badInput, "`pdq` is not 64 hex digits")
            }
            entry.prints.append(.init(fingerprint))
        default:
            let key = node.name == "pdna" ? VICSMedia.photoDNA : hashPrefix + node.name
            // A film has several; none of their texts has a space.
            entry.other[key] = entry.other[key].map { $0 + " " + value } ?? value
        }
    }
}
