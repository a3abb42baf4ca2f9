import Fingerprinting
import TestSupport
import Testing

@testable import Indexing

/// Building with less memory than the records need.
@Suite("building in bounded memory")
struct SpillingTests {
    /// Records with equal fingerprints, equal beginnings, and equal records among them.
    private func records(_ count: Int) -> [(Fingerprint, Occurrence)] {
        var random = SplitMix64(seed: 0x5B11)
        let few = (0..<20).map { _ in random.fingerprint() }
        return (0..<count).map { index in
            let item = UInt64(index / 3)
            switch index % 4 {
            case 0: return (few[index % 20], random.occurrence(item: item))
            case 1:
                // The highest word of the row is always the same: the sort key does not tell them apart.
                var row = random.fingerprint()
                row.words.3 = 7
                return (BitPermutation.fingerprint(ofRow: row), random.occurrence(item: item))
            default: return (random.fingerprint(), random.occurrence(item: item))
            }
        }
    }

    private func write(
        _ records: [(Fingerprint, Occurrence)],
        to folder: String,
        name: String,
        memory: Int,
        tableThreshold: Int = .max
    ) throws -> SegmentDescription {
        var writer = SegmentWriter(
            kind: .pdqFullResolution,
            folder: folder,
            memory: memory,
            tableThreshold: tableThreshold
        )
        for (fingerprint, occurrence) in records {
            try writer.append(fingerprint, occurrence)
        }
        return try writer.write(name: name)
    }

    @Test(
        "the memory does not change a byte, at every size around that of a run",
        arguments: [0, 1, 63, 64, 65, 127, 128, 129, 640, 5000]
    )
    func memoryChangesNothing(count: Int) throws {
        let folder = TemporaryFolder()
        let records = records(count)
        let whole = try write(records, to: folder.path, name: "a.seg", memory: 1 << 30)
        // Runs have 64 records at least.
        let spilled = try write(records.reversed(), to: folder.path, name: "b.seg", memory: 1)
        #expect(whole.sha256 == spilled.sha256)
        #expect(folder.names == ["a.seg", "b.seg"])
        try Segment(opening: folder.path + "/b.seg", description: spilled).verify()
    }

    @Test("tables made in windows are the same")
    func windowsChangeNothing() throws {
        let folder = TemporaryFolder()
        let records = records(12_000)
        let whole = try write(
            records,
            to: folder.path,
            name: "a.seg",
            memory: 1 << 30,
            tableThreshold: 0
        )
        let windows = try write(
            records,
            to: folder.path,
            name: "b.seg",
            memory: 40_000,
            tableThreshold: 0
        )
        #expect(whole.sha256 == windows.sha256)
        #expect(readBytes(folder.path + "/a.seg") == readBytes(folder.path + "/b.seg"))
    }

    @Test("progress goes from the rows over the tables to the checksums, and never back")
    func progressGrows() throws {
        let folder = TemporaryFolder()
        var writer = SegmentWriter(
            kind: .pdqFullResolution,
            folder: folder.path,
            tableThreshold: 0
        )
        for (fingerprint, occurrence) in records(70_000) {
            try writer.append(fingerprint, occurrence)
        }
        var seen: [BuildProgress] = []
        _ = try writer.write(name: "a.seg") { seen.append($0) }
        #expect(Set(seen.map(\.stage)) == Set(BuildProgress.Stage.allCases))
        #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.fraction <= $1.fraction })
        #expect(seen.last?.fraction == 1)
    }

    @Test("an item with a number that the format cannot hold is refused")
    func highItemsAreRefused() throws {
        let folder = TemporaryFolder()
        var random = SplitMix64(seed: 0x17E)
        var writer = SegmentWriter(kind: .pdqFullResolution, folder: folder.path)
        let highest = random.occurrence(item: Occurrence.largestItem)
        try writer.append(random.fingerprint(), highest)
        #expect(throws: IndexFault.self) {
            try writer.append(random.fingerprint(), random.occurrence(item: 1 << 40))
        }
        _ = try writer.write(name: "a.seg")
        #expect(try Segment(opening: folder.path + "/a.seg").occurrences(ofRow: 0) == [highest])
    }
}
