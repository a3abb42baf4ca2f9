import Crypto
import Foundation
import TestSupport
import Testing

@Suite("Matching cases against hash lists")
struct MatchTests {
    private let sample: SampleCase
    private var list: String { sample.folder.path + "/known.vlist" }
    private let harbour: String

    init() throws {
        sample = try SampleCase()
        let lines = try Program.run(
            "fingerprint",
            Program.samples + "/known/harbour.jpg",
            "--format",
            "jsonl"
        ).objects()
        harbour = try #require(lines.first?["hash"] as? String)
        let created = try Program.run(
            "list",
            "create",
            list,
            "--owner",
            "Example hotline",
            "--meaning",
            "VICS/US:1=harm",
            "--meaning",
            "S:ok=innocent"
        )
        try #require(created.status == 0, "\(created.errors)")
    }

    private func run(_ arguments: String..., status: Int32 = 0) throws -> Program.Result {
        let result = try Program.run(arguments)
        #expect(result.status == status, "\(arguments): \(result.errors)")
        return result
    }

    /// Publishes a version from lines of JSON.
    private func publish(_ name: String, _ lines: [String]) throws {
        let file = try sample.folder.write(
            name,
            Array((lines.joined(separator: "\n") + "\n").utf8)
        )
        _ = try run("list", "import", list, file, "--format", "jsonl", "--quiet")
        _ = try run("list", "publish", list)
    }

    private func category(_ scheme: String, _ country: String?, _ code: String) -> String {
        let country = country.map { "\"country\":\"\($0)\"," } ?? ""
        return "\"categories\":[{\"scheme\":\"\(scheme)\",\(country)\"code\":\"\(code)\"}]"
    }

    private func sha256(_ path: String) throws -> String {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        return SHA256.hash(data: data).map { String(format: "%02x", $0) }.joined()
    }

    private func matches(_ options: String...) throws -> [[String: Any]] {
        try Program.run(["matches", sample.path, "--format", "jsonl"] + options).objects()
    }

    @Test("every match leads back to the exhibit, to the version, and to the line of the source")
    func provenance() throws {
        let picture = sample.evidence + "/DCIM/100CAMRA/IMG_0008.jpg"
        let damaged = try sha256(picture)
        try publish(
            "first.jsonl",
            [
                "{\"pdq\":\"\(harbour)\",\"id\":\"h\",\(category("VICS", "US", "1"))}",
                "", "not json",
                "{\"sha256\":\"\(damaged)\",\"id\":\"d\",\(category("S", nil, "ok"))}",
            ].filter { $0 != "not json" }
        )
        let certificate = sample.folder.path + "/match.json"
        let told = try run(
            "match",
            sample.path,
            "--list",
            list,
            "--certificate",
            certificate,
            "--quiet"
        )
        #expect(told.output.contains("harm:"))
        #expect(told.output.contains("known and innocent: 1 item in 1 match"))
        let all = try matches()
        #expect(all.count >= 4)
        let source = try sha256(sample.folder.path + "/first.jsonl")
        let version = try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(fileURLWithPath: list + "/versions/00000001.json"))
        )
        #expect((version as? [String: Any])?["number"] as? Int == 1)
        let digest = try sha256(list + "/versions/00000001.json")
        var lines: Set<Int> = []
        for match in all {
            let item = try #require(match["item"] as? [String: Any])
            let path = try #require(item["path"] as? String)
            let entry = try #require(match["entry"] as? [String: Any])
            let known = try #require(match["list"] as? [String: Any])
            if item["member"] == nil {
                #expect(try sha256(path) == item["sha256"] as? String)
            }
            #expect(known["version"] as? Int == 1 && known["digest"] as? String == digest)
            #expect(known["owner"] as? String == "Example hotline")
            #expect(known["source_sha256"] as? String == source)
            let line = try #require(known["source_line"] as? Int)
            lines.insert(line)
            let written = try String(
                contentsOfFile: sample.folder.path + "/first.jsonl",
                encoding: .utf8
            )
            .components(separatedBy: "\n")[line - 1]
            #expect(written.contains("\"id\":\"\(entry["id"] as? String ?? "?")\""))
            if match["kind"] as? String == "picture" {
                #expect(match["entry_fingerprint"] as? String == harbour)
                #expect(match["meaning"] as? String == "harm" && match["radius"] as? Int == 31)
            } else {
                #expect(match["digest"] as? String == "sha256" && path == picture)
                #expect(match["meaning"] as? String == "innocent")
            }
        }
        #expect(lines == [1, 3])
        #expect(try matches("--meaning", "harm").count == all.count - 1)
        #expect(try matches("--kind", "digest").count == 1)
        #expect(try matches("--category", "VICS/US 1", "--max-distance", "0").count < all.count)
        let distances = try matches("--kind", "picture", "--sort", "distance").compactMap {
            $0["distance"] as? Int
        }
        #expect(distances == distances.sorted() && distances.count == all.count - 1)
        let csv = try run("matches", sample.path, "--format", "csv").output
        #expect(csv.components(separatedBy: "\r\n").count == all.count + 2)
        #expect(
            try run("verify", "--certificate", certificate, "--quiet").output.contains(
                "the certificate holds"
            )
        )
        // Who changes a digit of it is found out.
        let text = try String(contentsOfFile: certificate, encoding: .utf8)
        try text.replacing("\"radius\" : 31", with: "\"radius\" : 30")
            .write(toFile: certificate, atomically: true, encoding: .utf8)
        _ = try run("verify", "--certificate", certificate, "--quiet", status: 2)
    }

    @Test("what a version changed is matched alone, and gives what a whole match gives")
    func since() throws {
        try publish(
            "1.jsonl",
            ["{\"pdq\":\"\(harbour)\",\"id\":\"h\",\(category("VICS", "US", "1"))}"]
        )
        _ = try run("match", sample.path, "--list", list, "--quiet")
        let before = try matches()
        let damaged = try sha256(sample.evidence + "/DCIM/100CAMRA/IMG_0008.jpg")
        try publish(
            "2.jsonl",
            [
                "{\"pdq\":\"\(harbour)\",\"id\":\"h\",\(category("S", nil, "ok"))}",
                "{\"sha256\":\"\(damaged)\",\"id\":\"d\",\(category("S", nil, "?"))}",
            ]
        )
        let summary = try #require(
            try run("match", sample.path, "--list", list, "--since", "1", "--json", "--quiet")
                .objects().first
        )
        #expect(summary["gone"] as? Int == before.count)
        #expect(summary["new"] as? Int == before.count + 1)
        #expect((summary["innocent"] as? [String: Any])?["matches"] as? Int == before.count)
        #expect(try matches("--standing", "gone").count == before.count)
        let news = try run("matches", sample.path, "--format", "csv").output
        let whole = try #require(
            try run("match", sample.path, "--list", list + "@2", "--again", "--json", "--quiet")
                .objects().first
        )
        #expect(whole["gone"] as? Int == 0 && whole["new"] as? Int == 0)
        #expect(try run("matches", sample.path, "--format", "csv").output == news)
        let again = try run("match", sample.path, "--list", list, "--quiet")
        #expect(again.output.contains("matched before"))
    }

    @Test("what cannot be matched is refused with what to do, and changes nothing")
    func refusals() throws {
        #expect(
            try run("match", sample.path, "--list", list, status: 2).errors.contains("list publish")
        )
        #expect(
            try run("match", sample.path, "--list", sample.path, status: 2).errors.contains(
                "not a hash list"
            )
        )
        try publish("1.jsonl", ["{\"pdq\":\"\(harbour)\"}"])
        #expect(
            try run("match", sample.path, "--list", list + "@7", status: 2).errors.contains(
                "no version 7"
            )
        )
        let key = sample.folder.path + "/key"
        _ = try run("list", "keygen", key)
        #expect(
            try run("match", sample.path, "--list", list, "--key", key + ".pub", status: 2).errors
                .contains("not signed")
        )
        #expect(
            try run("match", sample.path, "--list", list, "--since", "1", status: 2).errors
                .contains("--since 1")
        )
        #expect(try matches().isEmpty)
        let segment = list + "/segments/00000001.seg"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: segment))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(fileURLWithPath: segment))
        #expect(
            try run("match", sample.path, "--list", list, "--quiet", status: 2).errors.contains(
                "published"
            )
        )
        #expect(try matches().isEmpty)
    }
}
