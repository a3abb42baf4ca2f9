import Fingerprinting

/// One element of VICS' `Media`, on its way to an entry.
struct VICSMedia {
    /// The name under which PhotoDNA is kept, as it was given.
    static let photoDNA = "photodna"
    /// What names of members that are kept begin with.
    static let prefix = "vics."
    /// Hashes of kinds that a list does not know.
    static let hashPrefix = "vics.hash."
    /// Members that VICS does not know, and that are no text, as JSON.
    static let jsonPrefix = "vics.json."
    /// The mark for a category that a tool gave.
    static let precategorized = "precategorized"

    private(set) var entry = ListEntry()
    private(set) var omitted: [String] = []
    private let categories: VICSCategories
    private var files: JSONValue?

    init(_ categories: VICSCategories) {
        self.categories = categories
    }

    /// Takes all members.
    ///
    /// - Throws: ``ListFault`` with what is wrong, without the place, if a digest is none, or there is nothing to recognise it by.
    mutating func take(_ members: [JSONValue.Member]) throws(ListFault) {
        // A digest that is given twice must not hide the other.
        for member in members where !member.value.isEmpty {
            try take(member.name, member.value)
        }
        keepFiles()
        guard entry.isRecognisable else {
            throw ListFault(.badInput, "neither MD5, SHA1 nor a fingerprint")
        }
    }

    private mutating func take(_ name: String, _ value: JSONValue) throws(ListFault) {
        switch name {
        case "MD5": entry.md5 = try digest(name, value, entry.md5, bytes: 16)
        case "SHA1": entry.sha1 = try digest(name, value, entry.sha1, bytes: 20)
        case "SHA256": entry.sha256 = try digest(name, value, entry.sha256, bytes: 32)
        case "Category":
            if let code = value.scalar {
                entry.categories.append(categories.category(code))
            } else {
                omitted.append("a `Category` that is neither text nor number")
            }
        case "PhotoDNA":
            if let text = value.scalar {
                entry.other[VICSMedia.photoDNA] = text
            } else {
                keep(name, value)
            }
        case "MediaSize":
            if let text = value.scalar, let size = UInt64(text) {
                entry.size = size
            } else {
                omitted.append("a `MediaSize` that is no whole number")
            }
        case "MimeType": entry.mime = text(name, value)
        case "Series": entry.series = text(name, value)
        case "Comments": entry.note = text(name, value)
        case "Tags": tags(value)
        case "VictimIdentified": mark(ListEntry.Mark.victimIdentified, name, value)
        case "OffenderIdentified": mark(ListEntry.Mark.offenderIdentified, name, value)
        case "IsDistributed": mark(ListEntry.Mark.distributed, name, value)
        case "IsSuspected": mark(ListEntry.Mark.suspected, name, value)
        case "SelfGenerated": mark(ListEntry.Mark.selfGenerated, name, value)
        case "IsPrecategorized": mark(VICSMedia.precategorized, name, value)
        case "MediaFiles": files = value
        case "Exifs", "MediaMetadata": entry.other[VICSMedia.prefix + name] = value.json
        case "AlternativeHashes": try hashes(value)
        default:
            if name.hasPrefix("odata.") || name.utf8.contains(UInt8(ascii: "@")) {
                omitted.append("links of OData")
            } else {
                keep(name, value)
            }
        }
    }

    private mutating func keep(_ name: String, _ value: JSONValue) {
        switch value {
        case .text(let text): entry.other[VICSMedia.prefix + name] = text
        case .number(let digits) where name == "MediaID":
            entry.other[VICSMedia.prefix + name] = digits
        default: entry.other[VICSMedia.jsonPrefix + name] = value.json
        }
    }

    private mutating func digest(
        _ name: String,
        _ value: JSONValue,
        _ known: [UInt8]?,
        bytes: Int
    ) throws(ListFault) -> [UInt8] {
        guard case .text(let text) = value, let digest = HexText.digest(text, bytes: bytes) else {
            throw ListFault(.badInput, "`\(name)` is not \(2 * bytes) hex digits")
        }
        guard known == nil || known == digest else {
            throw ListFault(.badInput, "two different values of `\(name)`")
        }
        return digest
    }

    private mutating func text(_ name: String, _ value: JSONValue) -> String? {
        if let text = value.scalar { return text }
        keep(name, value)
        return nil
    }

    private mutating func mark(_ mark: String, _ name: String, _ value: JSONValue) {
        if let text = value.scalar, let flag = flag(text) {
            entry.marks[mark] = flag
        } else {
            omitted.append("a `\(name)` that is neither true nor false")
        }
    }

    /// Words between semicolons, if there are any, or else between commas.
    private mutating func tags(_ value: JSONValue) {
        if case .list(let list) = value {
            entry.tags = list.compactMap(\.scalar)
            return
        }
        guard let text = value.scalar else { return keep("Tags", value) }
        entry.tags = text.split(separator: text.utf8.contains(UInt8(ascii: ";")) ? ";" : ",").map {
            tag in
            let start = tag.firstIndex { $0 != " " } ?? tag.endIndex
            let end = tag.lastIndex { $0 != " " }.map { tag.index(after: $0) } ?? start
            return String(tag[start..<end])
        }.filter { !$0.isEmpty }
    }

    /// Files that say no more than a name are not kept beside it.
    private mutating func keepFiles() {
        guard let files else { return }
        entry.name = VICSMedia.names(files).first
        if let name = entry.name, let md5 = entry.md5,
            files == VICSMedia.files(md5: md5, name: name)
        {
            return
        }
        entry.other[VICSMedia.prefix + "MediaFiles"] = files.json
    }

    /// The names in `MediaFiles`.
    static func names(_ files: JSONValue) -> [String] {
        guard case .list(let list) = files else { return [] }
        return list.compactMap { $0["FileName"]?.scalar }.filter { !$0.isEmpty }
    }

    /// `MediaFiles` of an entry of which only one name is known.
    static func files(md5: [UInt8], name: String) -> JSONValue {
        var digits: [UInt8] = []
        HexText.append(md5, upper: true, to: &digits)
        return .list([
            .object([
                .init(name: "MD5", value: .text(String(decoding: digits, as: UTF8.self))),
                .init(name: "FileName", value: .text(name)),
                .init(name: "FilePath", value: .text("")),
            ])
        ])
    }

    private mutating func hashes(_ value: JSONValue) throws(ListFault) {
        guard case .list(let list) = value else { return keep("AlternativeHashes", value) }
        for element in list {
            guard let name = element["HashName"]?.scalar, let value = element["HashValue"]?.scalar
            else {
                omitted.append("an alternative hash without a name or value")
                continue
            }
            if value.isEmpty { continue }
            switch name.lowercased().filter({ $0 != "-" && $0 != "_" && $0 != " " }) {
            case "pdq":
                guard let fingerprint = HexText.fingerprint(value) else {
                    throw ListFault(.badInput, "the hash `PDQ` is not 64 hex digits")
                }
                entry.prints.append(.init(fingerprint))
            case "photodna" where (entry.other[VICSMedia.photoDNA] ?? value) == value:
                entry.other[VICSMedia.photoDNA] = value
            case "md5": entry.md5 = try digest(name, .text(value), entry.md5, bytes: 16)
            case "sha1": entry.sha1 = try digest(name, .text(value), entry.sha1, bytes: 20)
            case "sha256": entry.sha256 = try digest(name, .text(value), entry.sha256, bytes: 32)
            default:
                let key = VICSMedia.hashPrefix + name
                if let known = entry.other[key], known != value {
                    omitted.append("a second hash `\(name)` of an entry")
                } else {
                    entry.other[key] = value
                }
            }
        }
    }
}
