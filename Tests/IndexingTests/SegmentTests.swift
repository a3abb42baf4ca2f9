import Fingerprinting
import Keyframing
import TestSupport
import Testing

@testable import Indexing

@Suite("segment")
struct SegmentTests {
    @Test("what was written is read back", arguments: [0, 1, 2, 255, 3000], [Int.max, 0])
    func contentsAreReadBack(count: Int, tableThreshold: Int) throws {
        let folder = TemporaryFolder()
        var random = SplitMix64(seed: 0x5E6 + UInt64(count))
        var writer = SegmentWriter(
            kind: .pdqFullResolution,
            folder: folder.path,
            tableThreshold: tableThreshold
        )
        var expected: [Fingerprint: [Occurrence]] = [:]
        let fingerprints = (0..<max(1, count / 2)).map { _ in random.fingerprint() }
        for item in 0..<UInt64(count) {
            let fingerprint = fingerprints.randomElement(using: &random) ?? random.fingerprint()
            let occurrence = random.occurrence(item: item / 3)
            try writer.append(fingerprint, occurrence)
            expected[fingerprint, default: []].append(occurrence)
        }
        #expect(writer.occurrenceCount == count)
        let description = try writer.write(name: "a.seg")
        #expect(folder.names == ["a.seg"])
        #expect(description.rows == expected.count && description.occurrences == count)
        let segment = try Segment(opening: folder.path + "/a.seg", description: description)
        #expect(segment.rows == expected.count && segment.occurrenceCount == count)
        #expect(segment.hasTables == (tableThreshold == 0 && count > 0))
        #expect(segment.description == description)
        try segment.verify()
        var found: [Fingerprint: [Occurrence]] = [:]
        for row in 0..<segment.rows {
            let occurrences = try segment.occurrences(ofRow: row)
            found[segment.fingerprint(ofRow: row)] = occurrences
            let places = occurrences.map { ($0.item, $0.timeMilliseconds ?? -1) }
            #expect(zip(places, places.dropFirst()).allSatisfy { $0 <= $1 })
        }
        #expect(found.mapValues(Set.init) == expected.mapValues(Set.init))
        #expect(found.values.reduce(0) { $0 + $1.count } == count)
    }

    @Test("the bytes do not depend on the order of appending")
    func bytesDoNotDependOnOrder() throws {
        let folder = TemporaryFolder()
        var random = SplitMix64(seed: 0x0EDE)
        let fingerprints = (0..<50).map { _ in random.fingerprint() }
        var pairs = (0..<300).map { index in
            (fingerprints[index % 50], random.occurrence(item: UInt64(index % 7)))
        }
        var digests: Set<String> = []
        for name in ["a.seg", "b.seg", "c.seg"] {
            var writer = SegmentWriter(kind: .pdqNearest512, folder: folder.path)
            for (fingerprint, occurrence) in pairs {
                try writer.append(fingerprint, occurrence)
            }
            digests.insert(try writer.write(name: name).sha256)
            pairs.shuffle(using: &random)
        }
        #expect(digests.count == 1)
    }

    @Test("a fingerprint appended twice is one row with both occurrences")
    func duplicatesShareARow() throws {
        let folder = TemporaryFolder()
        var random = SplitMix64(seed: 0xD0B1)
        let (fingerprint, other) = (random.fingerprint(), random.fingerprint())
        var writer = SegmentWriter(kind: .pdqFullResolution, folder: folder.path)
        let first = random.occurrence(item: 9)
        let second = random.occurrence(item: 4)
        try writer.append(fingerprint, first)
        try writer.append(other, first)
        try writer.append(fingerprint, second)
        try writer.append(fingerprint, second)
        let description = try writer.write(name: "a.seg")
        let segment = try Segment(opening: folder.path + "/a.seg", description: description)
        #expect(segment.rows == 2)
        let row = try #require((0..<2).first { segment.fingerprint(ofRow: $0) == fingerprint })
        #expect(try segment.occurrences(ofRow: row) == [second, second, first])
    }

    @Test("times before the start count as the start, and stay apart from still pictures")
    func timesAreNotNegative() throws {
        let folder = TemporaryFolder()
        var writer = SegmentWriter(kind: .pdqFullResolution, folder: folder.path)
        let origin = PictureOrigin(decoder: .ffmpeg, policy: .fast)
        let still = Occurrence(item: 1, quality: 1, origin: origin)
        let early = Occurrence(item: 1, timeMilliseconds: -1, quality: 1, origin: origin)
        let late = Occurrence(item: 1, timeMilliseconds: .max, quality: 1, origin: origin)
        #expect(early.timeMilliseconds == 0)
        #expect(late.timeMilliseconds == Occurrence.latestMilliseconds)
        for occurrence in [late, early, still] {
            try writer.append(Fingerprint(words: (1, 2, 3, 4)), occurrence)
        }
        _ = try writer.write(name: "a.seg")
        let segment = try Segment(opening: folder.path + "/a.seg")
        #expect(try segment.occurrences(ofRow: 0) == [still, early, late])
    }

    @Test("a segment that is not the one described is refused")
    func otherSegmentsAreRefused() throws {
        let folder = TemporaryFolder()
        var random = SplitMix64(seed: 0x07E2)
        var descriptions: [SegmentDescription] = []
        for name in ["a.seg", "b.seg"] {
            var writer = SegmentWriter(kind: .pdqFullResolution, folder: folder.path)
            try writer.append(random.fingerprint(), random.occurrence(item: 1))
            descriptions.append(try writer.write(name: name))
        }
        let path = folder.path + "/a.seg"
        // The same counts: the checksum of the checksums tells them apart, when one is opened.
        let other = SegmentDescription(
            name: "a.seg",
            kind: .pdqFullResolution,
            rows: 1,
            occurrences: 1,
            bytes: descriptions[0].bytes,
            sha256: descriptions[1].sha256,
            checksum: descriptions[1].checksum
        )
        let refused = fault { () throws(IndexFault) in
            _ = try Segment(opening: path, description: other)
        }
        #expect(refused?.code == .mismatch)
        #expect(throws: Never.self) { try Segment(opening: path, description: descriptions[0]) }
        // Where the MANIFEST has none, as those of version 0.1.0, only the digest does.
        let swapped = SegmentDescription(
            name: "a.seg",
            kind: .pdqFullResolution,
            rows: 1,
            occurrences: 1,
            bytes: descriptions[0].bytes,
            sha256: descriptions[1].sha256
        )
        let segment = try Segment(opening: path, description: swapped)
        #expect(fault { () throws(IndexFault) in try segment.verify() }?.code == .mismatch)
        let more = SegmentDescription(
            name: "a.seg",
            kind: .pdqFullResolution,
            rows: 1,
            occurrences: 2,
            bytes: descriptions[0].bytes,
            sha256: descriptions[0].sha256
        )
        let opening = fault { () throws(IndexFault) in
            _ = try Segment(opening: path, description: more)
        }
        #expect(opening?.code == .mismatch)
    }
}

/// What a call throws; `nil` if nothing.
func fault(_ body: () throws(IndexFault) -> Void) -> IndexFault? {
    do throws(IndexFault) {
        try body()
        return nil
    } catch {
        return error
    }
}
