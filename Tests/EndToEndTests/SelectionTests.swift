import Crypto
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Which files are read and decoded")
struct SelectionTests {
    private let folder: TemporaryFolder
    private let caseFolder: String
    private let evidence: String

    init() throws {
        folder = try TemporaryFolder()
        caseFolder = folder.path + "/test.vestige"
        evidence = folder.path + "/evidence"
    }

    private func sample(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: Program.samples + "/known/" + name))
    }

    private func index(_ options: String...) throws -> [String: Any] {
        let result = try Program.run(["index", caseFolder, evidence, "--json"] + options)
        try #require([0, 1].contains(result.status), "\(result.errors)")
        return try result.objects()[0]
    }

    private func rules() throws -> [String: String] {
        let rows = try Program.run("faults", caseFolder, "--all", "--format", "jsonl").objects()
        var rules: [String: String] = [:]
        for row in rows {
            let path = row["path"] as? String ?? ""
            rules[(path as NSString).lastPathComponent] =
                row["rule"] as? String ?? row["state"] as? String
        }
        return rules
    }

    @Test("files on a list are digested and not decoded, and are taken up without the list")
    func knownFiles() throws {
        let harbour = try sample("harbour.jpg")
        try folder.write("evidence/a.jpg", harbour)
        try folder.write("evidence/b.jpg", try sample("windmill.jpg"))
        try folder.write("evidence/deep/copy.jpg", harbour)
        let digest = Insecure.SHA1.hash(data: harbour).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16).uppercased()
        }.joined()
        let list = try folder.write(
            "NSRLFile.txt",
            Array("\"SHA-1\",\"MD5\"\n\"\(digest)\",\"00\"\nnonsense\n".utf8)
        )
        let result = try Program.run(
            ["index", caseFolder, evidence, "--known-files", list]
        )
        #expect(result.status == 0)
        #expect(
            result.errors.contains("NSRLFile.txt: 1 lines hold no digest")
                && result.errors.contains("line 3")
        )
        #expect(result.output.contains("2 known files not decoded, as asked"))
        #expect(
            try rules() == ["a.jpg": "known-file", "b.jpg": "indexed", "copy.jpg": "known-file"]
        )
        let row = try Program.run("faults", caseFolder, "--skipped", "--format", "jsonl").objects()[
            0
        ]
        #expect((row["sha256"] as? String)?.count == 64)
        let loss = try #require((row["losses"] as? [[String: Any]])?.first)
        #expect(
            loss["detail"] as? String == "sha1 \(digest.lowercased()) is on the list NSRLFile.txt"
        )

        // The same again: nothing to do. Without the list they are files as all others.
        #expect(try index("--known-files", list)["unchanged"] as? Int == 3)
        let without = try index()
        #expect(without["unchanged"] as? Int == 1 && without["indexed"] as? Int == 3)
        // And what is in the case stays there, whatever a list says.
        let again = try index("--known-files", list)
        #expect(again["unchanged"] as? Int == 3 && again["knownFiles"] as? Int == 0)
        #expect(try Program.run("verify", caseFolder).status == 0)
    }

    @Test("a list that cannot be read, or is none, stops the run before anything is written")
    func wrongList() throws {
        try folder.write("evidence/a.jpg", try sample("harbour.jpg"))
        let wrong = try folder.write("list.txt", Array("hello\n".utf8))
        for list in [wrong, folder.path + "/none", folder.path] {
            let result = try Program.run("index", caseFolder, evidence, "--known-files", list)
            #expect(result.status == 2 && result.errors.contains(list), "\(result.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: caseFolder))
    }

    @Test("older files are rows, not read, and are taken up by a run without --since")
    func since() throws {
        for name in ["old.jpg", "new.jpg"] {
            try folder.write("evidence/" + name, try sample("harbour.jpg"))
        }
        // The change of status cannot be set back: so the time asked for lies between this and a later touch.
        let between = Date().addingTimeInterval(2)
        while Date() < between.addingTimeInterval(1) { usleep(50_000) }
        try folder.write("evidence/later.jpg", try sample("windmill.jpg"))
        let times = [
            timeval(tv_sec: 1_000_000_000, tv_usec: 0), timeval(tv_sec: 1_000_000_000, tv_usec: 0),
        ]
        try #require(utimes(evidence + "/later.jpg", times) == 0)
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let time = between.formatted(style)
        let first = try index("--since", time)
        #expect(first["seen"] as? Int == 3 && first["older"] as? Int == 2)
        #expect(first["bytes"] as? Int == (try sample("windmill.jpg")).count)
        // Its time of modification was set back; that of its change was not.
        #expect(
            try rules() == [
                "old.jpg": "older-than-asked", "new.jpg": "older-than-asked",
                "later.jpg": "indexed",
            ]
        )
        let same = try index("--since", time)
        #expect(same["unchanged"] as? Int == 3 && same["older"] as? Int == 2)
        let all = try index()
        #expect(all["unchanged"] as? Int == 1 && all["indexed"] as? Int == 3)
        // Files that the case has stay as they are.
        #expect(try index("--since", "0m")["unchanged"] as? Int == 3)
        #expect(try rules()["old.jpg"] == "indexed")
        #expect(try Program.run("verify", caseFolder).status == 0)
        #expect(try Program.run("index", caseFolder, evidence, "--since", "soon").status == 2)
    }

    @Test(
        "bytes that changed behind an unchanged size and time are noticed when digests are checked"
    )
    func checkDigests() throws {
        let harbour = try sample("harbour.jpg")
        for name in ["a.jpg", "b.jpg", "c.txt"] {
            try folder.write("evidence/" + name, harbour)
        }
        _ = try index()
        let file = evidence + "/b.jpg"
        var facts = stat()
        try #require(stat(file, &facts) == 0)
        var changed = harbour
        changed[changed.count / 2] ^= 0xFF
        try changed.write(to: URL(fileURLWithPath: file))
        let times = [facts.st_atim, facts.st_mtim]
        try #require(utimensat(AT_FDCWD, file, times, 0) == 0)
        // Size and time say nothing.
        #expect(try index()["unchanged"] as? Int == 3)
        let checked = try index("--check-digests")
        #expect(checked["changedUnseen"] as? Int == 1)
        #expect(checked["unchanged"] as? Int == 2 && checked["seen"] as? Int == 3)
        let again = try index("--check-digests")
        #expect(again["changedUnseen"] as? Int == 0 && again["unchanged"] as? Int == 3)
        #expect(
            try Program.run("info", caseFolder, "--json").objects()[0]["superseded"] as? Int == 1
        )
        #expect(try Program.run("verify", caseFolder).status == 0)
    }
}
