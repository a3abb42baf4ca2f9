import Evidence
import Fingerprinting
import Foundation

/// What `list.json` says: what the list is, who answers for it, and what its categories mean.
public struct ListDescription: Codable, Hashable, Sendable {
    /// What a category of a scheme means to whoever gets a hit on it.
    public struct Meaning: Codable, Hashable, Sendable {
        /// The scheme.
        public var scheme: String
        /// The country; `nil` for all.
        public var country: String?
        /// The code; `*` for all.
        public var code: String
        /// What it means.
        public var meaning: CategoryMeaning

        /// A meaning from its parts.
        public init(scheme: String, country: String?, code: String, meaning: CategoryMeaning) {
            self.scheme = scheme
            self.country = country
            self.code = code
            self.meaning = meaning
        }
    }

    /// The version of the folder's layout.
    public var formatVersion: Int
    /// The program that made the list.
    public var tool: String
    /// Tells the list from every other.
    public var identifier: String
    /// What it is called.
    public var name: String
    /// Who answers for it.
    public var owner: String
    /// The kind of its fingerprints, by name.
    public var kind: String
    /// When it was made, ISO 8601, UTC.
    public var created: String
    /// What is declared of categories, the most particular that fits counts.
    public var meanings: [Meaning]

    /// What a category means.
    public func meaning(of category: AssertedCategory) -> CategoryMeaning {
        var best: (rank: Int, meaning: CategoryMeaning) = (0, .undeclared)
        for declared in meanings where declared.scheme == category.scheme {
            guard declared.country == nil || declared.country == category.country else { continue }
            guard declared.code == "*" || declared.code == category.code else { continue }
            let rank = 1 + (declared.country == nil ? 0 : 1) + (declared.code == "*" ? 0 : 2)
            if rank > best.rank { best = (rank, declared.meaning) }
        }
        return best.meaning
    }

    /// What an entry's categories mean together: harm if any does; innocent only if all do.
    public func meaning(of entry: ListEntry) -> CategoryMeaning {
        let meanings = Set(entry.categories.map { meaning(of: $0) })
        if meanings.contains(.harm) { return .harm }
        return meanings == [.innocent] ? .innocent : .undeclared
    }

    /// The fingerprints' kind.
    ///
    /// - Throws: ``ListFault``, if this version does not know it.
    public func fingerprintKind() throws(ListFault) -> FingerprintKind {
        guard let kind = FingerprintKind(name: kind) else {
            throw ListFault(
                .newerFormat,
                "the list \(name) has fingerprints of kind \(kind), which this version does not know"
            )
        }
        return kind
    }

    static func read(_ folder: ListFolder) throws(ListFault) -> ListDescription {
        let description: ListDescription = try readJSON(folder.description)
        guard description.formatVersion <= ListFolder.formatVersion else {
            throw ListFault(
                .newerFormat,
                "\(folder.path.text) has the format version \(description.formatVersion); this program knows "
                    + "\(ListFolder.formatVersion). Use the newer vestige that wrote it"
            )
        }
        return description
    }

    func write(_ folder: ListFolder) throws(ListFault) {
        try writeJSON(self, folder: folder.path.text, name: "list.json")
    }
}

/// Reads a small file of JSON.
func readJSON<Value: Decodable>(_ path: String) throws(ListFault) -> Value {
    do {
        return try JSONDecoder().decode(
            Value.self,
            from: Data(contentsOf: URL(fileURLWithPath: path))
        )
    } catch {
        throw ListFault(
            .damaged,
            "\(path) cannot be read: \(error.localizedDescription). Restore the list from a copy, or get it from its owner again"
        )
    }
}

/// The bytes of a file of JSON: the same for equal values.
func jsonBytes(_ value: some Encodable) throws(ListFault) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
        return try Array(encoder.encode(value)) + [UInt8(ascii: "\n")]
    } catch {
        throw ListFault(.system, "cannot write down a record of the list: \(error)")
    }
}

/// Writes a small file of JSON whole or not at all.
func writeJSON(_ value: some Encodable, folder: String, name: String) throws(ListFault) {
    var file = try StreamedFile(folder: folder, name: name)
    try file.append(try jsonBytes(value))
    _ = try file.finish()
}
