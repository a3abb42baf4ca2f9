import Foundation
import TestSupport
import Testing

@Suite("Standard error for machines")
struct LogFormatTests {
    private let folder: TemporaryFolder
    private let caseFolder: String

    init() throws {
        folder = try TemporaryFolder()
        caseFolder = folder.path + "/test.vestige"
    }

    /// Every line as an object with the members that all have.
    private func lines(_ errors: String) throws -> [[String: Any]] {
        try errors.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            let members = try #require(object, "\(line)")
            for key in ["time", "level", "label", "message"] {
                #expect(members[key] is String, "\(key) of \(line)")
            }
            #expect(members["metadata"] is [String: Any])
            let time = try #require(members["time"] as? String)
            let form = #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/#
            #expect(time.wholeMatch(of: form) != nil, "\(time)")
            return members
        }
    }

    @Test(
        "log lines, also about files with hostile names, and the last figures are objects of JSON"
    )
    func hostileNames() throws {
        let name = "a\n{\"level\":\"x\"}\u{1B}[2J\u{2028}\"\\.jpg"
        try folder.write("evidence/" + name, Array("vestige-test:crash".utf8))
        let result = try Program.run(
            [
                "index", caseFolder, folder.path + "/evidence", "--log-format", "json",
                "--log-level",
                "warning",
            ],
            environment: ["VESTIGE_TEST_FAULTS": "1"]
        )
        #expect(result.status == 1)
        let lines = try lines(result.errors)
        let ended = lines.filter { $0["message"] as? String == "a worker ended" }
        #expect(ended.count == 2)
        for line in ended {
            let metadata = try #require(line["metadata"] as? [String: String])
            #expect(metadata["path"]?.hasSuffix("/" + name) == true)
            #expect(line["level"] as? String == "warning")
        }
        let last = try #require(lines.last)
        #expect(
            last["message"] as? String == "ended" && last["label"] as? String == "vestige.index"
        )
        let figures = try #require(last["progress"] as? [String: Any])
        #expect(figures["seen"] as? Int == 1 && figures["faulted"] as? Int == 1)
        #expect(figures["faults"] as? [String: Int] == ["worker/crashed": 1])
        // A raw control character would end the line for some readers.
        #expect(!result.errors.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
    }

    @Test("what stops a command is an object, too")
    func failing() throws {
        let result = try Program.run(
            "compact",
            folder.path + "/none\n\u{1B}",
            "--log-format",
            "json"
        )
        #expect(result.status == 2)
        let lines = try lines(result.errors)
        #expect(lines.count == 1 && lines[0]["level"] as? String == "critical")
        #expect((lines[0]["metadata"] as? [String: Any])?["code"] as? String == "noSuchPath")
        #expect(try Program.run("compact", folder.path, "--log-format", "xml").status == 2)
    }

    @Test("asked to be quiet, a run that goes well says nothing")
    func quiet() throws {
        try folder.write("evidence/a.txt", Array("text\n".utf8))
        let result = try Program.run(
            ["index", caseFolder, folder.path + "/evidence", "--quiet", "--log-format", "json"]
        )
        #expect(result.status == 0 && result.errors.isEmpty)
    }
}
