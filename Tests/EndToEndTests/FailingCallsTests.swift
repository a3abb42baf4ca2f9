import Foundation
import Glibc
import TestSupport
import Testing

@Suite("System calls that fail, one after the other")
struct FailingCallsTests {
    /// The library that lets calls fail, built in a folder; `nil` where there is no C compiler.
    private static func library(in folder: String) throws -> String? {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent()
        let source = tests.appendingPathComponent("FailingCalls/failing_calls.c").path
        let library = folder + "/failing_calls.so"
        let command = "-shared -fPIC -O1 -o '\(library)' '\(source)' -ldl"
        for compiler in ["cc", "clang", "gcc"] {
            let isBuilt =
                try Shell.run(
                    "command -v \(compiler) >/dev/null && \(compiler) \(command) 2>/dev/null"
                ) == 0
            if isBuilt { return library }
        }
        return nil
    }

    /// Benchmarks/bench.py faults tries every call and further ways.
    @Test(
        "a run ends with a message or goes on, and is resumed as if nothing had been",
        arguments: ["eio", "enospc-always", "short", "torn"]
    )
    func failing(way: String) throws {
        let folder = try TemporaryFolder()
        guard let library = try FailingCallsTests.library(in: folder.path) else { return }
        let evidence = Program.samples + "/archive/DCIM"
        func run(_ path: String, _ environment: [String: String] = [:]) throws -> Program.Result {
            try Program.run(
                ["index", path, evidence, "--commit-items", "4", "--workers", "1", "--quiet"],
                environment: environment
            )
        }
        func exports(_ path: String) throws -> [String] {
            try [["faults", path, "--all"], ["join", path, "--min-quality", "0"]].map {
                try Program.run($0 + ["--format", "jsonl"]).output
            }
        }
        let calm = folder.path + "/calm.vestige"
        #expect(try run(calm).status == 1)
        let expected = try exports(calm)
        let report = folder.path + "/report"
        var number = 1
        var endings: Set<Int32> = []
        while true {
            let path = folder.path + "/faulted.vestige"
            _ = try Shell.run("rm -rf '\(path)' '\(report)'")
            let result = try run(
                path,
                [
                    "LD_PRELOAD": library, "FAILING_FOLDER": path, "FAILING_CALL": "\(number)",
                    "FAILING_WAY": way, "FAILING_REPORT": report,
                ]
            )
            guard let call = try? String(contentsOfFile: report, encoding: .utf8) else { break }
            endings.insert(result.status)
            switch result.status {
            case 1: #expect(try exports(path) == expected, "without resuming, \(call)")
            case 2: #expect(result.errors.hasPrefix("vestige: "), "\(call): \(result.errors)")
            default:
                #expect(
                    way == "torn" && result.status == 128 + SIGKILL,
                    "\(call): \(result.errors)"
                )
            }
            if access(path + "/case.json", F_OK) == 0 {
                let state = try Program.run("verify", path)
                #expect(state.status == 0, "\(call): \(state.errors)")
            }
            let again = try run(path)
            #expect(again.status == 1, "resumed after \(call): \(again.errors)")
            #expect(try exports(path) == expected, "resumed after \(call)")
            #expect(try Program.run("verify", path).status == 0)
            // Not a divisor of what a batch takes, so that every sort of call comes up. A short write is the one that a
            // library may overlook.
            number += way == "short" ? 3 : 11
        }
        #expect(number > 50, "hardly a call was counted")
        let wanted: Int32 =
            switch way {
            case "torn": 128 + SIGKILL
            case "short": 1
            default: 2
            }
        #expect(endings.contains(wanted))
    }

    /// Makes a folder anew as a power cut leaves it: with the names that it had when it was synced last, and in each file
    /// what that held when it was synced last.
    private func restore(_ path: String, from durable: String) throws {
        let files = FileManager.default
        try files.createDirectory(atPath: path, withIntermediateDirectories: true)
        let names = durable + "/folders/" + path.replacing("/", with: "%")
        guard let listed = try? String(contentsOfFile: names, encoding: .utf8) else { return }
        for line in listed.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1)
            let place = "\(path)/\(parts[1])"
            if place.hasSuffix("/") {
                try restore(String(place.dropLast()), from: durable)
            } else {
                let content = files.contents(atPath: "\(durable)/content/\(parts[0])")
                try #require(files.createFile(atPath: place, contents: content))
            }
        }
    }

    @Test("a power cut loses nothing that was committed: what was not synced is dropped")
    func powerCut() throws {
        // Files are told apart by their inodes, which tmpfs does not use again.
        guard access("/dev/shm", W_OK) == 0 else { return }
        let folder = try TemporaryFolder(in: "/dev/shm")
        guard let library = try FailingCallsTests.library(in: folder.path) else { return }
        func run(_ path: String, _ environment: [String: String] = [:]) throws -> Program.Result {
            let arguments = ["--commit-items", "4", "--workers", "1", "--quiet"]
            return try Program.run(
                ["index", path, Program.samples + "/archive/DCIM"] + arguments,
                environment: environment
            )
        }
        func ledger(_ path: String) throws -> [[String: Any]] {
            try Program.run("faults", path, "--all", "--format", "jsonl").objects()
        }
        let calm = folder.path + "/calm.vestige"
        #expect(try run(calm).status == 1)
        let expected = try ledger(calm).map { $0["sha256"] as? String }
        let (path, durable) = (folder.path + "/cut.vestige", folder.path + "/durable")
        var number = 5
        var committed: Set<Int> = []
        while true {
            _ = try Shell.run(
                "rm -rf '\(path)' '\(durable)'; mkdir -p '\(durable)/content' '\(durable)/folders'"
            )
            let cut = try run(
                path,
                [
                    "LD_PRELOAD": library, "FAILING_FOLDER": path, "FAILING_CALL": "\(number)",
                    "FAILING_WAY": "kill", "FAILING_DURABLE": durable,
                ]
            )
            guard cut.status == 128 + SIGKILL else { break }
            // What the program could read before the cut, it must be able to read behind it.
            let before = access(path + "/case.json", F_OK) == 0 ? try ledger(path).count : 0
            _ = try Shell.run("rm -rf '\(path)'")
            try restore(path, from: durable)
            if access(path + "/case.json", F_OK) == 0 {
                #expect(try Program.run("verify", path).status == 0, "call \(number)")
                let after = try ledger(path).count
                #expect(after == before, "call \(number)")
                committed.insert(after)
            }
            #expect(try run(path).status == 1, "call \(number)")
            #expect(try ledger(path).map { $0["sha256"] as? String } == expected, "call \(number)")
            #expect(try Program.run("verify", path).status == 0)
            number += 13
        }
        #expect(committed.count > 1, "no cut came between two commits")
    }
}
