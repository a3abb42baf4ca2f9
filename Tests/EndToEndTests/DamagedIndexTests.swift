import Foundation
import TestSupport
import Testing

@Suite("A damaged index is named, and never answers wrongly in silence")
struct DamagedIndexTests {
    private let samples: SampleCase
    private let name: String
    private let answers: [String]

    init() throws {
        samples = try SampleCase()
        name = try samples.segmentNames[1]
        answers = try samples.answers()
    }

    private var segment: String { samples.path + "/segments/" + name }

    private var commands: [[String]] {
        [
            ["query", samples.path, Program.samples + "/known/harbour.jpg"],
            ["join", samples.path], ["cluster", samples.path], ["compact", samples.path],
            ["verify", samples.path],
        ]
    }

    /// Expects that every command refuses the case and names the file.
    private func expectRefusals(_ file: String, _ reason: String) throws {
        for command in commands {
            let result = try Program.run(command + (command[0] == "verify" ? ["--quiet"] : []))
            #expect(result.status == 2, "\(command[0]), \(reason): \(result.errors)")
            #expect(result.errors.contains(file), "\(command[0]), \(reason): \(result.errors)")
            #expect(!result.output.contains("sound"), "\(command[0]), \(reason)")
        }
    }

    /// Expects that the case is as it was before it was damaged.
    private func expectSound() throws {
        #expect(try samples.isSound())
        #expect(try samples.answers() == answers)
    }

    @Test("a flipped bit in the header is refused by everything")
    func header() throws {
        let file = try DamagedFile(segment)
        for (offset, bit) in [
            (0, 0), (8, 0), (12, 1), (24, 3), (32, 0), (40, 7), (72, 4), (4092, 5),
        ] {
            try file.flip(bit: bit, at: offset)
            try expectRefusals(name, "bit \(bit) of byte \(offset)")
        }
        try file.restore()
        try expectSound()
    }

    @Test("a cut segment, one with more bytes, an empty and a missing one are refused")
    func length() throws {
        let file = try DamagedFile(segment)
        for count in [0, 11, 4095, 4096, file.count / 2, file.count - 1] {
            try file.truncate(to: count)
            try expectRefusals(name, "cut at \(count)")
        }
        try file.restore()
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: segment))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data([0]))
        try handle.close()
        try expectRefusals(name, "a byte too many")
        file.remove()
        try expectRefusals(name, "missing")
        try file.restore()
        try expectSound()
    }

    @Test("a segment in another one's place is refused by everything")
    func exchanged() throws {
        let file = try DamagedFile(segment)
        let other = try samples.segmentNames[3]
        let bytes = try Data(contentsOf: URL(fileURLWithPath: samples.path + "/segments/" + other))
        try file.write([UInt8](bytes))
        try expectRefusals(name, "exchanged")
        try file.restore()
        try expectSound()
    }

    /// A search compares the pages that it reads with their checksums, and no others. So it answers as if
    /// nothing had happened where the bit lies in what it does not need, and else names file and block.
    @Test("flipped bits are named by whatever reads them, and change no answer")
    func contents() throws {
        let file = try DamagedFile(segment)
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: segment)))
        let manifest = try Data(contentsOf: URL(fileURLWithPath: samples.path + "/MANIFEST"))
        var generator = SplitMix64(seed: 0xF11B)
        // Not compact, which changes the case, nor verify, which is refused in any case.
        let outputs = try commands.prefix(3).map { try Program.run($0).output }
        var refused = 0
        for _ in 0..<12 {
            let offset = Int.random(in: 4096..<bytes.count, using: &generator)
            try file.flip(bit: Int.random(in: 0..<8, using: &generator), at: offset)
            for (place, command) in commands.enumerated() {
                let result = try Program.run(command)
                #expect([0, 2].contains(result.status), "\(command[0]): \(result.errors)")
                switch command[0] {
                case "verify":
                    #expect(result.status == 2)
                    // The last page of the file holds the checksums themselves.
                    let place =
                        offset < bytes.count / 4096 * 4096 ? "block \(offset / 4096) " : "checksum"
                    #expect(result.errors.contains(place), "byte \(offset): \(result.errors)")
                    #expect(result.errors.contains(name))
                case "compact":
                    #expect(result.status == 2 && result.errors.contains(name), "byte \(offset)")
                default:
                    if result.status == 0 {
                        #expect(result.output == outputs[place], "\(command[0]), byte \(offset)")
                    } else {
                        refused += 1
                        #expect(
                            result.errors.contains(name) && result.errors.contains("block"),
                            "\(command[0]), byte \(offset): \(result.errors)"
                        )
                    }
                }
            }
            // A compaction that was refused has changed nothing.
            #expect(
                try Data(contentsOf: URL(fileURLWithPath: samples.path + "/MANIFEST")) == manifest
            )
        }
        #expect(refused > 10)
        try file.restore()
        try expectSound()
    }

    @Test(
        "a fingerprint or an item that a flipped bit changed does not pass a certificate's replay"
    )
    func certified() throws {
        let certificate = samples.folder.path + "/certificate.json"
        _ = try samples.run(
            "query",
            Program.samples + "/known/harbour.jpg",
            "--certificate",
            certificate
        )
        let file = try DamagedFile(segment)
        try file.flip(bit: 0, at: 8192 + 1)
        let replay = try Program.run("verify", "--certificate", certificate)
        #expect(replay.status == 2 && replay.errors.contains(name))
        try file.restore()
        #expect(try Program.run("verify", "--certificate", certificate).status == 0)
    }

    @Test("a MANIFEST of another version or with any changed byte is refused by everything")
    func manifest() throws {
        let file = try DamagedFile(samples.path + "/MANIFEST")
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: samples.path + "/MANIFEST")))
        let text = String(decoding: bytes, as: UTF8.self)
        let newer = text.replacingOccurrences(
            of: "vestige-manifest 1 ",
            with: "vestige-manifest 2 "
        )
        try file.write(Array(newer.utf8))
        try expectRefusals("MANIFEST", "newer")
        #expect(try samples.run("verify").errors.contains("made by a newer vestige"))
        for offset in [0, 17, 19, 40, 90, bytes.count / 2, bytes.count - 2] {
            try file.flip(bit: 0, at: offset)
            try expectRefusals("MANIFEST", "byte \(offset)")
        }
        try file.truncate(to: bytes.count - 1)
        try expectRefusals("MANIFEST", "cut")
        file.remove()
        try expectRefusals("MANIFEST", "missing")
        try file.restore()
        try expectSound()
    }

    @Test("a damaged catalog and a damaged case.json are refused and named")
    func otherFiles() throws {
        for name in ["catalog.sqlite", "case.json"] {
            let file = try DamagedFile(samples.path + "/" + name)
            try file.flip(bit: 2, at: 1)
            try expectRefusals(name, "flipped")
            try file.truncate(to: 10)
            try expectRefusals(name, "cut")
            try file.restore()
        }
        try expectSound()
    }

    @Test("a run beside a damaged old segment keeps what is new, and says what is wrong")
    func indexing() throws {
        let file = try DamagedFile(segment)
        try file.flip(bit: 0, at: 4096)
        // One segment for each item: so many that a merge is due.
        let result = try Program.run(
            "index",
            samples.path,
            Program.samples + "/known",
            "--commit-items",
            "1"
        )
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("could not be merged"))
        #expect(result.errors.contains(name))
        #expect(try samples.segmentNames.count > 7)
        try file.restore()
        #expect(try samples.isSound())
        #expect(try samples.run("compact").status == 0)
        #expect(try samples.segmentNames.count == 1)
        #expect(try samples.isSound())
    }
}
