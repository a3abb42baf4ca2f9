import Crypto
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Lists on the command line")
struct ListTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private var list: String { folder.path + "/known.vlist" }

    @discardableResult
    private func run(_ arguments: String..., status: Int32 = 0) throws -> Program.Result {
        try run(arguments, status: status)
    }

    private func run(
        _ arguments: [String],
        status: Int32 = 0,
        input: String? = nil,
        environment: [String: String] = [:]
    ) throws -> Program.Result {
        let result = try Program.run(
            ["list"] + arguments,
            input: input,
            environment: environment
        )
        #expect(
            result.status == status,
            "\(arguments.joined(separator: " ")): \(result.status) \(result.errors)"
        )
        return result
    }

    private func create(_ options: String...) throws {
        _ = try run(["create", list, "--owner", "Unit 7"] + options)
    }

    private func info(_ name: String? = nil) throws -> [String: Any] {
        try #require(try run("info", name ?? list, "--json", "--quiet").objects().first)
    }

    private func entries(_ name: String? = nil) throws -> Int {
        try #require(try info(name)["entries"] as? Int)
    }

    private func digits(_ seed: UInt64) -> String {
        var random = SplitMix64(seed: seed)
        return (0..<4).map { _ in
            let word = String(random.next(), radix: 16)
            return String(repeating: "0", count: 16 - word.count) + word
        }.joined()
    }

    private func write(_ name: String, _ text: String) throws -> String {
        try folder.write(name, text.utf8)
    }

    private func hex(_ digest: SHA256.Digest) -> String {
        digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    // MARK: - A list's life

    @Test("A list is made, filled, checked, published, verified, compared and exported")
    func life() throws {
        try create("--meaning", "VICS/US:1=harm", "--meaning", "NSRL:*=innocent")
        let key = folder.path + "/key"
        try run("keygen", key)
        let added = try run(
            "add",
            list,
            Program.samples + "/known",
            "--scheme",
            "VICS",
            "--country",
            "US",
            "--category",
            "1",
            "--series",
            "S",
            "--tag",
            "t",
            "--quiet",
            "--json"
        ).objects()
        let report = try #require(added.first?["report"] as? [String: Any])
        let known = try #require(report["added"] as? Int)
        #expect(known > 10 && added.first?["leftOut"] as? Int == 0)
        // The same again is nothing new.
        let again = try run(
            "add",
            list,
            Program.samples + "/known",
            "--scheme",
            "VICS",
            "--country",
            "US",
            "--category",
            "1",
            "--series",
            "S",
            "--tag",
            "t",
            "--quiet",
            "--json"
        ).objects()
        #expect((again.first?["report"] as? [String: Any])?["duplicates"] as? Int == known)
        let file = try write("hashes.txt", "\(digits(1))\n\(digits(2))\n\(digits(2))\n")
        let imported = try run(
            "import",
            list,
            file,
            "--format",
            "pdq",
            "--scheme",
            "NSRL",
            "--category",
            "os",
            "--json",
            "--quiet"
        ).objects()
        #expect(imported.first?["added"] as? Int == 2 && imported.first?["duplicates"] as? Int == 1)
        let source = try #require(imported.first?["source"] as? [String: Any])
        #expect(
            try source["sha256"] as? String
                == hex(SHA256.hash(data: Data(contentsOf: URL(fileURLWithPath: file))))
        )
        #expect(try entries() == known + 2)
        let counts = try #require(try info()["categories"] as? [[String: Any]])
        #expect(
            counts.map { "\($0["scheme"] ?? "") \($0["country"] ?? "-") \($0["meaning"] ?? "")" }
                == ["NSRL - innocent", "VICS US harm"]
        )
        try run("check", list, "--quiet", "--near", "0", "--radius", "0")
        let first = try #require(
            try run("publish", list, "--key", key, "--date", "2026-03-01", "--json").objects().first
        )
        #expect(first["date"] as? String == "2026-03-01T00:00:00Z")
        #expect((first["findings"] as? [String: Int])?["conflict"] == 0)
        #expect((first["findings"] as? [String: Int])?["flood"] == nil)
        try run("publish", list, status: 2)

        try run("withdraw", list, digits(1), "--note", "not ours")
        try run("withdraw", list, digits(1), status: 1)
        let more = try write("more.txt", digits(3) + "\n")
        try run("import", list, more, "--format", "pdq")
        let unpublished = try run("diff", list, "--format", "jsonl")
        #expect(
            try unpublished.objects().map { $0["change"] as? String } == ["withdrawn", "added"]
        )
        try run("publish", list, "--key", key, "--date", "2026-03-02")
        let published = try run("diff", list, "1", "2", "--format", "jsonl")
        #expect(published.output == unpublished.output)
        try run("diff", list, "2", "1", status: 2)
        let log = try run("log", list, "--format", "jsonl").objects()
        #expect(log.map { $0["number"] as? Int } == [1, 2])
        #expect(log[1]["parent"] as? String == log[0]["digest"] as? String)
        #expect(log[1]["withdrawn"] as? Int == 1 && log[1]["added"] as? Int == 1)
        let commands = try run("log", list, "--audit", "--format", "jsonl").objects()
        #expect(commands.count == 10)

        let shown = try #require(try run("show", list, "\(known + 1)").objects().first)
        #expect((shown["withdrawn"] as? [String: Any])?["note"] as? String == "not ours")
        #expect((shown["withdrawn"] as? [String: Any])?["version"] as? Int == 2)
        #expect((shown["source"] as? [String: Any])?["line"] as? Int == 1)
        #expect(shown["version"] as? Int == 1)
        try run("show", list, "nobody", status: 1)

        // The content's digest is that of the lines that are exported.
        for (version, record) in log.enumerated() {
            let lines = try run("export", list + "@\(version + 1)").output
            #expect(hex(SHA256.hash(data: Data(lines.utf8))) == record["content"] as? String)
        }
        try run("verify", list, "--key", key + ".pub", "--thorough", "--quiet")
        try run("verify", list + "@1", "--key", key + ".pub", "--quiet")
        let other = folder.path + "/other"
        try run("keygen", other)
        #expect(
            try run("verify", list, "--key", other + ".pub", status: 2).errors
                .contains("another key")
        )
        #expect(try run("info", list + "@9", status: 2).errors.contains("no version 9"))
    }

    @Test("Whatever is changed in a published version, it is refused")
    func tampering() throws {
        try create()
        try run("import", list, write("a.txt", digits(1) + "\n"), "--format", "pdq")
        let key = folder.path + "/key"
        try run("keygen", key)
        try run("publish", list, "--key", key)
        let versions = list + "/versions/"
        for name in ["00000001.json", "00000001.sig"] {
            let url = URL(fileURLWithPath: versions + name)
            let sound = try Data(contentsOf: url)
            var bytes = sound
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: url)
            #expect(try run("verify", list, status: 2).errors.contains("version 1 of"))
            try run("info", list, status: 2)
            try run("import", list, write("b.txt", digits(2)), "--format", "pdq", status: 2)
            try sound.write(to: url)
        }
        let entries = URL(fileURLWithPath: list + "/entries/00000001.jsonl")
        var bytes = try Data(contentsOf: entries)
        bytes[20] ^= 1
        try bytes.write(to: entries)
        let refused = try run("verify", list, status: 2)
        #expect(refused.errors.contains("not the file that was published"))
        try FileManager.default.removeItem(atPath: versions + "00000001.sig")
        #expect(try run("verify", list, status: 2).errors.contains("signature is missing"))
    }

    @Test("OpenSSL accepts the signature, and signs with its own keys")
    func openSSL() throws {
        let tool = "/usr/bin/openssl"
        guard FileManager.default.isExecutableFile(atPath: tool) else { return }
        func openssl(_ arguments: String...) throws -> Int32 {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: tool)
            process.arguments = arguments
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            return process.terminationStatus
        }
        let key = folder.path + "/key"
        #expect(try openssl("genpkey", "-algorithm", "ed25519", "-out", key) == 0)
        #expect(try openssl("pkey", "-in", key, "-pubout", "-out", key + ".pub") == 0)
        try create()
        try run("import", list, write("a.txt", digits(1) + "\n"), "--format", "pdq")
        try run("publish", list, "--key", key)
        try run("verify", list, "--key", key + ".pub")
        func check(_ signature: String) throws -> Int32 {
            try openssl(
                "pkeyutl",
                "-verify",
                "-pubin",
                "-inkey",
                key + ".pub",
                "-rawin",
                "-in",
                list + "/versions/00000001.json",
                "-sigfile",
                signature
            )
        }
        #expect(try check(list + "/versions/00000001.sig") == 0)
        #expect(try check(write("wrong", String(repeating: "x", count: 64))) != 0)
    }

    @Test("The same steps give the same bytes, whatever the workers")
    func reproducible() throws {
        var records: [[UInt8]] = []
        for workers in ["1", "3"] {
            try? FileManager.default.removeItem(atPath: list)
            let epoch = ["SOURCE_DATE_EPOCH": "1772366400"]
            _ = try run(
                ["create", list, "--owner", "o", "--identifier", "list-1"],
                environment: epoch
            )
            _ = try run(
                [
                    "add", list, Program.samples + "/archive", "--uncategorised", "--workers",
                    workers,
                    "--quiet",
                ],
                status: 1
            )
            _ = try run(["publish", list], environment: epoch)
            let record = list + "/versions/00000001.json"
            records.append(Array(try Data(contentsOf: URL(fileURLWithPath: record))))
            #expect(String(decoding: records[0], as: UTF8.self).contains("2026-03-01T12:00:00Z"))
        }
        #expect(records[0] == records[1])
        for date in ["yesterday", "2026-13-01", "2026-03-01T", "2026-3-1"] {
            try run("publish", list, "--date", date, status: 2)
        }
        _ = try run(["publish", list], status: 2, environment: ["SOURCE_DATE_EPOCH": "now"])
    }

    // MARK: - Media

    @Test("Media without a category, or a category without a scheme, are refused with the reason")
    func categories() throws {
        try create()
        let known = Program.samples + "/known"
        #expect(
            try run("add", list, known, "--category", "1", status: 2).errors.contains("--scheme")
        )
        #expect(try run("add", list, known, status: 2).errors.contains("--uncategorised"))
        try run(
            "add",
            list,
            known,
            "--uncategorised",
            "--scheme",
            "S",
            "--category",
            "1",
            status: 2
        )
        #expect(
            try run("import", list, known, "--category", "1", status: 2).errors.contains("--scheme")
        )
        #expect(
            try run("add", list, folder.path, "--uncategorised", status: 2).errors.contains(
                "holds the list"
            )
        )
        try run("add", list, folder.path + "/nothing", "--uncategorised", status: 2)
        #expect(try entries() == 0)
    }

    @Test("What faulted is told, and added by its digests if that is asked for")
    func faulted() throws {
        try create()
        let archive = Program.samples + "/archive"
        // Where nobody else leaves anything.
        let scratch = folder.path + "/scratch"
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: false)
        let added = try Program.run(
            ["list", "add", list, archive, "--uncategorised", "--quiet", "--json"],
            environment: ["TMPDIR": scratch]
        )
        #expect(added.status == 1, "\(added.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch).isEmpty)
        let first = try #require(added.objects().first)
        let losses = try #require(first["losses"] as? [[String: Any]])
        let faulted = losses.count { $0["state"] as? String == "faulted" }
        #expect(faulted > 0 && losses.count > faulted)
        #expect(first["leftOut"] as? Int == faulted)
        let count = try entries()
        let second = try #require(
            try run(
                [
                    "add", list, archive, "--uncategorised", "--digests-of-faulted", "--quiet",
                    "--json",
                ],
                status: 1
            ).objects().first
        )
        #expect(second["byDigests"] as? Int == faulted)
        #expect(try entries() == count + faulted)
        #expect(try info()["fingerprinted"] as? Int == count)
        // A case gives the same entries as its folder.
        let made = folder.path + "/archive.vestige"
        #expect(try Program.run("index", made, archive, "--quiet").status == 1)
        let third = try #require(
            try run(["add", list, made, "--uncategorised", "--json"], status: 1).objects().first
        )
        let report = try #require(third["report"] as? [String: Any])
        #expect(report["read"] as? Int == count && report["duplicates"] as? Int == count)
        let other = folder.path + "/other.vestige"
        _ = try Program.run("index", other, archive, "--quiet", "--kind", "pdq-a")
        #expect(
            try run("add", list, other, "--uncategorised", status: 2).errors.contains("pdq-a")
        )
    }

    // MARK: - Imports

    @Test("Wrong lines are named, the others are taken")
    func wrongLines() throws {
        try create()
        let file = try write(
            "hashes.txt",
            "\u{FEFF}\(digits(1).uppercased())\r\n\r\nnot a hash\r\n\(digits(2))\r\n\(digits(3).dropLast())\r\n"
        )
        let report = try #require(
            try run(["import", list, file, "--format", "pdq", "--json", "--quiet"], status: 1)
                .objects().first
        )
        #expect(report["added"] as? Int == 2 && report["rejected"] as? Int == 2)
        let rejections = try #require(report["rejections"] as? [[String: Any]])
        #expect(rejections.map { $0["line"] as? Int } == [3, 5])
        #expect(try run("show", list, digits(1)).objects().count == 1)
        let text = try run(["import", list, file, "--format", "pdq"], status: 1).output
        #expect(text.contains("line 3: ") && text.contains("2 duplicate"))
    }

    @Test("A file that is broken, of no format or not there leaves nothing")
    func brokenFiles() throws {
        try create()
        try run("import", list, write("a.txt", digits(1) + "\n"), "--format", "pdq")
        let cut = try write(
            "cut.json",
            "{\"odata.metadata\":\"x\",\"value\":[{\"CaseID\":\"1\",\"Media\":[{"
                + "\"MediaID\":1,\"MD5\":\"d41d8cd98f00b204e9800998ecf8427f\",\"Category\":1},{\"Media"
        )
        try run("import", list, cut, "--country", "US", status: 2)
        try run(
            "import",
            list,
            folder.write("zeros", [UInt8](repeating: 0, count: 5000)),
            status: 2
        )
        try run("import", list, write("empty", ""), status: 2)
        try run("import", list, folder.path, status: 2)
        try run("import", list, folder.path + "/nothing", status: 2)
        // The others of a command are taken all the same.
        let good = try write("b.txt", digits(2) + "\n")
        try run("import", list, folder.path + "/nothing", good, "--format", "pdq", status: 2)
        for name in ["entries", "segments", "digests"] {
            for file in try FileManager.default.contentsOfDirectory(atPath: list + "/" + name) {
                #expect(!file.hasSuffix(".partial"))
            }
        }
        #expect(try entries() == 2)
        try run("publish", list)
        try run("verify", list, "--thorough", "--quiet")
    }

    @Test(
        "An import that is killed leaves the list as it was, and a second writer is refused meanwhile"
    )
    func killed() throws {
        try create()
        try run("import", list, write("a.txt", digits(1) + "\n"), "--format", "pdq")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = ["list", "import", list, "-", "--format", "pdq"]
        let pipe = Pipe()
        process.standardInput = pipe
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
        var lines = ""
        for seed in 2..<20_000 { lines += digits(UInt64(seed)) + "\n" }
        try pipe.fileHandleForWriting.write(contentsOf: Data(lines.utf8))
        // It holds the list, and waits for the rest.
        let refused = try run("withdraw", list, "1", status: 2)
        #expect(refused.errors.contains("another process is writing"))
        #expect(try entries() == 1)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(try entries() == 1)
        let file = try write("b.txt", lines)
        try run("import", list, file, "--format", "pdq", "--quiet")
        #expect(try entries() == 19_999)
        try run("publish", list)
        try run("verify", list, "--thorough", "--quiet")
        for name in ["entries", "segments", "digests"] {
            let files = try FileManager.default.contentsOfDirectory(atPath: list + "/" + name)
            #expect(!files.contains { $0.contains("partial") }, "\(files)")
        }
    }

    // MARK: - Wrong commands

    @Test("Whatever is asked for wrongly is refused with a sentence")
    func wrongCommands() throws {
        try create()
        #expect(try run("create", list, "--owner", "o", status: 2).errors.contains("File exists"))
        try run("create", folder.path + "/none/a.vlist", "--owner", "o", status: 2)
        try run("create", folder.path + "/b.vlist", "--owner", "", status: 2)
        try run(
            "create",
            folder.path + "/b.vlist",
            "--owner",
            "o",
            "--meaning",
            "1=harm",
            status: 2
        )
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/b.vlist"))
        #expect(try run("info", folder.path, status: 2).errors.contains("not a hash list"))
        try run("verify", list, status: 2)
        #expect(try run("publish", list, status: 2).errors.contains("nothing has changed"))
        try run("withdraw", list, status: 2)
        try run("decide", list, "1", status: 2)
        #expect(try run("decide", list, "1", "--keep", status: 2).errors.contains("list check"))
        try run("check", list, "--last", status: 2)
        try run("check", list, "--radius", "65", status: 2)
        try run("check", list, "--reference", folder.path, status: 2)
        try run("meaning", list, "VICS", status: 2)
        #expect(try run("meaning", list).output == "")
        try run("meaning", list, "VICS/US:1=harm")
        #expect(try run("meaning", list).output == "VICS/US:1=harm\n")
        try run("publish", list, "--key", folder.path + "/nokey", status: 2)
        // Two entries of one digest: which one is meant?
        let lines = try write(
            "a.jsonl",
            """
            {"md5":"00112233445566778899aabbccddeeff","id":"a"}
            {"md5":"00112233445566778899aabbccddeeff","id":"b"}

            """
        )
        try run("import", list, lines)
        let both = "00112233445566778899aabbccddeeff"
        #expect(try run("withdraw", list, both, status: 2).errors.contains("--all"))
        #expect(try entries() == 2)
        let names = try write("names", "\r\n a \r\n\(both)\n")
        try run("withdraw", list, "--from", names, "--all")
        #expect(try entries() == 0)
    }
}
