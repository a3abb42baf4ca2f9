import Evidence
import Fingerprinting
import Foundation
import Indexing
import Keyframing
import Logging
import TestSupport

@testable import Casework

/// A case of made-up items in a fresh folder, and what it must hold.
struct GeneratedCase {
    /// A stored picture that is matched.
    struct Picture: Hashable {
        var fingerprint: Fingerprint
        var item: UInt64
        var time: Int64?
        var quality: UInt8
        var span: UInt32 = 0
        var tone = PictureTone.ordinary
    }

    /// An item as it was last read.
    private struct Reading {
        var path: String
        var item: UInt64
        var pictures: [Picture]
    }

    let folder: TemporaryFolder
    let path: String
    private(set) var writer: CaseWriter
    /// What is committed, by path.
    private var committed: [String: Reading] = [:]
    private var pending: [Reading] = []

    init(kind: FingerprintKind = .pdqFullResolution) throws {
        folder = try TemporaryFolder()
        path = folder.path + "/generated.vestige"
        writer = try GeneratedCase.open(path, kind)
        try writer.beginRun(arguments: ["test"])
    }

    private static func open(_ path: String, _ kind: FingerprintKind?) throws -> CaseWriter {
        try CaseWriter(
            name: path,
            settings: WantedSettings(kind: kind),
            memory: SegmentWriter.leastMemory,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { _ in }
    }

    /// The pictures that are committed and neither superseded nor withdrawn.
    var pictures: [Picture] { committed.values.flatMap(\.pictures) }

    /// The path of an item that is committed.
    func path(of item: UInt64) -> String? {
        committed.values.first { $0.item == item }?.path
    }

    /// The digests that an item at a path has: those of its path's bytes.
    static func digests(of path: String) -> Digests {
        var pass = DigestPass()
        Array(path.utf8).withUnsafeBytes { pass.update($0) }
        return pass.finalize()
    }

    /// The paths that are committed.
    var paths: [String] { committed.keys.sorted() }

    /// Reads an item, for the first time or again.
    mutating func add(
        _ path: String,
        _ fingerprints: [(fingerprint: Fingerprint, time: Int64?, quality: UInt8)]
    ) throws {
        try add(
            path,
            pictures: fingerprints.map {
                Picture(fingerprint: $0.fingerprint, item: 0, time: $0.time, quality: $0.quality)
            },
            media: nil,
            coverage: []
        )
    }

    /// Reads a film, for the first time or again; the items of its pictures do not matter.
    ///
    /// - Parameters:
    ///   - length: in milliseconds.
    ///   - interval: how far apart its pictures are at most, in milliseconds.
    mutating func addFilm(
        _ path: String,
        _ pictures: [Picture],
        length: Int64,
        interval: Int64
    ) throws {
        let media = ItemMedia(
            isVideo: true,
            format: "mov",
            codec: "h264",
            width: 320,
            height: 240,
            orientation: 1,
            durationMilliseconds: length
        )
        let coverage = FilmCoverage(
            sampling: .covering(fillMilliseconds: interval),
            stream: 0,
            gaps: [],
            length: length,
            pictures: pictures.count
        )
        try add(path, pictures: pictures, media: media, coverage: [coverage])
    }

    private mutating func add(
        _ path: String,
        pictures: [Picture],
        media: ItemMedia?,
        coverage: [FilmCoverage]
    ) throws {
        var report = WorkerReport(state: pictures.isEmpty ? .skipped : .indexed)
        report.rule = pictures.isEmpty ? .notMedia : nil
        report.media = media
        report.digests = GeneratedCase.digests(of: path)
        report.coverage = coverage
        report.fingerprints = pictures.map {
            ItemFingerprint(
                fingerprint: $0.fingerprint,
                quality: $0.quality,
                timeMilliseconds: $0.time,
                spanMilliseconds: $0.span,
                tone: $0.tone,
                origin: PictureOrigin(decoder: .jpeg, policy: .fast),
                variants: []
            )
        }
        let item = writer.reserveItem(EvidencePath(path))
        try writer.add(
            item,
            path: EvidencePath(path),
            facts: FileFacts(size: 1, modifiedNanoseconds: Int64(item)),
            report: report
        )
        let stored = pictures.map { picture in
            var picture = picture
            picture.item = item
            return picture
        }
        pending.append(Reading(path: path, item: item, pictures: stored))
    }

    mutating func commit() throws {
        try writer.commit()
        for reading in pending {
            committed[reading.path] = reading
        }
        pending = []
    }

    /// Withdraws an item that is committed.
    mutating func withdraw(_ path: String) throws {
        _ = try writer.withdraw(EvidencePath(path), reason: "a test")
        committed[path]?.pictures = []
    }

    @discardableResult
    func compact() throws -> CaseWriter.Compaction {
        try writer.compact()
    }

    /// Ends the run and begins another one.
    mutating func reopen() throws {
        try commit()
        try writer.endRun(outcome: "complete")
        // The lock goes with the old writer, so it has to go first.
        let path = path
        writer = try GeneratedCase.reopened(&writer, path)
        try writer.beginRun(arguments: ["test"])
    }

    private static func reopened(_ writer: inout CaseWriter, _ path: String) throws -> CaseWriter {
        let other = NSTemporaryDirectory() + "vestige-tests-\(UUID().uuidString).vestige"
        defer { try? FileManager.default.removeItem(atPath: other) }
        writer = try open(other, nil)
        return try open(path, nil)
    }

    func reader() throws -> CaseReader {
        try CaseReader(name: path)
    }

    /// What a reader tells of the stored pictures.
    static func pictures(of reader: CaseReader) throws -> [Picture] {
        var pictures: [Picture] = []
        for segment in reader.segments {
            for row in 0..<segment.rows {
                let fingerprint = segment.fingerprint(ofRow: row)
                for occurrence in try segment.occurrences(ofRow: row)
                where !reader.tombstones.contains(occurrence.item) {
                    pictures.append(
                        Picture(
                            fingerprint: fingerprint,
                            item: occurrence.item,
                            time: occurrence.timeMilliseconds,
                            quality: occurrence.quality,
                            span: occurrence.spanMilliseconds,
                            tone: occurrence.tone
                        )
                    )
                }
            }
        }
        return pictures
    }
}

extension SplitMix64 {
    mutating func fingerprint() -> Fingerprint {
        Fingerprint(words: (next(), next(), next(), next()))
    }

    /// A fingerprint that differs in at most so many bits.
    mutating func near(_ fingerprint: Fingerprint, atMost bits: Int) -> Fingerprint {
        var words = [
            fingerprint.words.0, fingerprint.words.1, fingerprint.words.2, fingerprint.words.3,
        ]
        for _ in 0..<Int.random(in: 0...bits, using: &self) {
            words[Int(next() % 4)] ^= 1 << (next() % 64)
        }
        return Fingerprint(words: (words[0], words[1], words[2], words[3]))
    }
}
