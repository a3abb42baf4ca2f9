import Foundation
import Glibc
import TestSupport
import Testing

@Suite("What goes wrong, and what is lost then")
struct FaultTests {
    private let folder: TemporaryFolder
    private let caseFolder: String

    init() throws {
        folder = try TemporaryFolder()
        caseFolder = folder.path + "/test.vestige"
    }

    private func copySample(_ name: String, to place: String) throws {
        try folder.write(
            place,
            Data(contentsOf: URL(fileURLWithPath: Program.samples + "/" + name))
        )
    }

    @Test("a worker that crashes or stalls costs that one item, which is written down")
    func crashAndStall() throws {
        for number in 0..<12 {
            try copySample("archive/DCIM/100CAMRA/IMG_0002.jpg", to: "evidence/\(number).jpg")
        }
        try folder.write("evidence/3-crash.jpg", Array("vestige-test:crash".utf8))
        try folder.write("evidence/5-stall.jpg", Array("vestige-test:stall".utf8))
        let result = try Program.run(
            ["index", caseFolder, folder.path + "/evidence", "--timeout", "1", "--json"],
            environment: ["VESTIGE_TEST_FAULTS": "1"]
        )
        #expect(result.status == 1)
        let summary = try result.objects()[0]
        #expect(summary["seen"] as? Int == 14)
        #expect(summary["indexed"] as? Int == 12)
        #expect(summary["faulted"] as? Int == 2)
        let faults = try Program.run("faults", caseFolder, "--format", "jsonl").objects()
        var reasons: [String: [String: Any]] = [:]
        for fault in faults {
            let path = try #require(fault["path"] as? String)
            let losses = try #require(fault["losses"] as? [[String: Any]])
            reasons[(path as NSString).lastPathComponent] = losses[0]
        }
        #expect(reasons["3-crash.jpg"]?["code"] as? String == "crashed")
        #expect(reasons["3-crash.jpg"]?["status"] as? Int == Int(SIGSEGV))
        #expect(reasons["3-crash.jpg"]?["stage"] as? String == "worker")
        #expect(reasons["5-stall.jpg"]?["code"] as? String == "timeout")
        // Without the variable the same bytes are what they are: a text with a picture's name.
        let calm = try Program.run(
            "index",
            folder.path + "/calm.vestige",
            folder.path + "/evidence"
        )
        #expect(!calm.output.contains("faulted 2"))
    }

    @Test("killed fifty times at random moments, a run ends with everything once")
    func killedAndResumed() throws {
        let pictures = try FileManager.default.contentsOfDirectory(
            atPath: Program.samples + "/archive/DCIM/100CAMRA"
        ).sorted()
        for round in 0..<15 {
            for name in pictures {
                let source = Program.samples + "/archive/DCIM/100CAMRA/" + name
                try FileManager.default.createDirectory(
                    atPath: folder.path + "/evidence/\(round)",
                    withIntermediateDirectories: true
                )
                link(source, folder.path + "/evidence/\(round)/\(name)")
                if !FileManager.default.fileExists(
                    atPath: folder.path + "/evidence/\(round)/\(name)"
                ) {
                    // Another file system: links do not reach there, copies do.
                    try copySample(
                        "archive/DCIM/100CAMRA/" + name,
                        to: "evidence/\(round)/\(name)"
                    )
                }
            }
        }
        let arguments = [
            "index", caseFolder, folder.path + "/evidence", "--commit-items", "2", "--quiet",
        ]
        var generator = SplitMix64(seed: 0x5EED)
        var kills = 0
        while kills < 50 {
            let process = try Program.start(
                arguments,
                output: .nullDevice,
                errors: .nullDevice
            )
            usleep(UInt32(generator.next() % 60_000) + 5_000)
            if process.isRunning {
                kill(process.processIdentifier, SIGKILL)
                kills += 1
            } else {
                // It had come to its end: begin anew, so that fifty kills hit a run at work.
                try FileManager.default.removeItem(atPath: caseFolder)
            }
            process.waitUntilExit()
            if FileManager.default.fileExists(atPath: caseFolder + "/case.json"), kills % 10 == 0 {
                let state = try Program.run("verify", caseFolder)
                #expect(state.status == 0, "after kill \(kills): \(state.errors)")
            }
        }
        let last = try Program.run(arguments)
        #expect(last.status == 1, "\(last.errors)")
        let rows = try Program.run("faults", caseFolder, "--all", "--format", "jsonl").objects()
        let paths = rows.compactMap { $0["path"] as? String }
        #expect(paths.count == 15 * pictures.count)
        #expect(Set(paths).count == paths.count)
        #expect(try Program.run("verify", caseFolder).status == 0)
        let fresh = folder.path + "/fresh.vestige"
        _ = try Program.run("index", fresh, folder.path + "/evidence", "--quiet")
        let query = [Program.samples + "/known/harbour.jpg", "--format", "jsonl"]
        let resumed = try Program.run(["query", caseFolder] + query)
        #expect(resumed.lines.count == 15)
        #expect(try Program.run(["query", fresh] + query).output == resumed.output)
        let ledger = ["--all", "--format", "jsonl"]
        let undisturbed = try Program.run(["faults", fresh] + ledger).objects()
        #expect(rows as NSArray == undisturbed as NSArray)
    }

    @Test("Ctrl-C ends a run cleanly, and the next one goes on")
    func interrupted() throws {
        for number in 0..<200 {
            try copySample("known/harbour.jpg", to: "evidence/\(number).jpg")
        }
        let process = try Program.start(
            ["index", caseFolder, folder.path + "/evidence", "--workers", "1"],
            output: .nullDevice,
            errors: .nullDevice
        )
        // Not before there is something to stop: the handler is set before the case is made.
        while !FileManager.default.fileExists(atPath: caseFolder + "/case.json"), process.isRunning
        {
            usleep(2_000)
        }
        kill(process.processIdentifier, SIGINT)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        #expect([0, 130].contains(process.terminationStatus))
        #expect(try Program.run("verify", caseFolder).status == 0)
        let done = try Program.run("info", caseFolder, "--json").objects()[0]["seen"] as? Int ?? -1
        let next = try Program.run(
            "index",
            caseFolder,
            folder.path + "/evidence",
            "--json"
        ).objects()[0]
        #expect(next["unchanged"] as? Int == done)
        #expect(next["seen"] as? Int == 200)
    }

    @Test("links, pipes, odd names and empty files are rows, and nothing hangs on them")
    func oddFiles() throws {
        try copySample("known/harbour.jpg", to: "evidence/new\nline.jpg")
        try copySample("known/harbour.jpg", to: "evidence/-rf.jpg")
        try folder.write("evidence/empty", [])
        try folder.write("evidence/letter.txt", Array("Dear reader,\n".utf8))
        symlink("/etc/passwd", folder.path + "/evidence/link.jpg")
        symlink(".", folder.path + "/evidence/loop")
        mkfifo(folder.path + "/evidence/pipe.jpg", 0o644)
        let latin = Array((folder.path + "/evidence/").utf8) + [0xE4, 0x2E, 0x74, 0x78, 0x74, 0]
        let descriptor = latin.withUnsafeBytes {
            $0.withMemoryRebound(to: CChar.self) {
                open($0.baseAddress!, O_CREAT | O_WRONLY, 0o644)
            }
        }
        try #require(descriptor >= 0)
        close(descriptor)
        let result = try Program.run("index", caseFolder, folder.path + "/evidence", "--json")
        #expect(result.status == 0, "\(result.errors)")
        let summary = try result.objects()[0]
        #expect(summary["seen"] as? Int == 8)
        #expect(summary["indexed"] as? Int == 2)
        #expect(summary["skipped"] as? Int == 6)
        let rows = try Program.run("faults", caseFolder, "--skipped", "--format", "jsonl").objects()
        let rules = rows.compactMap { $0["rule"] as? String }.sorted()
        #expect(rules.filter { $0 == "symbolic-link" }.count == 2)
        #expect(rules.filter { $0 == "special-file" }.count == 1)
        #expect(rules.filter { $0 == "empty" }.count == 2)
        #expect(rows.contains { ($0["path_bytes"] as? String)?.hasSuffix("/%E4.txt") == true })
    }

    @Test("a file that cannot be opened is a row with the system's reason")
    func unreadable() throws {
        try folder.write("evidence/closed.jpg", [1, 2, 3])
        chmod(folder.path + "/evidence/closed.jpg", 0)
        // Root may read everything: then there is nothing to see here.
        guard access(folder.path + "/evidence/closed.jpg", R_OK) != 0 else { return }
        let result = try Program.run("index", caseFolder, folder.path + "/evidence")
        #expect(result.status == 1)
        let fault = try Program.run("faults", caseFolder, "--format", "jsonl").objects()[0]
        let losses = try #require(fault["losses"] as? [[String: Any]])
        #expect(losses[0]["stage"] as? String == "open")
        #expect(losses[0]["status"] as? Int == Int(EACCES))
    }

    @Test("a case at rest can be read from a read-only disk, and is not written there")
    func readOnlyDisk() throws {
        try FileManager.default.createDirectory(
            atPath: folder.path + "/disk",
            withIntermediateDirectories: true
        )
        let result = try Program.run(
            "index",
            folder.path + "/disk/test.vestige",
            Program.samples + "/known"
        )
        try #require(result.status == 0)
        let mount = folder.path + "/mounted"
        mkdir(mount, 0o755)
        let bind =
            "mount --bind '\(folder.path)/disk' '\(mount)' && mount -o remount,ro,bind '\(mount)'"
        // Mounting takes rights that not every machine gives: then there is nothing to see here.
        guard try Shell.run(bind) == 0 else { return }
        defer { _ = try? Shell.run("umount '\(mount)'") }
        let place = mount + "/test.vestige"
        #expect(try Program.run("info", place).status == 0)
        #expect(try Program.run("verify", place).status == 0)
        let query = try Program.run(
            "query",
            place,
            Program.samples + "/known/lake.jpg",
            "--format",
            "jsonl"
        )
        #expect(query.lines.count == 1)
        let write = try Program.run("index", place, Program.samples + "/archive")
        #expect(write.status == 2)
        #expect(write.errors.contains("Read-only"))
    }

    @Test("a full disk gets a clear message, and what was committed stays")
    func fullDisk() throws {
        let mount = folder.path + "/small"
        mkdir(mount, 0o755)
        let mounted = try Shell.run("mount -t tmpfs -o size=600k tmpfs '\(mount)'")
        guard mounted == 0 else { return }
        defer { _ = try? Shell.run("umount '\(mount)'") }
        for number in 0..<3 {
            try copySample("known/regatta.mp4", to: "evidence/\(number).mp4")
        }
        let small = mount + "/test.vestige"
        _ = try Program.run("index", small, folder.path + "/evidence", "--quiet")
        _ = try Shell.run("head -c 10000000 /dev/zero > '\(mount)/filler' 2>/dev/null; true")
        for number in 0..<200 {
            try copySample("known/harbour.jpg", to: "evidence/more/\(number).jpg")
        }
        let result = try Program.run("index", small, folder.path + "/evidence", "--quiet")
        #expect(result.status == 2)
        #expect(result.errors.contains("vestige: "))
        #expect(result.errors.lowercased().contains("disk") || result.errors.contains("space"))
        unlink(mount + "/filler")
        let verified = try Program.run("verify", small)
        #expect(verified.status == 0, "\(verified.errors)")
        let films = try Program.run("info", small, "--json").objects()[0]["videos"] as? Int
        #expect(films == 3)
    }
}

enum Shell {
    static func run(_ line: String) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", line]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
