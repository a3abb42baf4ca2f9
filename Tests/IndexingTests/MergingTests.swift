import Fingerprinting
import Glibc
import TestSupport
import Testing

@testable import Indexing

@Suite("merging")
struct MergingTests {
    /// A model of a set of segments: what each holds, and which items are withdrawn.
    private struct Model {
        var segments: [(name: String, records: [(Fingerprint, Occurrence)])] = []
        var withdrawn: Set<UInt64> = []
    }

    private func write(
        _ records: [(Fingerprint, Occurrence)],
        to folder: String,
        name: String,
        tableThreshold: Int = .max
    ) throws -> SegmentDescription {
        var writer = SegmentWriter(
            kind: .pdqFullResolution,
            folder: folder,
            tableThreshold: tableThreshold
        )
        for (fingerprint, occurrence) in records {
            try writer.append(fingerprint, occurrence)
        }
        return try writer.write(name: name)
    }

    /// Everything a segment holds.
    private func contents(_ segment: Segment) throws -> [Fingerprint: [Occurrence]] {
        var found: [Fingerprint: [Occurrence]] = [:]
        for row in 0..<segment.rows {
            found[segment.fingerprint(ofRow: row)] = try segment.occurrences(ofRow: row)
        }
        return found
    }

    @Test(
        "any sequence of writing, withdrawing and merging holds what the model says",
        arguments: 0..<12
    )
    func sequencesFollowTheModel(seed: UInt64) throws {
        let folder = TemporaryFolder()
        var random = SplitMix64(seed: 0x3E26 + seed)
        let fingerprints = (0..<60).map { _ in random.fingerprint() }
        var model = Model()
        var nextItem: UInt64 = 1
        var nextName = 0
        func name() -> String {
            nextName += 1
            return "\(nextName).seg"
        }
        for _ in 0..<25 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0, 1:
                let count = [0, 1, 2, 30, 200].randomElement(using: &random) ?? 0
                let records = (0..<count).map { _ in
                    nextItem += 1
                    return (
                        Bool.random(using: &random)
                            ? random.fingerprint()
                            : fingerprints.randomElement(using: &random) ?? random.fingerprint(),
                        random.occurrence(item: nextItem)
                    )
                }
                let file = name()
                _ = try write(
                    records,
                    to: folder.path,
                    name: file,
                    tableThreshold: [0, 20, .max].randomElement(using: &random) ?? 0
                )
                model.segments.append((file, records))
            case 2:
                for _ in 0..<5 {
                    model.withdrawn.insert(UInt64.random(in: 1...nextItem, using: &random))
                }
            default:
                let chosen = model.segments.filter { _ in Bool.random(using: &random) }
                guard !chosen.isEmpty else { continue }
                let merge = try SegmentMerge(
                    chosen.map { try Segment(opening: folder.path + "/" + $0.name) },
                    tombstones: Tombstones(items: model.withdrawn),
                    tableThreshold: [0, 20, .max].randomElement(using: &random) ?? 0
                )
                let file = name()
                let description = try merge.write(to: folder.path, name: file)
                let records = chosen.flatMap(\.records).filter {
                    !model.withdrawn.contains($0.1.item)
                }
                #expect(description.occurrences == records.count)
                let names = Set(chosen.map(\.name))
                model.segments.removeAll { names.contains($0.name) }
                for name in names {
                    unlink(folder.path + "/" + name)
                }
                model.segments.append((file, records))
            }
        }
        #expect(folder.names == model.segments.map(\.name).sorted())
        for (name, records) in model.segments {
            let segment = try Segment(opening: folder.path + "/" + name)
            try segment.verify()
            let expected = Dictionary(grouping: records, by: \.0).mapValues {
                $0.map { OccurrenceRecord($0.1) }.sorted().compactMap(\.occurrence)
            }
            #expect(try contents(segment) == expected)
        }
    }

    @Test("a merge gives the bytes that writing everything at once gives")
    func mergingIsWriting() throws {
        let folder = TemporaryFolder()
        var random = SplitMix64(seed: 0x0A11)
        let few = (0..<10).map { _ in random.fingerprint() }
        let records = (0..<3000).map { index in
            (
                index % 3 == 0 ? few[index % 10] : random.fingerprint(),
                random.occurrence(item: UInt64(index))
            )
        }
        let whole = try write(records, to: folder.path, name: "whole.seg", tableThreshold: 0)
        var parts: [Segment] = []
        for part in 0..<9 {
            let name = "\(part).seg"
            _ = try write(
                records.enumerated().filter { $0.offset % 9 == part }.map(\.element),
                to: folder.path,
                name: name,
                tableThreshold: part % 2 == 0 ? 0 : .max
            )
            parts.append(try Segment(opening: folder.path + "/" + name))
        }
        // One of them as the older format has it.
        let old = folder.path + "/old.seg"
        writeBytes(try LegacySegment.bytes(of: parts[3]), to: old)
        parts[3] = try Segment(opening: old)
        #expect(parts[3].isOutdated)
        let merged = try SegmentMerge(parts, tableThreshold: 0).write(
            to: folder.path,
            name: "merged.seg"
        )
        #expect(merged.sha256 == whole.sha256)
        // Less memory, and one segment alone, change nothing either.
        let small = try SegmentMerge(parts, memory: 1, tableThreshold: 0).write(
            to: folder.path,
            name: "small.seg"
        )
        #expect(small.sha256 == whole.sha256)
        let alone = try SegmentMerge(
            [Segment(opening: folder.path + "/whole.seg")],
            tableThreshold: 0
        ).write(to: folder.path, name: "alone.seg")
        #expect(alone.sha256 == whole.sha256)
    }

    @Test("damage in what is merged is a fault that names file and block, and is not handed on")
    func damageIsNotHandedOn() throws {
        let folder = TemporaryFolder()
        var random = SplitMix64(seed: 0xDA06)
        let records = (0..<200).map { index in
            (random.fingerprint(), random.occurrence(item: UInt64(index)))
        }
        _ = try write(records, to: folder.path, name: "a.seg")
        _ = try write(records, to: folder.path, name: "b.seg")
        let path = folder.path + "/b.seg"
        let segments = try [
            Segment(opening: folder.path + "/a.seg"), Segment(opening: path),
        ]
        let descriptor = open(path, O_RDWR)
        defer { close(descriptor) }
        let size = readBytes(path).count
        for _ in 0..<100 {
            let position = Int.random(in: 4096..<size, using: &random)
            var old: UInt8 = 0
            pread(descriptor, &old, 1, off_t(position))
            var new = old ^ 1 << UInt8.random(in: 0..<8, using: &random)
            pwrite(descriptor, &new, 1, off_t(position))
            let found = fault { () throws(IndexFault) in
                _ = try SegmentMerge(segments).write(to: folder.path, name: "m.seg")
            }
            #expect(found?.code == .damaged && found?.path == path)
            #expect(folder.names == ["a.seg", "b.seg"])
            pwrite(descriptor, &old, 1, off_t(position))
        }
        _ = try SegmentMerge(segments).write(to: folder.path, name: "m.seg")
    }

    @Test("segments of different kinds are not merged")
    func kindsAreKeptApart() throws {
        let folder = TemporaryFolder()
        var random = SplitMix64(seed: 0x217D)
        var segments: [Segment] = []
        for kind in FingerprintKind.allCases {
            var writer = SegmentWriter(kind: kind, folder: folder.path)
            try writer.append(random.fingerprint(), random.occurrence(item: 1))
            _ = try writer.write(name: "\(kind.name).seg")
            segments.append(try Segment(opening: folder.path + "/\(kind.name).seg"))
        }
        let both = segments
        let found = fault { () throws(IndexFault) in _ = try SegmentMerge(both) }
        #expect(found?.code == .mismatch)
    }

    @Test("tombstones know their items", arguments: [0, 1, 2, 3, 100])
    func tombstonesKnowTheirItems(count: Int) {
        var random = SplitMix64(seed: 0x70B5)
        let items = Set((0..<count).map { _ in UInt64.random(in: 0..<1000, using: &random) })
        let tombstones = Tombstones(items: items)
        #expect(tombstones.isEmpty == items.isEmpty)
        #expect((0..<1000).allSatisfy { tombstones.contains($0) == items.contains($0) })
    }

    @Test("eight segments of a tier are merged, the lowest tier first, and no other")
    func tiersAreMerged() {
        func segment(_ name: Int, rows: Int, kind: FingerprintKind = .pdqFullResolution)
            -> SegmentDescription
        {
            SegmentDescription(
                name: "\(name).seg",
                kind: kind,
                rows: rows,
                occurrences: rows,
                bytes: 0,
                sha256: ""
            )
        }
        let small = (0..<7).map { segment($0, rows: 20_000) }
        #expect(MergePolicy.due(small).isEmpty)
        let large = (10..<18).map { segment($0, rows: 300_000) }
        #expect(MergePolicy.due(small + large) == large.map(\.name))
        let other = segment(20, rows: 5, kind: .pdqNearest512)
        #expect(MergePolicy.due(small + [other]).isEmpty)
        let eight = small + [segment(21, rows: 0)]
        #expect(MergePolicy.due(large + eight) == eight.map(\.name))
        // What does not fit one segment is left for another merge.
        let giants = (0..<9).map { segment($0, rows: 1 << 30) }
        #expect(MergePolicy.due(giants) == ["0.seg", "1.seg", "2.seg"])
        #expect((0..<5).map { MergePolicy.tier(rows: 32_768 << (3 * $0)) } == [1, 2, 3, 4, 5])
    }

    @Test("a set that grows by batches stays small, and every fingerprint is written a few times")
    func growingSetsStaySmall() {
        var live: [SegmentDescription] = []
        var written = 0
        let (batch, batches) = (20_000, 5000)
        for number in 0..<batches {
            live.append(
                SegmentDescription(
                    name: "\(number).seg",
                    kind: .pdqFullResolution,
                    rows: batch,
                    occurrences: batch,
                    bytes: 0,
                    sha256: ""
                )
            )
            while case let due = Set(MergePolicy.due(live)), !due.isEmpty {
                let rows = live.filter { due.contains($0.name) }.reduce(0) { $0 + $1.rows }
                live.removeAll { due.contains($0.name) }
                written += rows
                live.append(
                    SegmentDescription(
                        name: "m\(number)-\(rows).seg",
                        kind: .pdqFullResolution,
                        rows: rows,
                        occurrences: rows,
                        bytes: 0,
                        sha256: ""
                    )
                )
            }
            #expect(live.count <= 36)
        }
        #expect(live.reduce(0) { $0 + $1.rows } == batch * batches)
        #expect(written <= 5 * batch * batches)
    }
}
