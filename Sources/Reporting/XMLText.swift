/// XML 1.0 that is written element by element. Whatever the text, it is well-formed: characters that XML cannot hold, not even escaped,
/// are replaced by U+FFFD.
struct XMLText {
    /// What was written.
    private(set) var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    private var depth = 0

    /// Opens an element, writes what is in it, and closes it.
    mutating func element(
        _ name: String,
        _ attributes: [(name: String, value: String)] = [],
        _ body: (inout XMLText) throws -> Void
    ) rethrows {
        indent()
        text += "<\(name)\(XMLText.text(attributes))>\n"
        depth += 1
        try body(&self)
        depth -= 1
        indent()
        text += "</\(name)>\n"
    }

    /// An element that holds text alone.
    mutating func leaf(
        _ name: String,
        _ attributes: [(name: String, value: String)],
        _ value: String
    ) {
        indent()
        text += "<\(name)\(XMLText.text(attributes))>\(XMLText.escaped(value))</\(name)>\n"
    }

    /// An element without attributes that holds text alone.
    mutating func leaf(_ name: String, _ value: String) {
        leaf(name, [], value)
    }

    private mutating func indent() {
        text += String(repeating: " ", count: depth)
    }

    private static func text(_ attributes: [(name: String, value: String)]) -> String {
        attributes.map { " \($0.name)=\"\(escaped($0.value))\"" }.joined()
    }

    /// Whether XML 1.0 can hold a character (section 2.2 of its recommendation).
    static func canHold(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    /// Whether XML 1.0 can hold all of a text.
    static func canHold(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { canHold($0) }
    }

    /// Text for an element or an attribute. Tabs and line breaks are escaped, too: a reader would make spaces or other line breaks
    /// of them.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\t": escaped += "&#9;"
            case "\n": escaped += "&#10;"
            case "\r": escaped += "&#13;"
            case _ where canHold(scalar): escaped.unicodeScalars.append(scalar)
            default: escaped += "\u{FFFD}"
            }
        }
        return escaped
    }
}
