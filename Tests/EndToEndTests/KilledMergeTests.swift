import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Merges that are killed, and readers beside them", .serialized)
struct KilledMergeTests {
    @Test("a compaction killed fifty times loses nothing, and leaves nothing behind in the end")
    func killedCompaction() throws {
        let large = try LargeCase()
        var generator = SplitMix64(seed: 0x5EED)
        var kills = 0
        var leftovers: Set<String> = []
        while kills < 50 {
            let process = try Program.start(
                ["compact", large.path],
                output: .nullDevice,
                errors: .nullDevice
            )
            // Past the end, too: the last steps are the most delicate ones.
            let most = UInt64(max(large.compactionMilliseconds, 10) * 1100)
            usleep(UInt32(generator.next() % most))
            let isKilled = process.isRunning
            if isKilled {
                kill(process.processIdentifier, SIGKILL)
                kills += 1
            }
            process.waitUntilExit()
            let answers = try large.currentAnswers()
            let isSame = answers == large.answers
            #expect(isSame, "after kill \(kills): \(answers.first ?? "nothing")")
            leftovers.formUnion(try large.files.filter { !$0.hasSuffix(".seg") })
            if kills % 10 == 0 {
                let state = try Program.run("verify", large.path)
                #expect(state.status == 0, "after kill \(kills): \(state.errors)")
            }
            if try !isKilled || large.named.count == 1 {
                try large.restore()
            }
        }
        #expect(leftovers.contains { $0.hasSuffix(".partial") }, "no kill hit a merge")
        let last = try Program.run("compact", large.path)
        #expect(last.status == 0, "\(last.errors)")
        #expect(try large.files.count == 1 && large.named.count == 1)
        #expect(try large.currentAnswers() == large.answers)
        #expect(try Program.run("verify", large.path).status == 0)
    }

    @Test("a run that merges, killed fifty times, ends with what an undisturbed one has")
    func killedIndexing() throws {
        let folder = try TemporaryFolder()
        let pictures = Program.samples + "/archive/DCIM/100CAMRA"
        for round in 0..<8 {
            try FileManager.default.createDirectory(
                atPath: folder.path + "/evidence",
                withIntermediateDirectories: true
            )
            try FileManager.default.copyItem(
                atPath: pictures,
                toPath: folder.path + "/evidence/\(round)"
            )
        }
        let path = folder.path + "/killed.vestige"
        let arguments = [
            "index", path, folder.path + "/evidence", "--commit-items", "1", "--quiet",
        ]
        var generator = SplitMix64(seed: 0x1DE)
        var kills = 0
        var seen = 0
        while kills < 50 {
            let process = try Program.start(arguments, output: .nullDevice, errors: .nullDevice)
            usleep(UInt32(generator.next() % 250_000) + 5_000)
            let isKilled = process.isRunning
            if isKilled {
                kill(process.processIdentifier, SIGKILL)
                kills += 1
            }
            process.waitUntilExit()
            guard FileManager.default.fileExists(atPath: path + "/case.json") else { continue }
            let info = try Program.run("info", path, "--json")
            #expect(info.status == 0, "after kill \(kills): \(info.errors)")
            let now = try info.objects().first?["seen"] as? Int ?? 0
            #expect(now >= seen, "committed items were lost by kill \(kills)")
            seen = now
            if kills % 10 == 0 {
                let state = try Program.run("verify", path)
                #expect(state.status == 0, "after kill \(kills): \(state.errors)")
            }
            if !isKilled {
                try FileManager.default.removeItem(atPath: path)
                seen = 0
            }
        }
        _ = try Program.run(arguments)
        let fresh = folder.path + "/fresh.vestige"
        _ = try Program.run("index", fresh, folder.path + "/evidence", "--quiet")
        #expect(try Program.run("verify", path).status == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: path + "/segments")
        let live = try Program.run("info", path, "--json").objects()[0]["segments"] as? Int
        #expect(names.count == live && names.allSatisfy { $0.hasSuffix(".seg") })
        // Byte for byte, items' numbers included.
        for export in [
            ["join", "--min-quality", "0"], ["cluster", "--members"], ["faults", "--all"],
            ["query", Program.samples + "/known/harbour.jpg", "--turned"],
        ] {
            func output(_ path: String) throws -> String {
                try Program.run([export[0], path] + export[1...] + ["--format", "jsonl"]).output
            }
            let undisturbed = try output(fresh)
            #expect(undisturbed.split(separator: "\n").count >= 8)
            #expect(try output(path) == undisturbed, "\(export[0])")
        }
    }

    @Test("readers beside compactions and runs answer always, and always the same")
    func readers() throws {
        let large = try LargeCase()
        for command in ["compact", "index", "compact", "index", "compact"] {
            let arguments =
                command == "compact"
                ? ["compact", large.path]
                : [
                    "index", large.path, Program.samples + "/known", "--commit-items", "1",
                    "--quiet",
                ]
            let process = try Program.start(arguments, output: .nullDevice, errors: .nullDevice)
            var queries = 0
            while process.isRunning {
                #expect(try large.currentAnswers() == large.answers, "beside \(command)")
                queries += 1
            }
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            #expect(queries > 0)
            #expect(try large.currentAnswers() == large.answers)
            if command == "index" {
                try large.restore()
            }
        }
    }
}
