import Foundation
import Glibc
import TestSupport
import Testing

@Suite("The same evidence gives the same case")
struct RepeatableTests {
    private let folder: TemporaryFolder
    private let evidence: String

    /// The sample archive, with many copies of some files, next to each other, far apart, and in archives.
    init() throws {
        folder = try TemporaryFolder()
        evidence = folder.path + "/evidence"
        try FileManager.default.copyItem(
            atPath: Program.samples + "/archive",
            toPath: evidence
        )
        for (number, name) in ["harbour.jpg", "windmill.jpg", "market-day.mp4"].enumerated() {
            let content = try Data(
                contentsOf: URL(fileURLWithPath: Program.samples + "/known/" + name)
            )
            let ending = (name as NSString).pathExtension
            for copy in 0..<5 {
                try folder.write("evidence/A/\(number)-\(copy).\(ending)", content)
                try folder.write("evidence/zz/\(copy)/\(number).\(ending)", content)
                // Cut in the middle: what is lost of them is the same, too.
                try folder.write(
                    "evidence/cut/\(number)-\(copy).\(ending)",
                    content.prefix(content.count / 2)
                )
            }
        }
        try RepeatableTests.write(archivesTo: folder)
    }

    private static func write(archivesTo folder: TemporaryFolder) throws {
        let pictures = try ["harbour.jpg", "windmill.jpg", "castle.jpg"].map { name in
            let path = Program.samples + "/known/" + name
            return ArchiveMaker.Entry(name, try Data(contentsOf: URL(fileURLWithPath: path)))
        }
        for number in 0..<8 {
            let inner = try ArchiveMaker.make(format: "ustar", pictures.reversed())
            try folder.write(
                "evidence/B/\(number).zip",
                ArchiveMaker.make(
                    format: "zip",
                    pictures + [ArchiveMaker.Entry("inner.tar", inner)]
                )
            )
        }
    }

    private func index(_ name: String, _ options: [String], status: Int32 = 1) throws {
        let result = try Program.run(
            ["index", folder.path + "/" + name, evidence, "--quiet"] + options
        )
        #expect(result.status == status, "\(name): \(result.errors)")
    }

    /// All exports of a case, as one text each.
    private func exports(_ name: String) throws -> [String: String] {
        let path = folder.path + "/" + name
        let known = ["harbour.jpg", "windmill.jpg", "market-day.mp4"].map {
            Program.samples + "/known/" + $0
        }
        var exports: [String: String] = [:]
        for command in [
            ["faults", path, "--all", "--format", "jsonl"],
            ["query", path] + known + ["--turned", "--format", "jsonl"],
            ["query", path] + known + ["--pictures", "--format", "jsonl"],
            ["join", path, "--min-quality", "0", "--pictures", "--format", "jsonl"],
            ["cluster", path, "--members", "--format", "jsonl"],
        ] {
            let result = try Program.run(command)
            #expect(result.status == 0 || command[0] == "faults", "\(command[0]): \(result.errors)")
            exports[command.filter { !$0.hasPrefix("/") }.joined(separator: " ")] = result.output
        }
        return exports
    }

    private func compare(_ name: String, to wanted: [String: String]) throws {
        let found = try exports(name)
        for (command, output) in wanted.sorted(by: { $0.key < $1.key }) {
            let isEqual = found[command] == output
            #expect(isEqual, "\(name): vestige \(command)")
            if !isEqual {
                let lines = Set(output.split(separator: "\n"))
                let others = found[command]?.split(separator: "\n") ?? []
                if let other = others.first(where: { !lines.contains($0) }) {
                    Issue.record("\(other)")
                }
            }
        }
    }

    @Test("by any number of workers, in batches of any size, each copy decoded or not")
    func workers() throws {
        try index("plain.vestige", ["--workers", "1", "--decode-copies"])
        let wanted = try exports("plain.vestige")
        #expect(wanted.values.allSatisfy { $0.split(separator: "\n").count > 10 })
        for options in [
            ["--workers", "1"], ["--workers", "2"], ["--workers", "4"],
            ["--workers", "4", "--decode-copies"], ["--workers", "3", "--commit-items", "1"],
        ] {
            let name = options.joined() + ".vestige"
            try index(name, options)
            try compare(name, to: wanted)
            let again = try Program.run(
                ["index", folder.path + "/" + name, evidence, "--json"] + options
            ).objects()[0]
            #expect(again["unchanged"] as? Int == again["seen"] as? Int)
        }
    }

    @Test("in one run or in many that were killed or stopped")
    func manyRuns() throws {
        try index("one.vestige", ["--workers", "2"])
        let wanted = try exports("one.vestige")
        var generator = SplitMix64(seed: 0x5EED)
        for round in 0..<3 {
            let name = "killed\(round).vestige"
            for _ in 0..<12 {
                let process = try Program.start(
                    [
                        "index", folder.path + "/" + name, evidence, "--quiet", "--workers", "4",
                        "--commit-items", "3",
                    ],
                    output: .nullDevice,
                    errors: .nullDevice
                )
                usleep(UInt32(generator.next() % 250_000) + 20_000)
                kill(process.processIdentifier, generator.next() % 3 == 0 ? SIGINT : SIGKILL)
                process.waitUntilExit()
            }
            try index(name, ["--workers", "2"])
            try compare(name, to: wanted)
        }
    }
}
