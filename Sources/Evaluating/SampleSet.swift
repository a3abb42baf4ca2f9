import Casework
import Crypto
import Evidence
import Fingerprinting
import Foundation
import Indexing
import Keyframing

/// A sample set as it lies in a case: its files, what they are to each other, and the true pairs.
public struct SampleSet {
    /// A file that the ground truth names and that gave nothing.
    public struct Lost: Hashable, Sendable {
        /// Its path, as the table has it.
        public let name: EvidencePath
        /// Why.
        public let reason: String
    }

    /// What the files are counted as.
    public struct Counts: Codable, Hashable, Sendable {
        /// Files that something was made from, or that stand in a list of pairs.
        public var originals = 0
        /// Files that were made from others.
        public var variants = 0
        /// Files that belong to nothing.
        public var distractors = 0
        /// Files that no table names: indexed, but in no figure.
        public var unnamed = 0
        /// Of those that are named, the ones with the bytes of another one: they count as related.
        public var sameBytes = 0
        /// Of those that are named, the ones that were decoded only in part.
        public var partly = 0
    }

    /// The files that take part.
    public private(set) var items: [EvaluatedItem] = []
    /// The true pairs.
    public private(set) var pairs: [TruePair] = []
    /// Files that are named and not there.
    public private(set) var notThere: [EvidencePath] = []
    /// Files that are named and could not be decoded.
    public private(set) var notDecoded: [Lost] = []
    /// Files that were decoded, and have no picture of the quality that is asked for.
    public private(set) var lowQuality: [EvidencePath] = []
    /// How many files there are.
    public private(set) var counts = Counts()
    /// The SHA-256 over the names and digests of all files that take part, as hex digits.
    public private(set) var sha256 = ""
    /// The items' numbers in the case.
    let places: [UInt64: Int]
    /// Megapixels of all still pictures in the case that were decoded, and seconds of film.
    public private(set) var megapixels = 0.0

    /// Brings the tables and the case together.
    ///
    /// - Parameters:
    ///   - countsUnnamed: whether files that no table names are taken to be unrelated to all others.
    /// - Throws: `CaseFault` or `IndexFault`, if the case cannot be read.
    public init(
        _ reader: CaseReader,
        folders: SampleFolders,
        truths: [GroundTruth],
        minimumQuality: Int,
        countsUnnamed: Bool
    ) throws {
        var found: [CatalogItem] = []
        try reader.forEachItem(in: Set(ItemState.allCases)) { found.append($0) }
        var byPath: [EvidencePath: Int] = [:]
        for (index, item) in found.enumerated() { byPath[item.path] = index }
        var naming = SampleNaming(folders, byPath)
        naming.read(truths)
        naming.joinCopies(found)
        naming.takeUnnamed(found, all: countsUnnamed)

        // Only what takes part becomes an item, in the order of the paths' bytes.
        var indexes: [Int: Int] = [:]
        var places: [UInt64: Int] = [:]
        for (file, item) in found.enumerated() {
            megapixels += SampleSet.megapixels(item)
            guard let role = naming.roles[file] else { continue }
            var one = EvaluatedItem(name: role.name)
            one.group = role.group
            one.isQuery = role.isQuery
            one.isReference = role.isReference
            one.families = naming.families(of: file)
            indexes[file] = items.count
            places[item.identifier] = items.count
            items.append(one)
        }
        self.places = places
        try readPictures(reader, minimumQuality)
        pairs = naming.pairs(indexes).map { pair, kind in
            var pair = pair
            pair.settle(items, kind: kind)
            return pair
        }
        notThere = naming.notThere.sorted()
        count(found, naming, indexes)
    }

    private static func megapixels(_ item: CatalogItem) -> Double {
        guard let media = item.media, !media.isVideo, item.fingerprints > 0 else { return 0 }
        return Double(media.width) * Double(media.height) / 1e6
    }

    /// Reads the fingerprints that stand in the case's segments.
    private mutating func readPictures(_ reader: CaseReader, _ minimumQuality: Int) throws {
        for segment in reader.segments {
            try segment.forEachRow { (row, occurrences) throws(IndexFault) in
                for index in occurrences {
                    let occurrence = try segment.occurrence(index)
                    guard let place = places[occurrence.item],
                        !reader.tombstones.contains(occurrence.item)
                    else { continue }
                    let isMoment = occurrence.timeMilliseconds != nil
                    items[place].medium = isMoment ? .film : .picture
                    guard Int(occurrence.quality) >= minimumQuality else { continue }
                    items[place].fingerprints.append(segment.fingerprint(ofRow: row))
                    if isMoment, occurrence.tone == .ordinary { items[place].isAlignable = true }
                }
            }
        }
    }

    private mutating func count(
        _ found: [CatalogItem],
        _ naming: SampleNaming,
        _ indexes: [Int: Int]
    ) {
        var lines: [String] = []
        for (file, item) in found.enumerated() {
            guard let index = indexes[file], let role = naming.roles[file] else {
                counts.unnamed += item.state == .indexed || item.state == .partly ? 1 : 0
                continue
            }
            let digest = item.digests?.sha256.hexDigits ?? "-"
            lines.append("\(digest)  \(role.part.rawValue)/\(role.name.percentEncoded)\n")
            switch role.kind {
            case .original: counts.originals += 1
            case .variant: counts.variants += 1
            case .distractor: counts.distractors += 1
            }
            counts.partly += item.state == .partly ? 1 : 0
            counts.sameBytes += naming.copies.contains(file) ? 1 : 0
            if items[index].medium == nil {
                notDecoded.append(Lost(name: role.name, reason: SampleSet.reason(item)))
            } else if !items[index].isComparable {
                lowQuality.append(role.name)
            }
        }
        // By bytes, so that it is the same wherever the folders are.
        lines.sort { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        sha256 = SHA256.hash(data: Data(lines.joined().utf8)).hexDigits
    }

    private static func reason(_ item: CatalogItem) -> String {
        if let loss = item.losses.first { return "\(loss.stage.rawValue)/\(loss.code)" }
        return item.rule?.rawValue ?? item.state.rawValue
    }
}
