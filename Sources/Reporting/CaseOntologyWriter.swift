import Casework
import Evidence
import Fingerprinting
import Foundation

/// Writes the matches of a case as CASE/UCO in JSON-LD, node by node, a node a line: a million matches take no more memory than one.
///
/// What an action was done to and what came of it is written in pieces: JSON-LD puts nodes of the same name together.
struct CaseOntologyWriter {
    private let ontology: CaseOntology
    private let file: BundleFile
    private let actions: [String: JSONNode]
    private let encoder: JSONEncoder
    private var isFirst = true
    /// The item at hand, and what is to be said of it when all its matches are there.
    private var item: CatalogItem?
    private var prints: [String] = []
    private var results: [String: [JSONNode]] = [:]
    private var resultCount = 0
    /// Nodes that were written not long ago: an entry may be matched by many items, an archive has many members.
    private var recent: Set<String> = []

    private static let recentNodes = 100_000
    private static let gatheredResults = 1000
    private static let itemPrints = 64

    /// Begins the document.
    init(
        _ ontology: CaseOntology,
        to file: BundleFile,
        owner: String,
        lists: [(list: MatchedList, file: String, digest: String)]
    ) throws(CaseFault) {
        self.ontology = ontology
        self.file = file
        encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var actions: [String: JSONNode] = [:]
        for (list, _, _) in lists { actions[list.identifier] = ontology.actionName(list) }
        self.actions = actions
        try file.append("{\"@context\":")
        try file.append(
            try CaseOntologyWriter.json(
                .object(CaseOntology.context.mapValues { .text($0) }),
                encoder
            )
        )
        try file.append(",\"@graph\":[")
        for node in ontology.notification(owner: owner, lists: lists.map(\.list)) {
            try write(node)
        }
        for (list, name, digest) in lists {
            for node in ontology.nodes(of: list, certificateFile: name, certificateDigest: digest) {
                try write(node)
            }
        }
    }

    private static func json(_ node: JSONNode, _ encoder: JSONEncoder) throws(CaseFault) -> Data {
        do {
            return try encoder.encode(node)
        } catch {
            throw CaseFault(.system, "cannot write a match down as JSON-LD: \(error)")
        }
    }

    private mutating func write(_ node: JSONNode) throws(CaseFault) {
        try file.append(isFirst ? "\n" : ",\n")
        isFirst = false
        try file.append(try CaseOntologyWriter.json(node, encoder))
    }

    /// Whether a node was not written lately.
    private mutating func isNew(_ name: String) -> Bool {
        if recent.count >= CaseOntologyWriter.recentNodes {
            recent.removeAll(keepingCapacity: true)
        }
        return recent.insert(name).inserted
    }

    /// Takes a match; those of one item come one after the other.
    mutating func add(_ match: ReportedMatch) throws(CaseFault) {
        if match.item.identifier != item?.identifier {
            try finishItem()
            item = match.item
            if let exhibit = match.exhibit {
                if isNew("file \(exhibit.identifier)") { try write(ontology.node(of: exhibit)) }
                try write(ontology.containment(match.item, in: exhibit))
            }
        }
        if isNew("entry \(match.listIdentifier) \(match.match.entry)") {
            try write(ontology.entry(of: match))
        }
        try write(ontology.result(match))
        if case .picture(let two) = match.match.evidence, two.itemTime == nil,
            !prints.contains(two.item.hex), prints.count < CaseOntologyWriter.itemPrints
        {
            prints.append(two.item.hex)
        }
        results[match.listIdentifier, default: []].append(
            CaseOntology.reference(ontology.resultName(match))
        )
        resultCount += 1
        if resultCount >= CaseOntologyWriter.gatheredResults { try writeResults() }
    }

    private mutating func finishItem() throws(CaseFault) {
        guard let item else { return }
        try write(ontology.node(of: item, prints: prints))
        try writeResults()
        prints.removeAll()
        self.item = nil
    }

    private mutating func writeResults() throws(CaseFault) {
        guard let item else { return }
        for (list, names) in results.sorted(by: { $0.key < $1.key }) {
            guard let action = actions[list] else { continue }
            try write(
                .object([
                    "@id": action,
                    "uco-action:object": .list([CaseOntology.reference(ontology.itemName(item))]),
                    "uco-action:result": .list(names),
                ])
            )
        }
        results.removeAll(keepingCapacity: true)
        resultCount = 0
    }

    /// Ends the document.
    mutating func finish() throws(CaseFault) {
        try finishItem()
        try file.append("\n]}\n")
    }
}
