import Evidence
import Fingerprinting
import HashLists
import Indexing
import Matching

/// Looks at a list before it is published, for entries that would flood searches, repeat or contradict each other.
///
/// Nothing is decided here: what is found is a worklist for a curator.
public struct ListCheck {
    /// What is looked for.
    public struct Settings {
        /// Bits within which pictures count as the same: for floods and conflicts.
        public var radius = Fingerprint.recommendedRadius
        /// Bits within which two entries are near-duplicates.
        public var near = Fingerprint.recommendedRadius
        /// How many unrelated pictures within the radius make no flood yet.
        public var flood = ListCheck.defaultFlood
        /// Pictures of a lower quality resemble others by accident.
        public var minimumQuality = Int(Fingerprint.recommendedMinimumQuality)
        /// The number of threads.
        public var threads = SetJoin.cores
        /// Bytes that the joins may take.
        public var memory = 1 << 30
        /// A folder for what does not fit.
        public var scratch = "/tmp"

        /// The usual ones.
        public init() {}
    }

    /// Unrelated pictures that may lie within the radius of an entry: more are a flood.
    public static let defaultFlood = 10
    /// Entries that share a fingerprint or come near one, of which all pairs are told; of more, those with the first one.
    private static let mostPairs = 10_000

    private let contents: ListContents
    private let settings: Settings
    private let judgements: Judgements

    /// A check of a list.
    public init(_ contents: ListContents, _ settings: Settings) {
        self.contents = contents
        self.settings = settings
        judgements = Judgements(contents)
    }

    /// Checks the list.
    ///
    /// - Parameters:
    ///   - references: cases with pictures that have nothing to do with the list: none of them should be found with it.
    ///   - progress: called now and then with what is done and the share of the work that is.
    ///   - found: gets the findings. The same two entries may be told several times, once for each two of their pictures.
    /// - Throws: ``ListFault``, or what `found` throws.
    public func run(
        references: [CaseReader] = [],
        progress: (String, Double) -> Void = { _, _ in },
        found: (ListFinding) throws -> Void
    ) throws {
        let steps = Double(2 + references.count)
        try checkEntries({ progress("looking at the entries", $0 / steps) }, found)
        for (place, reference) in references.enumerated() {
            try checkFloods(
                reference,
                { progress("joining with the reference", (1 + Double(place) + $0) / steps) }
            )
        }
        try tellFloods(found)
        try checkPairs({ progress("joining with itself", (steps - 1 + $0) / steps) }, found)
        try checkDigests(found)
    }

    // MARK: - Entries by themselves

    private func checkEntries(
        _ progress: (Double) -> Void,
        _ found: (ListFinding) throws -> Void
    ) throws {
        let all = Double(max(1, contents.count))
        var done = 0
        try contents.forEach { number, entry in
            if done % 4096 == 0 { progress(Double(done) / all) }
            done += 1
            let place = (number, entry.identity)
            for (name, digest) in [
                ("MD5", entry.md5), ("SHA-1", entry.sha1), ("SHA-256", entry.sha256),
            ] {
                if let digest, let fault = EntrySignals.fault(of: digest) {
                    try found(ListFinding(.constant, place, detail: "the \(name) is \(fault)"))
                }
            }
            try checkPrints(of: entry, place, found)
        }
    }

    /// A film is as good as its best picture: black ones are in many.
    private func checkPrints(
        of entry: ListEntry,
        _ place: (number: UInt64, identity: EntryIdentity),
        _ found: (ListFinding) throws -> Void
    ) throws {
        let worths = entry.prints.map {
            EntrySignals.worth(
                of: $0.fingerprint,
                quality: $0.quality,
                minimumQuality: settings.minimumQuality
            )
        }
        guard let best = worths.max(), best != .good, let index = worths.firstIndex(of: best) else {
            return
        }
        let print = entry.prints[index]
        let finding =
            switch best {
            case .constant, .good:
                ListFinding(
                    .constant,
                    place,
                    count: worths.count,
                    detail: "the fingerprint is a pattern that pictures with nothing on them have"
                )
            case .flat:
                ListFinding(
                    .flat,
                    place,
                    count: worths.count,
                    detail:
                        "\(EntrySignals.bits(of: print.fingerprint)) of the 256 bits are set; a picture has about 128"
                )
            case .lowQuality:
                ListFinding(
                    .lowQuality,
                    place,
                    count: worths.count,
                    detail:
                        "the quality is \(print.quality ?? 0), below \(settings.minimumQuality)"
                )
            }
        try found(finding)
    }

    // MARK: - Unrelated pictures

    /// How many pictures of the references lie near each entry; those of which none does are not in here.
    private final class Floods {
        var counts: [UInt64: (pictures: Int, nearest: Int)] = [:]
    }

    private let floods = Floods()

    private func checkFloods(_ reference: CaseReader, _ progress: (Double) -> Void) throws {
        let side = try JoinSide(contents, minimumQuality: 0)
        guard side.rows > 0 else { return }
        let join = try CaseJoin(
            left: side,
            right: try JoinSide(reference, minimumQuality: 0),
            radius: settings.radius,
            wantsTurned: false,
            minimumQuality: 0,
            threads: settings.threads,
            memory: settings.memory,
            scratch: settings.scratch,
            sampleSeed: nil
        )
        // Matches come by the left fingerprint: what is near one is counted, and an entry has what is near its worst one.
        var here: [UInt64: (pictures: Int, nearest: Int)] = [:]
        var left: Fingerprint?
        var entries: Set<UInt64> = []
        var (pictures, nearest) = (0, Int.max)
        func close() {
            for entry in entries {
                let known = here[entry] ?? (0, Int.max)
                here[entry] = (max(known.pictures, pictures), min(known.nearest, nearest))
            }
        }
        _ = try join.run(progress: progress) { match in
            if match.left != left {
                close()
                left = match.left
                entries = Set(match.leftPlaces.map(\.item))
                (pictures, nearest) = (0, Int.max)
            }
            pictures += match.rightPlaces.count
            nearest = min(nearest, match.distance)
        }
        close()
        for (entry, found) in here {
            let known = floods.counts[entry] ?? (0, Int.max)
            floods.counts[entry] = (
                known.pictures + found.pictures, min(known.nearest, found.nearest)
            )
        }
    }

    private func tellFloods(_ found: (ListFinding) throws -> Void) throws {
        for (number, flood) in floods.counts.sorted(by: { $0.key < $1.key })
        where flood.pictures > settings.flood {
            guard let entry = try contents.entry(number) else { continue }
            try found(
                ListFinding(
                    .flood,
                    (number, entry.identity),
                    distance: flood.nearest,
                    count: flood.pictures,
                    detail:
                        "\(flood.pictures) unrelated pictures lie within \(settings.radius) bits, the nearest at \(flood.nearest)"
                )
            )
        }
    }

    // MARK: - Entries and each other

    private func checkPairs(
        _ progress: (Double) -> Void,
        _ found: (ListFinding) throws -> Void
    ) throws {
        let side = try JoinSide(contents, minimumQuality: 0)
        guard side.rows > 0 else { return }
        let join = try CaseJoin(
            left: side,
            right: nil,
            radius: max(settings.radius, settings.near),
            wantsTurned: false,
            minimumQuality: 0,
            threads: settings.threads,
            memory: settings.memory,
            scratch: settings.scratch,
            sampleSeed: nil
        )
        _ = try join.run(progress: progress) { match in
            let left = Set(match.leftPlaces.map(\.item)).sorted()
            if match.left == match.right {
                try checkGroup(left, distance: 0, nil, found)
                return
            }
            let right = Set(match.rightPlaces.map(\.item)).sorted()
            let isMany = left.count * right.count > ListCheck.mostPairs
            for (place, one) in left.enumerated() {
                for (other, second) in right.enumerated() where !isMany || place == 0 || other == 0
                {
                    try check(one, second, distance: match.distance, nil, found)
                }
            }
        }
    }

    private func checkDigests(_ found: (ListFinding) throws -> Void) throws {
        for (name, kind) in [
            ("SHA-256", DigestKind.sha256), ("SHA-1", .sha1), ("MD5", .md5),
        ] {
            try contents.forEachShared(kind) { entries in
                try checkGroup(entries, distance: 0, name, found)
            }
        }
    }

    /// Entries of which each two are the same.
    private func checkGroup(
        _ entries: [UInt64],
        distance: Int,
        _ digest: String?,
        _ found: (ListFinding) throws -> Void
    ) throws {
        let isMany = entries.count * entries.count > 2 * ListCheck.mostPairs
        for (place, one) in entries.enumerated() {
            if isMany, place > 0 { break }
            for other in entries[(place + 1)...] {
                try check(one, other, distance: distance, digest, found)
            }
        }
    }

    private func check(
        _ one: UInt64,
        _ other: UInt64,
        distance: Int,
        _ digest: String?,
        _ found: (ListFinding) throws -> Void
    ) throws {
        guard one != other, let left = try judgements.judgement(of: min(one, other)),
            let right = try judgements.judgement(of: max(one, other))
        else { return }
        let (first, second) = ((min(one, other), left.identity), (max(one, other), right.identity))
        let same = digest.map { "the same \($0)" }
        if distance <= settings.near {
            try found(
                ListFinding(
                    .nearDuplicate,
                    first,
                    second,
                    distance: distance,
                    detail: same ?? "nearly the same picture"
                )
            )
        }
        if distance <= settings.radius, let conflict = left.conflict(with: right) {
            try found(
                ListFinding(.conflict, first, second, distance: distance, detail: conflict)
            )
        }
    }
}

/// What entries are judged to be, looked up as they are needed.
private final class Judgements {
    struct Judgement {
        let identity: EntryIdentity
        let categories: [AssertedCategory]
        let meaning: CategoryMeaning

        /// In which way two judgements of the same picture exclude each other; `nil` if they do not.
        ///
        /// Codes are compared within one scheme and country only: between two they mean nothing. What they are declared to mean can
        /// be compared in any case.
        func conflict(with other: Judgement) -> String? {
            for category in categories {
                let own = codes(category)
                let others = other.codes(category)
                if !others.isEmpty, own != others {
                    let scheme = category.scheme + (category.country.map { "/" + $0 } ?? "")
                    return
                        "\(scheme) \(own.sorted().joined(separator: ",")) against \(others.sorted().joined(separator: ","))"
                }
            }
            guard Set([meaning, other.meaning]) == [.harm, .innocent] else { return nil }
            func text(_ judgement: Judgement) -> String {
                judgement.categories.map(\.text).joined(separator: ", ")
                    + " (\(judgement.meaning.rawValue))"
            }
            return "\(text(self)) against \(text(other))"
        }

        /// The codes in the scheme and country of a category.
        private func codes(_ category: AssertedCategory) -> Set<String> {
            Set(
                categories.filter {
                    $0.scheme == category.scheme && $0.country == category.country
                }.map(\.code)
            )
        }
    }

    private let contents: ListContents
    private var cache: [UInt64: Judgement?] = [:]
    private static let cached = 100_000

    init(_ contents: ListContents) {
        self.contents = contents
    }

    func judgement(of number: UInt64) throws(ListFault) -> Judgement? {
        if let known = cache[number] { return known }
        if cache.count >= Judgements.cached { cache.removeAll(keepingCapacity: true) }
        let judgement = try contents.entry(number).map { entry in
            Judgement(
                identity: entry.identity,
                categories: entry.categories,
                meaning: contents.description.meaning(of: entry)
            )
        }
        cache[number] = .some(judgement)
        return judgement
    }
}
