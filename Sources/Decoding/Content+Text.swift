extension Content {
    /// This much is looked at to tell text from other bytes.
    private static let sample = 4096

    /// Whether the first bytes are text: UTF-16 with its mark, or printable ASCII and UTF-8.
    static func isText(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if bytes.holds([0xFF, 0xFE]) || bytes.holds([0xFE, 0xFF]) {
            return bytes.count >= 16
        }
        let head = bytes.prefix(sample)
        // Under this, almost any bytes could pass.
        guard head.count >= 16 else { return false }
        let isPlain = head.allSatisfy {
            ($0 >= 32 && $0 != 127) || (9...13).contains($0) || $0 == 27
        }
        guard isPlain else { return false }
        // The sample's end may cut a character, so its last three bytes do not count against it.
        return (0...3).contains { cut in
            String(validating: head.dropLast(cut), as: UTF8.self) != nil
        }
    }

    /// Which kind of text it is.
    static func textual(_ bytes: UnsafeRawBufferPointer) -> Content {
        let head = String(decoding: bytes.prefix(1024), as: UTF8.self).lowercased()
        let words = head.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
        if words.hasPrefix("#define "), words.contains("_width") { return .picture(format: "xbm") }
        if words.hasPrefix("/* xpm */") { return .picture(format: "xpm") }
        if words.contains("<svg") { return .other(name: "svg", group: .document) }
        if words.hasPrefix("<!doctype html") || words.contains("<html") {
            return .other(name: "html", group: .text)
        }
        if words.hasPrefix("<?xml") { return .other(name: "xml", group: .text) }
        if words.hasPrefix("#!") { return .other(name: "script", group: .executable) }
        return .other(name: "text", group: .text)
    }
}
