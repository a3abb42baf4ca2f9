import Fingerprinting
import Foundation
import Keyframing
import TestSupport
import Testing

@testable import Indexing

/// Segments whose bytes must never change: what version 1 wrote is read for ever.
@Suite("golden segments")
struct GoldenSegmentTests {
    private static let tabledDigest =
        "b254e14c729a7e80c42464930eac62d49663e86f44f2b5e406900ebb49ad9d8f"

    // Spelled out, so that a new case changes nothing here.
    private static let decoders: [MediaDecoder] = [.jpeg, .png, .heif, .ffmpeg, .webp, .none]
    private static let policies: [DecodePolicy] = [.exact, .fast]
    private static let backgrounds: [Background] = [.opaque, .ignored, .white]

    /// Twelve rows and twenty occurrences that use every value of every field.
    private func writer(tableThreshold: Int) -> SegmentWriter {
        var writer = SegmentWriter(kind: .pdqFullResolution, tableThreshold: tableThreshold)
        var random = SplitMix64(seed: 0x601D)
        let fingerprints = (0..<12).map { _ in random.fingerprint() }
        for index in 0..<20 {
            writer.append(
                fingerprints[index % 12],
                Occurrence(
                    item: UInt64(1000 - index * 7),
                    timeMilliseconds: index.isMultiple(of: 3) ? nil : Int64(index) * 40_000,
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

    private var fixture: [UInt8] {
        get throws {
            let url = try #require(
                Bundle.module.url(
                    forResource: "format-1",
                    withExtension: "seg",
                    subdirectory: "Fixtures"
                )
            )
            return try Array(Data(contentsOf: url))
        }
    }

    @Test("a segment without tables is written as the golden file")
    func writesTheGoldenFile() throws {
        let folder = TemporaryFolder()
        _ = try writer(tableThreshold: .max).write(to: folder.path, name: "format-1.seg")
        let written = readBytes(folder.path + "/format-1.seg")
        #expect(try written == fixture)
    }

    @Test("the golden file is read")
    func readsTheGoldenFile() throws {
        let folder = TemporaryFolder()
        try writeBytes(fixture, to: folder.path + "/golden.seg")
        let segment = try Segment(opening: folder.path + "/golden.seg")
        try segment.verify()
        #expect(
            segment.rows == 12 && segment.occurrenceCount == 20
                && segment.kind == .pdqFullResolution
        )
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
        let description = try writer(tableThreshold: 0).write(to: folder.path, name: "tables.seg")
        #expect(description.sha256 == GoldenSegmentTests.tabledDigest)
        try Segment(opening: folder.path + "/tables.seg", description: description).verify()
    }
}
