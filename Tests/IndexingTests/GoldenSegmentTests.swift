import Crypto
import Evidence
import Fingerprinting
import Foundation
import Keyframing
import TestSupport
import Testing

@testable import Indexing

/// Segments whose bytes must never change: what any version wrote is read for ever.
@Suite("golden segments")
struct GoldenSegmentTests {
    private static let tabledDigest =
        "3da97f1a43101b8b9426d134523fe884d5b3d744bf886e5a7d13f4854a54cda4"
    /// The digest of what version 0.1.0 wrote.
    private static let legacyDigest =
        "b254e14c729a7e80c42464930eac62d49663e86f44f2b5e406900ebb49ad9d8f"

    // Spelled out, so that a new case changes nothing here.
    private static let decoders: [MediaDecoder] = [.jpeg, .png, .heif, .ffmpeg, .webp, .none]
    private static let policies: [DecodePolicy] = [.exact, .fast]
    private static let backgrounds: [Background] = [.opaque, .ignored, .white]

    /// Twelve rows and twenty occurrences that use every value of every field.
    private func writer(in folder: String, tableThreshold: Int) throws -> SegmentWriter {
        var writer = SegmentWriter(
            kind: .pdqFullResolution,
            folder: folder,
            tableThreshold: tableThreshold
        )
        var random = SplitMix64(seed: 0x601D)
        let fingerprints = (0..<12).map { _ in random.fingerprint() }
        for index in 0..<20 {
            try writer.append(
                fingerprints[index % 12],
                Occurrence(
                    item: UInt64(1000 - index * 7),
                    timeMilliseconds: index.isMultiple(of: 3) ? nil : Int64(index) * 40_000,
                    spanMilliseconds: UInt32(index % 3) * 300_000,
                    quality: UInt8(index * 5),
                    origin: PictureOrigin(
                        decoder: GoldenSegmentTests.decoders[index % 6],
                        policy: GoldenSegmentTests.policies[index % 2],
                        scale: [1, 2, 4, 8][index % 4],
                        background: GoldenSegmentTests.backgrounds[index % 3],
                        isDamaged: index.isMultiple(of: 5)
                    )
                )
            )
        }
        return writer
    }

    private func fixture(_ name: String) throws -> [UInt8] {
        let url = try #require(
            Bundle.module.url(
                forResource: name,
                withExtension: "seg",
                subdirectory: "Fixtures"
            )
        )
        return try Array(Data(contentsOf: url))
    }

    @Test("a segment without tables is written as the golden file")
    func writesTheGoldenFile() throws {
        let folder = TemporaryFolder()
        var writer = try writer(in: folder.path, tableThreshold: .max)
        _ = try writer.write(name: "format-2.seg")
        let written = readBytes(folder.path + "/format-2.seg")
        #expect(try written == fixture("format-2"))
    }

    @Test("the golden files of all versions are read", arguments: [1, 2])
    func readsTheGoldenFile(version: Int) throws {
        let folder = TemporaryFolder()
        try writeBytes(fixture("format-\(version)"), to: folder.path + "/golden.seg")
        let segment = try Segment(opening: folder.path + "/golden.seg")
        try segment.verify()
        try check(segment, version: version)
    }

    /// That a segment holds what ``writer(in:tableThreshold:)`` writes.
    private func check(_ segment: Segment, version: Int) throws {
        #expect(
            segment.rows == 12 && segment.occurrenceCount == 20
                && segment.kind == .pdqFullResolution
        )
        #expect(segment.formatVersion == version && segment.isOutdated == (version < 2))
        let first = Fingerprint(words: fingerprintWords)
        let row = try #require((0..<12).first { segment.fingerprint(ofRow: $0) == first })
        let occurrences = try segment.occurrences(ofRow: row)
        #expect(occurrences.map(\.item) == [916, 1000])
        #expect(occurrences.map(\.timeMilliseconds) == [nil, nil])
        #expect(occurrences.map(\.quality) == [60, 0])
        #expect(occurrences.map(\.origin.isDamaged) == [false, true])
    }

    /// The first fingerprint of the golden file.
    private var fingerprintWords: (UInt64, UInt64, UInt64, UInt64) {
        var random = SplitMix64(seed: 0x601D)
        return random.fingerprint().words
    }

    /// With tables the file has 4 MB, so only its digest is kept here.
    @Test("a segment with tables has the golden digest")
    func tabledSegmentsHaveTheGoldenDigest() throws {
        let folder = TemporaryFolder()
        var writer = try writer(in: folder.path, tableThreshold: 0)
        let description = try writer.write(name: "tables.seg")
        #expect(description.sha256 == GoldenSegmentTests.tabledDigest)
        try Segment(opening: folder.path + "/tables.seg", description: description).verify()
    }

    @Test("a segment of format 1 with tables has its golden digest, and is read")
    func legacyTablesAreRead() throws {
        let folder = TemporaryFolder()
        var writer = try writer(in: folder.path, tableThreshold: 0)
        _ = try writer.write(name: "new.seg")
        let segment = try Segment(opening: folder.path + "/new.seg")
        let legacy = try LegacySegment.bytes(of: segment)
        let path = folder.path + "/old.seg"
        writeBytes(legacy, to: path)
        #expect(SHA256.hash(data: legacy).hexDigits == GoldenSegmentTests.legacyDigest)
        let old = try Segment(opening: path)
        try old.verify()
        try check(old, version: 1)
        #expect(old.hasTables)
    }
}
