/// An element of XML with all that is in it.
struct XMLNode: Hashable {
    /// Its name, without the prefix of a name space.
    var name: String
    var attributes: [String: String] = [:]
    var children: [XMLNode] = []
    /// The text in it, where it has no children.
    var text = ""

    /// An element from its name and the text in it.
    init(name: String, text: String = "") {
        self.name = name
        self.text = text
    }

    /// The first child of a name.
    subscript(_ name: String) -> XMLNode? {
        children.first { $0.name == name }
    }

    /// The text without white space around it; `nil` if there is none.
    var value: String? {
        func isSpace(_ byte: UInt8) -> Bool {
            byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
        }
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last else { return nil }
        guard isSpace(first) || isSpace(last) else { return text }
        guard let start = bytes.firstIndex(where: { !isSpace($0) }),
            let end = bytes.lastIndex(where: { !isSpace($0) })
        else { return nil }
        return String(text[start...end])
    }

    /// Appends it as text: attributes by their names, no white space between elements.
    func append(to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "<"))
        bytes.append(contentsOf: name.utf8)
        for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
            bytes.append(contentsOf: " \(name)=\"".utf8)
            XMLNode.append(value, to: &bytes)
            bytes.append(UInt8(ascii: "\""))
        }
        let text = children.isEmpty ? value : nil
        guard !children.isEmpty || text != nil else {
            bytes.append(contentsOf: "/>".utf8)
            return
        }
        bytes.append(UInt8(ascii: ">"))
        if let text { XMLNode.append(text, to: &bytes) }
        for child in children { child.append(to: &bytes) }
        bytes.append(contentsOf: "</\(name)>".utf8)
    }

    /// It as text.
    var xml: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends text with what has a meaning in XML escaped.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): bytes.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): bytes.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\""): bytes.append(contentsOf: "&quot;".utf8)
            case 0x09, 0x0A, 0x0D: bytes.append(contentsOf: "&#\(byte);".utf8)
            default: bytes.append(byte)
            }
        }
    }

    /// Whether a text can be the name of an element.
    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, (0x61...0x7A).contains(first | 0x20) else {
            return false
        }
        return text.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte)
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: ".")
        }
    }

    /// The element that a text is, as ``xml`` writes it; `nil` if it is none, or says anything else.
    init?(xml text: String) {
        var found: XMLNode?
        let records = XMLRecords(
            ByteInput(bytes: Array(text.utf8)),
            isRecord: { $0.count == 1 },
            reject: { _, _ in },
            take: { (_, node, _) throws(ListFault) in found = node }
        )
        do {
            try records.walk()
        } catch {
            return nil
        }
        guard let node = found, node.xml == text else { return nil }
        self = node
    }

    /// Whether XML can hold a text: it has no place for most control characters, even escaped.
    static func canHold(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF
                || scalar == "\t" || scalar == "\n" || scalar == "\r"
        }
    }
}
