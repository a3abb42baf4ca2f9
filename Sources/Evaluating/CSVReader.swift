/// Reads comma-separated values record by record, as RFC 4180 has them; a line may also end in a line feed
/// alone.
///
/// Fields are bytes, since file names are. What is wrong is told with its line, and reading goes on behind it.
struct CSVReader {
    enum Record: Hashable {
        case fields([[UInt8]])
        case wrong(String)
    }

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    /// Nobody writes longer fields; a quote that is not closed would else be looked for to the end of the file,
    /// again and again.
    private static let longestField = 1 << 16
    private static let quote = UInt8(ascii: "\"")
    private static let comma = UInt8(ascii: ",")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        // The mark that some programs put before UTF-8.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// The next record, and the number of the line that it begins on; `nil` at the end. Empty lines are passed
    /// over.
    mutating func next() -> (line: Int, record: Record)? {
        while position < bytes.count, isAtLineEnd {
            passLineEnd()
        }
        guard position < bytes.count else { return nil }
        let start = (position, line)
        if let fields = record() {
            return (start.1, .fields(fields))
        }
        let reason = reason
        // Whatever went wrong, the next line is as good as any.
        (position, line) = start
        while position < bytes.count, bytes[position] != CSVReader.lineFeed { position += 1 }
        return (start.1, .wrong(reason))
    }

    private var reason = ""

    private var isAtLineEnd: Bool {
        bytes[position] == CSVReader.lineFeed
            || bytes[position] == CSVReader.carriageReturn && position + 1 < bytes.count
                && bytes[position + 1] == CSVReader.lineFeed
            || bytes[position] == CSVReader.carriageReturn && position + 1 == bytes.count
    }

    private mutating func passLineEnd() {
        if bytes[position] == CSVReader.carriageReturn { position += 1 }
        if position < bytes.count, bytes[position] == CSVReader.lineFeed {
            position += 1
            line += 1
        }
    }

    /// The fields up to the end of the record; `nil` with a ``reason`` if something is wrong.
    private mutating func record() -> [[UInt8]]? {
        var fields: [[UInt8]] = []
        while true {
            let isQuoted = position < bytes.count && bytes[position] == CSVReader.quote
            guard let field = isQuoted ? quotedField() : plainField() else { return nil }
            fields.append(field)
            guard position < bytes.count, !isAtLineEnd else { break }
            guard bytes[position] == CSVReader.comma else {
                reason = "there is something behind a closing quote"
                return nil
            }
            position += 1
        }
        if position < bytes.count { passLineEnd() }
        return fields
    }

    private mutating func plainField() -> [UInt8]? {
        let start = position
        while position < bytes.count, bytes[position] != CSVReader.comma, !isAtLineEnd {
            guard bytes[position] != CSVReader.quote else {
                reason = "there is a quote in a field that is not in quotes"
                return nil
            }
            guard position - start < CSVReader.longestField else {
                reason = "a field has over \(CSVReader.longestField) bytes"
                return nil
            }
            position += 1
        }
        return Array(bytes[start..<position])
    }

    private mutating func quotedField() -> [UInt8]? {
        position += 1
        var field: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            if byte == CSVReader.quote {
                position += 1
                // Two quotes stand for one.
                guard position < bytes.count, bytes[position] == CSVReader.quote else {
                    return field
                }
            }
            guard field.count < CSVReader.longestField else { break }
            if byte == CSVReader.lineFeed { line += 1 }
            field.append(byte)
            position += 1
        }
        reason =
            position < bytes.count
            ? "a field has over \(CSVReader.longestField) bytes, or its quote is not closed"
            : "a quote is not closed"
        return nil
    }
}
