import Casework
import Evidence
import Foundation

/// The words of CASE and UCO, version 1.x, and those of a name space of our own for what the two have no word for: `Docs/Notification.md`
/// has their meanings.
///
/// Every node has a name that ends with a UUID made of the case's identifier and of what the node is about, so that the same case gives the
/// same document.
struct CaseOntology {
    /// The name space of our own words. Names below `.example` belong to nobody (RFC 2606): nothing is to be fetched there.
    static let ownNameSpace = "https://vestige.example/ontology#"
    private static let nodes = "https://vestige.example/kb/"

    /// The document's context.
    static let context: [String: String] = [
        "kb": nodes,
        "vestige": ownNameSpace,
        "case-investigation": "https://ontology.caseontology.org/case/investigation/",
        "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
        "uco-analysis": "https://ontology.unifiedcyberontology.org/uco/analysis/",
        "uco-configuration": "https://ontology.unifiedcyberontology.org/uco/configuration/",
        "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
        "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
        "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
        "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
        "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    ]

    let caseIdentifier: String
    let fingerprintKind: String
    let options: NotificationOptions
    private let names: NameUUID

    init(_ description: CaseDescription, _ options: NotificationOptions) {
        caseIdentifier = description.identifier
        fingerprintKind = description.fingerprintKind
        self.options = options
        names = NameUUID(case: description.identifier)
    }

    // MARK: - Parts of nodes

    /// The name of a node.
    ///
    /// - Parameters:
    ///   - kind: what it is; stands in the name.
    ///   - about: tells it from all others of its kind.
    func name(_ kind: String, _ about: String) -> JSONNode {
        .text("kb:\(kind)-\(names.named(kind + ":" + about).text)")
    }

    static func reference(_ name: JSONNode) -> JSONNode { .object(["@id": name]) }

    static func time(_ text: String) -> JSONNode {
        .object(["@type": .text("xsd:dateTime"), "@value": .text(text)])
    }

    /// A time of a file; `nil` if it is not known or lies where no calendar agrees.
    static func time(nanoseconds: Int64?) -> JSONNode? {
        guard let nanoseconds, nanoseconds > 0 else { return nil }
        let date = Date(timeIntervalSince1970: Double(nanoseconds / 1_000_000_000))
        return time(date.formatted(.iso8601))
    }

    static func hexadecimal(_ digits: String) -> JSONNode {
        .object(["@type": .text("xsd:hexBinary"), "@value": .text(digits)])
    }

    static func texts(_ values: [String]) -> JSONNode? {
        values.isEmpty ? nil : .list(values.map { .text($0) })
    }

    /// A digest of something.
    func hash(_ method: String, _ digits: String, of about: String) -> JSONNode {
        .object([
            "@id": name("hash", "\(about):\(method):\(digits)"),
            "@type": .text("uco-types:Hash"),
            "uco-types:hashMethod": .text(method),
            "uco-types:hashValue": CaseOntology.hexadecimal(digits),
        ])
    }

    /// What tells the bytes of a file; `nil` if nothing does.
    func content(
        of about: String,
        hashes: [(method: String, digits: String?)],
        size: Int64?,
        mime: String? = nil
    ) -> JSONNode? {
        let known = hashes.compactMap { method, digits in
            digits.map { hash(method, $0, of: about) }
        }
        guard !known.isEmpty || size != nil || mime != nil else { return nil }
        return .object(present: [
            "@id": name("content", about),
            "@type": .text("uco-observable:ContentDataFacet"),
            "uco-observable:hash": known.isEmpty ? nil : .list(known),
            "uco-observable:mimeType": mime.map { .text($0) },
            "uco-observable:sizeInBytes": size.map { .integer($0) },
        ])
    }
}
