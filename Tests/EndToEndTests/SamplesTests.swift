import Foundation
import TestSupport
import Testing

/// The main job on the samples: what `make demo` shows, checked against the table of what is true.
@Suite("The samples, from the archive to the matches")
struct SamplesTests {
    private let folder: TemporaryFolder
    private let caseFolder: String
    private let truth: [[String: String]]

    init() throws {
        folder = try TemporaryFolder()
        caseFolder = folder.path + "/samples.vestige"
        truth = try readTable(Program.samples + "/ground_truth.csv")
        let result = try Program.run("index", caseFolder, Program.samples + "/archive")
        try #require(result.status == 1, "the samples hold damaged files: \(result.errors)")
    }

    /// The ledger by path below the samples' folder.
    private func ledger() throws -> [String: [String: Any]] {
        let result = try Program.run("faults", caseFolder, "--all", "--format", "jsonl")
        var rows: [String: [String: Any]] = [:]
        for object in try result.objects() {
            let path = try #require(object["path"] as? String)
            let name = String(path.dropFirst(Program.samples.count + 1))
            #expect(rows[name] == nil, "\(name) is in the ledger twice")
            rows[name] = object
        }
        return rows
    }

    @Test("every file is one row, in the state that the table of truth tells, with its digest")
    func everyFileIsOneRow() throws {
        let rows = try ledger()
        let files = truth.filter { $0["file"]?.hasPrefix("archive/") == true }
        #expect(rows.count == files.count)
        for file in files {
            let name = try #require(file["file"])
            let row = try #require(rows[name], "\(name) is missing")
            let state =
                switch file["expected"] {
                case "fault": "faulted"
                case "skipped": "skipped"
                case "partly": "partly"
                default: "indexed"
                }
            #expect(row["state"] as? String == state, "\(name)")
            #expect(row["sha256"] as? String == file["sha256"], "\(name)")
            if state == "partly" || state == "faulted" {
                #expect((row["losses"] as? [Any])?.isEmpty == false, "\(name) has no reason")
            }
        }
    }

    @Test("every copy that is within the radius is found, and nothing else")
    func everyCopyIsFound() throws {
        for known in truth where known["edit"] == "original" {
            let name = try #require(known["file"])
            let result = try Program.run(
                "query",
                caseFolder,
                Program.samples + "/" + name,
                "--turned",
                "--format",
                "jsonl"
            )
            #expect(result.status == 0, "\(name): \(result.errors)")
            var found: Set<String> = []
            for match in try result.objects() where match["low_quality"] as? Bool != true {
                let path = try #require(match["path"] as? String)
                found.insert(String(path.dropFirst(Program.samples.count + 1)))
                if match["type"] as? String == "film" {
                    let pieces = try #require(match["pieces"] as? [[String: Any]])
                    #expect(!pieces.isEmpty)
                    #expect(match["score"] is Double && match["weak"] is Bool)
                    continue
                }
                let distance = try #require(match["distance"] as? Int)
                #expect((0...31).contains(distance))
                #expect(match["quality"] as? Int ?? -1 >= 50)
                #expect(match["query"] as? String == Program.samples + "/" + name)
                #expect(match["item"] is Int)
                #expect(match["time_ms"] is Int || match["time_ms"] is NSNull)
                #expect(match["turned"] is String)
            }
            let expected = truth.filter { row in
                row["source"] == name && (row["expected"] ?? "").hasPrefix("match")
            }
            let mayMatch = truth.filter { $0["source"] == name || $0["file"] == name }
            for row in expected {
                let copy = try #require(row["file"])
                #expect(found.contains(copy), "\(name): \(copy) was not found")
            }
            let strangers = found.subtracting(mayMatch.compactMap { $0["file"] })
            #expect(strangers.isEmpty, "\(name) matches \(strangers)")
        }
    }

    @Test("a second run finds nothing new; a changed file is read again, and found as it is now")
    func secondRun() throws {
        let archive = folder.path + "/archive"
        try FileManager.default.copyItem(atPath: Program.samples + "/archive/DCIM", toPath: archive)
        let second = folder.path + "/second.vestige"
        _ = try Program.run("index", second, archive, "--json")
        let again = try Program.run("index", second, archive, "--json").objects()[0]
        #expect(again["seen"] as? Int == again["unchanged"] as? Int)
        #expect(again["fingerprints"] as? Int == 0)

        let file = archive + "/100CAMRA/IMG_0001.jpg"
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.copyItem(
            atPath: Program.samples + "/known/castle.jpg",
            toPath: file
        )
        let third = try Program.run("index", second, archive, "--json").objects()[0]
        #expect(third["seen"] as? Int == again["seen"] as? Int)
        #expect(third["unchanged"] as? Int == (again["unchanged"] as? Int ?? 0) - 1)
        let matches = try Program.run(
            "query",
            second,
            Program.samples + "/known/castle.jpg",
            "--format",
            "jsonl"
        ).objects()
        #expect(matches.map { $0["path"] as? String } == [file])
        let old = try Program.run(
            "query",
            second,
            Program.samples + "/archive/DCIM/100CAMRA/IMG_0001.jpg",
            "--radius",
            "0",
            "--format",
            "jsonl"
        )
        #expect(old.lines.isEmpty, "the file's earlier content is still matched")
        #expect(try Program.run("verify", second).status == 0)
    }

    @Test("the fingerprints are those of the reference, as the samples' table has them")
    func fingerprints() throws {
        let expected = try readTable(Program.samples + "/expected_fingerprints.csv")
        #expect(expected.count > 20)
        let paths = expected.compactMap { $0["file"] }.map { Program.samples + "/" + $0 }
        let result = try Program.run(["fingerprint", "--policy", "exact"] + paths)
        #expect(result.lines.count == expected.count)
        for (line, row) in zip(result.lines, expected) {
            let fields = line.split(separator: ",", maxSplits: 2)
            #expect(fields[0] == row["hash"] ?? "", "\(row["file"] ?? "")")
            #expect(fields[1] == row["quality"] ?? "", "\(row["file"] ?? "")")
            #expect(fields[2].hasSuffix(row["file"] ?? "?"))
        }
    }

    @Test("formats of the fingerprint command")
    func fingerprintFormats() throws {
        let film = Program.samples + "/known/regatta.mp4"
        let vpdq = try Program.run("fingerprint", "--format", "vpdq", film)
        #expect(vpdq.status == 0)
        var last = -1.0
        for (number, line) in vpdq.lines.enumerated() {
            let fields = line.split(separator: ",")
            #expect(fields.count == 4)
            #expect(Int(fields[0]) == number)
            #expect(fields[2].count == 64)
            let seconds = try #require(Double(fields[3]))
            #expect(seconds > last)
            last = seconds
        }
        #expect(!vpdq.lines.isEmpty)
        let picture = Program.samples + "/known/harbour.jpg"
        let objects = try Program.run("fingerprint", "--format", "jsonl", "--variants", picture)
            .objects()
        #expect(objects.count == 1)
        let variants = try #require(objects[0]["variants"] as? [String: String])
        #expect(variants.count == 8)
        #expect(variants["none"] == objects[0]["hash"] as? String)
        #expect(objects[0]["decoder"] as? String == "libjpeg-turbo")
    }

    @Test("info and verify tell of the same case")
    func infoAndVerify() throws {
        let info = try Program.run("info", caseFolder, "--json").objects()[0]
        let seen = try #require(info["seen"] as? Int)
        let parts = ["indexed", "partly", "faulted", "skipped"].compactMap { info[$0] as? Int }
        #expect(parts.count == 4)
        #expect(seen == parts.reduce(0, +))
        let verify = try Program.run("verify", caseFolder)
        #expect(verify.status == 0)
        #expect(verify.output.hasPrefix("sound: "))
        #expect(verify.output.contains("\(info["fingerprints"] as? Int ?? -1) fingerprints"))
        #expect(try Program.run("info", caseFolder).output.contains("\(seen) seen"))
    }

    @Test("a list on standard input is answered line by line, and a wrong line does not stop it")
    func listOnInput() throws {
        let picture = Program.samples + "/known/harbour.jpg"
        let hex = String(
            try Program.run("fingerprint", picture).output.prefix(64)
        )
        let input = "# comment\n\n\(hex)\nnot/there.jpg\n\(hex.dropLast())\n\(picture)\n"
        let result = try Program.run(
            "query",
            caseFolder,
            "-",
            "--format",
            "jsonl",
            input: input
        )
        #expect(result.status == 1)
        #expect(result.errors.contains("line 4"))
        #expect(result.errors.contains("line 5"))
        #expect(result.errors.contains("64 hex digits"))
        let objects = try result.objects()
        let byHex = objects.filter { $0["query"] as? String == hex }
        let byPicture = objects.filter { $0["query"] as? String == picture }
        #expect(!byHex.isEmpty)
        #expect(byHex.map { $0["path"] as? String } == byPicture.map { $0["path"] as? String })
        #expect(byHex.first?["query_quality"] is NSNull)
    }
}
