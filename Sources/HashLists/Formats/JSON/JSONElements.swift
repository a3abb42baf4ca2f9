import Glibc

/// Walks through a text of JSON of any length to a list in it, and hands out the bytes of each element as it comes.
///
/// Only one element is in memory at a time. The members beside the list may stand before or behind it. An element that is longer
/// than ``mostBytes`` is passed over and told. What a value looks like inside is not looked at, but for where it ends.
struct JSONElements {
    /// What was found.
    enum Found {
        /// An element of the list, or of the list within an element.
        case element(UnsafeRawBufferPointer)
        /// An element of the list that could have had a list within, and has none.
        case simple([UInt8])
        /// What an element has beside the list within it, when that list is over.
        case frame([UInt8])
        /// A member beside the list: its name as written, and its value.
        case member(String, UnsafeRawBufferPointer)
        /// An element or member that is too large.
        case tooLarge
    }

    /// The most bytes of an element.
    static let mostBytes = 64 << 20

    /// The number of the line on which what was found last begins.
    private(set) var line = 1
    /// Whether the list was there.
    private(set) var hasList = false
    /// The member of an element whose list is handed out element by element, as though it were the list itself.
    var inner: String?

    private let input: ByteInput
    private let list: String
    private var place = Place.start
    /// How many bytes at the front of the input were handed out, and are to be consumed.
    private var lent = 0
    /// The number of the line on which the input's next byte stands.
    private var currentLine = 1
    /// What an element has beside the list within it.
    private var outer: [UInt8] = []
    private var isOuterTooLarge = false
    private var hadInner = false
    private var outerLine = 1
    private var isBare = false
    /// Whether something stands before the next value, from which a comma separates it.
    private var needsComma = false

    private enum Place {
        case start
        case members
        case elements
        case outerMembers
        case innerElements
        case end
    }

    /// - Parameters:
    ///   - list: the member of the outermost object that is the list.
    ///   - inner: the value of ``inner``.
    init(_ input: ByteInput, list: String, inner: String? = nil) {
        self.input = input
        self.list = list
        self.inner = inner
    }

    /// The next finding, whose bytes are valid until the one after; `nil` at the end.
    ///
    /// - Throws: ``ListFault`` with the code `badInput`, if the text ends too early or is not JSON.
    mutating func next() throws(ListFault) -> Found? {
        consume(lent)
        lent = 0
        while true {
            switch place {
            case .start: try begin()
            case .members:
                if let found = try member() { return found }
            case .elements:
                if let found = try element() { return found }
            case .outerMembers:
                if let found = try outerMember() { return found }
            case .innerElements:
                guard try separated(by: UInt8(ascii: "]")) else {
                    outer.append(UInt8(ascii: "]"))
                    place = .outerMembers
                    continue
                }
                return try lend().map { .element($0) } ?? .tooLarge
            case .end:
                guard try peekByte() == nil else {
                    throw fault("something follows the end of the text")
                }
                return nil
            }
        }
    }

    private mutating func begin() throws(ListFault) {
        switch try peekByte() {
        case UInt8(ascii: "{"): place = .members
        case UInt8(ascii: "["):
            isBare = true
            hasList = true
            place = .elements
        case nil: throw fault("the file is empty")
        default: throw fault("not JSON")
        }
        consume(1)
        needsComma = false
    }

    /// A member of the outermost object; `nil` where the list begins, or the object ends.
    private mutating func member() throws(ListFault) -> Found? {
        guard try separated(by: UInt8(ascii: "}")) else {
            place = .end
            return nil
        }
        let start = currentLine
        let name = try name()
        if name == list, try peekByte() == UInt8(ascii: "[") {
            consume(1)
            needsComma = false
            hasList = true
            place = .elements
            return nil
        }
        let value = try lend()
        line = start
        return value.map { .member(name, $0) } ?? .tooLarge
    }

    /// An element of the list; `nil` where it ends, or where one begins that may have a list within.
    private mutating func element() throws(ListFault) -> Found? {
        guard try separated(by: UInt8(ascii: "]")) else {
            place = isBare ? .end : .members
            return nil
        }
        guard inner != nil, try peekByte() == UInt8(ascii: "{") else {
            return try lend().map { .element($0) } ?? .tooLarge
        }
        outerLine = currentLine
        consume(1)
        needsComma = false
        outer = [UInt8(ascii: "{")]
        isOuterTooLarge = false
        hadInner = false
        place = .outerMembers
        return nil
    }

    /// A member of an element that may have a list within; only its end is a finding.
    private mutating func outerMember() throws(ListFault) -> Found? {
        guard try separated(by: UInt8(ascii: "}")) else {
            outer.append(UInt8(ascii: "}"))
            place = .elements
            line = outerLine
            guard !isOuterTooLarge else { return .tooLarge }
            return hadInner ? .frame(outer) : .simple(outer)
        }
        let name = try name()
        if outer.count > 1 { outer.append(UInt8(ascii: ",")) }
        JSONObjectWriter.append(name, to: &outer)
        outer.append(UInt8(ascii: ":"))
        if name == inner, try peekByte() == UInt8(ascii: "[") {
            consume(1)
            needsComma = false
            outer.append(UInt8(ascii: "["))
            hadInner = true
            place = .innerElements
            return nil
        }
        if let value = try lend(), outer.count + value.count <= JSONElements.mostBytes {
            outer.append(contentsOf: value)
        } else {
            isOuterTooLarge = true
            outer.append(contentsOf: "null".utf8)
        }
        consume(lent)
        lent = 0
        return nil
    }

    /// Passes over a comma.
    ///
    /// - Returns: whether something follows; if not, the closing byte was consumed.
    private mutating func separated(by close: UInt8) throws(ListFault) -> Bool {
        var byte = try peekByte()
        let hasComma = byte == UInt8(ascii: ",")
        if hasComma {
            guard needsComma else { throw fault("not JSON: a comma before the first value") }
            consume(1)
            byte = try peekByte()
        }
        guard let byte else { throw cut }
        // A comma behind the last value is passed over.
        if byte != close {
            guard hasComma || !needsComma else { throw fault("not JSON: a comma is missing") }
            needsComma = true
            return true
        }
        consume(1)
        needsComma = true
        return false
    }

    /// A member's name and the colon behind it.
    private mutating func name() throws(ListFault) -> String {
        guard try peekByte() == UInt8(ascii: "\"") else {
            throw fault("not JSON: a name is missing")
        }
        guard let quoted = try lend() else { throw fault("a name is too long") }
        var parser = JSONParser(quoted)
        guard case .text(let name) = parser.whole() else { throw fault("a name is not UTF-8") }
        consume(lent)
        lent = 0
        guard let colon = try peekByte() else { throw cut }
        guard colon == UInt8(ascii: ":") else { throw fault("not JSON: a colon is missing") }
        consume(1)
        return name
    }

    /// The next byte that is no white space; `nil` at the end.
    private mutating func peekByte() throws(ListFault) -> UInt8? {
        while true {
            let unread = input.unread
            var skipped = 0
            while skipped < unread.count {
                switch unread[skipped] {
                case 0x20, 0x09, 0x0D: skipped += 1
                case 0x0A:
                    currentLine += 1
                    skipped += 1
                default:
                    input.consume(skipped)
                    return unread[skipped]
                }
            }
            input.consume(skipped)
            guard try input.fill() else { return nil }
        }
    }

    /// The bytes of the value that begins at the front, which stay there until they are consumed; `nil` if it is too large, and
    /// consumed.
    private mutating func lend() throws(ListFault) -> UnsafeRawBufferPointer? {
        guard let first = try peekByte() else { throw cut }
        line = currentLine
        switch first {
        case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ":"):
            throw fault("not JSON: a value is missing")
        default: break
        }
        var length = 0
        var depth = 0
        var isInText = false
        var isEscaped = false
        var isTooLarge = false
        scan: while true {
            let unread = input.unread
            while length < unread.count {
                let byte = unread[length]
                if isInText {
                    if isEscaped {
                        isEscaped = false
                        length += 1
                        continue
                    }
                    length += unread.runWithin(text: length)
                    guard length < unread.count else { continue }
                    isEscaped = unread[length] == UInt8(ascii: "\\")
                    isInText = isEscaped
                    length += 1
                    if !isInText, depth == 0 { break scan }
                    continue
                }
                switch byte {
                case UInt8(ascii: "\""): isInText = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    if depth == 0 { break scan }
                    depth -= 1
                    if depth == 0 {
                        length += 1
                        break scan
                    }
                case UInt8(ascii: ","), 0x20, 0x09, 0x0A, 0x0D:
                    if depth == 0 { break scan }
                default: break
                }
                length += 1
            }
            if length > JSONElements.mostBytes || isTooLarge {
                isTooLarge = true
                consume(length)
                length = 0
            }
            guard try input.fill() else { throw cut }
        }
        guard !isTooLarge, length <= JSONElements.mostBytes else {
            consume(length)
            return nil
        }
        lent = length
        return input.unread.part(0..<length)
    }

    /// Takes bytes from the front, and counts their lines.
    private mutating func consume(_ count: Int) {
        guard count > 0 else { return }
        let bytes = input.unread
        guard let base = bytes.baseAddress else { return }
        var start = 0
        while start < count, let found = memchr(base + start, 0x0A, count - start) {
            currentLine += 1
            start = UnsafeRawPointer(found) - base + 1
        }
        input.consume(count)
    }

    /// The text's end came too early. All of it is in the buffer, or consumed.
    private var cut: ListFault {
        let feeds = currentLine - 1 + input.unread.count { $0 == 0x0A }
        let end = input.lastByte == 0x0A ? feeds : feeds + 1
        return ListFault(
            .badInput,
            "\(input.name): the text ends in the middle, at line \(end): the file was cut off; fetch it again"
        )
    }

    private func fault(_ what: String) -> ListFault {
        ListFault(.badInput, "\(input.name): line \(currentLine): \(what)")
    }
}

extension UnsafeRawBufferPointer {
    /// How many bytes from an offset on are neither a quotation mark nor a back slash.
    @inline(__always)
    fileprivate func runWithin(text start: Int) -> Int {
        guard let base = baseAddress else { return 0 }
        let quote = memchr(base + start, 0x22, count - start).map { UnsafeRawPointer($0) - base }
        let end = quote ?? count
        let slash = memchr(base + start, 0x5C, end - start).map { UnsafeRawPointer($0) - base }
        return (slash ?? end) - start
    }
}
