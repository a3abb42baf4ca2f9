import Glibc

/// Reads one value of JSON from bytes that hold nothing else.
///
/// Two faults of tools in the field are mended, and told by ``isRepaired``: a back slash that begins no escape, as in a path that
/// was pasted (`"C:\Users"`), stands for itself; and half of a pair of surrogates becomes U+FFFD. Control characters within texts
/// are taken as they are.
struct JSONParser {
    private let bytes: UnsafeRawBufferPointer
    private var place = 0
    private var depth = 0
    /// Whether something was mended.
    private(set) var isRepaired = false

    /// Deeper than any format goes; each level takes a frame of the stack.
    private static let deepest = 64

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// The value; `nil` if there is none, or something else.
    mutating func whole() -> JSONValue? {
        guard let value = value() else { return nil }
        skipSpace()
        return place == bytes.count ? value : nil
    }

    @inline(__always)
    private mutating func skipSpace() {
        while place < bytes.count {
            switch bytes[place] {
            case 0x20, 0x09, 0x0A, 0x0D: place += 1
            default: return
            }
        }
    }

    @inline(__always)
    private mutating func take(_ byte: UInt8) -> Bool {
        guard place < bytes.count, bytes[place] == byte else { return false }
        place += 1
        return true
    }

    private mutating func word(_ word: StaticString) -> Bool {
        guard bytes.count - place >= word.utf8CodeUnitCount else { return false }
        for offset in 0..<word.utf8CodeUnitCount
        where bytes[place + offset] != word.utf8Start[offset] {
            return false
        }
        place += word.utf8CodeUnitCount
        return true
    }

    private mutating func value() -> JSONValue? {
        skipSpace()
        guard place < bytes.count else { return nil }
        switch bytes[place] {
        case UInt8(ascii: "\""):
            return text().map { .text($0) }
        case UInt8(ascii: "{"): return object()
        case UInt8(ascii: "["): return list()
        case UInt8(ascii: "t"): return word("true") ? .flag(true) : nil
        case UInt8(ascii: "f"): return word("false") ? .flag(false) : nil
        case UInt8(ascii: "n"): return word("null") ? .null : nil
        default: return number()
        }
    }

    private mutating func number() -> JSONValue? {
        let start = place
        _ = take(UInt8(ascii: "-"))
        guard digits() else { return nil }
        if take(UInt8(ascii: ".")), !digits() { return nil }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() else { return nil }
        }
        return .number(
            String(decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<place]), as: UTF8.self)
        )
    }

    private mutating func digits() -> Bool {
        let start = place
        while place < bytes.count, (0x30...0x39).contains(bytes[place]) { place += 1 }
        return place > start
    }

    private mutating func list() -> JSONValue? {
        depth += 1
        defer { depth -= 1 }
        guard depth <= JSONParser.deepest else { return nil }
        place += 1
        var list: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .list([]) }
        while true {
            guard let value = value() else { return nil }
            list.append(value)
            skipSpace()
            if take(UInt8(ascii: "]")) { return .list(list) }
            guard take(UInt8(ascii: ",")) else { return nil }
        }
    }

    private mutating func object() -> JSONValue? {
        depth += 1
        defer { depth -= 1 }
        guard depth <= JSONParser.deepest else { return nil }
        place += 1
        var members: [JSONValue.Member] = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object([]) }
        while true {
            skipSpace()
            guard place < bytes.count, bytes[place] == UInt8(ascii: "\""), let name = text() else {
                return nil
            }
            skipSpace()
            guard take(UInt8(ascii: ":")), let value = value() else { return nil }
            members.append(.init(name: name, value: value))
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { return nil }
        }
    }

    private mutating func text() -> String? {
        place += 1
        let start = place
        guard let base = bytes.baseAddress, place < bytes.count,
            let found = memchr(base + start, 0x22, bytes.count - start)
        else { return nil }
        let length = UnsafeRawPointer(found) - base - start
        if let slash = memchr(base + start, 0x5C, length) {
            place = UnsafeRawPointer(slash) - base
            return escapedText(from: start)
        }
        place = start + length + 1
        return UnsafeRawBufferPointer(start: base + start, count: length).text
    }

    private mutating func escapedText(from start: Int) -> String? {
        var text = Array(bytes[start..<place])
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            switch byte {
            case UInt8(ascii: "\""):
                return String(validating: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard place < bytes.count else { return nil }
                let escape = bytes[place]
                place += 1
                switch escape {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escape)
                case UInt8(ascii: "n"): text.append(0x0A)
                case UInt8(ascii: "r"): text.append(0x0D)
                case UInt8(ascii: "t"): text.append(0x09)
                case UInt8(ascii: "b"): text.append(0x08)
                case UInt8(ascii: "f"): text.append(0x0C)
                case UInt8(ascii: "u"):
                    if let scalar = scalar() {
                        text.append(contentsOf: Character(scalar).utf8)
                    } else {
                        isRepaired = true
                        text.append(contentsOf: "\\u".utf8)
                    }
                default:
                    isRepaired = true
                    text.append(UInt8(ascii: "\\"))
                    text.append(escape)
                }
            default: text.append(byte)
            }
        }
        return nil
    }

    /// What stands behind `\u`, with the second half of a pair; `nil`, and nothing taken, if it is not four digits.
    private mutating func scalar() -> Unicode.Scalar? {
        guard let unit = unit(at: place) else { return nil }
        place += 4
        if let scalar = Unicode.Scalar(unit) { return scalar }
        if (0xD800..<0xDC00).contains(unit), place + 2 <= bytes.count,
            bytes[place] == UInt8(ascii: "\\"), bytes[place + 1] == UInt8(ascii: "u"),
            let second = self.unit(at: place + 2), (0xDC00..<0xE000).contains(second)
        {
            place += 6
            return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00))
        }
        isRepaired = true
        return "\u{FFFD}"
    }

    private func unit(at start: Int) -> UInt32? {
        guard start + 4 <= bytes.count else { return nil }
        var unit: UInt32 = 0
        for place in start..<(start + 4) {
            guard let digit = HexDigits.value(bytes[place]) else { return nil }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }
}
