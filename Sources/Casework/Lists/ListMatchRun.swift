import Evidence
import Fingerprinting
import Foundation
import Glibc
import GRDB
import HashLists
import Indexing
import Matching

/// Matches a case against a version of a hash list: exact digests and fingerprints, pictures and films, in one run.
///
/// The result stands in the case's catalog, match by match with all that leads back to the exhibit and to the entry. The list is gone
/// through in parts of whole batches; each part's matches are safe before the next is begun, and a run that was killed goes on there.
public final class ListMatchRun {
    /// How a run is to be done.
    public struct Options: Sendable {
        /// By what two things count as a match.
        public var settings = MatchSettings()
        /// Only what came after this version, and what was withdrawn since.
        public var since: Int?
        /// Public keys, 32 bytes each, of which one must have signed the version; empty if any will do, or none.
        public var signers: [[UInt8]] = []
        /// Whether a run that was done already is done again.
        public var repeats = false
        /// Threads of the join.
        public var threads: Int
        /// Bytes that it may take.
        public var memory: Int
        /// The seed of the certificate's sample.
        public var sampleSeed: UInt64
        /// The most comparisons that the sample's check may take: more make the proof stronger and the run longer.
        public var sampleComparisons = 20_000_000

        /// A part of a list is matched at once if it has this many fingerprints: some seconds of work.
        var partFingerprints = 4 << 20

        /// Options with what has no default.
        public init(threads: Int, memory: Int, sampleSeed: UInt64) {
            self.threads = threads
            self.memory = memory
            self.sampleSeed = sampleSeed
        }
    }

    /// What came out.
    public struct Outcome: Sendable {
        /// What was found.
        public var summary: MatchSummary
        /// The certificate.
        public var certificate: MatchCertificate
        /// Whether it was done before, and nothing has changed since.
        public var wasDone: Bool
    }

    private let writer: CaseWriter
    private let reader: CaseReader
    private let list: HashList
    private let version: PublishedVersion
    private let options: Options
    private let arguments: [String]
    private var catalog: Catalog { writer.catalog }

    /// A run.
    ///
    /// - Parameters:
    ///   - writer: the case, open for writing, so that nothing else changes it meanwhile.
    ///   - version: `nil` for the newest.
    ///   - arguments: the command, for the records.
    /// - Throws: ``CaseFault``, also if the list's kind of fingerprints is not the case's, or a signature is missing.
    public init(
        writer: CaseWriter,
        list: HashList,
        version: Int?,
        options: Options,
        arguments: [String]
    ) throws(CaseFault) {
        self.writer = writer
        self.list = list
        self.options = options
        self.arguments = arguments
        let published = try listed { () throws(ListFault) in try list.version(version) }
        try listed { () throws(ListFault) in try published.require(signers: options.signers) }
        self.version = published
        if let since = options.since, since >= published.record.number || since < 1 {
            throw CaseFault(
                .badInput,
                "--since \(since) is not a version before \(published.record.number), which is matched"
            )
        }
        guard list.description.kind == writer.settings.kind.name else {
            throw CaseFault(
                .badInput,
                "\(list.description.name) holds fingerprints of kind \(list.description.kind), the case of "
                    + "\(writer.settings.kind.name): they cannot be compared. Index the evidence again with the other --kind"
            )
        }
        reader = try CaseReader(name: writer.folder.path.text)
    }

    /// Matches.
    ///
    /// - Parameter progress: is told what is being done, and the share of it that is.
    /// - Throws: ``CaseFault`` and others; what was safe before stays.
    public func run(progress: @escaping (String, Double) -> Void = { _, _ in }) throws -> Outcome {
        try catalog.makeMatchTables()
        let number = try catalog.number(of: list)
        try verify(number, progress)
        let state = try reader.matchState()
        let settings = options.settings.json
        if !options.repeats, let done = try finished(number, settings, state) { return done }
        if let since = options.since { try checkBase(number, since, settings, state) }
        let run = try resumedRun(number, settings, state) ?? beginRun(number, settings, state)
        let contents = try listed { () throws(ListFault) in
            try list.contents(of: version.record.number, since: options.since)
        }
        let parts = contents.parts(fingerprints: options.partFingerprints)
        var done = try catalog.matchParts(run)
        for (place, part) in parts.enumerated() where done[place] == nil {
            let share = Double(place) / Double(parts.count)
            done[place] = try match(part, place, number, run) { text, fraction in
                progress(text, share + fraction / Double(parts.count))
            }
        }
        let result = try finish(number, run, contents, done, state)
        progress("matching", 1)
        return result
    }

    // MARK: - Before it

    /// Reads every byte of the version, unless that was done before and its files have not changed since.
    private func verify(_ number: Int64, _ progress: (String, Double) -> Void) throws {
        let known = try catalog.knownVersion(number, version.record.number)
        if let known, known.digest != version.digest {
            throw CaseFault(
                .damaged,
                "\(list.folder.path.display()) is refused: its version \(version.record.number) is not the one that this case was "
                    + "matched against before (\(known.digest)), but another of the same number (\(version.digest))"
            )
        }
        let verification = try listed { () throws(ListFault) in
            try ListVerification(list, version: version.record.number)
        }
        let state = verification.fileState()
        guard known?.files == nil || known?.files != state else { return }
        // What an earlier version consists of need not be read again either.
        var trusted: Set<String> = []
        for earlier in list.versions.prefix(version.record.number) {
            if let known = try catalog.knownVersion(number, earlier.record.number),
                known.digest == earlier.digest,
                let files = known.files
            {
                trusted.formUnion(files.split(separator: "\n").map(String.init))
            }
        }
        _ = try listed { () throws(ListFault) in
            try verification.run(isThorough: false, trusting: trusted) {
                progress("verifying the list", $0)
            }
        }
        try catalog.store(version, of: number, files: state)
    }

    /// What a run of the same kind found, if nothing has changed since.
    private func finished(_ list: Int64, _ settings: String, _ state: String) throws -> Outcome? {
        guard let last = try catalog.lastMatchRun(list), last.isComplete,
            last.version == version.record.number,
            last.settings == settings, last.state == state, let summary = last.summary,
            let certificate = last.certificate
        else { return nil }
        return Outcome(
            summary: try JSONDecoder().decode(MatchSummary.self, from: Data(summary.utf8)),
            certificate: try MatchCertificate(
                data: Data(certificate.utf8),
                path: "the certificate in the catalog"
            ),
            wasDone: true
        )
    }

    /// Sees to it that what came after a version can be added to what was found with it.
    private func checkBase(_ list: Int64, _ since: Int, _ settings: String, _ state: String) throws
    {
        let name = self.list.description.name
        guard let base = try catalog.lastCompleteMatchRun(list) else {
            throw CaseFault(
                .badInput,
                "the case was never matched against \(name): leave --since out the first time"
            )
        }
        // What a run that was killed had found already stands among the matches: only a whole match tells what of it holds.
        let last = try catalog.lastMatchRun(list)
        let isResumed = try resumedRun(list, settings, state) != nil
        guard last?.identifier == base.identifier || isResumed else {
            throw CaseFault(
                .badInput,
                "a match against \(name) was begun since and did not end: go on with it, or leave --since out"
            )
        }
        guard base.version >= since, base.version <= version.record.number else {
            throw CaseFault(
                .badInput,
                "the case was last matched against version \(base.version) of \(name): give --since \(base.version), or leave it out"
            )
        }
        guard base.settings == settings else {
            throw CaseFault(
                .badInput,
                "version \(base.version) of \(name) was matched with other radii or options (\(base.settings)): give the same, or "
                    + "leave --since out"
            )
        }
        guard base.state == state else {
            throw CaseFault(
                .badInput,
                "the case has changed since it was matched against version \(base.version) of \(name): leave --since out"
            )
        }
    }

    /// The last run, if it was killed and is the same as this one.
    private func resumedRun(_ list: Int64, _ settings: String, _ state: String) throws -> Int64? {
        guard !options.repeats, let last = try catalog.lastMatchRun(list), !last.isComplete,
            last.version == version.record.number, last.settings == settings, last.state == state
        else { return nil }
        return try catalog.since(ofMatchRun: last.identifier) == options.since
            ? last.identifier : nil
    }

    private func beginRun(_ list: Int64, _ settings: String, _ state: String) throws -> Int64 {
        try catalog.beginMatchRun(
            list,
            version: version.record.number,
            since: options.since,
            settings: settings,
            state: state,
            arguments: arguments
        )
    }

    // MARK: - One part

    private func match(
        _ part: ListContents,
        _ place: Int,
        _ list: Int64,
        _ run: Int64,
        _ progress: (String, Double) -> Void
    ) throws -> (certificate: String?, digests: Int) {
        try catalog.write { database in
            let statements = try MatchStatements(database, list: list, run: run, contents: part)
            let certificate = try join(part, statements, progress)
            let digests = try compareDigests(part, statements, database)
            try database.execute(
                sql: "INSERT INTO match_part (run, part, certificate, digests) VALUES (?, ?, ?, ?)",
                arguments: [run, place, certificate, digests]
            )
            return (certificate, digests)
        }
    }

    /// Joins the fingerprints.
    ///
    /// - Returns: the certificate as JSON; `nil` if one side has none.
    private func join(
        _ part: ListContents,
        _ statements: MatchStatements,
        _ progress: (String, Double) -> Void
    ) throws -> String? {
        guard !part.segments.isEmpty, !reader.segments.isEmpty else { return nil }
        let settings = options.settings
        let items = try JoinSide(reader, minimumQuality: settings.minimumQuality)
        let entries = try JoinSide(part, minimumQuality: settings.minimumQuality)
        let haveFilms = try part.hasFilms && items.hasFilms()
        let join = try CaseJoin(
            left: items,
            right: entries,
            radius: haveFilms ? max(settings.radius, settings.filmRadius) : settings.radius,
            wantsTurned: settings.turned,
            minimumQuality: settings.minimumQuality,
            threads: options.threads,
            memory: options.memory,
            scratch: FileManager.default.temporaryDirectory.path,
            sampleSeed: options.sampleSeed,
            sampleComparisons: options.sampleComparisons
        )
        let films = haveFilms ? FilmJoin(join, left: reader, right: part) : nil
        let outcome = try join.run(
            progress: { progress("matching", 0.9 * $0) },
            found: { match in
                if let films, match.distance <= settings.filmRadius {
                    guard let rest = try films.take(match) else { return }
                    try ListMatchRun.forEachPicture(of: rest, within: settings.radius) {
                        try statements.add($0)
                    }
                } else {
                    try ListMatchRun.forEachPicture(of: match, within: settings.radius) {
                        try statements.add($0)
                    }
                }
            }
        )
        try films?.alignNumbers(progress: { progress("aligning films", 0.9 + 0.05 * $0) }) {
            films in
            try statements.add(
                ListMatch(
                    item: films.left,
                    entry: films.right,
                    evidence: .film(
                        films.alignment,
                        itemLength: films.leftLength,
                        entryLength: films.rightLength
                    )
                )
            )
        }
        guard let certificate = outcome.certificate else { return nil }
        guard certificate.isSound else {
            throw CaseFault(
                .damaged,
                "the sampled check of the match failed: the result is not complete, and nothing of it was kept. Run `vestige verify` "
                    + "on the case and `vestige list verify` on the list, and report this"
            )
        }
        return String(decoding: try JSONEncoder().encode(certificate), as: UTF8.self)
    }

    /// Calls `body` with each two pictures of a match of the join.
    private static func forEachPicture(
        of match: CaseJoin.Match,
        within radius: Int,
        _ body: (ListMatch) throws -> Void
    ) throws {
        guard match.distance <= radius else { return }
        for left in match.leftPlaces {
            for right in match.rightPlaces {
                try body(
                    ListMatch(
                        item: left.item,
                        entry: right.item,
                        evidence: .picture(
                            ListMatch.Pictures(
                                item: match.left,
                                entry: match.right,
                                itemTime: left.timeMilliseconds,
                                entryTime: right.timeMilliseconds,
                                itemQuality: left.quality,
                                entryQuality: right.quality,
                                distance: match.distance,
                                turn: match.leftTurn
                            )
                        )
                    )
                )
            }
        }
    }

    /// Looks up the digests of all items.
    ///
    /// - Returns: how many items there are.
    private func compareDigests(
        _ part: ListContents,
        _ statements: MatchStatements,
        _ database: Database
    ) throws -> Int {
        let kinds = ListMatchRun.digestKinds(of: part)
        guard !kinds.isEmpty else { return 0 }
        var count = 0
        let columns = kinds.map(\.name).joined(separator: ", ")
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT id, \(columns) FROM item
                WHERE superseded = 0 AND sha256 IS NOT NULL AND ifnull(rule, '') <> 'withdrawn'
                """
        )
        while let row = try rows.next() {
            count += 1
            var found: [UInt64: DigestKind] = [:]
            for (column, kind) in kinds.enumerated() {
                let entries = try row.withUnsafeData(atIndex: column + 1) { digest in
                    digest.map { $0.withUnsafeBytes { part.entries(with: $0, kind) } } ?? []
                }
                for entry in entries where found[entry] == nil { found[entry] = kind }
            }
            guard !found.isEmpty else { continue }
            let item: Int64 = row[0]
            for (entry, kind) in found.sorted(by: { $0.key < $1.key }) {
                try statements.add(
                    ListMatch(
                        item: UInt64(bitPattern: item),
                        entry: entry,
                        evidence: .digest(
                            kind,
                            isContradicted: try isContradicted(kind, part, entry, item, database)
                        )
                    )
                )
            }
        }
        return count
    }

    /// The kinds of digests that a list has, the strongest first.
    private static func digestKinds(of contents: ListContents) -> [DigestKind] {
        [DigestKind.sha256, .sha1, .md5].filter { contents.hasDigests($0) }
    }

    /// Whether an entry that was found by a weaker digest has a stronger one, too, which the item does not have.
    private func isContradicted(
        _ kind: DigestKind,
        _ part: ListContents,
        _ entry: UInt64,
        _ item: Int64,
        _ database: Database
    ) throws -> Bool {
        guard kind != .sha256, let stored = try part.entry(entry),
            let row = try Row.fetchOne(
                database,
                sql: "SELECT sha1, sha256 FROM item WHERE id = ?",
                arguments: [item]
            )
        else { return false }
        func differs(_ digest: [UInt8]?, _ column: String) -> Bool {
            guard let digest, let data = row[column] as Data? else { return false }
            return Data(digest) != data
        }
        return differs(stored.sha256, "sha256") || kind == .md5 && differs(stored.sha1, "sha1")
    }

    // MARK: - After it

    private func finish(
        _ list: Int64,
        _ run: Int64,
        _ contents: ListContents,
        _ parts: [Int: (certificate: String?, digests: Int)],
        _ state: String
    ) throws -> Outcome {
        var joins: [CompletenessCertificate] = []
        for place in parts.keys.sorted() {
            guard let text = parts[place]?.certificate else { continue }
            joins.append(
                try JSONDecoder().decode(CompletenessCertificate.self, from: Data(text.utf8))
            )
        }
        let whole = options.since == nil
        return try catalog.write { database in
            let gone = try Catalog.bury(
                list,
                run: run,
                notSeen: whole,
                withdrawn: contents.tombstones,
                database
            )
            let summary = try Catalog.summary(
                of: list,
                run: run,
                gone: gone,
                contents: contents,
                settings: options.settings,
                database
            )
            let record = version.record
            let certificate = MatchCertificate(
                casework: MatchCertificate.Casework(
                    path: writer.folder.path.text,
                    identifier: writer.description.identifier,
                    state: state
                ),
                list: MatchCertificate.List(
                    path: self.list.folder.path.text,
                    identifier: record.list,
                    name: record.name,
                    owner: record.owner,
                    version: record.number,
                    digest: version.digest,
                    content: record.content,
                    signer: record.signer,
                    since: options.since,
                    entries: contents.count
                ),
                settings: options.settings,
                digests: MatchCertificate.DigestWork(
                    items: parts.values.map(\.digests).max() ?? 0,
                    kinds: ListMatchRun.digestKinds(of: contents).map(\.name)
                ),
                joins: joins,
                matches: summary.kinds,
                resultSHA256: try Catalog.matchDigest(of: list, database)
            ).sealed()
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            try catalog.endMatchRun(
                run,
                summary: String(decoding: try encoder.encode(summary), as: UTF8.self),
                certificate: String(decoding: certificate.json(pretty: false), as: UTF8.self),
                database
            )
            return Outcome(summary: summary, certificate: certificate, wasDone: false)
        }
    }
}
