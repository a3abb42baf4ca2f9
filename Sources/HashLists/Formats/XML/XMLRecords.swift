import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Walks through a text of XML of any length, and hands out the elements at one depth, each with all that is in it.
///
/// No document type is read, so that there are no entities but the five of XML itself, and nothing outside the file is looked at.
final class XMLRecords: NSObject, XMLParserDelegate {
    /// The names of the elements around the record, from the outermost; the record; the line on which it begins. A thrown fault
    /// ends the walk.
    typealias Taker = (_ around: [String], _ record: XMLNode, _ line: Int) throws(ListFault) -> Void

    private let input: ByteInput
    private let isRecord: ([String]) -> Bool
    private let take: Taker
    private let tooLarge: (Int) -> Void

    private var around: [String] = []
    private var nodes: [XMLNode] = []
    private var size = 0
    private var line = 0
    private var isBegun = false
    private var fault: ListFault?

    /// The most bytes of a record, and the depth of elements.
    private static let mostBytes = 16 << 20
    private static let deepest = 64

    /// - Parameters:
    ///   - isRecord: whether an element is one, by the names from the outermost down to it.
    ///   - tooLarge: is told the line of a record that is passed over.
    init(
        _ input: ByteInput,
        isRecord: @escaping ([String]) -> Bool,
        tooLarge: @escaping (Int) -> Void,
        take: @escaping Taker
    ) {
        self.input = input
        self.isRecord = isRecord
        self.tooLarge = tooLarge
        self.take = take
    }

    /// Walks through all of it.
    func walk() throws(ListFault) {
        try XMLRecords.refuseDocumentType(input)
        let stream = XMLInputStream(input)
        let parser = XMLParser(stream: stream)
        parser.delegate = self
        parser.shouldProcessNamespaces = false
        parser.shouldResolveExternalEntities = false
        let isWhole = parser.parse()
        if let fault = fault ?? stream.fault { throw fault }
        // A text that ends within its last tag is not told by every version of the library.
        guard isWhole, around.isEmpty, isBegun else {
            throw ListFault(
                .badInput,
                "\(input.name): line \(max(1, parser.lineNumber)): "
                    + (input.isAtEnd && (!around.isEmpty || !isBegun)
                        ? "the text is cut off here, or is not XML; fetch it again" : "not XML")
            )
        }
    }

    /// A document type can only stand before the first element, and only there can entities be declared.
    private static func refuseDocumentType(_ input: ByteInput) throws(ListFault) {
        let head = try input.peek(64 << 10)
        var place = 0
        while let open = head.offset(of: UInt8(ascii: "<"), from: place) {
            let rest = head.part(open..<head.count)
            var end: StaticString = ">"
            if rest.begins(with: "<!--") {
                end = "-->"
            } else if rest.begins(with: "<?") {
                end = "?>"
            } else if rest.begins(with: "<!") {
                throw ListFault(
                    .badInput,
                    "\(input.name): a document type (`<!DOCTYPE`) is not read: it could name other files; remove it"
                )
            } else {
                return
            }
            var close = open + 2
            while close < head.count, !head.part(close..<head.count).begins(with: end) {
                close += 1
            }
            if rest.begins(with: "<?xml") {
                try refuseEncoding(head.part(open..<close), input.name)
            }
            place = close
        }
        throw ListFault(.badInput, "\(input.name): no element of XML in the first 64 KB")
    }

    /// Another encoding could spell a document type in other bytes.
    private static func refuseEncoding(
        _ declaration: UnsafeRawBufferPointer,
        _ name: String
    ) throws(ListFault) {
        guard let text = declaration.text?.lowercased(),
            let range = text.range(of: "encoding")
        else { return }
        let quoted = text[range.upperBound...].split { "\"'".contains($0) }
        guard quoted.count > 1 else { return }
        guard ["utf-8", "utf8", "us-ascii", "ascii"].contains(quoted[1]) else {
            throw ListFault(
                .badInput,
                "\(name): the encoding \(quoted[1]) is not read; convert the file to UTF-8"
            )
        }
    }

    func parser(
        _ parser: XMLParser,
        didStartElement element: String,
        namespaceURI: String?,
        qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        let name = String(element.split(separator: ":").last ?? "")
        around.append(name)
        isBegun = true
        guard around.count <= XMLRecords.deepest else {
            return stop(
                parser,
                ListFault(.badInput, "\(input.name): elements are nested too deeply")
            )
        }
        if nodes.isEmpty {
            guard isRecord(around) else { return }
            size = 0
            line = parser.lineNumber
        }
        size += name.utf8.count + 32
        for (name, value) in attributes { size += name.utf8.count + value.utf8.count + 32 }
        // What is too large is passed over: its elements are only counted.
        let isKept = size <= XMLRecords.mostBytes
        nodes.append(XMLNode(name: name, attributes: isKept ? attributes : [:]))
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        guard !nodes.isEmpty else { return }
        size += text.utf8.count
        guard size <= XMLRecords.mostBytes else { return }
        nodes[nodes.count - 1].text += text
    }

    func parser(_ parser: XMLParser, foundCDATA block: Data) {
        self.parser(parser, foundCharacters: String(decoding: block, as: UTF8.self))
    }

    func parser(
        _ parser: XMLParser,
        didEndElement element: String,
        namespaceURI: String?,
        qualifiedName: String?
    ) {
        if let node = nodes.popLast() {
            if !nodes.isEmpty {
                if size <= XMLRecords.mostBytes { nodes[nodes.count - 1].children.append(node) }
            } else if size > XMLRecords.mostBytes {
                tooLarge(line)
            } else {
                do {
                    try take(Array(around.dropLast()), node, line)
                } catch {
                    stop(parser, error)
                }
            }
        }
        _ = around.popLast()
    }

    func parser(
        _ parser: XMLParser,
        foundInternalEntityDeclarationWithName name: String,
        value: String?
    ) {
        stop(parser, ListFault(.badInput, "\(input.name): entities are not read"))
    }

    private func stop(_ parser: XMLParser, _ fault: ListFault) {
        if self.fault == nil { self.fault = fault }
        parser.abortParsing()
    }
}
