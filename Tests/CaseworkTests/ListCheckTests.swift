import Evidence
import Fingerprinting
import Foundation
import HashLists
import TestSupport
import Testing

@testable import Casework

@Suite("Checks of hash lists")
struct ListCheckTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private var path: String { folder.path + "/a.vlist" }

    private func makeList() throws -> ListWriter {
        try ListWriter.create(
            path,
            title: "a",
            owner: "o",
            kind: .pdqFullResolution,
            identifier: "list-1",
            tool: "test"
        )
        return try ListWriter(existing: path, tool: "test")
    }

    private func delivery(_ name: String) -> ListWriter.Delivery {
        ListWriter.Delivery(source: ListBatch.Source(name: name, format: "test"), memory: 64 << 20)
    }

    private func check(
        _ writer: ListWriter,
        _ references: [CaseReader] = [],
        most: Int = ListWriter.mostFindings,
        _ change: (inout ListCheck.Settings) -> Void = { _ in }
    ) throws -> [RecordedFinding] {
        var settings = ListCheck.Settings()
        settings.memory = 64 << 20
        settings.threads = 2
        change(&settings)
        let check = ListCheck(try writer.workingContents(), settings)
        _ = try writer.recordCheck(
            ListCheckRecord(
                radius: settings.radius,
                near: settings.near,
                flood: settings.flood,
                references: references.map(\.folder.path.text)
            ),
            most: most
        ) { found in
            try check.run(references: references, found: found)
        }
        var findings: [RecordedFinding] = []
        try writer.forEachFinding(openOnly: false) { findings.append($0) }
        return findings
    }

    // MARK: - Against the definition

    private struct Expected: Hashable {
        var kind: ListFinding.Kind
        var first: UInt64
        var second: UInt64?
        var distance: Int?
    }

    /// Whether two entries exclude each other, by the words of the guide.
    private func conflicts(_ one: ListEntry, _ other: ListEntry, _ list: ListDescription) -> Bool {
        for scheme in Set(one.categories.map { "\($0.scheme)/\($0.country ?? "")" }) {
            func codes(_ entry: ListEntry) -> Set<String> {
                Set(
                    entry.categories.filter { "\($0.scheme)/\($0.country ?? "")" == scheme }
                        .map(\.code)
                )
            }
            if !codes(other).isEmpty, codes(one) != codes(other) { return true }
        }
        return Set([list.meaning(of: one), list.meaning(of: other)]) == [.harm, .innocent]
    }

    private func definition(
        _ entries: [(number: UInt64, entry: ListEntry)],
        _ list: ListDescription,
        _ settings: ListCheck.Settings
    ) -> Set<Expected> {
        var expected: Set<Expected> = []
        for (place, one) in entries.enumerated() {
            for other in entries[(place + 1)...] {
                var distances = one.entry.prints.flatMap { left in
                    other.entry.prints.map { left.fingerprint.distance(to: $0.fingerprint) }
                }
                if let md5 = one.entry.md5, md5 == other.entry.md5 { distances.append(0) }
                guard let nearest = distances.min() else { continue }
                func expect(_ kind: ListFinding.Kind) {
                    expected.insert(
                        Expected(
                            kind: kind,
                            first: one.number,
                            second: other.number,
                            distance: nearest
                        )
                    )
                }
                if nearest <= settings.near { expect(.nearDuplicate) }
                if nearest <= settings.radius, conflicts(one.entry, other.entry, list) {
                    expect(.conflict)
                }
            }
        }
        return expected
    }

    private func randomEntry(
        _ random: inout SplitMix64,
        _ number: Int,
        near centres: [Fingerprint],
        shared: [Fingerprint]
    ) -> ListEntry {
        let count = [1, 1, 1, 3, 0].randomElement(using: &random) ?? 1
        var entry = ListEntry(
            prints: (0..<count).map { index in
                let place = Int(random.next() % UInt64(centres.count))
                return ListEntry.Print(
                    random.next() % 4 == 0
                        ? shared[place] : random.near(centres[place], atMost: 28),
                    quality: 90,
                    timeMilliseconds: count == 1 ? nil : Int64(index) * 1000
                )
            }
        )
        if count == 0 || random.next() % 4 == 0 {
            entry.md5 = [UInt8(random.next() % 8)] + [UInt8](repeating: 5, count: 15)
        }
        entry.identifier = "e\(number)"
        for _ in 0..<(random.next() % 3) {
            entry.categories.append(
                AssertedCategory(
                    scheme: ["VICS", "NSRL"].randomElement(using: &random) ?? "",
                    country: [nil, "US", "UK"].randomElement(using: &random) ?? nil,
                    code: ["0", "1", "2"].randomElement(using: &random) ?? ""
                )
            )
        }
        return entry
    }

    @Test("Near-duplicates, conflicts and floods are those of the definition", arguments: 1...4)
    func definition(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let centres = (0..<8).map { _ in random.fingerprint() }
        let shared = centres.map { random.near($0, atMost: 12) }
        let writer = try makeList()
        for text in ["VICS/US:1=harm", "VICS:*=undeclared", "NSRL:*=innocent"] {
            try writer.declare(ListDescription.Meaning(text))
        }
        var number = 0
        for batch in 0..<3 {
            _ = try writer.add(delivery("s\(batch)")) { (sink) throws(ListFault) in
                for line in 1...25 {
                    number += 1
                    try sink.take(
                        randomEntry(&random, number, near: centres, shared: shared),
                        line: line
                    )
                }
            }
            if batch == 1 { _ = try writer.publish(.init()) }
        }
        try writer.withdraw([3, 30, 60], note: nil)
        var generated = try GeneratedCase()
        for item in 0..<60 {
            let centre = centres[Int(random.next() % 4)]
            try generated.add(
                "/e/\(item)",
                [(random.near(centre, atMost: 40), item % 5 == 0 ? 7 : nil, 90)]
            )
            if item % 25 == 24 { try generated.commit() }
        }
        try generated.commit()
        var settings = ListCheck.Settings()
        settings.radius = 24
        settings.near = 31
        settings.flood = 3
        let findings = try check(writer, [generated.reader()]) {
            $0.radius = 24
            $0.near = 31
            $0.flood = 3
        }
        let contents = try writer.workingContents()
        var entries: [(number: UInt64, entry: ListEntry)] = []
        try contents.forEach { entries.append(($0, $1)) }
        #expect(entries.count == 72)
        let pairs = definition(entries, writer.description, settings)
        #expect(pairs.contains { $0.kind == .conflict })
        #expect(pairs.contains { $0.kind == .nearDuplicate })
        let told = findings.map(\.finding).filter { $0.second != nil }
        #expect(
            Set(
                told.map {
                    Expected(
                        kind: $0.kind,
                        first: $0.first,
                        second: $0.second,
                        distance: $0.distance
                    )
                }
            ) == pairs
        )
        #expect(told.count == pairs.count)
        var floods: [UInt64: Int] = [:]
        for (number, entry) in entries {
            let counts = entry.prints.map { print in
                generated.pictures.count { $0.fingerprint.distance(to: print.fingerprint) <= 24 }
            }
            if let most = counts.max(), most > 3 { floods[number] = most }
        }
        #expect(!floods.isEmpty)
        let toldFloods = findings.map(\.finding).filter { $0.kind == .flood }
        #expect(
            Dictionary(uniqueKeysWithValues: toldFloods.map { ($0.first, $0.count) }) == floods
        )
    }

    // MARK: - Entries by themselves

    private func fingerprint(_ word: UInt64) -> Fingerprint {
        Fingerprint(words: (word, word, word, word))
    }

    @Test("Entries that stand for no picture are told, films only if no picture of them is good")
    func signals() throws {
        var random = SplitMix64(seed: 5)
        let good = random.fingerprint()
        let writer = try makeList()
        var empty = ListEntry()
        empty.md5 = [
            0xd4, 0x1d, 0x8c, 0xd9, 0x8f, 0x00, 0xb2, 0x04, 0xe9, 0x80, 0x09, 0x98, 0xec, 0xf8,
            0x42,
            0x7e,
        ]
        var zero = ListEntry(prints: [.init(random.fingerprint(), quality: 100)])
        zero.sha1 = [UInt8](repeating: 0, count: 20)
        let sparse = Fingerprint(words: (0xF0F0_1234, 0x1, 0x8000_0100_0000_0001, 0x77))
        func film(_ prints: [Fingerprint], quality: UInt8) -> ListEntry {
            ListEntry(
                prints: prints.enumerated().map {
                    .init($1, quality: quality, timeMilliseconds: Int64($0))
                }
            )
        }
        _ = try writer.add(delivery("s")) { (sink) throws(ListFault) in
            try sink.take(fingerprint(0), quality: 0, line: 1)
            try sink.take(fingerprint(0xAAAA_AAAA_AAAA_AAAA), quality: 100, line: 2)
            try sink.take(fingerprint(0xFFFF_0000_FFFF_0000), quality: 100, line: 3)
            try sink.take(sparse, quality: 100, line: 4)
            try sink.take(good, quality: 49, line: 5)
            try sink.take(random.fingerprint(), quality: 50, line: 6)
            try sink.take(random.fingerprint(), quality: nil, line: 7)
            try sink.take(empty, line: 8)
            try sink.take(zero, line: 9)
            try sink.take(film([fingerprint(0), random.fingerprint()], quality: 90), line: 10)
            try sink.take(film([fingerprint(UInt64.max), sparse], quality: 90), line: 11)
        }
        let findings = try check(writer) { $0.near = 0 }.map(\.finding).filter { $0.second == nil }
        #expect(
            findings.map { "\($0.first) \($0.kind.rawValue)" } == [
                "1 constant", "2 constant", "3 constant", "4 flat", "5 low-quality", "8 constant",
                "9 constant", "11 flat",
            ]
        )
    }

    // MARK: - The worklist

    @Test("Decisions are kept over later checks, and the check counts until the list changes")
    func decisions() throws {
        var random = SplitMix64(seed: 6)
        let centre = random.fingerprint()
        let other = random.near(centre, atMost: 5)
        let third = random.fingerprint()
        let writer = try makeList()
        #expect(try writer.openFindings() == nil)
        _ = try writer.add(delivery("s")) { (sink) throws(ListFault) in
            try sink.take(centre, quality: 40, line: 1)
            try sink.take(other, quality: 90, line: 2)
            try sink.take(third, quality: 10, line: 3)
        }
        func open() throws -> [String: Int]? {
            try writer.openFindings()?.filter { $0.value > 0 }
        }
        let findings = try check(writer)
        #expect(
            findings.map(\.finding.kind) == [.lowQuality, .lowQuality, .nearDuplicate]
        )
        #expect(try open() == ["low-quality": 2, "near-duplicate": 1])
        #expect(throws: ListFault.self) { try writer.decide([9], .keep, note: nil) }
        #expect(throws: ListFault.self) { try writer.decide([3], .withdraw, note: nil) }
        #expect(throws: ListFault.self) {
            try writer.decide([1, 3], .withdraw, entries: [3], note: nil)
        }
        #expect(try open() == ["low-quality": 2, "near-duplicate": 1])
        #expect(try writer.decide([1], .keep, note: "known").isEmpty)
        #expect(try open() == ["low-quality": 1, "near-duplicate": 1])
        // Something new: the check is of another list now.
        _ = try writer.add(delivery("t")) { (sink) throws(ListFault) in
            try sink.take(random.fingerprint(), quality: 20, line: 1)
        }
        #expect(try writer.openFindings() == nil)
        #expect(throws: ListFault.self) { try writer.decide([2], .keep, note: nil) }
        let again = try check(writer)
        #expect(again.count == 4)
        #expect(again[0].decision == .keep && again[0].note == "known")
        #expect(try open() == ["low-quality": 2, "near-duplicate": 1])
        // A withdrawal that settles a finding leaves the others as they are.
        let pair = try #require(again.first { $0.finding.kind == .nearDuplicate })
        #expect(
            try writer.decide([pair.number], .withdraw, entries: [1], note: "the worse one") == [1]
        )
        #expect(try open() == ["low-quality": 2])
        #expect(try !writer.workingContents().isLive(1))
        let version = try writer.publish(.init(findings: try writer.openFindings()))
        #expect(
            version.record.findings == [
                "constant": 0, "flat": 0, "low-quality": 2, "near-duplicate": 0, "conflict": 0,
            ]
        )
        #expect(try open() == ["low-quality": 2])
        try writer.declare(ListDescription.Meaning("S:1=harm"))
        #expect(try writer.openFindings() == nil)
    }

    @Test("Of many findings so many are listed, and the others counted")
    func many() throws {
        var random = SplitMix64(seed: 7)
        let writer = try makeList()
        _ = try writer.add(delivery("s")) { (sink) throws(ListFault) in
            for line in 1...30 { try sink.take(random.fingerprint(), quality: 1, line: line) }
        }
        #expect(try check(writer, most: 10).count == 10)
        #expect(try writer.lastCheck()?.beyond == ["low-quality": 20])
        #expect(try writer.openFindings()?["low-quality"] == 30)
    }

    @Test("A check that fails leaves what the last one found")
    func failing() throws {
        let writer = try makeList()
        _ = try writer.add(delivery("s")) { (sink) throws(ListFault) in
            try sink.take(fingerprint(0), quality: 1, line: 1)
        }
        #expect(try check(writer).count == 1)
        #expect(throws: ListFault.self) {
            _ = try writer.recordCheck(
                ListCheckRecord(radius: 1, near: 1, flood: 1, references: [])
            ) { found in
                // The list can be read, and its catalog too, while a check goes on.
                #expect(try HashList(name: path).unpublished().batches.count == 1)
                try found(ListFinding(.flat, (1, .identifier("x")), detail: "x"))
                throw ListFault(.system, "no more memory")
            }
        }
        #expect(try writer.lastCheck()?.radius == 31)
        #expect(try writer.openFindings()?["constant"] == 1)
    }
}
