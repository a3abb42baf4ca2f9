import Evidence
import Fingerprinting
import Foundation
import GRDB
import HashLists
import TestSupport
import Testing

@Suite("What changed in a list, and where its entries came from")
struct ListHistoryTests {
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
            tool: "test"
        )
        return try ListWriter(existing: path, tool: "test")
    }

    private func delivery(_ name: String) -> ListWriter.Delivery {
        ListWriter.Delivery(source: ListBatch.Source(name: name, format: "test"), memory: 64 << 20)
    }

    private func entry(_ identifier: Int, _ value: Int) -> ListEntry {
        var entry = ListEntry()
        entry.identifier = "e\(identifier)"
        entry.md5 = [UInt8](repeating: UInt8(identifier), count: 16)
        entry.note = "\(value)"
        return entry
    }

    /// The entries of a version by identifier.
    private func entries(_ contents: ListContents) throws -> [String: (UInt64, ListEntry)] {
        var entries: [String: (UInt64, ListEntry)] = [:]
        try contents.forEach { number, entry in
            entries[try #require(entry.identifier)] = (number, entry)
        }
        return entries
    }

    @Test("Differences are those of the two versions' entries", arguments: 1...3)
    func differences(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let writer = try makeList()
        for step in 0..<12 {
            _ = try writer.add(delivery("s\(step)")) { (sink) throws(ListFault) in
                for line in 1...8 {
                    try sink.take(
                        entry(step % 3 * 8 + line, Int(random.next() % 3)),
                        line: line
                    )
                }
            }
            var gone: [UInt64] = []
            try writer.workingContents().forEach { number, _ in
                if random.next() % 6 == 0 { gone.append(number) }
            }
            try writer.withdraw(gone, note: nil)
            if step % 2 == 1, try writer.hasChanges() { _ = try writer.publish(.init()) }
        }
        let list = try HashList(name: path)
        let count = list.versions.count
        try #require(count > 3)
        for from in 0...count {
            for to in Array((from + 1)..<(count + 2)) {
                let isWorking = to == count + 1
                let difference = try ListDifference(list, from: from, to: isWorking ? nil : to)
                let old = try from == 0 ? [:] : entries(list.contents(of: from))
                let new = try entries(
                    isWorking ? list.workingContents() : list.contents(of: to)
                )
                var told: [String: String] = [:]
                try difference.forEach { change in
                    let (number, words): (UInt64, String) =
                        switch change {
                        case .added(let number): (number, "added")
                        case .withdrawn(let number, _): (number, "withdrawn")
                        case .changed(let number, let was): (number, "changed \(was)")
                        }
                    let name = try #require(difference.newer.entry(number)?.identifier)
                    // What was taken out and came again later is both.
                    told[name, default: ""] += words + " \(number);"
                }
                for name in Set(old.keys).union(new.keys) {
                    let (before, after) = (old[name], new[name])
                    var expected = ""
                    switch (before?.0, after?.0) {
                    case (nil, let number?): expected = "added \(number);"
                    case (let number?, nil): expected = "withdrawn \(number);"
                    case (let one?, let two?) where one != two:
                        let isReplaced = told[name] == "changed [\(one)] \(two);"
                        let isAnew = told[name] == "withdrawn \(one);added \(two);"
                        #expect(isReplaced || isAnew, "\(name): \(told[name] ?? "")")
                        continue
                    default: break
                    }
                    #expect(told[name] ?? "" == expected, "\(from) to \(to): \(name)")
                }
                #expect(Set(told.keys).isSubset(of: Set(old.keys).union(new.keys)))
            }
        }
        #expect(throws: ListFault.self) { try ListDifference(list, from: 2, to: 2) }
        #expect(throws: ListFault.self) { try ListDifference(list, from: 99, to: nil) }
    }

    @Test("An entry's history names its source, its line, its version and its end")
    func histories() throws {
        let writer = try makeList()
        _ = try writer.add(delivery("first")) { (sink) throws(ListFault) in
            try sink.take(entry(1, 1), line: 4)
            try sink.take(entry(2, 1), line: 9)
        }
        _ = try writer.publish(.init())
        _ = try writer.add(delivery("second")) { (sink) throws(ListFault) in
            try sink.take(entry(1, 2), line: 1)
            try sink.take(entry(3, 1), line: 2)
        }
        _ = try writer.publish(.init())
        try writer.withdraw([2], note: "a mistake")
        let histories = try EntryHistories(HashList(name: path))
        let first = try #require(try histories.history(of: 1))
        #expect(first.source.name == "first" && first.line == 4 && first.version == 1)
        #expect(first.withdrawal == Withdrawal(entry: 1, reason: .replaced, replacement: 3))
        #expect(first.withdrawnIn == 2 && first.note == nil)
        let second = try #require(try histories.history(of: 2))
        #expect(second.line == 9 && second.withdrawal?.reason == .curator)
        #expect(second.withdrawnIn == nil && second.note == "a mistake")
        let last = try #require(try histories.history(of: 4))
        #expect(last.source.name == "second" && last.version == 2 && last.withdrawal == nil)
        #expect(try histories.history(of: 5) == nil)
        #expect(try histories.history(of: 0) == nil)
    }

    @Test("Tallies count every entry, whether or not it is read one by one")
    func tallies() throws {
        let writer = try makeList()
        var random = SplitMix64(seed: 3)
        func print() -> Fingerprint {
            Fingerprint(words: (random.next(), random.next(), random.next(), random.next()))
        }
        var common = ListEntry()
        common.categories = [AssertedCategory(scheme: "VICS", country: "US", code: "1")]
        common.medium = .picture
        var first = delivery("s")
        first.common = common
        _ = try writer.add(first) { (sink) throws(ListFault) in
            for line in 1...100 { try sink.take(print(), quality: UInt8(line), line: line) }
            var film = ListEntry(prints: [
                .init(print(), timeMilliseconds: 1), .init(print(), timeMilliseconds: 2),
            ])
            film.medium = .film
            film.series = "x"
            try sink.take(film, line: 101)
        }
        _ = try writer.add(delivery("t")) { (sink) throws(ListFault) in
            try sink.take(print(), quality: nil, line: 1)
            try sink.take(entry(1, 1), line: 2)
        }
        try writer.withdraw([5], note: nil)
        let tally = try ListTally(writer.workingContents())
        #expect(tally.entries == 102)
        #expect(tally.media == [.picture: 99, .film: 1, nil: 2])
        #expect(tally.categories == [common.categories[0]: 100])
        #expect(tally.uncategorised == 2 && tally.inSeries == 1)
        #expect(tally.fingerprinted == 101 && tally.fingerprints == 102)
        #expect(tally.md5 == 1 && tally.sha1 == 0 && tally.sha256 == 0)
    }

    @Test(
        "A declaration is read as it is written",
        arguments: ["VICS/US:1=harm", "NSRL:*=innocent", "a b/UK:x=y:2=undeclared"]
    )
    func declarations(text: String) throws {
        let meaning = try ListDescription.Meaning(text)
        #expect(meaning.text == text)
    }

    @Test(
        "What declares nothing is refused",
        arguments: [
            "", "VICS", "VICS:1", "VICS:1=bad", "VICS=harm", ":1=harm", "VICS/:1=harm",
            "VICS:=harm",
        ]
    )
    func wrongDeclarations(text: String) {
        #expect(throws: ListFault.self) { try ListDescription.Meaning(text) }
    }

    @Test("A list that came without its catalog can be read, and written to")
    func withoutCatalog() throws {
        do {
            let writer = try makeList()
            _ = try writer.add(delivery("s")) { (sink) throws(ListFault) in
                try sink.take(entry(1, 1), line: 1)
                try sink.take(entry(2, 1), line: 2)
            }
            try writer.withdraw([1], note: nil)
            _ = try writer.publish(.init())
        }
        try FileManager.default.removeItem(atPath: path + "/catalog.sqlite")
        let list = try HashList(name: path)
        #expect(try list.workingContents().count == 1)
        #expect(try list.unpublished().batches.isEmpty)
        #expect(try list.auditTrail().isEmpty)
        let writer = try ListWriter(existing: path, tool: "test")
        let report = try writer.add(delivery("t")) { (sink) throws(ListFault) in
            try sink.take(entry(2, 1), line: 1)
            try sink.take(entry(3, 1), line: 2)
        }
        #expect(report.duplicates == 1 && report.added == 1)
        #expect(try writer.publish(.init()).record.entries == 2)
        _ = try ListVerification(HashList(name: path)).run(isThorough: true)
    }

    /// A writer that is killed within a transaction leaves a journal, which a reader may not roll back by itself.
    @Test("A catalog whose writer was killed does not keep readers out")
    func hotJournal() throws {
        do {
            let writer = try makeList()
            for step in 1...40 {
                _ = try writer.add(delivery("s\(step)")) { (sink) throws(ListFault) in
                    try sink.take(entry(step, 1), line: 1)
                }
            }
        }
        let before = try HashList(name: path).reports().map(\.report)
        #expect(before.count == 40)
        let copy = folder.path + "/copy.vlist"
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        var configuration = Configuration()
        configuration.prepareDatabase { database in
            // No cache: what the transaction changes goes to the file before its end.
            try database.execute(sql: "PRAGMA cache_size = 1")
        }
        let database = try DatabaseQueue(
            path: path + "/catalog.sqlite",
            configuration: configuration
        )
        try database.inTransaction { database in
            try database.execute(sql: "UPDATE batch SET report = zeroblob(5000)")
            for name in ["/catalog.sqlite", "/catalog.sqlite-journal"] {
                try? FileManager.default.removeItem(atPath: copy + name)
                try FileManager.default.copyItem(atPath: path + name, toPath: copy + name)
            }
            return .rollback
        }
        #expect(
            try Data(contentsOf: URL(fileURLWithPath: copy + "/catalog.sqlite"))
                != Data(contentsOf: URL(fileURLWithPath: path + "/catalog.sqlite"))
        )
        #expect(try HashList(name: copy).reports().map(\.report) == before)
        #expect(!FileManager.default.fileExists(atPath: copy + "/catalog.sqlite-journal"))
    }

    @Test("Keys are never overwritten, not even one of the two")
    func keys() throws {
        let key = folder.path + "/key"
        try Data("mine".utf8).write(to: URL(fileURLWithPath: key + ".pub"))
        #expect(throws: ListFault.self) { try ListSigning.makeKeys(at: key) }
        #expect(!FileManager.default.fileExists(atPath: key))
        #expect(try Data(contentsOf: URL(fileURLWithPath: key + ".pub")) == Data("mine".utf8))
    }
}
