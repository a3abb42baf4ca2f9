import Fingerprinting
import Foundation
import HashLists
import TestSupport
import Testing

@Suite("Lists on disk")
struct ListStoreTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private var path: String { folder.path + "/a.vlist" }

    private func create() throws -> ListWriter {
        try ListWriter.create(
            path,
            title: "a",
            owner: "o",
            kind: .pdqFullResolution,
            identifier: "list-1",
            date: "2026-01-01T00:00:00Z",
            tool: "test"
        )
        return try ListWriter(existing: path, tool: "test")
    }

    private func print(_ seed: UInt64) -> Fingerprint {
        var generator = SplitMix64(seed: seed)
        return Fingerprint(
            words: (generator.next(), generator.next(), generator.next(), generator.next())
        )
    }

    private func source(_ name: String) -> ListWriter.Delivery {
        ListWriter.Delivery(source: ListBatch.Source(name: name, format: "test"), memory: 64 << 20)
    }

    private func lines(_ contents: ListContents) throws -> [String] {
        var lines: [String] = []
        try contents.forEach { _, entry in lines.append(entry.json) }
        return lines
    }

    @Test("What was added is found again, by fingerprint, digest and identifier")
    func adding() throws {
        let writer = try create()
        var rich = ListEntry(prints: [.init(print(2), quality: 80)])
        rich.md5 = [UInt8](repeating: 7, count: 16)
        rich.identifier = "x"
        rich.categories = [AssertedCategory(scheme: "S", code: "1")]
        let report = try writer.add(source("s")) { (sink) throws(ListFault) in
            try sink.take(print(1), quality: nil, line: 1)
            try sink.take(rich, line: 3)
            sink.reject("not good", line: 4)
            try sink.take(print(3), quality: 50, line: 5)
        }
        #expect(report.read == 3 && report.added == 3 && report.rejected == 1)
        let version = try writer.publish(.init(date: "2026-01-02T00:00:00Z"))
        #expect(version.record.entries == 3 && version.record.added == 3)
        let contents = try HashList(name: path).contents()
        #expect(try contents.entries(named: print(3).hex) == [3])
        #expect(try contents.entries(named: "x") == [2])
        #expect(contents.entries(with: [UInt8](repeating: 7, count: 16), .md5) == [2])
        #expect(try contents.entry(2) == rich)
        #expect(contents.provenance(of: 2)?.line == 3)
        #expect(contents.provenance(of: 3)?.line == 5)
        #expect(
            try lines(contents) == [
                "{\"pdq\":\"\(print(1).hex)\"}", rich.json,
                "{\"pdq\":\"\(print(3).hex)\",\"quality\":50}",
            ]
        )
        let verified = try ListVerification(HashList(name: path)).run(isThorough: true)
        #expect(verified.entries == 3)
    }

    @Test("Repeated, changed and contradicting entries are told apart")
    func reconciling() throws {
        let writer = try create()
        func rich(_ id: String, _ code: String) -> ListEntry {
            var entry = ListEntry(prints: [.init(print(9))])
            entry.identifier = id
            entry.categories = [AssertedCategory(scheme: "S", code: code)]
            return entry
        }
        let first = try writer.add(source("s")) { (sink) throws(ListFault) in
            try sink.take(print(1), quality: nil, line: 1)
            try sink.take(print(1), quality: nil, line: 2)
            try sink.take(print(1), quality: 5, line: 3)
            try sink.take(rich("a", "1"), line: 4)
            try sink.take(rich("b", "1"), line: 5)
        }
        #expect(
            first.read == 5 && first.duplicates == 1 && first.conflicts == 1 && first.added == 4
        )
        #expect(first.repetitions.first?.line == 2)
        _ = try writer.publish(.init())
        let second = try writer.add(source("s")) { (sink) throws(ListFault) in
            try sink.take(print(1), quality: nil, line: 1)
            try sink.take(print(2), quality: nil, line: 2)
            try sink.take(rich("a", "2"), line: 3)
            try sink.take(rich("b", "1"), line: 4)
            try sink.withdraw(.identifier("nobody"), reason: "gone", line: 5)
        }
        #expect(
            second.duplicates == 2 && second.changed == 1 && second.added == 1
                && second.withdrawnUnknown == 1
        )
        let version = try writer.publish(.init())
        #expect(version.record.entries == 5)
        #expect(
            version.record.added == 2 && version.record.changed == 1
                && version.record.withdrawn == 0
        )
        let contents = try HashList(name: path).contents()
        #expect(try contents.entries(named: "a").count == 1)
        let old = try HashList(name: path).contents(of: 1)
        #expect(try old.entry(#require(old.entries(named: "a").first)) == rich("a", "1"))
        let news = try HashList(name: path).contents(of: 2, since: 1)
        #expect(try lines(news).count == 2)
        // The very same again changes nothing.
        let third = try writer.add(source("s")) { (sink) throws(ListFault) in
            try sink.take(print(2), quality: nil, line: 1)
            try sink.take(rich("a", "2"), line: 2)
        }
        #expect(third.batch == nil && third.duplicates == 2)
        #expect(try !writer.hasChanges())
    }

    @Test("A source that fails half way leaves nothing")
    func halfWay() throws {
        let writer = try create()
        #expect(throws: ListFault.self) {
            try writer.add(source("s")) { (sink) throws(ListFault) in
                try sink.take(print(1), quality: nil, line: 1)
                throw ListFault(.badInput, "cut off")
            }
        }
        #expect(try !writer.hasChanges())
        for name in ["entries", "segments", "digests"] {
            #expect(try FileManager.default.contentsOfDirectory(atPath: path + "/" + name).isEmpty)
        }
    }

    @Test("Versions have the same bytes whenever they are made of the same")
    func reproducible() throws {
        var digests: [String] = []
        for name in ["1", "2"] {
            let path = folder.path + "/" + name
            try ListWriter.create(
                path,
                title: "a",
                owner: "o",
                kind: .pdqFullResolution,
                identifier: "list-1",
                date: "2026-01-01T00:00:00Z",
                tool: "test"
            )
            let writer = try ListWriter(existing: path, tool: "test")
            _ = try writer.add(source("s")) { (sink) throws(ListFault) in
                for seed in 0..<1000 {
                    try sink.take(print(UInt64(seed)), quality: 100, line: seed + 1)
                }
            }
            digests.append(try writer.publish(.init(date: "2026-01-02T00:00:00Z")).digest)
        }
        #expect(digests[0] == digests[1])
    }

    @Test("Whatever byte of a version is changed, it is refused")
    func tampering() throws {
        let key = folder.path + "/key"
        try ListSigning.makeKeys(at: key)
        let writer = try create()
        var rich = ListEntry(prints: [.init(print(2), quality: 80)])
        rich.md5 = [UInt8](repeating: 7, count: 16)
        _ = try writer.add(source("s")) { (sink) throws(ListFault) in
            try sink.take(rich, line: 1)
            try sink.take(print(1), quality: nil, line: 2)
            try sink.take(print(1), quality: nil, line: 3)
        }
        let version = try writer.publish(.init(keyFile: key))
        try version.require(signers: [ListSigning.publicKey(key + ".pub")])
        #expect(throws: ListFault.self) {
            try version.require(signers: [[UInt8](repeating: 1, count: 32)])
        }
        var tried = 0
        for folder in ["entries", "segments", "digests", "versions"] {
            for name in try FileManager.default.contentsOfDirectory(atPath: path + "/" + folder) {
                let url = URL(fileURLWithPath: path + "/" + folder + "/" + name)
                let sound = try Data(contentsOf: url)
                for place in stride(from: 0, to: sound.count, by: max(1, sound.count / 40)) {
                    var bytes = sound
                    bytes[place] ^= 1
                    try bytes.write(to: url)
                    #expect(throws: ListFault.self, "\(name) at \(place)") {
                        _ = try ListVerification(HashList(name: path)).run(isThorough: false)
                    }
                    tried += 1
                }
                try sound.write(to: url)
            }
        }
        #expect(tried > 100)
        _ = try ListVerification(HashList(name: path)).run(isThorough: true)
    }

    @Test("What another source says takes the place of nothing")
    func sources() throws {
        let writer = try create()
        func delivery(_ name: String, feed: String? = nil, isWhole: Bool = false)
            -> ListWriter.Delivery
        {
            .init(
                source: .init(name: name, format: "test", feed: feed),
                isWhole: isWhole,
                memory: 64 << 20
            )
        }
        func entry(_ code: String) -> ListEntry {
            var entry = ListEntry()
            entry.md5 = [UInt8](repeating: 3, count: 16)
            entry.categories = [AssertedCategory(scheme: "S", code: code)]
            return entry
        }
        func add(_ entry: ListEntry, _ delivery: ListWriter.Delivery) throws -> BatchReport {
            try writer.add(delivery) { (sink) throws(ListFault) in try sink.take(entry, line: 1) }
        }
        func codes() throws -> [String] {
            var codes: [String] = []
            try writer.workingContents().forEach { codes.append($1.categories[0].code) }
            return codes
        }
        _ = try add(entry("1"), delivery("a"))
        let other = try add(entry("2"), delivery("b"))
        #expect(other.changed == 0 && other.added == 1 && other.conflicts == 1)
        #expect(try codes() == ["1", "2"])
        #expect(try add(entry("3"), delivery("a")).changed == 1)
        #expect(try codes() == ["2", "3"])
        // The first source says now what the other one says.
        let agreeing = try add(entry("2"), delivery("a"))
        #expect(agreeing.duplicates == 1 && agreeing.withdrawn == 1)
        #expect(try codes() == ["2"])
        // Names that change, of one feed.
        _ = try add(entry("7"), delivery("c-1", feed: "c"))
        #expect(try add(entry("8"), delivery("c-2", feed: "c")).changed == 1)
        #expect(try codes() == ["2", "8"])
        var third = ListEntry(prints: [.init(print(5))])
        third.identifier = "x"
        third.categories = [AssertedCategory(scheme: "S", code: "9")]
        let whole = try add(third, delivery("c-3", feed: "c", isWhole: true))
        #expect(whole.withdrawn == 1)
        #expect(try codes() == ["2", "9"])
    }

    @Test("Digests are found wherever they lie, also where they are not spread evenly")
    func lookingUp() throws {
        var random = SplitMix64(seed: 0xD16)
        func digest(_ number: Int) -> [UInt8] {
            var bytes = (0..<16).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            // A third lies close together, some at either end, and some differ in the last bytes alone.
            switch number % 3 {
            case 0: bytes.replaceSubrange(0..<7, with: [0x7F, 0, 0, 0, 0, 0, 1])
            case 1 where number % 5 == 0:
                bytes.replaceSubrange(
                    0..<14,
                    with: [UInt8](repeating: number % 2 == 0 ? 0 : 255, count: 14)
                )
            default: break
            }
            return bytes
        }
        let digests = (0..<3_000).map { digest($0) }
        let writer = try create()
        _ = try writer.add(source("s")) { (sink) throws(ListFault) in
            for (line, digest) in digests.enumerated() {
                var entry = ListEntry()
                entry.identifier = "\(line)"
                entry.md5 = digest
                try sink.take(entry, line: line + 1)
            }
        }
        let contents = try writer.workingContents()
        for digest in digests.prefix(600) {
            let expected = digests.indices.filter { digests[$0] == digest }.map { UInt64($0 + 1) }
            #expect(contents.entries(with: digest, .md5) == expected)
            var other = digest
            other[15] ^= 1
            #expect(
                contents.entries(with: other, .md5)
                    == digests.indices.filter { digests[$0] == other }.map { UInt64($0 + 1) }
            )
        }
        #expect(contents.entries(with: [UInt8](repeating: 0, count: 16), .md5).isEmpty)
        #expect(contents.entries(with: [UInt8](repeating: 255, count: 16), .md5).isEmpty)
    }

    /// The record names every file of a version by its digest: entries, places, segment, digests, withdrawals. So this holds all
    /// formats of a list still; who changes one has to give it another number.
    @Test("The bytes of a list are those of format 1")
    func golden() throws {
        let writer = try create()
        var rich = ListEntry(prints: [.init(print(2), quality: 80)])
        rich.md5 = [UInt8](repeating: 7, count: 16)
        rich.sha1 = [UInt8](repeating: 8, count: 20)
        rich.sha256 = [UInt8](repeating: 9, count: 32)
        rich.identifier = "x"
        rich.categories = [AssertedCategory(scheme: "VICS", country: "US", code: "1")]
        var film = ListEntry(prints: [
            .init(print(3), quality: 90, timeMilliseconds: 0, spanMilliseconds: 40),
            .init(print(4), timeMilliseconds: 4_000),
        ])
        film.medium = .film
        try writer.declare(.init(scheme: "VICS", country: "US", code: "1", meaning: .harm))
        _ = try writer.add(source("first")) { (sink) throws(ListFault) in
            for seed in 10..<200 { try sink.take(print(UInt64(seed)), quality: 100, line: seed) }
            try sink.take(rich, line: 300)
            try sink.take(film, line: 301)
        }
        let first = try writer.publish(.init(date: "2026-01-02T00:00:00Z", comment: "one"))
        rich.series = "changed"
        _ = try writer.add(source("first")) { (sink) throws(ListFault) in
            try sink.take(rich, line: 1)
        }
        try writer.withdraw(
            writer.workingContents().entries(named: print(10).hex),
            note: "mistaken"
        )
        let second = try writer.publish(.init(date: "2026-01-03T00:00:00Z"))
        #expect(first.digest == "4dfa227482d7cfd50562812dfb145669ec6ba67a79a969ec1608715d54e3a698")
        #expect(second.digest == "d81230c81a4529906d60d4c5c3f83e0ce7b8ce8abe805adfbabd0228ca042c6d")
        #expect(second.record.changed == 1 && second.record.withdrawn == 1)
    }
}
