/// A value of JSON, with the order of its members and the digits of its numbers as they were.
///
/// Foundation's reader loses both, which would change what is kept as text and given back; and it takes several times as long.
enum JSONValue: Hashable {
    /// A member of an object.
    struct Member: Hashable {
        let name: String
        let value: JSONValue
    }

    case null
    case flag(Bool)
    case number(String)
    case text(String)
    case list([JSONValue])
    case object([Member])

    /// The text of a text or number, or of true and false; `nil` for null and for what has parts.
    var scalar: String? {
        switch self {
        case .text(let text), .number(let text): text
        case .flag(let flag): flag ? "true" : "false"
        case .null, .list, .object: nil
        }
    }

    /// Whether it says nothing: null, an empty text, list or object.
    var isEmpty: Bool {
        switch self {
        case .null: true
        case .text(let text): text.isEmpty
        case .list(let list): list.isEmpty
        case .object(let members): members.isEmpty
        case .flag, .number: false
        }
    }

    /// The first member of a name.
    subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// Appends it without white space.
    func append(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .flag(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
        case .number(let digits): bytes.append(contentsOf: digits.utf8)
        case .text(let text): JSONValue.append(text, to: &bytes)
        case .list(let list):
            JSONObjectWriter.array(list, &bytes) { value, bytes in value.append(to: &bytes) }
        case .object(let members):
            bytes.append(0x7B)
            for (place, member) in members.enumerated() {
                if place > 0 { bytes.append(0x2C) }
                JSONValue.append(member.name, to: &bytes)
                bytes.append(0x3A)
                member.value.append(to: &bytes)
            }
            bytes.append(0x7D)
        }
    }

    /// Appends a text in quotation marks; as a whole, if nothing in it has to be escaped, as is mostly so.
    private static func append(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        let isPlain = text.withUTF8 { text in
            for byte in text where byte < 0x20 || byte == 0x22 || byte == 0x5C { return false }
            bytes.append(0x22)
            bytes.append(contentsOf: text)
            bytes.append(0x22)
            return true
        }
        if !isPlain { JSONObjectWriter.append(text, to: &bytes) }
    }

    /// It without white space.
    var json: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The value that a text is; `nil` if it is none.
    init?(json text: String) {
        var text = text
        let value = text.withUTF8 { bytes in
            var parser = JSONParser(UnsafeRawBufferPointer(bytes))
            let value = parser.whole()
            return parser.isRepaired ? nil : value
        }
        guard let value else { return nil }
        self = value
    }
}
