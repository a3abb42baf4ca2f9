import Foundation
import TestSupport
import Testing

@Suite("What cannot be joined")
struct JoinInputTests {
    private let samples: SampleCase

    init() throws {
        samples = try SampleCase()
    }

    private func join(_ right: String) throws -> Program.Result {
        let result = try samples.run("join", right, "--format", "jsonl")
        #expect(try Program.run("join", right, samples.path).status == result.status)
        return result
    }

    @Test("a case of another kind is refused, and both kinds are named")
    func otherKind() throws {
        let other = samples.folder.path + "/other.vestige"
        _ = try Program.run("index", other, Program.samples + "/known", "--kind", "pdq-a")
        let result = try join(other)
        #expect(result.status == 2)
        #expect(result.output.isEmpty)
        #expect(result.errors.contains("pdq-a") && result.errors.contains("pdq-b"))
        #expect(result.errors.contains("cannot be compared"))
        // A list has no label: it is taken to be of the case's kind.
        let hex = try Program.run(
            "fingerprint",
            "--kind",
            "pdq-a",
            Program.samples + "/known/castle.jpg"
        ).output.prefix(64)
        let list = try samples.folder.write("list.txt", hex.utf8)
        let found = try Program.run("join", other, list, "--radius", "0", "--format", "jsonl")
        #expect(found.lines.count == 1)
    }

    @Test("a file that is no list is refused with its first line's fault")
    func notAList() throws {
        for file in ["known/harbour.jpg", "archive/notes.txt"] {
            let result = try join(Program.samples + "/" + file)
            #expect(result.status == 2)
            #expect(result.output.isEmpty)
            #expect(result.errors.contains("is not a list of fingerprints (line "))
        }
    }

    @Test("an empty list, or one of comments alone, gives no pair and no fault")
    func emptyList() throws {
        for text in ["", "\n\n", "# nothing here\n"] {
            let result = try join(samples.folder.write("empty.txt", text.utf8))
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output.isEmpty && result.errors.isEmpty)
        }
    }

    @Test("a missing file, a folder that is no case, and a device without end are refused")
    func missing() throws {
        let none = try join(samples.folder.path + "/none.txt")
        #expect(none.status == 2)
        #expect(none.errors.contains("cannot read \(samples.folder.path)/none.txt"))
        let folder = try join(Program.samples)
        #expect(folder.status == 2)
        #expect(folder.errors.contains("is not a case"))
        let device = try join("/dev/zero")
        #expect(device.status == 2)
        #expect(device.errors.contains("is not a list of fingerprints"))
    }

    @Test(
        "options that make no sense are refused",
        arguments: [
            ["--radius", "65"], ["--radius", "-1"], ["--min-quality", "101"], ["--threads", "0"],
            ["--memory", "1M"], ["--memory", "much"], ["--format", "xml"],
        ]
    )
    func options(arguments: [String]) throws {
        let result = try Program.run(["join", samples.path] + arguments)
        #expect(result.status == 2)
        #expect(result.output.isEmpty && result.errors.contains(arguments[0]))
    }
}
