import Glibc

/// Walks through a text of XML of any length, and hands out the elements at one depth, each with all that is in it.
///
/// Foundation's reader was not used: bytes changed at random made it stop the program (FoundationXML of Swift 6.3, at the start of
/// an element). No document type is read here, so that there are no entities but the five of XML itself, and nothing outside
/// the file is looked at.
final class XMLRecords {
    /// The names of the elements around the record, from the outermost; the record; the line on which it begins. A thrown fault
    /// ends the walk.
    typealias Taker = (_ around: [String], _ record: XMLNode, _ line: Int) throws(ListFault) -> Void

    private let input: ByteInput
    private let isRecord: ([String]) -> Bool
    private let take: Taker
    private let reject: (String, Int) -> Void

    /// The names of all open elements, and those of them that are in a record.
    private var names: [String] = []
    private var nodes: [XMLNode] = []
    /// Text that stands since the last tag, as it is written.
    private var pending: [UInt8] = []
    private var size = 0
    private var recordLine = 0
    private var isBroken = false
    private var isBegun = false
    private var line = 1

    /// The most bytes of a record or of a tag, and the depth of elements.
    private static let mostBytes = 16 << 20
    private static let deepest = 64

    /// - Parameters:
    ///   - isRecord: whether an element is one, by the names from the outermost down to it.
    ///   - reject: is told why a record is passed over, and its line.
    init(
        _ input: ByteInput,
        isRecord: @escaping ([String]) -> Bool,
        reject: @escaping (String, Int) -> Void,
        take: @escaping Taker
    ) {
        self.input = input
        self.isRecord = isRecord
        self.reject = reject
        self.take = take
    }

    /// Walks through all of it.
    func walk() throws(ListFault) {
        while try takeText() { try takeMarkup() }
        guard isBegun else { throw fault("no element of XML") }
        guard names.isEmpty else { throw cut }
    }

    private func fault(_ what: String) -> ListFault {
        ListFault(.badInput, "\(input.name): line \(line): \(what)")
    }

    private var cut: ListFault {
        fault("the text ends in the middle: the file was cut off; fetch it again")
    }

    /// Takes bytes from the front, and counts their lines.
    private func consume(_ count: Int) {
        let bytes = input.unread
        guard count > 0, let base = bytes.baseAddress else { return }
        var start = 0
        while start < count, let found = memchr(base + start, 0x0A, count - start) {
            line += 1
            start = UnsafeRawPointer(found) - base + 1
        }
        input.consume(count)
    }

    /// Takes what stands before the next tag.
    ///
    /// - Returns: whether there is one.
    private func takeText() throws(ListFault) -> Bool {
        while true {
            let bytes = input.unread
            var length = bytes.count
            var isTag = false
            if let base = bytes.baseAddress, let found = memchr(base, 0x3C, bytes.count) {
                length = UnsafeRawPointer(found) - base
                isTag = true
            }
            let text = bytes.part(0..<length)
            if !nodes.isEmpty {
                size += length
                if size <= XMLRecords.mostBytes { pending.append(contentsOf: text) }
            } else if names.isEmpty, !text.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D].contains($0) }) {
                throw fault("not XML")
            }
            consume(length)
            if isTag { return true }
            guard try input.fill() else { return false }
        }
    }

    /// Takes a tag, comment, instruction or piece of literal text, which begins at the front.
    private func takeMarkup() throws(ListFault) {
        let head = try input.peek(9)
        if head.begins(with: "<!--") {
            consume(try length(from: 4, to: "-->") + 3)
        } else if head.begins(with: "<?") {
            let length = try length(from: 2, to: "?>")
            if head.begins(with: "<?xml") { try refuseEncoding(input.unread.part(5..<length)) }
            consume(length + 2)
        } else if head.begins(with: "<![CDATA[") {
            let length = try length(from: 9, to: "]]>")
            if !nodes.isEmpty {
                try flushText()
                size += length
                append(input.unread.part(9..<length).text)
            }
            consume(length + 3)
        } else if head.begins(with: "<!") {
            throw fault(
                "a document type (`<!DOCTYPE`) is not read, since it could name other files; remove it"
            )
        } else {
            let length = try tagLength()
            try flushText()
            let tag = input.unread.part(1..<length)
            if tag.first == UInt8(ascii: "/") {
                try end(tag.part(1..<tag.count))
            } else {
                try start(tag)
            }
            consume(length + 1)
        }
    }

    /// Where a text begins that ends what is at the front.
    private func length(from start: Int, to end: StaticString) throws(ListFault) -> Int {
        var place = start
        while true {
            let bytes = input.unread
            while place + end.utf8CodeUnitCount <= bytes.count {
                if bytes[place] == end.utf8Start[0],
                    bytes.part(place..<bytes.count).begins(with: end)
                {
                    return place
                }
                place += 1
            }
            guard place <= XMLRecords.mostBytes else {
                throw fault("a comment or text is too long")
            }
            guard try input.fill() else { throw cut }
        }
    }

    /// Where the tag at the front ends: its bracket, which may also stand in quotation marks.
    private func tagLength() throws(ListFault) -> Int {
        var place = 1
        var quote: UInt8 = 0
        while true {
            let bytes = input.unread
            while place < bytes.count {
                let byte = bytes[place]
                if quote != 0 {
                    if byte == quote { quote = 0 }
                } else if byte == UInt8(ascii: ">") {
                    return place
                } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                    quote = byte
                } else if byte == UInt8(ascii: "<") {
                    throw fault("a tag within a tag")
                }
                place += 1
            }
            guard place <= XMLRecords.mostBytes else { throw fault("a tag is too long") }
            guard try input.fill() else { throw cut }
        }
    }

    /// Another encoding could spell the same bytes as other characters.
    private func refuseEncoding(_ declaration: UnsafeRawBufferPointer) throws(ListFault) {
        guard let text = declaration.text?.lowercased(), let range = text.firstRange(of: "encoding")
        else { return }
        let quoted = text[range.upperBound...].split { $0 == "\"" || $0 == "'" }
        guard quoted.count > 1 else { return }
        guard ["utf-8", "utf8", "us-ascii", "ascii"].contains(String(quoted[1])) else {
            throw fault("the encoding \(quoted[1]) is not read; convert the file to UTF-8")
        }
    }

    private func start(_ tag: UnsafeRawBufferPointer) throws(ListFault) {
        guard !names.isEmpty || !isBegun else { throw fault("a second outermost element") }
        isBegun = true
        let isClosed = tag.last == UInt8(ascii: "/")
        let body = isClosed ? tag.part(0..<(tag.count - 1)) : tag
        let end = body.firstIndex(where: XMLRecords.isSpace) ?? body.count
        guard let name = body.part(0..<end).text, !name.isEmpty else {
            throw fault("a tag without a name")
        }
        names.append(name)
        guard names.count <= XMLRecords.deepest else {
            throw fault("elements are nested too deeply")
        }
        let local = XMLRecords.local(name)
        if nodes.isEmpty {
            guard isRecord(names.map(XMLRecords.local)) else {
                if isClosed { names.removeLast() }
                return
            }
            size = 0
            isBroken = false
            recordLine = line
            pending.removeAll(keepingCapacity: true)
        }
        size += tag.count + 64
        var node = XMLNode(name: local)
        if size <= XMLRecords.mostBytes {
            node.attributes = try attributes(body.part(end..<body.count))
        }
        nodes.append(node)
        if isClosed { try close() }
    }

    private func end(_ tag: UnsafeRawBufferPointer) throws(ListFault) {
        var length = tag.count
        while length > 0, XMLRecords.isSpace(tag[length - 1]) { length -= 1 }
        guard let name = tag.part(0..<length).text, name == names.last else {
            throw fault("an end of an element that is not the last one begun")
        }
        if nodes.isEmpty { names.removeLast() } else { try close() }
    }

    /// The innermost element, which is in a record or is one, is over.
    private func close() throws(ListFault) {
        names.removeLast()
        guard let node = nodes.popLast() else { return }
        if !nodes.isEmpty {
            if size <= XMLRecords.mostBytes { nodes[nodes.count - 1].children.append(node) }
        } else if size > XMLRecords.mostBytes {
            reject("the record is too large", recordLine)
        } else if isBroken {
            reject("the record is not UTF-8", recordLine)
        } else {
            try take(names.map(XMLRecords.local), node, recordLine)
        }
    }

    /// `name="value"` pairs.
    private func attributes(_ text: UnsafeRawBufferPointer) throws(ListFault) -> [String: String] {
        var attributes: [String: String] = [:]
        var place = 0
        while true {
            while place < text.count, XMLRecords.isSpace(text[place]) { place += 1 }
            guard place < text.count else { return attributes }
            guard let equals = text.offset(of: UInt8(ascii: "="), from: place),
                let open = text.part((equals + 1)..<text.count).firstIndex(where: {
                    !XMLRecords.isSpace($0)
                }).map({ $0 + equals + 1 }),
                text[open] == UInt8(ascii: "\"") || text[open] == UInt8(ascii: "'"),
                let close = text.offset(of: text[open], from: open + 1)
            else { throw fault("an attribute without a value in quotation marks") }
            let name = text.part(place..<equals)
            place = close + 1
            let end = name.firstIndex(where: XMLRecords.isSpace) ?? name.count
            guard let name = name.part(0..<end).text,
                let value = text.part((open + 1)..<close).text
            else {
                isBroken = true
                continue
            }
            guard attributes.updateValue(try decoded(value), forKey: name) == nil else {
                throw fault("the attribute `\(name)` twice")
            }
        }
    }

    /// Appends the text before a tag to the innermost element.
    private func flushText() throws(ListFault) {
        guard !pending.isEmpty else { return }
        defer { pending.removeAll(keepingCapacity: true) }
        guard let node = nodes.last else { return }
        // White space between elements says nothing.
        if node.text.isEmpty, pending.allSatisfy(XMLRecords.isSpace) { return }
        let text = pending.withUnsafeBytes { $0.text }
        append(try text.map { text throws(ListFault) in try decoded(text) })
    }

    private func append(_ text: String?) {
        guard let text else {
            isBroken = true
            return
        }
        guard size <= XMLRecords.mostBytes, !nodes.isEmpty else { return }
        nodes[nodes.count - 1].text += text
    }

    /// Text with its entities resolved.
    private func decoded(_ text: String) throws(ListFault) -> String {
        guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
        var decoded = ""
        var rest = text[...]
        while let start = rest.firstIndex(of: "&") {
            decoded += rest[..<start]
            guard let end = rest[start...].firstIndex(of: ";"),
                let character = XMLRecords.character(rest[rest.index(after: start)..<end])
            else { throw fault("an entity that is not one of XML's own") }
            decoded.unicodeScalars.append(character)
            rest = rest[rest.index(after: end)...]
        }
        return decoded + rest
    }

    private static func character(_ name: Substring) -> Unicode.Scalar? {
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default:
            guard name.utf8.count <= 8, name.hasPrefix("#") else { return nil }
            let digits = name.dropFirst()
            let number =
                digits.hasPrefix("x")
                ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            guard let number, number != 0 else { return nil }
            return Unicode.Scalar(number)
        }
    }

    /// A name without the prefix of a name space.
    private static func local(_ name: String) -> String {
        guard name.utf8.contains(UInt8(ascii: ":")) else { return name }
        return name.split(separator: ":").last.map(String.init) ?? name
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}
