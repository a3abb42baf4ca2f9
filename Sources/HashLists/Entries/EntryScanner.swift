import Fingerprinting

/// Reads the line of an entry as lists mostly have it: members with text, whole numbers and categories, nothing escaped. Twenty times as
/// fast as the general way, which takes every other line.
struct EntryScanner {
    private let bytes: UnsafeRawBufferPointer
    private var place = 0

    /// Reads a line.
    ///
    /// - Returns: `nil` for a line that the general way has to read, be it right or wrong.
    static func entry(_ line: UnsafeRawBufferPointer) -> ListEntry? {
        var scanner = EntryScanner(bytes: line)
        guard let entry = scanner.entry(), scanner.place == line.count, entry.isRecognisable else {
            return nil
        }
        return entry
    }

    private init(bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard place < bytes.count, bytes[place] == byte else { return false }
        place += 1
        return true
    }

    /// Calls `body` with the name of each member, at whose value it stands then.
    private mutating func object(_ body: (inout EntryScanner, Range<Int>) -> Bool) -> Bool {
        guard take(UInt8(ascii: "{")) else { return false }
        if take(UInt8(ascii: "}")) { return true }
        while true {
            guard let name = text(), take(UInt8(ascii: ":")), body(&self, name) else {
                return false
            }
            if take(UInt8(ascii: "}")) { return true }
            guard take(UInt8(ascii: ",")) else { return false }
        }
    }

    /// The range of a text without its quotation marks; `nil` if anything in it is escaped, or has to be.
    private mutating func text() -> Range<Int>? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = place
        while place < bytes.count {
            let byte = bytes[place]
            if byte == UInt8(ascii: "\"") {
                place += 1
                return start..<(place - 1)
            }
            guard byte != UInt8(ascii: "\\"), byte >= 0x20 else { return nil }
            place += 1
        }
        return nil
    }

    private mutating func string() -> String? {
        guard let range = text() else { return nil }
        return String(validating: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }

    private mutating func number() -> Int64? {
        let start = place
        var value: Int64 = 0
        while place < bytes.count, (48...57).contains(bytes[place]) {
            guard place - start < 18 else { return nil }
            value = 10 * value + Int64(bytes[place] - 48)
            place += 1
        }
        // What follows a number ends it; a point, an exponent or a zero before others is for the general way.
        if place > start + 1, bytes[start] == 48 { return nil }
        guard place > start, place < bytes.count,
            bytes[place] == UInt8(ascii: ",") || bytes[place] == UInt8(ascii: "}")
        else { return nil }
        return value
    }

    private mutating func digest(_ width: Int) -> [UInt8]? {
        guard let range = text(), range.count == 2 * width else { return nil }
        return HexDigits.bytes(bytes[range])
    }

    private mutating func entry() -> ListEntry? {
        var entry = ListEntry()
        var (fingerprint, quality) = (Fingerprint?.none, UInt8?.none)
        var seen: Set<UInt8> = []
        let isRead = object { scanner, name in
            func isNamed(_ text: StaticString) -> Bool {
                text.utf8CodeUnitCount == name.count
                    && UnsafeRawBufferPointer(start: text.utf8Start, count: name.count)
                        .elementsEqual(scanner.bytes[name])
            }
            func once(_ mark: UInt8) -> Bool { seen.insert(mark).inserted }
            if isNamed("pdq") {
                guard once(0), let range = scanner.text() else { return false }
                fingerprint = HexText.fingerprint(
                    UnsafeRawBufferPointer(rebasing: scanner.bytes[range])
                )
                return fingerprint != nil
            }
            if isNamed("quality") {
                guard once(1), let value = scanner.number(), value <= 100 else { return false }
                quality = UInt8(value)
                return true
            }
            if isNamed("md5") {
                entry.md5 = scanner.digest(16)
                return once(2) && entry.md5 != nil
            }
            if isNamed("sha1") {
                entry.sha1 = scanner.digest(20)
                return once(3) && entry.sha1 != nil
            }
            if isNamed("sha256") {
                entry.sha256 = scanner.digest(32)
                return once(4) && entry.sha256 != nil
            }
            if isNamed("id") {
                entry.identifier = scanner.string()
                return once(5) && entry.identifier != nil
            }
            if isNamed("medium") {
                entry.medium = scanner.string().flatMap { ListEntry.Medium(rawValue: $0) }
                return once(6) && entry.medium != nil
            }
            if isNamed("categories") {
                return once(7) && scanner.categories(&entry.categories)
            }
            if isNamed("series") {
                entry.series = scanner.string()
                return once(8) && entry.series != nil
            }
            if isNamed("size") {
                entry.size = scanner.number().map { UInt64($0) }
                return once(9) && entry.size != nil
            }
            if isNamed("name") {
                entry.name = scanner.string()
                return once(10) && entry.name != nil
            }
            if isNamed("mime") {
                entry.mime = scanner.string()
                return once(11) && entry.mime != nil
            }
            return false
        }
        guard isRead else { return nil }
        if let fingerprint { entry.prints = [ListEntry.Print(fingerprint, quality: quality)] }
        // A quality of nothing is for the general way to judge.
        return fingerprint == nil && quality != nil ? nil : entry
    }

    private mutating func categories(_ categories: inout [AssertedCategory]) -> Bool {
        guard take(UInt8(ascii: "[")) else { return false }
        while true {
            var (scheme, country, code) = (String?.none, String?.none, String?.none)
            let isRead = object { scanner, name in
                let value = scanner.string()
                let known = scanner.bytes[name]
                if known.elementsEqual("scheme".utf8), scheme == nil {
                    scheme = value
                } else if known.elementsEqual("country".utf8), country == nil {
                    country = value
                } else if known.elementsEqual("code".utf8), code == nil {
                    code = value
                } else {
                    return false
                }
                return value != nil
            }
            guard isRead, let scheme, let code else { return false }
            categories.append(AssertedCategory(scheme: scheme, country: country, code: code))
            if take(UInt8(ascii: "]")) { return true }
            guard take(UInt8(ascii: ",")) else { return false }
        }
    }
}
