import Crypto
import Fingerprinting
import Foundation
import HashLists
import TestSupport
import Testing

@Suite("Telling the owners of lists")
struct NotifyTests {
    private static let date = "2026-03-01T12:00:00Z"
    private let folder: TemporaryFolder
    private var path: String { folder.path + "/case.vestige" }
    private var evidence: String { folder.path + "/evidence" }
    private var list: String { folder.path + "/known.vlist" }
    /// Bytes of two samples, and what they are called in the evidence.
    private let known: [UInt8]

    /// A case of a picture twice, once under a name that XML cannot hold and that is not UTF-8, of it again in an archive, and of
    /// a film; and a list of two owners' with entries for them.
    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: folder.path + "/evidence",
            withIntermediateDirectories: false
        )
        func sample(_ name: String) throws -> [UInt8] {
            Array(try Data(contentsOf: URL(fileURLWithPath: Program.samples + "/" + name)))
        }
        known = try sample("known/harbour.jpg")
        _ = try folder.write("evidence/plain.jpg", known)
        try NotifyTests.write(
            known,
            to: Array(evidence.utf8) + [0x2F, 0x26, 0x3C, 0x01, 0x0A, 0xFF, 0x3E]
        )
        let near = try sample("archive/DCIM/100CAMRA/IMG_0002.jpg")
        let archive = try ArchiveMaker.make(format: "zip", [.init("in/side.jpg", near)])
        _ = try folder.write("evidence/box.zip", archive)
        _ = try folder.write("evidence/film.mp4", try sample("known/market-day.mp4"))
        let indexed = try Program.run("index", path, evidence, "--fill-interval", "1", "--quiet")
        try #require(indexed.status == 0, "\(indexed.errors)")
    }

    /// A file whose name need not be text.
    private static func write(_ bytes: [UInt8], to name: [UInt8]) throws {
        let path = name.map { CChar(bitPattern: $0) } + [0]
        let file = try #require(fopen(path, "w"))
        defer { fclose(file) }
        try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    }

    private func fingerprints(of name: String) throws -> [[String: Any]] {
        try Program.run("fingerprint", name, "--format", "jsonl").objects()
    }

    /// Makes a list of one picture, by digests and fingerprint, and publishes it.
    private func makeList(
        _ path: String,
        title: String = "known",
        owner: String = "National Centre",
        identifier: String = "list-1"
    ) throws -> ListWriter {
        try ListWriter.create(
            path,
            title: title,
            owner: owner,
            kind: .pdqFullResolution,
            identifier: identifier,
            date: "2026-01-01T00:00:00Z",
            tool: "test"
        )
        let writer = try ListWriter(existing: path, tool: "test")
        try writer.declare(
            ListDescription.Meaning(scheme: "NCMEC", country: nil, code: "*", meaning: .harm)
        )
        try writer.declare(
            ListDescription.Meaning(scheme: "NSRL", country: nil, code: "*", meaning: .innocent)
        )
        let line = try #require(
            try fingerprints(of: Program.samples + "/known/harbour.jpg").first
        )
        let hex = try #require(line["hash"] as? String)
        let print = try #require(Fingerprint(hex: hex))
        var entry = ListEntry(prints: [.init(print, quality: 100)])
        entry.identifier = "harbour <1>"
        entry.md5 = Array(Insecure.MD5.hash(data: known))
        entry.sha1 = Array(Insecure.SHA1.hash(data: known))
        entry.categories = [AssertedCategory(scheme: "NCMEC", country: "US", code: "A2")]
        entry.name = "harbour.jpg"
        var innocent = ListEntry()
        innocent.identifier = "film"
        let film = try Data(
            contentsOf: URL(fileURLWithPath: Program.samples + "/known/market-day.mp4")
        )
        innocent.sha256 = Array(SHA256.hash(data: film))
        innocent.categories = [AssertedCategory(scheme: "NSRL", code: "known")]
        _ = try writer.add(
            ListWriter.Delivery(
                source: ListBatch.Source(name: "source.json", format: "test"),
                memory: 64 << 20
            )
        ) { (sink) throws(ListFault) in
            try sink.take(entry, line: 7)
            try sink.take(innocent, line: 8)
        }
        _ = try writer.publish(.init(date: "2026-01-02T00:00:00Z"))
        return writer
    }

    /// Makes a list of the film, by its fingerprints alone.
    private func makeFilmList(_ path: String) throws {
        try ListWriter.create(
            path,
            title: "films",
            owner: "National Centre",
            kind: .pdqFullResolution,
            identifier: "list-films",
            date: "2026-01-01T00:00:00Z",
            tool: "test"
        )
        let writer = try ListWriter(existing: path, tool: "test")
        var entry = ListEntry()
        entry.identifier = "market day"
        entry.medium = .film
        for line in try fingerprints(of: Program.samples + "/known/market-day.mp4") {
            let hex = try #require(line["hash"] as? String)
            entry.prints.append(
                ListEntry.Print(
                    try #require(Fingerprint(hex: hex)),
                    quality: UInt8(clamping: line["quality"] as? Int ?? 100),
                    timeMilliseconds: (line["time_ms"] as? Int).map { Int64($0) },
                    spanMilliseconds: UInt32(clamping: line["span_ms"] as? Int ?? 0)
                )
            )
        }
        let film = entry
        _ = try writer.add(
            ListWriter.Delivery(
                source: ListBatch.Source(name: "films.json", format: "test"),
                memory: 64 << 20
            )
        ) { (sink) throws(ListFault) in
            try sink.take(film, line: 1)
        }
        _ = try writer.publish(.init(date: "2026-01-02T00:00:00Z"))
    }

    private func match(_ lists: String...) throws {
        let result = try Program.run(
            ["match", path, "--sample-seed", "1", "--quiet"] + lists.flatMap { ["--list", $0] }
        )
        try #require(result.status == 0, "\(result.errors)")
    }

    private func notify(_ output: String, _ options: String...) throws -> Program.Result {
        try Program.run(
            ["notify", path, "--output", folder.path + "/" + output, "--date", NotifyTests.date]
                + options
        )
    }

    /// The only bundle in a folder.
    private func bundle(_ output: String) throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/" + output)
        try #require(names.count == 1, "\(names)")
        return folder.path + "/" + output + "/" + names[0]
    }

    /// The bytes of all files in a folder by their names.
    private func contents(_ folder: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: folder + "/" + name, isDirectory: &isFolder)
            if !isFolder.boolValue {
                files[name] = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
            }
        }
        return files
    }

    private func objects(_ data: Data?) throws -> [[String: Any]] {
        try String(decoding: #require(data), as: UTF8.self).split(separator: "\n").map {
            try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    @Test("A bundle stands on its own, and every digest in it fits")
    func whole() throws {
        _ = try makeList(list)
        try match(list)
        let result = try notify("told", "--list", list, "--organisation", "P & Co", "--json")
        try #require(result.status == 0, "\(result.errors)")
        let path = try bundle("told")
        let files = try contents(path)
        // Digests.
        var named: Set<String> = []
        let sums = String(decoding: try #require(files["SHA256SUMS"]), as: UTF8.self)
        for line in sums.split(separator: "\n") {
            let name = String(line.dropFirst(66))
            named.insert(name)
            let digest = SHA256.hash(data: try #require(files[name]))
                .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            #expect(line.hasPrefix(digest + "  "), "\(name)")
        }
        #expect(named == Set(files.keys).subtracting(["SHA256SUMS"]))
        // Matches: two files by digest and picture, one of them again in an archive by picture.
        let lines = try objects(files["matches.jsonl"])
        #expect(lines.count == 5)
        #expect(try objects(files["retractions.jsonl"]).isEmpty)
        for line in lines {
            let told = try #require(line["list"] as? [String: Any])
            #expect(told["source_line"] as? Int == 7 && told["version"] as? Int == 1)
            #expect(line["meaning"] as? String == "harm")
        }
        let counts = try #require(result.objects()[0]["counts"] as? [String: Any])
        #expect(counts["matches"] as? Int == 5 && counts["files"] as? Int == 3)
        // The certificate is the one of the match.
        let certificate = try #require(files.keys.first { $0.hasPrefix("certificate-") })
        let kept = try Program.run("matches", self.path, "--certificates", folder.path + "/kept")
        #expect(kept.status == 0)
        #expect(try contents(folder.path + "/kept").values.first == files[certificate])
        // Nothing half-written.
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path + "/told").count == 1
        )
    }

    @Test("The elements of a CyberTip file stand in the order of its schema")
    func cyberTip() throws {
        _ = try makeList(list)
        try match(list)
        #expect(try notify("told", "--report-id", "42").status == 0)
        let order = [
            "reportId", "fileId", "originalFileName", "uploadedToEspTimestamp", "locationOfFile",
            "fileViewedByEsp", "exifViewedByEsp", "publiclyAvailable", "fileRelevance",
            "fileAnnotations", "industryClassification", "originalFileHash", "ipCaptureEvent",
            "deviceId", "details", "additionalInfo",
        ]
        let files = try contents(bundle("told")).filter { $0.key.hasPrefix("fileinfo/") }
        #expect(files.keys.sorted() == (1...3).map { "fileinfo/0000/000000\($0).xml" })
        var strange = 0
        for (name, data) in files {
            let reader = ElementReader()
            try #require(reader.read(data), "\(name)")
            #expect(reader.root == "fileDetails")
            let places = reader.children.compactMap { order.firstIndex(of: $0.name) }
            #expect(places.count == reader.children.count && places == places.sorted(), "\(name)")
            func text(_ name: String) -> [String] {
                reader.children.filter { $0.name == name }.map(\.text)
            }
            #expect(text("reportId") == ["42"] && text("industryClassification") == ["A2"])
            #expect(text("originalFileHash").count == 4)
            #expect(text("fileViewedByEsp") == ["false"])
            #expect(text("additionalInfo")[0].contains("harbour <1>"))
            if text("originalFileName") == ["&<\u{FFFD}\n\u{FFFD}>"] {
                strange += 1
                #expect(text("additionalInfo")[0].contains("&<%01%0A%FF>"))
            }
        }
        #expect(strange == 1)
    }

    @Test("The same case and date give the same bytes, and other dates others")
    func reproducible() throws {
        _ = try makeList(list)
        try match(list)
        for output in ["a", "b"] { #expect(try notify(output).status == 0) }
        let first = try contents(bundle("a"))
        #expect(try first == contents(bundle("b")))
        let epoch = try Program.run(
            ["notify", path, "--output", folder.path + "/c", "--unrecorded"],
            environment: ["SOURCE_DATE_EPOCH": "1772366400"]
        )
        #expect(epoch.status == 0, "\(epoch.errors)")
        #expect(try first == contents(bundle("c")))
        // Again in the same place only if that is wanted.
        let refused = try notify("a")
        #expect(refused.status == 2 && refused.errors.contains("--replace"))
        #expect(try first == contents(bundle("a")))
        #expect(try notify("a", "--replace", "--contact", "nobody").status == 0)
        #expect(try first != contents(bundle("a")))
        // What is not a bundle is never replaced.
        try Data().write(to: URL(fileURLWithPath: bundle("a") + "/mine"))
        #expect(try notify("a", "--replace").status == 2)
        #expect(try contents(bundle("a"))["mine"] != nil)
    }

    @Test("The graph of CASE/UCO holds together")
    func ontology() throws {
        _ = try makeList(list)
        let films = folder.path + "/films.vlist"
        try makeFilmList(films)
        try match(list, films)
        #expect(try notify("told", "--all", "--organisation", "P", "--contact", "p@x").status == 0)
        let file = try bundle("told") + "/case.jsonld"
        let document = try #require(
            JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file)))
                as? [String: Any]
        )
        let context = try #require(document["@context"] as? [String: String])
        let graph = try #require(document["@graph"] as? [[String: Any]])
        var types: [String: Set<String>] = [:]
        var references: Set<String> = []
        func walk(_ value: Any) {
            if let values = value as? [Any] { return values.forEach(walk) }
            guard let node = value as? [String: Any] else { return }
            if let id = node["@id"] as? String {
                if node.count == 1 {
                    references.insert(id)
                } else if let type = node["@type"] {
                    types[id, default: []].formUnion(type as? [String] ?? [type as? String ?? ""])
                }
                let uuid = /[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
                #expect(id.hasPrefix("kb:") && id.contains(uuid), "\(id)")
            }
            for (key, member) in node {
                if !key.hasPrefix("@") {
                    let prefix = String(key.prefix { $0 != ":" })
                    #expect(context[prefix] != nil, "\(key)")
                }
                walk(member)
            }
        }
        walk(graph)
        #expect(references.isSubset(of: types.keys))
        func count(_ type: String) -> Int { types.values.filter { $0.contains(type) }.count }
        #expect(count("uco-analysis:AnalyticResult") == 7)
        #expect(count("vestige:FilmStretch") == 1)
        // Four files with a match, the archive, and two certificates.
        #expect(count("uco-observable:File") == 7)
        #expect(count("vestige:FingerprintFacet") == 3)
        #expect(count("uco-observable:ObservableRelationship") == 1)
        #expect(count("vestige:HashListEntryFacet") == 3)
        if let validator = ProcessInfo.processInfo.environment["VESTIGE_CASE_VALIDATE"] {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: validator)
            process.arguments = [file]
            process.standardOutput = FileHandle.standardError
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
    }

    @Test("Innocent matches are told only if that is wanted, and paths can be left out")
    func filters() throws {
        _ = try makeList(list)
        try match(list)
        func lines(_ output: String) throws -> [[String: Any]] {
            try objects(contents(bundle(output))["matches.jsonl"])
        }
        #expect(try notify("all", "--all", "--without-paths").status == 0)
        #expect(try lines("all").count == 6)
        for (name, data) in try contents(bundle("all")) where !name.hasPrefix("certificate-") {
            let text = String(decoding: data, as: UTF8.self)
            #expect(!text.contains("plain.jpg") && !text.contains(evidence), "\(name)")
        }
        #expect(try notify("digest", "--kind", "digest").status == 0)
        #expect(try lines("digest").count == 2)
        #expect(try notify("near", "--max-distance", "0", "--kind", "picture").status == 0)
        #expect(try lines("near").count == 2)
        #expect(try notify("far", "--min-distance", "1", "--kind", "picture").status == 0)
        #expect(try lines("far").count == 1)
        // That nothing matched is a result, too.
        #expect(try notify("none", "--kind", "film").status == 0)
        #expect(try lines("none").isEmpty)
    }

    @Test("Owners get bundles of their own, whatever they are called")
    func owners() throws {
        let other = folder.path + "/other.vlist"
        _ = try makeList(list)
        _ = try makeList(other, title: "../x", owner: "../../evil\n", identifier: "../../list-2")
        try match(list, other)
        let result = try notify("told")
        #expect(result.status == 0, "\(result.errors)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/told")
        #expect(names.count == 2 && names.allSatisfy { !$0.hasPrefix(".") })
        for name in names {
            let files = try contents(folder.path + "/told/" + name)
            let owners = try Set(
                objects(files["matches.jsonl"]).compactMap {
                    ($0["list"] as? [String: Any])?["owner"] as? String
                }
            )
            #expect(owners.count == 1)
            let certificates = files.keys.filter { $0.hasPrefix("certificate-") }
            #expect(certificates.count == 1)
        }
        let above = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(
            above.sorted() == ["case.vestige", "evidence", "known.vlist", "other.vlist", "told"]
        )
        #expect(try notify("one", "--list", "../../list-2").status == 0)
        #expect(try contents(bundle("one"))["matches.jsonl"]?.isEmpty == false)
    }

    @Test("What was told and holds no more is told, too; what was never told is not")
    func retractions() throws {
        let writer = try makeList(list)
        try match(list)
        #expect(try notify("first", "--kind", "digest").status == 0)
        try writer.withdraw([1], note: nil)
        _ = try writer.publish(.init(date: "2026-01-03T00:00:00Z"))
        // Not before the new version was matched.
        let early = try notify("early", "--list", list + "@2")
        #expect(early.status == 2 && early.errors.contains("vestige match"))
        try match(list)
        for output in ["second", "third"] {
            #expect(try notify(output, "--list", list + "@2").status == 0)
            let files = try contents(bundle(output))
            #expect(try objects(files["matches.jsonl"]).isEmpty)
            // The matches by picture were never told.
            let gone = try objects(files["retractions.jsonl"])
            #expect(gone.count == 2 && gone.allSatisfy { $0["kind"] as? String == "digest" })
            for line in gone {
                let standing = line["standing"] as? [String: Any]
                #expect(standing?["holds"] as? Bool == false)
                #expect(standing?["reason"] as? String == "entry withdrawn")
            }
        }
    }

    @Test("Without a match there is nothing to tell, and what is withdrawn is not told")
    func refusals() throws {
        _ = try makeList(list)
        for options in [[], ["--list", list], ["--list", "nothing"]] {
            let result = try Program.run(
                ["notify", path, "--output", folder.path + "/told"] + options
            )
            #expect(result.status == 2 && result.errors.contains("vestige match"))
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/told"))
        try match(list)
        let inside = try Program.run(["notify", path, "--output", path + "/told"])
        #expect(inside.status == 2 && inside.errors.contains("inside"))
        #expect(try Program.run("withdraw", path, evidence + "/plain.jpg").status == 0)
        let result = try notify("told")
        #expect(result.status == 0 && result.errors.contains("has changed"))
        let text = String(
            decoding: try #require(contents(bundle("told"))["matches.jsonl"]),
            as: UTF8.self
        )
        #expect(!text.contains("plain.jpg") && !text.isEmpty)
        #expect(result.output.contains("2 matches of withdrawn files left out"))
    }

    @Test("Digests are signed, so that OpenSSL can tell")
    func signing() throws {
        _ = try makeList(list)
        try match(list)
        let key = folder.path + "/key"
        #expect(try notify("told", "--sign", key).status == 2)
        try ListSigning.makeKeys(at: key)
        #expect(try notify("told", "--sign", key).status == 0)
        let files = try contents(bundle("told"))
        let publicKey = try Curve25519.Signing.PublicKey(
            rawRepresentation: ListSigning.publicKey(key + ".pub")
        )
        #expect(
            publicKey.isValidSignature(
                try #require(files["SHA256SUMS.sig"]),
                for: try #require(files["SHA256SUMS"])
            )
        )
    }
}
