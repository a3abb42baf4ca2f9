import Evidence
import Fingerprinting
import Foundation

/// An entry as a line of JSON: the form in which lists keep and exchange entries. `Docs/Format.md` has the members.
///
/// Equal entries have equal bytes: the members stand in a fixed order, what is not known is left out, objects are sorted by their
/// keys, and of the characters only those are escaped that have to be.
extension ListEntry {
    /// Appends the line, without a line feed.
    public func appendJSON(to bytes: inout [UInt8]) {
        var object = JSONObjectWriter(&bytes)
        let still =
            prints.count == 1 && prints[0].timeMilliseconds == nil
            && prints[0].spanMilliseconds == 0
        if still {
            object.member("pdq", hex: prints[0].fingerprint)
            if let quality = prints[0].quality { object.member("quality", number: Int64(quality)) }
        } else if !prints.isEmpty {
            object.member("frames") { bytes in
                JSONObjectWriter.array(prints, &bytes) { print, bytes in
                    var frame = JSONObjectWriter(&bytes)
                    frame.member("pdq", hex: print.fingerprint)
                    if let quality = print.quality {
                        frame.member("quality", number: Int64(quality))
                    }
                    if let time = print.timeMilliseconds { frame.member("ms", number: time) }
                    if print.spanMilliseconds > 0 {
                        frame.member("span_ms", number: Int64(print.spanMilliseconds))
                    }
                    bytes = frame.finish()
                }
            }
        }
        object.member("md5", hexDigits: md5)
        object.member("sha1", hexDigits: sha1)
        object.member("sha256", hexDigits: sha256)
        object.member("id", text: identifier)
        object.member("medium", text: medium?.rawValue)
        if !categories.isEmpty {
            object.member("categories") { bytes in
                JSONObjectWriter.array(categories, &bytes) { category, bytes in
                    var member = JSONObjectWriter(&bytes)
                    member.member("scheme", text: category.scheme)
                    member.member("country", text: category.country)
                    member.member("code", text: category.code)
                    bytes = member.finish()
                }
            }
        }
        object.member("series", text: series)
        if !tags.isEmpty {
            object.member("tags") { bytes in
                JSONObjectWriter.array(tags, &bytes) { tag, bytes in
                    JSONObjectWriter.append(tag, to: &bytes)
                }
            }
        }
        object.member("note", text: note)
        object.member("name", text: name)
        if let size { object.member("size", number: Int64(clamping: size)) }
        object.member("mime", text: mime)
        if let durationMilliseconds { object.member("duration_ms", number: durationMilliseconds) }
        if !marks.isEmpty {
            object.member("marks") { bytes in
                var member = JSONObjectWriter(&bytes)
                for (name, value) in marks.sorted(by: { $0.key < $1.key }) {
                    member.member(name, flag: value)
                }
                bytes = member.finish()
            }
        }
        if !other.isEmpty {
            object.member("other") { bytes in
                var member = JSONObjectWriter(&bytes)
                for (name, value) in other.sorted(by: { $0.key < $1.key }) {
                    member.member(name, text: value)
                }
                bytes = member.finish()
            }
        }
        bytes = object.finish()
    }

    /// The line, without a line feed.
    public var json: String {
        var bytes: [UInt8] = []
        appendJSON(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads the line of an entry that is a fingerprint and perhaps its quality, as lists have them by the million.
    ///
    /// - Returns: `nil` for every other line, and for those that are not just as ``appendJSON(to:)`` writes them.
    private init?(plain line: UnsafeRawBufferPointer) {
        let prefix = "{\"pdq\":\""
        guard line.count >= 74, line[..<8].elementsEqual(prefix.utf8),
            line[72] == UInt8(ascii: "\""),
            line[line.count - 1] == UInt8(ascii: "}"),
            let fingerprint = HexText.fingerprint(UnsafeRawBufferPointer(rebasing: line[8..<72]))
        else { return nil }
        var quality: UInt8?
        if line.count > 74 {
            let rest = line[73..<(line.count - 1)]
            let name = ",\"quality\":"
            guard rest.starts(with: name.utf8), case let digits = rest.dropFirst(name.utf8.count),
                (1...3).contains(digits.count), digits.allSatisfy({ (48...57).contains($0) }),
                case let value = digits.reduce(0, { 10 * $0 + Int($1 - 48) }), value <= 100
            else { return nil }
            quality = UInt8(value)
        }
        self.init(prints: [Print(fingerprint, quality: quality)])
    }

    /// Reads a line.
    ///
    /// - Parameter unknown: is told of members that this version does not know.
    /// - Throws: ``ListFault`` with the code `badInput` and what is wrong, without the place.
    public init(
        json line: UnsafeRawBufferPointer,
        unknown: (String) -> Void = { _ in }
    ) throws(ListFault) {
        if let scanned = ListEntry(plain: line) ?? EntryScanner.entry(line) {
            self = scanned
            return
        }
        let parsed: Any
        do {
            parsed = try JSONSerialization.jsonObject(with: Data(line))
        } catch {
            throw ListFault(.badInput, "not JSON")
        }
        guard let members = parsed as? [String: Any] else {
            throw ListFault(.badInput, "not an object of JSON")
        }
        try self.init(members: members, unknown: unknown)
    }

    private init(members: [String: Any], unknown: (String) -> Void) throws(ListFault) {
        self.init()
        let object = EntryMembers(members)
        if let fingerprint = try object.fingerprint("pdq") {
            prints = [Print(fingerprint, quality: try object.quality())]
        }
        for frame in try object.objects("frames") {
            guard prints.isEmpty || members["pdq"] == nil else {
                throw ListFault(.badInput, "`pdq` and `frames` exclude each other")
            }
            guard let fingerprint = try frame.fingerprint("pdq") else {
                throw ListFault(.badInput, "a frame without `pdq`")
            }
            prints.append(
                Print(
                    fingerprint,
                    quality: try frame.quality(),
                    timeMilliseconds: try frame.number("ms"),
                    spanMilliseconds: UInt32(clamping: try frame.number("span_ms") ?? 0)
                )
            )
        }
        md5 = try object.digest("md5", bytes: 16)
        sha1 = try object.digest("sha1", bytes: 20)
        sha256 = try object.digest("sha256", bytes: 32)
        identifier = try object.text("id")
        if let name = try object.text("medium") {
            guard let known = Medium(rawValue: name) else {
                throw ListFault(.badInput, "`medium` is picture or film, not \(name)")
            }
            medium = known
        }
        for category in try object.objects("categories") {
            guard let scheme = try category.text("scheme"), let code = try category.text("code")
            else {
                throw ListFault(.badInput, "a category without `scheme` or `code`")
            }
            categories.append(
                AssertedCategory(scheme: scheme, country: try category.text("country"), code: code)
            )
        }
        series = try object.text("series")
        tags = try object.texts("tags")
        note = try object.text("note")
        name = try object.text("name")
        size = try object.number("size").map { UInt64(clamping: $0) }
        mime = try object.text("mime")
        durationMilliseconds = try object.number("duration_ms")
        marks = try object.flags("marks")
        other = try object.strings("other")
        for name in members.keys.sorted() where !ListEntry.memberNames.contains(name) {
            unknown(name)
        }
        guard isRecognisable else {
            throw ListFault(.badInput, "neither `pdq`, `frames`, `md5`, `sha1` nor `sha256`")
        }
    }

    private static let memberNames: Set<String> = [
        "pdq", "quality", "frames", "md5", "sha1", "sha256", "id", "medium", "categories", "series",
        "tags", "note", "name",
        "size", "mime", "duration_ms", "marks", "other",
    ]
}
