import Crypto
import Foundation
import TestSupport
import Testing

/// A case of the sample archive in a fresh folder, in several segments, and what tests do with it.
struct SampleCase {
    let folder: TemporaryFolder
    /// The case's folder.
    let path: String
    /// The evidence.
    let evidence: String

    /// Indexes the sample archive.
    ///
    /// - Parameters:
    ///   - copying: whether the evidence is a copy, which a test may change.
    ///   - options: of the indexing, besides the usual ones.
    init(copying: Bool = false, _ options: String...) throws {
        folder = try TemporaryFolder()
        path = folder.path + "/samples.vestige"
        if copying {
            evidence = folder.path + "/archive"
            try FileManager.default.copyItem(
                atPath: Program.samples + "/archive",
                toPath: evidence
            )
        } else {
            evidence = Program.samples + "/archive"
        }
        let result = try index(options)
        try #require(result.status == 1, "the samples hold damaged files: \(result.errors)")
        try #require(segmentNames.count > 1)
    }

    /// Indexes the evidence, with so few segments that even after another run of a batch or so none is
    /// merged yet: eight would be.
    @discardableResult
    func index(_ options: String...) throws -> Program.Result {
        try index(options)
    }

    private func index(_ options: [String]) throws -> Program.Result {
        try Program.run(["index", path, evidence, "--commit-items", "8"] + options)
    }

    /// Runs a command of the program on the case.
    func run(_ command: String, _ arguments: String...) throws -> Program.Result {
        try Program.run([command, path] + arguments)
    }

    /// The paths that are within the radius of a sample, and their distances, from the evidence on.
    func matches(of sample: String, radius: Int = 31) throws -> [String] {
        let result = try run(
            "query",
            Program.samples + "/" + sample,
            "--radius",
            "\(radius)",
            "--format",
            "jsonl"
        )
        try #require(result.status == 0, "\(result.errors)")
        return try result.objects().map {
            let found = try #require($0["path"] as? String)
            return "\($0["distance"] as? Int ?? -1) \(found.dropFirst(evidence.count + 1))"
        }
    }

    /// All that the case answers: queries for the known samples, the case joined with itself, and its
    /// groups.
    func answers() throws -> [String] {
        let known = ["harbour.jpg", "windmill.jpg", "market-day.mp4"].map {
            Program.samples + "/known/" + $0
        }
        let commands = [
            ["query", path] + known + ["--turned", "--format", "jsonl"],
            ["join", path, "--min-quality", "0", "--format", "jsonl"],
            ["cluster", path, "--members", "--format", "jsonl"],
        ]
        return try commands.flatMap { command in
            let result = try Program.run(command)
            #expect(result.status == 0, "\(command[0]): \(result.errors)")
            #expect(result.lines.count > 3, "\(command[0])")
            return result.lines
        }
    }

    /// Whether `verify` finds the case sound.
    func isSound() throws -> Bool {
        let result = try run("verify")
        if result.status != 0 {
            Issue.record("\(result.errors)")
        }
        return result.status == 0
    }

    /// What `info` says in numbers.
    func info(_ key: String) throws -> Int {
        let object = try run("info", "--json").objects()[0]
        return try #require(object[key] as? Int)
    }

    /// The names in the folder of segments.
    var segmentNames: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: path + "/segments").sorted()
        }
    }

    /// Puts other bytes in the place of a segment, and tells the MANIFEST.
    func replaceSegment(_ name: String, with bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path + "/segments/" + name))
        try changeManifest { manifest in
            var segments = manifest["segments"] as? [[String: Any]] ?? []
            let index = try #require(segments.firstIndex { $0["name"] as? String == name })
            segments[index]["bytes"] = bytes.count
            // Version 0.1.0 knew no such member.
            segments[index]["checksum"] = nil
            segments[index]["sha256"] = SampleCase.hexDigits(of: SHA256.hash(data: bytes))
            manifest["segments"] = segments
        }
    }

    /// Changes the MANIFEST, whose first line has the digest of what follows.
    func changeManifest(_ change: (inout [String: Any]) throws -> Void) throws {
        let file = URL(fileURLWithPath: path + "/MANIFEST")
        let content = try Data(contentsOf: file)
        let end = try #require(content.firstIndex(of: UInt8(ascii: "\n")))
        let object = try JSONSerialization.jsonObject(with: content[(end + 1)...])
        var manifest = try #require(object as? [String: Any])
        try change(&manifest)
        let body = try JSONSerialization.data(withJSONObject: manifest)
        let digest = SampleCase.hexDigits(of: SHA256.hash(data: body))
        try (Data("vestige-manifest 1 \(digest)\n".utf8) + body).write(to: file)
    }

    private static func hexDigits(of digest: SHA256.Digest) -> String {
        digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
