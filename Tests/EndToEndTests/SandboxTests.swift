import Foundation
import Glibc
import TestSupport
import Testing

/// The decode workers' sandbox, tried with the program itself.
@Suite("The sandbox of the decode workers")
struct SandboxTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private static let layers = [
        "own-descriptors", "no-new-privileges", "user-namespace", "network-namespace",
        "ipc-namespace", "empty-root", "no-capabilities", "limits", "landlock", "seccomp",
    ]

    /// What `vestige doctor` tells.
    private struct Doctor {
        let status: Int32
        let active: Set<String>
        /// Attempts by name that were stopped, and those that were not.
        var stopped: Set<String> = []
        var done: Set<String> = []
        /// What a decode needs and could not be done.
        var failed: Set<String> = []

        init(_ options: String...) throws {
            let result = try Program.run(["doctor", "--json"] + options)
            status = result.status
            let line = try #require(try result.objects().first, "\(result.errors)")
            let layers = try #require(line["layers"] as? [[String: Any]])
            active = Set(
                layers.filter { $0["active"] as? Bool == true }.compactMap { $0["name"] as? String }
            )
            for attempt in try #require(line["attempts"] as? [[String: Any]]) {
                let name = try #require(attempt["name"] as? String)
                let isPassed = attempt["passed"] as? Bool == true
                if attempt["needed"] as? Bool == true {
                    if !isPassed { failed.insert(name) }
                } else if isPassed {
                    stopped.insert(name)
                } else {
                    done.insert(name)
                }
            }
        }
    }

    private static func only(_ layers: String...) -> String {
        SandboxTests.layers.filter { !layers.contains($0) }.joined(separator: ",")
    }

    @Test("each thing that a worker must not do is stopped")
    func everythingIsStopped() throws {
        let doctor = try Doctor()
        #expect(doctor.done == [])
        #expect(doctor.failed == [])
        #expect(doctor.stopped.count > 30)
        #expect(doctor.status == 0)
    }

    /// Else the test above would pass on a machine where the attempts fail for some other reason.
    @Test("without the sandbox the same attempts succeed, and doctor says so by its status")
    func nothingIsStopped() throws {
        let doctor = try Doctor("--no-sandbox")
        #expect(doctor.status == 1)
        #expect(doctor.active == [])
        #expect(
            doctor.done.isSuperset(of: [
                "open-file", "list-folder", "create-file", "see-file", "change-evidence",
                "network-socket", "local-socket", "start-program", "start-process",
                "signal-parent", "outlive-parent", "map-code", "turn-into-code", "memory-file",
                "change-personality", "too-much-memory", "too-many-descriptors", "endless-work",
            ])
        )
        // The evidence is protected by the way in which it was opened already.
        #expect(doctor.stopped.isSuperset(of: ["write-evidence", "truncate-evidence"]))
        #expect(doctor.failed == [])
    }

    @Test("the filter of system calls holds by itself")
    func filterAlone() throws {
        let doctor = try Doctor(
            "--without-layers",
            SandboxTests.only("seccomp", "no-new-privileges")
        )
        guard doctor.active.contains("seccomp") else { return }
        // Limits are what it does not do.
        #expect(doctor.done.subtracting(["too-much-memory", "endless-work"]) == [])
        #expect(doctor.failed == [])
    }

    @Test("Landlock holds by itself")
    func landlockAlone() throws {
        let doctor = try Doctor(
            "--without-layers",
            SandboxTests.only("landlock", "no-new-privileges")
        )
        guard doctor.active.contains("landlock") else { return }
        #expect(
            doctor.stopped.isSuperset(of: [
                "open-file", "list-folder", "create-file", "reopen-evidence", "start-program",
                "trace-parent",
            ])
        )
        #expect(doctor.done.contains("map-code"))
        #expect(doctor.failed == [])
    }

    @Test("namespaces and limits hold without Landlock and the filter")
    func olderKernel() throws {
        let doctor = try Doctor("--without-layers", "landlock,seccomp")
        guard doctor.active.contains("empty-root"), doctor.active.contains("network-namespace")
        else { return }
        #expect(
            doctor.stopped.isSuperset(of: [
                "open-file", "create-file", "see-file", "start-program", "connect-network",
                "trace-parent", "read-parent", "raise-limit", "mount",
                "too-much-memory", "too-many-descriptors", "endless-work",
            ])
        )
        #expect(doctor.failed == [])
    }

    /// What a decode found, but not where: two cases of the same evidence are equal in it.
    private func ledger(_ name: String, _ options: String...) throws -> [String] {
        let path = folder.path + "/\(name).vestige"
        let indexed = try Program.run(
            ["index", path, Program.samples + "/archive", "--quiet"] + options
        )
        #expect(indexed.status == 1, "\(indexed.errors)")
        let faults = try Program.run("faults", path, "--all", "--format", "jsonl")
        let list = try Program.run(
            ["fingerprint", Program.samples + "/archive"] + options
        )
        return faults.lines.sorted() + list.lines.sorted()
    }

    @Test("the sandbox changes nothing of what is found")
    func sameAnswers() throws {
        let inside = try ledger("inside")
        #expect(inside.count > 60)
        #expect(try ledger("outside", "--no-sandbox") == inside)
        #expect(try ledger("threads", "--in-process") == inside)
        for layer in SandboxTests.layers {
            #expect(try ledger(layer, "--without-layers", layer) == inside, "without \(layer)")
        }
    }

    @Test("where a layer is missing it is said, and written into the case")
    func missingLayer() throws {
        let path = folder.path + "/a.vestige"
        let result = try Program.run(
            "index",
            path,
            Program.samples + "/known",
            "--quiet",
            "--without-layers",
            "landlock,seccomp"
        )
        #expect(result.status == 0)
        #expect(result.errors.contains("lacks landlock (switched off), seccomp (switched off)"))
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
        let info = try Program.run("info", path, "--json").objects()[0]
        let sandboxes = try #require(info["sandboxes"] as? [[String: Any]])
        let layers = try #require(sandboxes.first?["layers"] as? [[String: Any]])
        let missing = layers.filter { $0["active"] as? Bool == false }
            .compactMap { $0["layer"] as? String }
        #expect(
            missing.filter { ["landlock", "seccomp"].contains($0) } == ["landlock", "seccomp"]
        )
        #expect(try Program.run("info", path).output.contains("sandbox without"))
    }

    @Test("--require-sandbox refuses to run without a layer, and makes nothing")
    func required() throws {
        let path = folder.path + "/a.vestige"
        let evidence = Program.samples + "/known"
        let refused = try Program.run(
            "index",
            path,
            evidence,
            "--require-sandbox",
            "--without-layers",
            "landlock"
        )
        #expect(refused.status == 2)
        #expect(refused.errors.contains("landlock"))
        #expect(refused.errors.contains("kernel of version 5.13"))
        #expect(!FileManager.default.fileExists(atPath: path))
        for command in [["fingerprint", evidence], ["query", path, evidence + "/lake.jpg"]] {
            if command[0] == "query" {
                _ = try Program.run("index", path, evidence)
            }
            let result = try Program.run(
                command + ["--require-sandbox", "--without-layers", "seccomp"]
            )
            #expect(result.status == 2, "\(command)")
            #expect(result.output == "")
        }
        let doctor = try Doctor()
        guard doctor.active.count == SandboxTests.layers.count else { return }
        let allowed = try Program.run("fingerprint", evidence, "--require-sandbox")
        #expect(allowed.status == 0, "\(allowed.errors)")
        #expect(try Doctor("--require-sandbox").status == 0)
    }

    @Test("a picture that needs more memory than a worker may take is a row, and the run goes on")
    func memoryLimit() throws {
        // 196 million pixels of nothing: the exact decode takes 4 bytes for each.
        try folder.write("evidence/large.png", LargePicture.png(side: 14_000))
        try folder.write(
            "evidence/small.jpg",
            Data(contentsOf: URL(fileURLWithPath: Program.samples + "/known/harbour.jpg"))
        )
        let path = folder.path + "/a.vestige"
        let arguments = ["index", path, folder.path + "/evidence", "--policy", "exact", "--json"]
        let result = try Program.run(arguments + ["--worker-memory", "512M"])
        #expect(result.status == 1, "\(result.errors)")
        let summary = try result.objects()[0]
        #expect(summary["faulted"] as? Int == 1)
        #expect(summary["indexed"] as? Int == 1)
        let faults = try Program.run("faults", path, "--format", "jsonl").objects()
        #expect((faults[0]["path"] as? String)?.hasSuffix("large.png") == true)
        let again = try Program.run(arguments + ["--retry-faults"])
        #expect(again.status == 0, "\(again.errors)")
    }
}
