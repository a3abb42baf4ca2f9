import Foundation
import TestSupport
import Testing

@Suite("Certificates of completeness")
struct CertificateTests {
    private let samples: SampleCase
    private let list: String

    init() throws {
        samples = try SampleCase(copying: true)
        let known = try Program.run("fingerprint", Program.samples + "/known").output
        list = try samples.folder.write("known.csv", known.utf8)
    }

    private var file: String { samples.folder.path + "/certificate.json" }

    private var pictures: [String] {
        ["harbour.jpg", "market-day.mp4"].map { Program.samples + "/known/" + $0 }
    }

    /// Every operation that writes a certificate.
    private var operations: [[String]] {
        [
            ["query", samples.path] + pictures, ["query", samples.path, "--turned"] + pictures,
            ["join", samples.path], ["join", samples.path, "--turned"],
            ["join", samples.path, list], ["join", list, samples.path], ["join", list],
        ]
    }

    @discardableResult
    private func certify(_ operation: [String], seed: Int? = nil) throws -> Program.Result {
        let options = ["--certificate", file] + (seed.map { ["--sample-seed", "\($0)"] } ?? [])
        let result = try Program.run(operation + options)
        #expect(result.status == 0, "\(operation): \(result.errors)")
        return result
    }

    private func replay(_ more: String...) throws -> Program.Result {
        try Program.run(["verify", "--certificate", file] + more)
    }

    private func certificate() throws -> [String: Any] {
        let data = try Data(contentsOf: URL(fileURLWithPath: file))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    /// Expects that the certificate does not hold any more, for a reason.
    private func expectRefusal(_ reason: String, _ comment: String = "") throws {
        let result = try replay()
        #expect(result.status == 2, "\(comment)")
        #expect(result.output.isEmpty, "\(comment)")
        #expect(result.errors.contains(reason), "\(comment): \(result.errors)")
    }

    @Test("what was certified is found again, whatever was done, and the output is as without")
    func holds() throws {
        for given in operations {
            // Of a film's many pictures the sample would be of those that resemble nothing.
            let operation = given[0] == "query" ? given + ["--fill-interval", "4"] : given
            let plain = try Program.run(operation)
            let result = try certify(operation)
            #expect(result.output == plain.output)
            #expect(result.errors.contains("certificate: \(file): "))
            #expect(result.errors.contains(" 0 missing, 0 wrong"))
            let replayed = try replay()
            #expect(replayed.status == 0, "\(operation): \(replayed.errors)")
            #expect(replayed.output.hasPrefix("the certificate holds: "))
            #expect(replayed.output.contains("none missing"))
            let certificate = try certificate()
            let sample = try #require(certificate["sample"] as? [String: Any])
            #expect(sample["missing"] as? Int == 0 && sample["extra"] as? Int == 0)
            // No two of the known samples are alike.
            let isEmpty = operation == ["join", list]
            #expect((sample["expected"] as? Int == 0) == isEmpty, "\(operation)")
        }
    }

    @Test("a film's pictures are certified with the radius that they were looked for with")
    func filmRadius() throws {
        let film = try #require(
            try FileManager.default.contentsOfDirectory(atPath: Program.samples + "/known")
                .first { $0.hasSuffix(".mp4") || $0.hasSuffix(".webm") || $0.hasSuffix(".mkv") }
        )
        let input = Program.samples + "/known/" + film
        try certify(["query", samples.path, input, "--fill-interval", "1"])
        let probes = try #require(try certificate()["probes"] as? [[String: Any]])
        #expect(!probes.isEmpty && probes.allSatisfy { $0["radius"] as? Int == 40 })
        #expect(try certificate()["radius"] as? Int == 31)
        #expect(try replay().status == 0)
        // With the radius given, all have the same.
        try certify(["query", samples.path, input, "--fill-interval", "1", "--radius", "24"])
        let others = try #require(try certificate()["probes"] as? [[String: Any]])
        #expect(others.allSatisfy { $0["radius"] == nil })
        #expect(try replay().status == 0)
    }

    @Test("a seed gives the same sample, and the same result whatever the seed")
    func seeds() throws {
        for operation in [operations[0], operations[2]] {
            try certify(operation, seed: 7)
            let first = try certificate()
            try certify(operation, seed: 7)
            let second = try certificate()
            for key in ["sample", "result_sha256", "matches", "work", "left"] {
                let values = try [first, second].map { certificate in
                    let member = try #require(certificate[key])
                    return try JSONSerialization.data(
                        withJSONObject: [member],
                        options: [.sortedKeys]
                    )
                }
                #expect(values[0] == values[1], "\(key)")
            }
            #expect((first["sample"] as? [String: Any])?["seed"] as? Int == 7)
            try certify(operation, seed: 8)
            #expect(
                try certificate()["result_sha256"] as? String == first["result_sha256"] as? String
            )
        }
    }

    @Test("a certificate with any changed byte is refused")
    func changedCertificate() throws {
        try certify(operations[4])
        let text = try String(contentsOfFile: file, encoding: .utf8)
        for (old, new) in [
            ("\"radius\" : 31", "\"radius\" : 30"), ("\"missing\" : 0", "\"missing\" : 1"),
            ("\"matches\" : 3", "\"matches\" : 4"), ("known.csv", "other.csv"),
        ] {
            let changed = text.replacingOccurrences(of: old, with: new)
            try #require(changed != text, "\(old)")
            try changed.write(toFile: file, atomically: true, encoding: .utf8)
            try expectRefusal("was changed after it was written", old)
        }
        try String(text.dropLast(20)).write(toFile: file, atomically: true, encoding: .utf8)
        try expectRefusal("is not a completeness certificate")
        let newer = text.replacingOccurrences(of: "\"version\" : 1", with: "\"version\" : 2")
        try newer.write(toFile: file, atomically: true, encoding: .utf8)
        try expectRefusal("format version 2")
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try replay().status == 0)
        let none = try Program.run("verify", "--certificate", file + ".none")
        #expect(none.status == 2 && none.errors.contains("cannot read"))
    }

    @Test(
        "a case that was changed since is noticed: by a withdrawal, a run, or a compaction",
        arguments: ["withdraw", "index", "compact"]
    )
    func changedCase(by command: String) throws {
        for operation in [operations[0], operations[4]] {
            try certify(operation)
            switch command {
            case "withdraw":
                let copy = samples.evidence + "/DCIM/100CAMRA/IMG_0002.jpg"
                let again = samples.evidence + "/Downloads/IMG_0002 (1).jpg"
                let path = operation[0] == "query" ? copy : again
                #expect(try samples.run("withdraw", path).status == 0)
            case "index":
                try FileManager.default.copyItem(
                    atPath: Program.samples + "/known/lake.jpg",
                    toPath: samples.evidence + "/\(operation[0]).jpg"
                )
                try samples.index()
            default:
                #expect(try samples.run("compact").status == 0)
            }
            try expectRefusal("has changed since", operation[0])
            // Once compact there is no more to change.
            if command == "compact" { break }
        }
    }

    @Test("a flipped bit in a segment is noticed, and named")
    func damagedSegment() throws {
        let name = try samples.segmentNames[0]
        for operation in [operations[0], operations[4]] {
            try certify(operation)
            let segment = try DamagedFile(samples.path + "/segments/" + name)
            // In the zeros behind the header's fields.
            try segment.flip(bit: 3, at: 4000)
            try expectRefusal(name, operation[0])
            try segment.restore()
            try segment.flip(bit: 0, at: 4096 + 16)
            try expectRefusal(name, operation[0])
            try segment.restore()
            #expect(try replay().status == 0)
        }
    }

    @Test("a list that was changed is noticed, and one that is gone")
    func changedList() throws {
        try certify(operations[4])
        let text = try String(contentsOfFile: list, encoding: .utf8)
        try ("# the same list\n" + text).write(toFile: list, atomically: true, encoding: .utf8)
        let commented = try replay()
        #expect(commented.status == 2, "the lines' numbers are part of the result")
        try text.replacingOccurrences(of: "1fa334", with: "1fa335")
            .write(toFile: list, atomically: true, encoding: .utf8)
        try expectRefusal("has changed: its digest is another one")
        unlink(list)
        try expectRefusal("cannot read \(list)")
        try text.write(toFile: list, atomically: true, encoding: .utf8)
        #expect(try replay().status == 0)
    }

    @Test("a case that is gone is named; one that was moved can be named, another one cannot")
    func missingCase() throws {
        let moved = samples.folder.path + "/moved.vestige"
        for operation in [operations[0], operations[4]] {
            try certify(operation)
            try FileManager.default.moveItem(atPath: samples.path, toPath: moved)
            try expectRefusal("there is no case at \(samples.path)")
            #expect(try replay(moved).status == 0)
            try FileManager.default.moveItem(atPath: moved, toPath: samples.path)
        }
        let other = samples.folder.path + "/other.vestige"
        _ = try Program.run("index", other, samples.evidence, "--quiet")
        let result = try replay(other)
        #expect(result.status == 2)
        #expect(result.errors.contains("is another case"))
    }
}

/// A file whose bytes are changed and put back.
struct DamagedFile {
    private let path: String
    private let content: [UInt8]

    init(_ path: String) throws {
        self.path = path
        content = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    }

    var count: Int { content.count }

    func flip(bit: Int, at offset: Int) throws {
        var changed = content
        changed[offset] ^= 1 << UInt8(bit)
        try write(changed)
    }

    func truncate(to count: Int) throws {
        try write(Array(content.prefix(count)))
    }

    func remove() {
        unlink(path)
    }

    func restore() throws {
        try write(content)
    }

    func write(_ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }
}
