import Evidence
import Fingerprinting
import Foundation
import Keyframing
import Logging
import TestSupport
import Testing

@testable import Casework

/// A case of some 160,000 made-up fingerprints in several segments, in a fresh folder: large enough that
/// a compaction takes a while.
struct LargeCase {
    let folder: TemporaryFolder
    /// The case's folder, which the tests change.
    let path: String
    /// The answers of a sound case.
    let answers: [String]
    /// Milliseconds that a compaction takes when it is left alone.
    let compactionMilliseconds: Int

    private let copy: String
    private let probes: [String]

    private static let segments = 6
    private static let filmsPerSegment = 25
    private static let picturesPerFilm = 1000

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path + "/large.vestige"
        copy = folder.path + "/copy.vestige"
        probes = try LargeCase.write(path)
        // Of two films nothing may be found: the probes stand for pictures of theirs, too.
        for film in ["0-3.mp4", "4-7.mp4"] {
            let result = try Program.run("withdraw", path, "/films/" + film)
            try #require(result.status == 0, "\(result.errors)")
        }
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        answers = try LargeCase.answers(path, probes)
        try #require(answers.count > 2 * LargeCase.segments)
        let start = DispatchTime.now().uptimeNanoseconds
        let compacted = try Program.run("compact", path)
        try #require(compacted.status == 0, "\(compacted.errors)")
        let nanoseconds = DispatchTime.now().uptimeNanoseconds - start
        compactionMilliseconds = Int(nanoseconds / 1_000_000)
        try #require(try answers == LargeCase.answers(path, probes))
        try restore()
    }

    /// Puts the case back in the state before any compaction.
    func restore() throws {
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.copyItem(atPath: copy, toPath: path)
    }

    /// What queries answer now.
    func currentAnswers() throws -> [String] {
        try LargeCase.answers(path, probes)
    }

    /// The names in the folder of segments.
    var files: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: path + "/segments").sorted()
        }
    }

    /// The segments that the MANIFEST names.
    var named: [String] {
        get throws {
            let manifest = try String(contentsOfFile: path + "/MANIFEST", encoding: .utf8)
            return try files.filter { manifest.contains("\"\($0)\"") }
        }
    }

    private static func answers(_ path: String, _ probes: [String]) throws -> [String] {
        let result = try Program.run(["query", path] + probes + ["--format", "jsonl"])
        guard result.status == 0 else { return [result.errors] }
        return result.lines
    }

    /// Writes the case; returns fingerprints near stored ones, as hex digits.
    private static func write(_ path: String) throws -> [String] {
        var generator = SplitMix64(seed: 0x1A96E)
        let writer = try CaseWriter(
            name: path,
            settings: WantedSettings(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { _ in }
        try writer.beginRun(arguments: ["test"])
        var probes: [String] = []
        for segment in 0..<segments {
            for film in 0..<filmsPerSegment {
                var report = WorkerReport(state: .indexed)
                for moment in 0..<picturesPerFilm {
                    let fingerprint = Fingerprint(
                        words: (
                            generator.next(), generator.next(), generator.next(), generator.next()
                        )
                    )
                    if moment < 2, [3, 7, 11, 20].contains(film) {
                        var near = fingerprint
                        near.words.1 ^= 0b1011
                        probes.append(near.hex)
                    }
                    report.fingerprints.append(
                        ItemFingerprint(
                            fingerprint: fingerprint,
                            quality: 100,
                            timeMilliseconds: Int64(moment) * 1000,
                            origin: PictureOrigin(decoder: .ffmpeg, policy: .fast),
                            variants: []
                        )
                    )
                }
                let path = EvidencePath("/films/\(segment)-\(film).mp4")
                try writer.add(
                    writer.reserveItem(path),
                    path: path,
                    facts: FileFacts(size: 1, modifiedNanoseconds: 1),
                    report: report
                )
            }
            try writer.commit()
        }
        try writer.endRun(outcome: "complete")
        return probes
    }
}
