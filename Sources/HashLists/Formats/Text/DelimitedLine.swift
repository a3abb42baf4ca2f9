/// A line of a table whose fields a byte separates, and quotation marks may enclose.
struct DelimitedLine {
    /// The fields, without the marks around them.
    let fields: [String]

    /// - Returns: `nil` if a quotation mark is not closed on the line.
    init?(_ line: String, separator: UInt8) {
        let quote = UInt8(ascii: "\"")
        var fields: [String] = []
        let bytes = Array(line.utf8)
        var place = 0
        while true {
            while place < bytes.count, bytes[place] == 0x20 { place += 1 }
            if place < bytes.count, bytes[place] == quote {
                var field: [UInt8] = []
                place += 1
                while true {
                    guard place < bytes.count else { return nil }
                    if bytes[place] == quote {
                        place += 1
                        guard place < bytes.count, bytes[place] == quote else { break }
                    }
                    field.append(bytes[place])
                    place += 1
                }
                fields.append(String(decoding: field, as: UTF8.self))
                while place < bytes.count, bytes[place] == 0x20 { place += 1 }
                guard place == bytes.count || bytes[place] == separator else { return nil }
            } else {
                let end = bytes[place...].firstIndex(of: separator) ?? bytes.count
                fields.append(String(decoding: bytes[place..<end], as: UTF8.self))
                place = end
            }
            guard place < bytes.count else { break }
            place += 1
        }
        self.fields = fields
    }

    /// A last field as it was before ``quoted(_:)``.
    static func unquoted(_ text: String) -> String {
        guard text.utf8.first == UInt8(ascii: "\""),
            let line = DelimitedLine(text, separator: 0x0A),
            line.fields.count == 1
        else { return text }
        return line.fields[0]
    }

    /// A field with quotation marks, if it would not be read as it is without them.
    static func quoted(_ text: String, separator: UInt8?) -> String {
        let bytes = text.utf8
        let quote = UInt8(ascii: "\"")
        guard
            bytes.first == quote || bytes.first == 0x20
                || separator.map({ bytes.contains($0) || bytes.contains(quote) }) == true
        else { return text }
        return "\""
            + text.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }
}
