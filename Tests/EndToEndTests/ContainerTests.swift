import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Archives")
struct ContainerTests {
    private typealias Entry = ArchiveMaker.Entry

    private let folder: TemporaryFolder
    private let caseFolder: String

    init() throws {
        folder = try TemporaryFolder()
        caseFolder = folder.path + "/test.vestige"
    }

    private func sample(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: Program.samples + "/archive/" + name)))
    }

    private func picture() throws -> [UInt8] {
        try sample("DCIM/100CAMRA/IMG_0002.jpg")
    }

    /// The ledger by path below the evidence.
    private func ledger(of name: String? = nil) throws -> [String: [String: Any]] {
        try Program.ledger(of: name ?? caseFolder, below: folder.path + "/evidence/")
    }

    private func states(_ ledger: [String: [String: Any]]) -> [String: String] {
        ledger.mapValues { $0["rule"] as? String ?? $0["state"] as? String ?? "" }
    }

    private func code(_ item: [String: Any]?) -> String? {
        (item?["losses"] as? [[String: Any]])?.first?["code"] as? String
    }

    @Test("are opened, also inside one another; each member is an item, and is found")
    func members() throws {
        let picture = try picture()
        let inner = try ArchiveMaker.make(
            format: "7zip",
            [Entry("deep.jpg", picture), Entry("words.txt", Array("just some words\n".utf8))]
        )
        try folder.write(
            "evidence/backup.zip",
            ArchiveMaker.make(
                format: "zip",
                [Entry("DCIM/IMG.jpg", picture), Entry("inner.7z", inner), Entry("DCIM/none", [])]
            )
        )
        try folder.write(
            "evidence/rest.tar.gz",
            ArchiveMaker.make(
                format: "ustar",
                filter: "gzip",
                link: (name: "link", target: "/etc/passwd"),
                [Entry("IMG.jpg", picture), Entry("IMG.jpg", picture)]
            )
        )
        try folder.write(
            "evidence/IMG.jpg.xz",
            ArchiveMaker.make(format: "raw", filter: "xz", [Entry("-", picture)])
        )
        let result = try Program.run("index", caseFolder, folder.path + "/evidence", "--json")
        #expect(result.status == 0)
        let items = try ledger()
        #expect(
            states(items) == [
                "IMG.jpg.xz": "indexed", "IMG.jpg.xz/IMG.jpg": "indexed", "backup.zip": "indexed",
                "backup.zip/DCIM/IMG.jpg": "indexed", "backup.zip/DCIM/none": "empty",
                "backup.zip/inner.7z": "indexed", "backup.zip/inner.7z/deep.jpg": "indexed",
                "backup.zip/inner.7z/words.txt": "not-media", "rest.tar.gz": "indexed",
                "rest.tar.gz/IMG.jpg": "indexed", "rest.tar.gz/IMG.jpg#2": "indexed",
                "rest.tar.gz/link": "symbolic-link",
            ]
        )
        #expect(try result.objects()[0]["seen"] as? Int == items.count)
        let digests = Set(
            items.filter { $0.key.contains(".jpg") && !$0.key.hasSuffix(".xz") }
                .map { $0.value["sha256"] as? String }
        )
        #expect(digests.count == 1)
        let found = try Program.run(
            "query",
            caseFolder,
            Program.samples + "/archive/DCIM/100CAMRA/IMG_0002.jpg",
            "--format",
            "jsonl"
        ).objects()
        #expect(found.count == 5)
        let info = try Program.run("info", caseFolder, "--json").objects()[0]
        #expect(info["archives"] as? Int == 4)
        #expect(info["pictures"] as? Int == 5)
        // Nothing was written into the evidence, and a second run finds nothing new.
        let again = try Program.run("index", caseFolder, folder.path + "/evidence", "--json")
            .objects()
        #expect(again[0]["unchanged"] as? Int == items.count)
        #expect(again[0]["seen"] as? Int == items.count)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/evidence")
        #expect(names.sorted() == ["IMG.jpg.xz", "backup.zip", "rest.tar.gz"])
    }

    @Test("with members too large for the memory use the case's disk, also inside one another")
    func large() throws {
        let large = try picture() + [UInt8](repeating: 0, count: 70 << 20)
        let inner = try ArchiveMaker.make(
            format: "ustar",
            [Entry("IMG.jpg", large), Entry("small.jpg", picture())]
        )
        try folder.write(
            "evidence/a.tar.gz",
            ArchiveMaker.make(format: "ustar", filter: "gzip", [Entry("in.tar", inner)])
        )
        let result = try Program.run("index", caseFolder, folder.path + "/evidence")
        #expect(result.status == 0, "\(result.errors)")
        #expect(
            try states(ledger()) == [
                "a.tar.gz": "indexed", "a.tar.gz/in.tar": "indexed",
                "a.tar.gz/in.tar/IMG.jpg": "indexed", "a.tar.gz/in.tar/small.jpg": "indexed",
            ]
        )
        // Nothing is left of it.
        let left = try FileManager.default.contentsOfDirectory(atPath: caseFolder)
        #expect(!left.contains { $0.hasPrefix("spill") })
    }

    @Test("stay closed if that is asked for, and are opened by a later run")
    func closed() throws {
        try folder.write(
            "evidence/a.zip",
            ArchiveMaker.make(format: "zip", [Entry("IMG.jpg", picture())])
        )
        let evidence = folder.path + "/evidence"
        _ = try Program.run("index", caseFolder, evidence, "--no-archives")
        #expect(try states(ledger()) == ["a.zip": "archive"])
        _ = try Program.run("index", caseFolder, evidence)
        #expect(try states(ledger()) == ["a.zip": "indexed", "a.zip/IMG.jpg": "indexed"])
    }

    @Test("with a member that crashes or stalls its worker lose that member, and it alone")
    func crashAndStall() throws {
        let picture = try picture()
        let crash = Entry("crash.jpg", Array("vestige-test:crash".utf8))
        let inner = try ArchiveMaker.make(
            format: "zip",
            [Entry("before.jpg", picture), crash, Entry("after.jpg", picture)]
        )
        let entries = [
            Entry("1.jpg", picture), crash, Entry("2.jpg", picture), Entry("inner.zip", inner),
            Entry("stall.jpg", Array("vestige-test:stall".utf8)), Entry("3.jpg", picture),
        ]
        try folder.write("evidence/a.tar", ArchiveMaker.make(format: "ustar", entries))
        for number in 0..<6 {
            try folder.write("evidence/\(number).jpg", picture)
        }
        let result = try Program.run(
            ["index", caseFolder, folder.path + "/evidence", "--timeout", "2", "--json"],
            environment: ["VESTIGE_TEST_FAULTS": "1"]
        )
        #expect(result.status == 1)
        let items = try ledger()
        let faulted = items.filter { $0.value["state"] as? String == "faulted" }
        #expect(
            faulted.mapValues { code($0) } == [
                "a.tar/crash.jpg": "crashed", "a.tar/inner.zip/crash.jpg": "crashed",
                "a.tar/stall.jpg": "timeout",
            ]
        )
        #expect(items.count == 6 + 1 + 6 + 3)
        #expect(items.filter { $0.value["state"] as? String == "indexed" }.count == 13)
        #expect(try result.objects()[0]["seen"] as? Int == items.count)
    }

    @Test("beyond a limit say which")
    func limits() throws {
        let picture = try picture()
        var nested = try ArchiveMaker.make(format: "zip", [Entry("IMG.jpg", picture)])
        for _ in 0..<3 {
            nested = try ArchiveMaker.make(format: "zip", [Entry("in.zip", nested)])
        }
        try folder.write("evidence/nested.zip", nested)
        let many = (0..<9).map { Entry("\($0).txt", Array("some words \($0)\n".utf8)) }
        try folder.write("evidence/many.tar", ArchiveMaker.make(format: "ustar", many))
        let zeros = Entry("zeros", [UInt8](repeating: 0, count: 3_000_000))
        try folder.write(
            "evidence/large.tar",
            ArchiveMaker.make(format: "ustar", [zeros, Entry("IMG.jpg", picture)])
        )
        func index(_ options: String...) throws -> [String: [String: Any]] {
            let name = folder.path + "/\(UUID()).vestige"
            _ = try Program.run(["index", name, folder.path + "/evidence"] + options)
            return try ledger(of: name)
        }
        let deep = try index("--max-archive-depth", "2")
        #expect(code(deep["nested.zip/in.zip/in.zip"]) == "depthLimit")
        #expect(deep["nested.zip/in.zip/in.zip"]?["sha256"] is String)
        #expect(deep["nested.zip/in.zip/in.zip/in.zip"] == nil)
        let few = try index("--max-archive-members", "4")
        #expect(few.keys.filter { $0.hasPrefix("many.tar/") }.count == 4)
        #expect(few["many.tar"]?["state"] as? String == "partly")
        #expect(code(few["many.tar"]) == "memberLimit")
        let small = try index("--max-archive-bytes", "1M")
        #expect(code(small["large.tar"]) == "totalBytesLimit")
        #expect(code(small["large.tar/zeros"]) == "totalBytesLimit")
        let member = try index("--max-member-bytes", "1M")
        #expect(code(member["large.tar/zeros"]) == "memberBytesLimit")
        #expect(member["large.tar/zeros"]?["sha256"] is String)
        #expect(member["large.tar/IMG.jpg"]?["state"] as? String == "indexed")
        #expect(member["large.tar"]?["state"] as? String == "indexed")
    }

    @Test("that end too early give what is before the break, and say so")
    func truncated() throws {
        let picture = try picture()
        let whole = try ArchiveMaker.make(
            format: "ustar",
            [Entry("1.jpg", picture), Entry("2.jpg", picture), Entry("3.jpg", picture)]
        )
        let size = 512 + (picture.count + 511) / 512 * 512
        try folder.write("evidence/a.tar", whole[..<(size * 5 / 2)])
        #expect(try Program.run("index", caseFolder, folder.path + "/evidence").status == 1)
        let items = try ledger()
        #expect(items["a.tar"]?["state"] as? String == "partly")
        #expect(items["a.tar/1.jpg"]?["state"] as? String == "indexed")
        #expect(items["a.tar/2.jpg"]?["state"] as? String == "indexed")
        #expect(items["a.tar/3.jpg"]?["state"] as? String == "partly")
    }

    @Test("that are encrypted say so")
    func encrypted() throws {
        try folder.write(
            "evidence/a.zip",
            ArchiveMaker.make(
                format: "zip",
                options: "zip:encryption=traditional",
                passphrase: "secret",
                [Entry("IMG.jpg", picture())]
            )
        )
        _ = try Program.run("index", caseFolder, folder.path + "/evidence")
        let items = try ledger()
        #expect(code(items["a.zip/IMG.jpg"]) == "encrypted")
        #expect(items["a.zip/IMG.jpg"]?["state"] as? String == "faulted")
    }

    @Test("that have changed are read anew, and what they held before is not found any more")
    func changed() throws {
        let other = try sample("DCIM/100CAMRA/IMG_0001.jpg")
        let path = try folder.write(
            "evidence/a.zip",
            ArchiveMaker.make(
                format: "zip",
                [Entry("1.jpg", picture()), Entry("2.jpg", picture())]
            )
        )
        _ = try Program.run("index", caseFolder, folder.path + "/evidence")
        try Data(ArchiveMaker.make(format: "zip", [Entry("2.jpg", other)]))
            .write(to: URL(fileURLWithPath: path))
        _ = try Program.run("index", caseFolder, folder.path + "/evidence")
        #expect(Set(try ledger().keys) == ["a.zip", "a.zip/2.jpg"])
        let found = try Program.run(
            "query",
            caseFolder,
            Program.samples + "/archive/DCIM/100CAMRA/IMG_0002.jpg",
            "--format",
            "jsonl"
        )
        #expect(found.lines.isEmpty)
    }

    @Test("hold copies, which are decoded once, and known files, which are not if asked so")
    func copiesAndKnownFiles() throws {
        let picture = try picture()
        let other = try sample("DCIM/100CAMRA/IMG_0001.jpg")
        let inner = try ArchiveMaker.make(format: "ustar", [Entry("1.jpg", picture)])
        try folder.write(
            "evidence/a.zip",
            ArchiveMaker.make(
                format: "zip",
                [
                    Entry("1.jpg", picture), Entry("2.jpg", picture), Entry("3.jpg", other),
                    Entry("inner.tar", inner),
                ]
            )
        )
        try folder.write("evidence/b.jpg", other)
        let evidence = folder.path + "/evidence"
        let first = try #require(
            Program.run("index", caseFolder, evidence, "--workers", "1", "--json").objects().first
        )
        // Whether `b.jpg` is one depends on what its worker had begun when the archive's was done.
        #expect([2, 3].contains(first["copies"] as? Int))
        let items = try ledger()
        #expect(items.count == 7)
        for (path, item) in items where path.hasSuffix(".jpg") {
            #expect(item["state"] as? String == "indexed", "\(path)")
            #expect(item["fingerprints"] as? Int == 1, "\(path)")
        }
        let digest = try #require(items["a.zip/1.jpg"]?["sha256"] as? String)
        let list = try folder.write("known.txt", Array((digest + "\n").utf8))
        let knowing = folder.path + "/knowing.vestige"
        let arguments = ["index", knowing, evidence, "--json", "--known-files", list]
        let second = try #require(Program.run(arguments).objects().first)
        #expect(second["knownFiles"] as? Int == 3)
        let states = try states(ledger(of: knowing))
        #expect(states["a.zip/1.jpg"] == "known-file" && states["a.zip/2.jpg"] == "known-file")
        #expect(states["a.zip/inner.tar/1.jpg"] == "known-file")
        #expect(states["a.zip/3.jpg"] == "indexed" && states["b.jpg"] == "indexed")
        // With the list nothing is done again; without it they are taken up.
        let third = try #require(Program.run(arguments).objects().first)
        #expect(third["unchanged"] as? Int == 7)
        _ = try Program.run("index", knowing, evidence)
        let after = try self.states(ledger(of: knowing))
        #expect(after["a.zip/1.jpg"] == "indexed" && after["a.zip/inner.tar/1.jpg"] == "indexed")
    }

    @Test("give the same whether a run is killed in the middle or not")
    func killed() throws {
        let picture = try picture()
        func entries(_ count: Int) -> [Entry] {
            (0..<count).map { Entry("\($0).jpg", picture + [UInt8($0 % 256), UInt8($0 / 256)]) }
        }
        let inner = try ArchiveMaker.make(format: "zip", entries(40))
        try folder.write(
            "evidence/a.tar",
            ArchiveMaker.make(
                format: "ustar",
                entries(60) + [Entry("inner.zip", inner)] + entries(50)
            )
        )
        let whole = folder.path + "/whole.vestige"
        _ = try Program.run("index", whole, folder.path + "/evidence")
        let null = try #require(FileHandle(forWritingAtPath: "/dev/null"))
        let arguments = [
            "index", caseFolder, folder.path + "/evidence", "--commit-items", "5", "--workers", "1",
        ]
        var random = SplitMix64(seed: 3)
        var kills = 0
        var longest: UInt32 = 400_000
        while kills < 40 {
            let process = try Program.start(arguments, output: null, errors: null)
            usleep(UInt32.random(in: longest / 20...longest, using: &random))
            guard process.isRunning else {
                if kills > 0 { break }
                // On a fast machine the run was over: it begins anew, and is given less time.
                try FileManager.default.removeItem(atPath: caseFolder)
                longest /= 2
                continue
            }
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            kills += 1
        }
        let result = try Program.run(arguments + ["--json"])
        #expect(result.status == 0)
        func comparable(_ ledger: [String: [String: Any]]) -> [String: String] {
            ledger.mapValues {
                "\($0["sha256"] ?? "") \($0["state"] ?? "") \($0["fingerprints"] ?? "")"
            }
        }
        let expected = try comparable(ledger(of: whole))
        #expect(try comparable(ledger()) == expected)
        #expect(expected.count == 1 + 151)
        #expect(try result.objects()[0]["seen"] as? Int == expected.count)
        let verified = try Program.run("verify", caseFolder)
        #expect(verified.status == 0, "\(verified.output) \(verified.errors)")
    }
}
