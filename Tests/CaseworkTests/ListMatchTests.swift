import Evidence
import Fingerprinting
import Foundation
import HashLists
import Keyframing
import Matching
import TestSupport
import Testing

@testable import Casework

@Suite("Cases against hash lists")
struct ListMatchTests {
    /// A match as far as the definition knows it.
    private struct Found: Hashable, Comparable {
        var item: UInt64
        var entry: UInt64
        var evidence: String

        static func < (left: Found, right: Found) -> Bool {
            (left.item, left.entry, left.evidence) < (right.item, right.entry, right.evidence)
        }
    }

    private struct Stop: Error {}

    private let folder: TemporaryFolder
    private var listPath: String { folder.path + "/known.vlist" }

    init() throws {
        folder = try TemporaryFolder()
    }

    // MARK: - A case and a list with matches of every kind

    private func makeCase(_ random: inout SplitMix64, scenes: [Fingerprint]) throws -> GeneratedCase
    {
        var made = try GeneratedCase()
        for number in 0..<200 {
            let near = random.near(scenes[number % scenes.count], atMost: 40)
            let quality: UInt8 = number % 7 == 0 ? 30 : 90
            try made.add("/c/\(number)", [(near, nil, quality)])
            if number % 80 == 79 { try made.commit() }
        }
        try made.add("/c/nothing", [])
        try made.add("/c/twice", [(scenes[0], nil, 100)])
        try made.commit()
        try made.withdraw("/c/3")
        try made.reopen()
        return made
    }

    private func entry(_ id: Int, _ print: Fingerprint?, path: String? = nil, code: String = "1")
        -> ListEntry
    {
        var entry = ListEntry(prints: print.map { [.init($0, quality: 100)] } ?? [])
        entry.identifier = "e\(id)"
        entry.categories = [AssertedCategory(scheme: "S", code: code)]
        if let path {
            let digests = GeneratedCase.digests(of: path)
            switch id % 3 {
            case 0: entry.md5 = digests.md5
            case 1: (entry.sha1, entry.md5) = (digests.sha1, digests.md5)
            default: entry.sha256 = digests.sha256
            }
        }
        return entry
    }

    private func createList() throws -> ListWriter {
        try ListWriter.create(
            listPath,
            title: "known",
            owner: "o",
            kind: .pdqFullResolution,
            tool: "test"
        )
        let writer = try ListWriter(existing: listPath, tool: "test")
        try writer.declare(.init(scheme: "S", country: nil, code: "1", meaning: .harm))
        try writer.declare(.init(scheme: "S", country: nil, code: "2", meaning: .innocent))
        return writer
    }

    private func add(_ entries: [ListEntry], to writer: ListWriter) throws {
        let delivery = ListWriter.Delivery(
            source: .init(name: "s", format: "test"),
            memory: 64 << 20
        )
        _ = try writer.add(delivery) { (sink) throws(ListFault) in
            for (line, entry) in entries.enumerated() { try sink.take(entry, line: line + 1) }
        }
    }

    private func options(_ settings: MatchSettings = MatchSettings()) -> ListMatchRun.Options {
        var options = ListMatchRun.Options(threads: 2, memory: 64 << 20, sampleSeed: 1)
        options.settings = settings
        options.partFingerprints = 20
        return options
    }

    private func match(
        _ made: GeneratedCase,
        _ options: ListMatchRun.Options,
        version: Int? = nil
    ) throws -> ListMatchRun.Outcome {
        try ListMatchRun(
            writer: made.writer,
            list: HashList(name: listPath),
            version: version,
            options: options,
            arguments: ["match"]
        ).run { _, _ in }
    }

    private func found(_ made: GeneratedCase, _ query: MatchQuery = MatchQuery()) throws -> [Found]
    {
        var found: [Found] = []
        try made.reader().forEachListMatch(query) { match in
            found.append(
                Found(
                    item: match.match.item,
                    entry: match.match.entry,
                    evidence: ListMatchTests.text(match.match.evidence)
                )
            )
        }
        return found.sorted()
    }

    private static func text(_ evidence: ListMatch.Evidence) -> String {
        switch evidence {
        case .digest(let kind, let isContradicted): "\(kind.name) \(isContradicted)"
        case .picture(let two): "\(two.distance) \(two.turn.name) \(two.item.hex) \(two.entry.hex)"
        case .film: "film"
        }
    }

    /// Every item with every live entry, by the definition.
    private func definition(_ made: GeneratedCase, _ version: Int, _ settings: MatchSettings) throws
        -> [Found]
    {
        var all: [Found] = []
        let pictures = made.pictures
        let catalog = try made.reader().catalog
        var items: [(number: UInt64, digests: Digests)] = []
        for path in made.paths where path != "/c/3" {
            guard let item = try catalog.item(at: EvidencePath(path)) else { continue }
            items.append((item.identifier, GeneratedCase.digests(of: path)))
        }
        try HashList(name: listPath).contents(of: version).forEach { number, entry in
            for picture in pictures where Int(picture.quality) >= settings.minimumQuality {
                for print in entry.prints where print.timeMilliseconds == nil {
                    let turns = settings.turned ? Turn.allCases : [.none]
                    let best =
                        turns.map {
                            (
                                print.fingerprint.distance(to: picture.fingerprint.turned($0)),
                                $0.rawValue
                            )
                        }
                        .min { $0 < $1 } ?? (256, 0)
                    guard best.0 <= settings.radius, let turn = Turn(rawValue: best.1) else {
                        continue
                    }
                    let evidence = ListMatch.Evidence.picture(
                        .init(
                            item: picture.fingerprint,
                            entry: print.fingerprint,
                            itemQuality: nil,
                            entryQuality: nil,
                            distance: best.0,
                            turn: turn
                        )
                    )
                    all.append(
                        Found(
                            item: picture.item,
                            entry: number,
                            evidence: ListMatchTests.text(evidence)
                        )
                    )
                }
            }
            for (item, digests) in items {
                let kind: DigestKind? =
                    entry.sha256 == digests.sha256
                    ? .sha256
                    : entry.sha1 == digests.sha1 ? .sha1 : entry.md5 == digests.md5 ? .md5 : nil
                if let kind {
                    let contradicted =
                        kind != .sha256 && entry.sha256 != nil && entry.sha256 != digests.sha256
                        || kind == .md5 && entry.sha1 != nil && entry.sha1 != digests.sha1
                    all.append(
                        Found(
                            item: item,
                            entry: number,
                            evidence: "\(kind.name) \(contradicted)"
                        )
                    )
                }
            }
        }
        return all.sorted()
    }

    @Test(
        "all that is found is all there is, by digest and picture, at several settings",
        arguments: [false, true]
    )
    func complete(turned: Bool) throws {
        var random = SplitMix64(seed: 0x115)
        let scenes = (0..<30).map { _ in random.fingerprint() }
        let made = try makeCase(&random, scenes: scenes)
        let list = try createList()
        var entries = scenes.prefix(20).enumerated().map { number, scene in
            entry(
                number,
                turned ? scene.turned(.rotate90) : scene,
                path: number % 2 == 0 || number == 3 ? "/c/\(number)" : nil
            )
        }
        // A weak digest that fits, and a strong one that does not.
        var wrong = entry(99, nil, path: "/c/9")
        wrong.sha256 = [UInt8](repeating: 1, count: 32)
        entries.append(wrong)
        try add(Array(entries.prefix(11)), to: list)
        try add(Array(entries.dropFirst(11)), to: list)
        _ = try list.publish(.init())
        for settings in [
            MatchSettings(turned: turned),
            MatchSettings(radius: 12, turned: turned, minimumQuality: 0),
            MatchSettings(radius: 40, turned: turned),
        ] {
            let outcome = try match(made, options(settings))
            let answer = try found(made)
            #expect(try answer == definition(made, 1, settings))
            #expect(answer.count > 20)
            #expect(outcome.summary.contradicted == 1)
            #expect(
                outcome.summary.kinds["picture"] == answer.count
                    - (outcome.summary.kinds["digest"] ?? 0)
            )
            #expect(outcome.certificate.isSound && outcome.certificate.joins.count >= 1)
        }
    }

    @Test("what came and went since a version is what a whole match finds")
    func sinceVersion() throws {
        var random = SplitMix64(seed: 0x116)
        let scenes = (0..<30).map { _ in random.fingerprint() }
        let made = try makeCase(&random, scenes: scenes)
        let list = try createList()
        try add(
            scenes.prefix(15).enumerated().map {
                entry($0.offset, $0.element, path: $0.offset % 2 == 0 ? "/c/\($0.offset)" : nil)
            },
            to: list
        )
        _ = try list.publish(.init())
        try add(scenes[15..<20].enumerated().map { entry(100 + $0.offset, $0.element) }, to: list)
        // One entry says something else now, two are gone.
        try add([entry(4, scenes[4], path: "/c/4", code: "2")], to: list)
        try list.withdraw(list.workingContents().entries(named: "e2"), note: "mistaken")
        try list.withdraw(list.workingContents().entries(named: "e5"), note: nil)
        let second = try list.publish(.init())
        #expect(
            second.record.added == 6 && second.record.withdrawn == 2 && second.record.changed == 1
        )

        var since = options()
        since.since = 1
        // Nothing to add to yet.
        #expect(throws: CaseFault.self) { try match(made, since) }
        let first = try match(made, options(), version: 1)
        #expect(
            first.summary.new == first.summary.kinds.values.reduce(0, +) && first.summary.gone == 0
        )
        let before = try found(made)
        let news = try match(made, since)
        #expect(try found(made) == definition(made, 2, MatchSettings()))
        #expect(news.summary.entries == 6)
        #expect(news.summary.gone > 0 && news.summary.new > 0)
        var gone = MatchQuery()
        gone.standing = .gone
        #expect(try found(made, gone).count == news.summary.gone)
        var new = MatchQuery()
        new.isNew = true
        #expect(try found(made, new).count == news.summary.new)

        // A run with other settings that was killed may have left matches: nothing is added to them.
        let number = try made.writer.catalog.number(of: HashList(name: listPath))
        _ = try made.writer.catalog.beginMatchRun(
            number,
            version: 2,
            since: nil,
            settings: MatchSettings(radius: 40).json,
            state: "another",
            arguments: []
        )
        #expect(throws: CaseFault.self) { try match(made, since) }

        // A whole match says the same, and that nothing is new.
        var again = options()
        again.repeats = true
        let whole = try match(made, again)
        #expect(whole.summary.new == 0 && whole.summary.gone == 0)
        #expect(whole.certificate.resultSHA256 == news.certificate.resultSHA256)
        #expect(whole.summary.meanings == news.summary.meanings)
        #expect(whole.summary.count(.innocent).matches > 0)
        // Back to the first version: all is as it was.
        _ = try match(made, again, version: 1)
        #expect(try found(made) == before)
    }

    @Test("a run that is the same as one that was done is not done again")
    func doneBefore() throws {
        var random = SplitMix64(seed: 0x117)
        let scenes = (0..<30).map { _ in random.fingerprint() }
        var made = try makeCase(&random, scenes: scenes)
        let list = try createList()
        try add(scenes.prefix(5).enumerated().map { entry($0.offset, $0.element) }, to: list)
        _ = try list.publish(.init())
        let first = try match(made, options())
        let second = try match(made, options())
        #expect(!first.wasDone && second.wasDone)
        #expect(second.summary == first.summary && second.certificate == first.certificate)
        // The case has changed: it is.
        try made.add("/c/new", [(scenes[1], nil, 100)])
        try made.commit()
        let third = try match(made, options())
        #expect(!third.wasDone && third.summary.new == 1)
        var since = options()
        since.since = 1
        #expect(throws: CaseFault.self) { try match(made, since) }
        // An item that has digests alone is withdrawn: the case is another one, too.
        try made.withdraw("/c/nothing")
        #expect(try !match(made, options()).wasDone)
    }

    @Test("a run that is stopped between parts goes on there")
    func resuming() throws {
        var random = SplitMix64(seed: 0x118)
        let scenes = (0..<60).map { _ in random.fingerprint() }
        let made = try makeCase(&random, scenes: scenes)
        let list = try createList()
        for start in stride(from: 0, to: 60, by: 20) {
            try add(
                scenes[start..<(start + 20)].enumerated().map {
                    entry(start + $0.offset, $0.element)
                },
                to: list
            )
        }
        _ = try list.publish(.init())
        let run = try ListMatchRun(
            writer: made.writer,
            list: HashList(name: listPath),
            version: nil,
            options: options(),
            arguments: []
        )
        // The third part's segment is damaged for a while.
        let segment = listPath + "/segments/00000003.seg"
        let sound = try Data(contentsOf: URL(fileURLWithPath: segment))
        _ = try ListVerification(HashList(name: listPath)).run(isThorough: true)
        var damaged = sound
        for place in damaged.indices.dropFirst(4096) { damaged[place] ^= 0x55 }
        var broke = false
        do {
            _ = try run.run { text, share in
                if text == "matching", share > 0.5, !broke {
                    broke = true
                    try? damaged.write(to: URL(fileURLWithPath: segment))
                }
            }
        } catch {}
        #expect(broke)
        try sound.write(to: URL(fileURLWithPath: segment))
        let outcome = try match(made, options())
        #expect(try found(made) == definition(made, 1, MatchSettings()))
        #expect(outcome.certificate.joins.count == 3)
        var again = options()
        again.repeats = true
        #expect(try match(made, again).certificate.resultSHA256 == outcome.certificate.resultSHA256)
    }

    @Test("another version of the same number, or a damaged one, is refused")
    func refusing() throws {
        var random = SplitMix64(seed: 0x119)
        let scenes = (0..<30).map { _ in random.fingerprint() }
        let made = try makeCase(&random, scenes: scenes)
        let list = try createList()
        try add(scenes.prefix(5).enumerated().map { entry($0.offset, $0.element) }, to: list)
        _ = try list.publish(.init(date: "2026-01-01T00:00:00Z"))
        _ = try match(made, options())
        let before = try found(made)
        let log = URL(fileURLWithPath: listPath + "/entries/00000001.jsonl")
        let sound = try Data(contentsOf: log)
        var changed = sound
        changed[20] ^= 1
        try changed.write(to: log)
        var again = options()
        again.repeats = true
        #expect(throws: CaseFault.self) { try match(made, again) }
        #expect(try found(made) == before)
        try sound.write(to: log)
        _ = try match(made, again)
        // The same list made anew with another date: another version 1.
        let record = URL(fileURLWithPath: listPath + "/versions/00000001.json")
        let text = String(decoding: try Data(contentsOf: record), as: UTF8.self)
        try Data(text.replacing("2026-01-01", with: "2026-01-02").utf8).write(to: record)
        #expect(throws: CaseFault.self) { try match(made, again) }
    }

    @Test("films of the case and of the list that run in step are found")
    func films() throws {
        let scenes = GeneratedFilms.scenes(seed: 0x11A)
        let films = try GeneratedFilms.standard(scenes: scenes, seed: 0x11B)
        var others = try GeneratedFilms(scenes: scenes, seed: 0x11C)
        try others.addFilm("/o/part", scenes: 10..<20)
        try others.addFilm("/o/unrelated", scenes: [59, 59, 59, 59])
        try others.addFilm("/o/mirrored", scenes: 2..<12, turn: .flipX)
        try others.commit()
        let list = try createList()
        var numbers: [UInt64: UInt64] = [:]
        var entries: [ListEntry] = []
        for film in others.films {
            var entry = ListEntry()
            entry.identifier = "film \(film.item)"
            entry.medium = .film
            entry.durationMilliseconds = film.length
            entry.prints = film.pictures.filter { $0.tone == .ordinary }.map {
                ListEntry.Print(
                    $0.fingerprint,
                    quality: $0.quality,
                    timeMilliseconds: $0.time,
                    spanMilliseconds: $0.span
                )
            }
            entries.append(entry)
            numbers[film.item] = UInt64(entries.count)
        }
        try add(entries, to: list)
        _ = try list.publish(.init())
        for turned in [false, true] {
            let (left, right) = try (films.generated.reader(), others.generated.reader())
            let join = try CaseJoin(
                left: JoinSide(left, minimumQuality: 50),
                right: JoinSide(right, minimumQuality: 50),
                radius: 40,
                wantsTurned: turned,
                minimumQuality: 50,
                threads: 1,
                memory: 64 << 20,
                scratch: folder.path,
                sampleSeed: nil
            )
            let expected = FilmJoin(join, left: left, right: right)
            _ = try join.run { _ = try expected.take($0) }
            var pairs: Set<[UInt64]> = []
            try expected.align {
                pairs.insert([$0.left.identifier, numbers[$0.right.item.identifier] ?? 0])
            }
            _ = try match(films.generated, options(MatchSettings(turned: turned)))
            var query = MatchQuery()
            query.kinds = [.film]
            let answer = try found(films.generated, query)
            #expect(Set(answer.map { [$0.item, $0.entry] }) == pairs)
            #expect(answer.count >= (turned ? 6 : 4))
        }
    }
}
