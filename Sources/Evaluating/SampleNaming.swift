import Casework
import Evidence

/// Which files of a case the tables of a sample set name, and as what.
struct SampleNaming {
    enum Kind {
        case original, variant, distractor
    }

    struct Role {
        var part: SampleFolders.Part
        var name: EvidencePath
        var kind: Kind
        var group = ""
        var isQuery = false
        var isReference = false
    }

    /// The roles of the files that are named, by their places among the case's items.
    private(set) var roles: [Int: Role] = [:]
    /// Files that are named and not there.
    private(set) var notThere: Set<EvidencePath> = []
    /// Files that have the bytes of another one that is named.
    private(set) var copies: Set<Int> = []

    private let folders: SampleFolders
    private let byPath: [EvidencePath: Int]
    private var hasOnlyPairs = true
    private var truePairs: [(pair: TruePair, kind: String)] = []
    private var placeOfPair: [[EvidencePath]: Int] = [:]
    /// The leaders of the families, for files that are in one because they are originals of the same, or look alike.
    private var leaders: [Int: Int] = [:]
    /// What variants were made from.
    private var sources: [Int: Set<Int>] = [:]

    /// Names that the tables give to files of no group of their own.
    private static let distractorGroup = "distractor"
    private static let pairGroup = "pair"

    init(_ folders: SampleFolders, _ byPath: [EvidencePath: Int]) {
        self.folders = folders
        self.byPath = byPath
    }

    mutating func read(_ truths: [GroundTruth]) {
        hasOnlyPairs = truths.allSatisfy { $0.form == .pairs }
        for truth in truths {
            for row in truth.rows {
                switch truth.form {
                case .variants: takeVariant(row)
                case .pairs: takePair(row)
                }
            }
        }
    }

    private mutating func takeVariant(_ row: GroundTruth.Row) {
        let variant = find(row.variant, in: [folders.variants])
        guard let name = row.original else {
            if let variant { add(variant, .distractor, SampleNaming.distractorGroup, query: true) }
            return
        }
        if let variant { add(variant, .variant, row.transform, query: true) }
        let original = find(name, in: folders.originals)
        if let original { add(original, .original, "", reference: true) }
        if let original, let variant, original != variant {
            sources[variant, default: []].insert(original)
        }
        remember(row, original, variant)
    }

    private mutating func takePair(_ row: GroundTruth.Row) {
        guard let name = row.original else { return }
        let files = [name, row.variant].map { find($0, in: folders.all) }
        for file in files.compactMap({ $0 }) {
            add(file, .original, SampleNaming.pairGroup, query: true, reference: true)
        }
        if let one = files[0], let other = files[1] { unite(one, other) }
        remember(row, files[0], files[1])
    }

    /// A pair is one pair, however many lines tell of it: of films a line may stand for each stretch.
    private mutating func remember(_ row: GroundTruth.Row, _ original: Int?, _ variant: Int?) {
        // Of two that look alike neither is the first.
        let names = [row.original ?? row.variant, row.variant]
        let key = row.transform == SampleNaming.pairGroup ? names.sorted() : names
        if let place = placeOfPair[key] {
            if let stretch = row.stretch { truePairs[place].pair.stretches.append(stretch) }
            return
        }
        placeOfPair[key] = truePairs.count
        truePairs.append((TruePair(row, original: original, variant: variant), row.kind))
    }

    private mutating func find(_ name: EvidencePath, in folders: [EvidencePath]) -> Int? {
        for folder in folders {
            if let file = byPath[folder.appending(name.bytes)] { return file }
        }
        notThere.insert(name)
        return nil
    }

    private mutating func add(
        _ file: Int,
        _ kind: Kind,
        _ group: String,
        query: Bool = false,
        reference: Bool = false
    ) {
        var role: Role
        if let known = roles[file] {
            role = known
        } else {
            guard let path = paths[file], let place = folders.place(of: path) else { return }
            role = Role(part: place.part, name: place.name, kind: kind)
        }
        role.isQuery = role.isQuery || query
        role.isReference = role.isReference || reference
        if query, role.group.isEmpty {
            // Whoever is looked for is counted under some name.
            role.group = group.isEmpty ? "unnamed" : group
        }
        roles[file] = role
    }

    private lazy var paths: [Int: EvidencePath] = Dictionary(
        uniqueKeysWithValues: byPath.map { ($0.value, $0.key) }
    )

    /// Whoever has the same bytes is no stranger, whatever a table says.
    mutating func joinCopies(_ found: [CatalogItem]) {
        var first: [[UInt8]: Int] = [:]
        for (file, item) in found.enumerated() {
            guard let digest = item.digests?.sha256 else { continue }
            guard let other = first[digest] else {
                first[digest] = file
                continue
            }
            unite(other, file)
            if roles[file] != nil, roles[other] != nil { copies.insert(file) }
        }
    }

    /// Takes files that no table names as unrelated to all others; and those in a folder of distractors, which says so.
    mutating func takeUnnamed(_ found: [CatalogItem], all: Bool) {
        for (file, item) in found.enumerated() where roles[file] == nil {
            guard item.state == .indexed || item.state == .partly,
                let place = folders.place(of: item.path)
            else { continue }
            switch place.part {
            case .distractors:
                add(file, .distractor, SampleNaming.distractorGroup, query: true)
            case .variants where all && folders.variants != folders.originals.first:
                add(file, .distractor, SampleNaming.distractorGroup, query: true)
            case .originals, .variants:
                guard all else { continue }
                add(
                    file,
                    .distractor,
                    SampleNaming.distractorGroup,
                    query: hasOnlyPairs,
                    reference: true
                )
            }
        }
    }

    private func leader(_ file: Int) -> Int {
        var file = file
        while let next = leaders[file] { file = next }
        return file
    }

    private mutating func unite(_ one: Int, _ other: Int) {
        let (low, high) = (min(leader(one), leader(other)), max(leader(one), leader(other)))
        if low != high { leaders[high] = low }
    }

    /// The families of a file: those of what it was made from, and its own.
    func families(of file: Int) -> [Int] {
        Set((sources[file] ?? []).map(leader) + [leader(file)]).sorted()
    }

    /// The true pairs, by the places of the items; and what the table says they are.
    func pairs(_ indexes: [Int: Int]) -> [(pair: TruePair, kind: String)] {
        truePairs.map { pair, kind in
            var pair = pair
            pair.original = pair.original.flatMap { indexes[$0] }
            pair.variant = pair.variant.flatMap { indexes[$0] }
            return (pair, kind)
        }
    }
}
