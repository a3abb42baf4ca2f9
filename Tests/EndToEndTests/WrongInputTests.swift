import Foundation
import TestSupport
import Testing

@Suite("Wrong input gets a clear message and harms nothing")
struct WrongInputTests {
    private let folder: TemporaryFolder
    private let caseFolder: String

    init() throws {
        folder = try TemporaryFolder()
        caseFolder = folder.path + "/test.vestige"
    }

    private func index() throws {
        let result = try Program.run("index", caseFolder, Program.samples + "/known", "--quiet")
        try #require(result.status == 0, "\(result.errors)")
    }

    @Test("no such evidence, and no case is made")
    func noSuchEvidence() throws {
        let result = try Program.run("index", caseFolder, folder.path + "/none")
        #expect(result.status == 2)
        #expect(result.errors.contains("cannot read \(folder.path)/none"))
        #expect(!FileManager.default.fileExists(atPath: caseFolder))
    }

    @Test("a case inside the evidence, or the evidence inside the case, is refused")
    func insideEvidence() throws {
        try folder.write("evidence/a.txt", [65])
        let inside = try Program.run(
            "index",
            folder.path + "/evidence/c.vestige",
            folder.path + "/evidence"
        )
        #expect(inside.status == 2)
        #expect(inside.errors.contains("never written to"))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path + "/evidence") == [
                "a.txt"
            ]
        )
        try index()
        let own = try Program.run("index", caseFolder, caseFolder + "/segments")
        #expect(own.status == 2)
    }

    @Test("a folder with other files is not turned into a case")
    func notACase() throws {
        try folder.write("other/file", [1])
        let made = try Program.run("index", folder.path + "/other", Program.samples + "/known")
        #expect(made.status == 2)
        #expect(made.errors.contains("is not a case"))
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/other")
        #expect(names == ["file"], "the refusal left something behind")
        try folder.write("hidden/.config", [1])
        let hidden = try Program.run("index", folder.path + "/hidden", Program.samples + "/known")
        #expect(hidden.status == 2)
        for command in [["info"], ["verify"], ["faults"], ["query"]] {
            let tail = command == ["query"] ? [Program.samples + "/known/harbour.jpg"] : []
            let result = try Program.run(command + [folder.path + "/other"] + tail)
            #expect(result.status == 2)
            #expect(result.errors.contains("not a case"), "\(command): \(result.errors)")
        }
        let none = try Program.run("info", folder.path + "/none.vestige")
        #expect(none.status == 2)
        #expect(none.errors.contains("vestige index"))
    }

    @Test("what a run left that was killed while it made the case is taken over")
    func halfMade() throws {
        try index()
        let description = caseFolder + "/case.json"
        let text = try String(contentsOfFile: description, encoding: .utf8)
        // Killed before the file had its name, and all of its bytes.
        try FileManager.default.removeItem(atPath: description)
        try folder.write("test.vestige/case.json.partial", text.utf8.prefix(40))
        #expect(try Program.run("info", caseFolder).status == 2)
        try index()
        #expect(try Program.run("verify", caseFolder).status == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: caseFolder)
        #expect(
            names.sorted() == [
                "LOCK", "MANIFEST", "case.json", "catalog.sqlite", "run.json", "segments",
            ]
        )
    }

    @Test("a case of a newer format is left alone")
    func newerFormat() throws {
        try index()
        let file = caseFolder + "/case.json"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let newer = text.replacingOccurrences(
            of: "\"formatVersion\" : 1",
            with: "\"formatVersion\" : 99"
        )
        try #require(newer != text)
        try newer.write(toFile: file, atomically: true, encoding: .utf8)
        for arguments in [
            ["info", caseFolder], ["index", caseFolder, Program.samples + "/known"],
        ] {
            let result = try Program.run(arguments)
            #expect(result.status == 2)
            #expect(result.errors.contains("newer vestige"))
        }
    }

    @Test("a damaged segment is found by verify and named")
    func damagedSegment() throws {
        try index()
        let segments = caseFolder + "/segments"
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: segments).first)
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: segments + "/" + name))
        try handle.seek(toOffset: 5000)
        try handle.write(contentsOf: Data([0xFF, 0x00, 0xAA]))
        try handle.close()
        let result = try Program.run("verify", caseFolder)
        #expect(result.status == 2)
        #expect(result.errors.contains(name))
    }

    @Test("a second writer is refused and told of the first")
    func secondWriter() throws {
        for number in 0..<300 {
            try folder.write(
                "evidence/\(number).jpg",
                Data(contentsOf: URL(fileURLWithPath: Program.samples + "/known/harbour.jpg"))
            )
        }
        let first = try Program.start(
            ["index", caseFolder, folder.path + "/evidence", "--workers", "1"],
            output: .nullDevice,
            errors: .nullDevice
        )
        while !FileManager.default.fileExists(atPath: caseFolder + "/case.json"), first.isRunning {
            usleep(1_000)
        }
        let second = try Program.run("index", caseFolder, Program.samples + "/known")
        let wasAtWork = first.isRunning
        first.waitUntilExit()
        if wasAtWork {
            #expect(second.status == 2)
            #expect(second.errors.contains("\(first.processIdentifier)"))
        }
    }

    @Test(
        "queries that make no sense",
        arguments: [
            ["abc123"], ["0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde"],
            ["harbour.jpg", "--radius", "65"], ["harbour.jpg", "--radius", "-1"],
            ["harbour.jpg", "--format", "xml"], ["harbour.jpg", "--min-quality", "101"], [],
        ]
    )
    func badQueries(arguments: [String]) throws {
        try index()
        let result = try Program.run(["query", caseFolder] + arguments)
        #expect(result.status == 2)
        #expect(!result.errors.isEmpty)
        #expect(result.output.isEmpty)
    }

    @Test("a query with a file that is no picture says so")
    func noPicture() throws {
        try index()
        let text = try folder.write("letter.txt", Array("Dear reader,\n".utf8))
        let result = try Program.run("query", caseFolder, text, "--format", "jsonl")
        #expect(result.status == 1)
        #expect(result.errors.contains("not searched for"))
        #expect(result.output.isEmpty)
    }

    @Test("a case has one kind and one policy")
    func otherSettings() throws {
        try index()
        let result = try Program.run(
            "index",
            caseFolder,
            Program.samples + "/known",
            "--policy",
            "exact"
        )
        #expect(result.status == 2)
        #expect(result.errors.contains("--policy fast"))
    }

    @Test("results on a full disk end with an error, not with a short list")
    func fullOutput() throws {
        try index()
        let status = try Shell.run("'\(Program.path)' info '\(caseFolder)' > /dev/full")
        #expect(status == 2)
    }

    @Test(
        "help has an example for every command",
        arguments: [
            "index", "query", "fingerprint", "faults", "info", "verify",
        ]
    )
    func help(command: String) throws {
        let result = try Program.run(command, "--help")
        #expect(result.status == 0)
        #expect(result.output.contains("vestige \(command) "))
        #expect(try Program.run("--help").output.contains(command))
    }
}
