import Foundation
import FoundationXML

/// Reads the names and texts of the elements directly below the outermost one.
final class ElementReader: NSObject, XMLParserDelegate {
    private(set) var root = ""
    private(set) var children: [(name: String, text: String)] = []
    private var depth = 0

    /// Whether the bytes are well-formed.
    func read(_ data: Data) -> Bool {
        let parser = XMLParser(data: data)
        parser.delegate = self
        return parser.parse()
    }

    func parser(
        _ parser: XMLParser,
        didStartElement name: String,
        namespaceURI: String?,
        qualifiedName: String?,
        attributes: [String: String]
    ) {
        if depth == 0 { root = name }
        if depth == 1 { children.append((name, "")) }
        depth += 1
    }

    func parser(
        _ parser: XMLParser,
        didEndElement name: String,
        namespaceURI: String?,
        qualifiedName: String?
    ) {
        depth -= 1
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        guard depth == 2, !children.isEmpty else { return }
        children[children.count - 1].text += text
    }
}
