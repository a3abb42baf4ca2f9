import Foundation
import Glibc
import TestSupport
import Testing

@Suite("What another terminal is told of a run")
struct StatusTests {
    private let folder: TemporaryFolder
    private let caseFolder: String

    init() throws {
        folder = try TemporaryFolder()
        caseFolder = folder.path + "/test.vestige"
    }

    private func copySample(to place: String) throws {
        try folder.write(
            place,
            Data(contentsOf: URL(fileURLWithPath: Program.samples + "/known/harbour.jpg"))
        )
    }

    private func status() throws -> [String: Any] {
        let result = try Program.run("status", caseFolder, "--json")
        try #require(result.status == 0, "\(result.errors)")
        return try result.objects()[0]
    }

    /// Starts a run that does not end by itself for long: some of its items stall their workers.
    private func startEndlessRun(stalls: Int = 1, timeout: Int = 600) throws -> Process {
        for number in 0..<6 {
            try copySample(to: "evidence/a\(number).jpg")
        }
        for number in 0..<stalls {
            try folder.write(
                "evidence/stall\(number)\u{1B}[2J.jpg",
                Array("vestige-test:stall\(number)".utf8)
            )
        }
        let process = try Program.start(
            [
                "index", caseFolder, folder.path + "/evidence", "--workers", "2", "--timeout",
                "\(timeout)",
                "--commit-items", "2",
            ],
            environment: ["VESTIGE_TEST_FAULTS": "1"],
            output: .nullDevice,
            errors: .nullDevice
        )
        return process
    }

    /// Asks until the run has come so far.
    private func statusOnce(_ isReached: ([String: Any]) -> Bool) throws -> [String: Any] {
        for _ in 0..<2_000 {
            if FileManager.default.fileExists(atPath: caseFolder + "/case.json") {
                let now = try status()
                if isReached(now) { return now }
            }
            usleep(20_000)
        }
        throw CocoaError(.featureUnsupported)
    }

    private func figures(_ status: [String: Any]) -> [String: Any] {
        status["figures"] as? [String: Any] ?? [:]
    }

    @Test("a run is seen from outside, keeps others out, and is told as dead once it is killed")
    func running() throws {
        let process = try startEndlessRun()
        defer { kill(process.processIdentifier, SIGKILL) }
        let pid = Int(process.processIdentifier)
        let now = try statusOnce {
            let slow = figures($0)["slow"] as? [[String: Any]] ?? []
            return figures($0)["seen"] as? Int == 6 && !slow.isEmpty
        }
        #expect(now["state"] as? String == "running")
        let writer = try #require(now["writer"] as? [String: Any])
        #expect(writer["pid"] as? Int == pid)
        #expect((writer["arguments"] as? [String])?.prefix(2) == ["index", caseFolder])
        #expect(figures(now)["inFlight"] as? Int == 1)
        #expect(figures(now)["workers"] as? Int == 2)
        #expect(figures(now)["expectedItems"] as? Int == 7)
        let slow = try #require((figures(now)["slow"] as? [[String: Any]])?.first)
        #expect((slow["path"] as? String)?.hasSuffix("/stall0\u{1B}[2J.jpg") == true)

        // What is told to a terminal is escaped.
        let text = try Program.run("status", caseFolder)
        #expect(text.output.contains("stall0\\u{1B}[2J.jpg") && !text.output.contains("\u{1B}"))
        #expect(text.output.contains("process \(pid) (vestige index), since 20"))

        for command in [
            ["index", caseFolder, folder.path + "/evidence"], ["compact", caseFolder],
            ["withdraw", caseFolder, folder.path],
        ] {
            let second = try Program.run(command)
            #expect(second.status == 2)
            #expect(
                second.errors.contains("is being written by process \(pid) (vestige index), since")
            )
            #expect(
                second.errors.contains("vestige status") && second.errors.contains("kill \(pid)")
            )
        }
        // Reading goes on beside the run.
        #expect(try Program.run("info", caseFolder).status == 0)

        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let dead = try status()
        #expect(dead["state"] as? String == "died")
        #expect(dead["writer"] == nil)
        let items = try #require(dead["items"] as? [String: Int])
        // The last one may have waited for its batch.
        #expect((5...6).contains(items["indexed"] ?? 0))
        let words = try Program.run("status", caseFolder).output
        #expect(words.contains("died or was killed") && words.contains("unfinished"))

        // The next run goes on, and ends: without the variable nothing stalls.
        let next = try Program.run("index", caseFolder, folder.path + "/evidence", "--json")
        #expect(try next.objects()[0]["seen"] as? Int == 7, "\(next.errors)")
        let ended = try status()
        #expect(ended["state"] as? String == "complete")
        #expect(figures(ended)["inFlight"] as? Int == 0)
    }

    @Test("a run that its user stopped is told as that")
    func interrupted() throws {
        // What the workers have in hand times out; ten more would follow.
        let process = try startEndlessRun(stalls: 12, timeout: 3)
        _ = try statusOnce { figures($0)["seen"] as? Int ?? 0 >= 6 }
        kill(process.processIdentifier, SIGINT)
        process.waitUntilExit()
        #expect(process.terminationStatus == 130)
        #expect(try status()["state"] as? String == "interrupted")
        #expect(try Program.run("status", caseFolder).output.contains("stopped by its user"))
    }

    @Test("what lies in run.json is believed only as far as the lock bears it out")
    func untrustedFile() throws {
        try copySample(to: "evidence/a.jpg")
        _ = try Program.run("index", caseFolder, folder.path + "/evidence")
        let file = caseFolder + "/run.json"
        let good = try String(contentsOfFile: file, encoding: .utf8)
        #expect(try status()["state"] as? String == "complete")
        for text in [
            "", "{", "null", "[]",
            good.replacingOccurrences(of: "\"formatVersion\":1", with: "\"formatVersion\":9"),
            String(repeating: "[", count: 300_000),
            good.replacingOccurrences(of: "\"complete\"", with: "\"running\""),
        ] {
            try text.write(toFile: file, atomically: false, encoding: .utf8)
            #expect(try status()["state"] as? String == "complete", "\(text.prefix(20))")
        }
        try FileManager.default.removeItem(atPath: file)
        #expect(try status()["state"] as? String == "complete")
        #expect(try status()["figures"] == nil)
        symlink("/etc/passwd", file)
        #expect(try status()["figures"] == nil)
        unlink(file)
        try FileManager.default.removeItem(atPath: caseFolder + "/LOCK")
        #expect(try status()["state"] as? String == "complete")
    }

    @Test("a case on a medium that nobody can write to is told of, too")
    func readOnly() throws {
        try copySample(to: "evidence/a.jpg")
        let mount = folder.path + "/medium"
        mkdir(mount, 0o755)
        // Mounting takes rights that not every machine gives: then there is nothing to see here.
        guard try Shell.run("mount -t tmpfs -o size=8m tmpfs '\(mount)'") == 0 else { return }
        defer { _ = try? Shell.run("umount '\(mount)'") }
        let path = mount + "/test.vestige"
        _ = try Program.run("index", path, folder.path + "/evidence")
        try #require(try Shell.run("mount -o remount,ro '\(mount)'") == 0)
        let result = try Program.run("status", path, "--json")
        #expect(result.status == 0, "\(result.errors)")
        let now = try result.objects()[0]
        #expect(now["state"] as? String == "complete")
        #expect((now["items"] as? [String: Int])?["indexed"] == 1)
        #expect((now["notes"] as? [String])?.isEmpty == true)
    }

    @Test("without a case there is a message; a watch ends when no run goes on")
    func noRun() throws {
        #expect(try Program.run("status", folder.path).status == 2)
        #expect(try Program.run("status", folder.path + "/none").status == 2)
        #expect(try Program.run("status", caseFolder, "--watch", "0").status == 2)
        try copySample(to: "evidence/a.jpg")
        _ = try Program.run("index", caseFolder, folder.path + "/evidence")
        let watched = try Program.run("status", caseFolder, "--watch", "1", "--json")
        #expect(watched.status == 0 && watched.lines.count == 1)
    }
}
