import Foundation
import TestSupport
import Testing

@Suite("Two inputs compared without a case")
struct CompareTests {
    private let known = Program.samples + "/known/"
    private let archive = Program.samples + "/archive/"

    private func compare(_ arguments: String...) throws -> (status: Int32, line: [String: Any]) {
        let result = try Program.run(["compare"] + arguments + ["--format", "jsonl"])
        return (result.status, try #require(result.objects().first, "\(result.errors)"))
    }

    @Test("pictures have a distance, which is that of a query, and a verdict in the exit status")
    func pictures() throws {
        let near = try compare(archive + "Downloads/market.webp", known + "market.jpg")
        #expect(near.status == 0)
        #expect(near.line["match"] as? Bool == true && near.line["identical"] as? Bool == false)
        let folder = try TemporaryFolder()
        let caseFolder = folder.path + "/one.vestige"
        _ = try Program.run("index", caseFolder, known + "market.jpg")
        let found = try Program.run(
            "query",
            caseFolder,
            archive + "Downloads/market.webp",
            "--format",
            "jsonl"
        ).objects()
        #expect(found.first?["distance"] as? Int == near.line["distance"] as? Int)
        let far = try compare(known + "castle.jpg", known + "market.jpg")
        #expect(far.status == 1 && far.line["match"] as? Bool == false)
        #expect(try #require(far.line["distance"] as? Int) > 31)
        let close = try Program.run(
            ["compare", archive + "Downloads/market.webp", known + "market.jpg", "--radius", "1"]
        )
        #expect(close.status == 1)
        let same = try compare(known + "castle.jpg", known + "castle.jpg")
        #expect(same.status == 0 && same.line["identical"] as? Bool == true)
        #expect(same.line["distance"] as? Int == 0)
    }

    @Test("a fingerprint stands for its picture, also a turned one")
    func fingerprints() throws {
        let hashes = try Program.run(
            "fingerprint",
            known + "castle.jpg",
            "--format",
            "jsonl",
            "--variants"
        ).objects()
        let variants = try #require(hashes.first?["variants"] as? [String: String])
        let mirrored = try #require(variants["flipY"])
        let turned = try compare(mirrored, known + "castle.jpg")
        #expect(turned.status == 0 && turned.line["turned"] as? String == "flipY")
        let upright = try Program.run(
            ["compare", mirrored, known + "castle.jpg", "--no-turned"]
        )
        #expect(upright.status == 1)
        let both = try compare(mirrored, mirrored)
        #expect(both.line["distance"] as? Int == 0)
        let side = try #require(both.line["a"] as? [String: Any])
        #expect(side["kind"] as? String == "fingerprint" && side["sha256"] is NSNull)
    }

    @Test("films tell which seconds run in step; a film and a picture the nearest moment")
    func films() throws {
        let clip = try compare(archive + "Downloads/market-clip.avi", known + "market-day.mp4")
        #expect(clip.status == 0)
        let alignment = try #require(clip.line["alignment"] as? [String: Any])
        let piece = try #require((alignment["pieces"] as? [[String: Any]])?.first)
        let from = try #require(piece["b_from_ms"] as? Int)
        #expect((2300...2700).contains(from))
        #expect(piece["a_from_ms"] as? Int == 0)
        #expect(try #require(alignment["a_share"] as? Double) > 0.9)
        let other = try compare(archive + "DCIM/101MEDIA/MOV_0001.mp4", known + "market-day.mp4")
        #expect(other.status == 1 && other.line["match"] as? Bool == false)
        let still = try compare(known + "castle.jpg", known + "market-day.mp4")
        #expect(still.status == 1 && still.line["alignment"] is NSNull)
        let film = try #require(still.line["b"] as? [String: Any])
        #expect(film["kind"] as? String == "film" && film["time_ms"] is Int)
    }

    @Test("for a person it says the same in words")
    func words() throws {
        let result = try Program.run(
            "compare",
            archive + "Downloads/market-clip.avi",
            known + "market-day.mp4",
            "--format",
            "text"
        )
        #expect(result.output.contains("0:00.0 to 0:03.0 of a are 0:02.5 to 0:05.5 of b"))
        #expect(result.output.hasSuffix("\nmatch\n"))
    }

    @Test("what cannot be compared is said, with status 2")
    func wrongInput() throws {
        let folder = try TemporaryFolder()
        let text = try folder.write("notes.txt", Array("no picture\n".utf8))
        for wrong in [
            text, folder.path, folder.path + "/missing.jpg", "12ab",
            String(repeating: "g", count: 64),
        ] {
            let result = try Program.run("compare", known + "castle.jpg", wrong)
            #expect(result.status == 2, "\(wrong)")
            #expect(result.errors.hasPrefix("vestige: ") && result.output.isEmpty, "\(wrong)")
        }
        #expect(try Program.run("compare", known + "castle.jpg").status == 2)
    }
}
