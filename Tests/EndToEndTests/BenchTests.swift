import Foundation
import FoundationXML
import TestSupport
import Testing

/// A made-up sample set: originals, variants that are copies of them, and strangers.
private struct SampleFiles {
    let folder: TemporaryFolder
    /// Names that try to be more than names.
    static let hostile = "<script>alert('1')</script>&\"\u{1B}[31m\u{202E}.jpg"
    static let hostileTransform = "]]><b onclick=\"x\">\u{7}"

    var originals: String { folder.path + "/originals" }
    var variants: String { folder.path + "/variants" }

    init() throws {
        folder = try TemporaryFolder()
        var lines = [
            "kind,original,variant,transform,strength,role,tier,src_start,src_end,var_start,var_end"
        ]
        func copy(_ sample: String, _ name: String) throws {
            let content = try Data(contentsOf: URL(fileURLWithPath: Program.samples + "/" + sample))
            try folder.write(name, content)
        }
        func quoted(_ text: String) -> String {
            "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
        }
        for name in ["castle", "harbour", "lake", "market", "skyline", "town"] {
            try copy("known/\(name).jpg", "originals/pictures/\(name), in colour.jpg")
            try copy("known/\(name).jpg", "variants/copies/\(name).jpg")
            lines.append(
                "image,\"pictures/\(name), in colour.jpg\",copies/\(name).jpg,identity,copy,whole,easy,,,,"
            )
        }
        try copy("known/market-day.mp4", "originals/market-day.mp4")
        try copy("known/market-day.mp4", "variants/film.mp4")
        lines.append("video,market-day.mp4,film.mp4,remux,mp4,whole,easy,0,6,0,6")
        try copy("archive/Downloads/windmill-crop.jpg", "variants/cropped.jpg")
        try copy("known/windmill.jpg", "originals/windmill.jpg")
        lines.append("image,windmill.jpg,cropped.jpg,crop,20,part,hard,,,,")
        for name in ["IMG_0001.jpg", "IMG_0005.jpg"] {
            try copy("archive/DCIM/100CAMRA/" + name, "variants/strangers/" + name)
            lines.append("distractor,,strangers/\(name),none,,none,none,,,,")
        }
        // One that is no picture, and one that is not there.
        try folder.write(
            "variants/" + SampleFiles.hostile,
            Array("\u{FF}\u{D8} not a picture".utf8)
        )
        let transform = quoted(SampleFiles.hostileTransform)
        lines.append(
            "image,windmill.jpg,\(quoted(SampleFiles.hostile)),\(transform),,whole,easy,,,,"
        )
        lines.append(
            "image,windmill.jpg,\(quoted("gone & <away>.jpg")),\(transform),,whole,easy,,,,"
        )
        lines.append("image,windmill.jpg")
        // Nobody has said what this is.
        try copy("known/balloons.jpg", "originals/unnamed.jpg")
        try folder.write(
            "variants/ground_truth.csv",
            Array((lines.joined(separator: "\r\n") + "\r\n").utf8)
        )
    }

    func run(_ options: String...) throws -> Program.Result {
        try Program.run(["bench", originals, variants, "--quiet"] + options)
    }
}

@Suite("Measuring on a sample set")
struct BenchTests {
    private let files: SampleFiles

    init() throws {
        files = try SampleFiles()
    }

    /// The report, and its results as text.
    private func report(_ result: Program.Result) throws -> (report: [String: Any], results: String)
    {
        let report = try #require(result.objects().first)
        let results = try JSONSerialization.data(
            withJSONObject: #require(report["results"]),
            options: [.sortedKeys]
        )
        return (report, String(decoding: results, as: UTF8.self))
    }

    private func figures(_ report: [String: Any], _ member: String) throws -> [[String: Any]] {
        let results = try #require(report["results"] as? [String: Any])
        return try #require(results[member] as? [[String: Any]])
    }

    private func estimate(_ figures: [String: Any], _ name: String, radius: Int) throws -> [String:
        Double]
    {
        let points = try #require(figures["points"] as? [[String: Any]])
        let point = try #require(points.first { $0["radius"] as? Int == radius })
        return try #require(point[name] as? [String: Double])
    }

    @Test("copies are found, strangers are not, and what could not be compared is told")
    func figures() throws {
        let result = try files.run("--json")
        #expect(result.status == 1, "\(result.errors)")
        #expect(result.errors.contains("ground_truth.csv: line 14"))
        let (report, _) = try report(result)
        let recall = try figures(report, "recall")
        let copies = try #require(recall.first { $0["name"] as? String == "identity" })
        for radius in [0, 31, 48] {
            let found = try estimate(copies, "ofCompared", radius: radius)
            #expect(found["count"] == 6 && found["total"] == 6 && found["share"] == 1)
            #expect(try #require(found["low"]) < 0.7, "six of six say little")
        }
        let film = try #require(recall.first { $0["name"] as? String == "remux" })
        #expect(film["comparison"] as? String == "films")
        #expect(try estimate(film, "ofCompared", radius: 31)["share"] == 1)
        // Of all pictures, two could not be compared: they count as missed in the one figure, and not in the other.
        let all = try #require(recall.first)
        #expect(all["level"] as? String == "all" && all["comparison"] as? String == "pictures")
        #expect(all["named"] as? Int == 9 && all["compared"] as? Int == 7)
        #expect(all["notDecoded"] as? Int == 1 && all["notThere"] as? Int == 1)
        #expect(try estimate(all, "ofNamed", radius: 31)["total"] == 9)
        #expect(try estimate(all, "ofCompared", radius: 31)["total"] == 7)

        for one in try figures(report, "falseMatches") {
            let none = try estimate(one, "ofPairs", radius: 48)
            #expect(none["count"] == 0, "\(one)")
            // The exact bound of none in n, by its definition.
            let total = try #require(none["total"])
            #expect(abs(try #require(none["high"]) - (1 - pow(0.05, 1 / total))) < 1e-4)
        }
        let strangers = try #require(
            figures(report, "falseMatches").first {
                $0["group"] as? String == "distractor" && $0["comparison"] as? String == "pictures"
            }
        )
        #expect(try estimate(strangers, "ofPairs", radius: 31)["total"] == 2 * 7)
        let results = try #require(report["results"] as? [String: Any])
        let check = try #require(results["check"] as? [String: Int])
        #expect(try #require(check["pairs"]) > 60 && check["disagreements"] == 0)
        let sample = try #require(results["sample"] as? [String: Any])
        let lost = try #require(sample["notDecoded"] as? [[String: String]])
        #expect(lost.map { $0["path"] } == [SampleFiles.hostile])
        #expect((sample["files"] as? [String: Int])?["unnamed"] == 1)
        let stages = try #require(
            (report["measured"] as? [String: Any])?["stages"] as? [[String: Any]]
        )
        #expect(stages.compactMap { $0["stage"] as? String } == ["read", "build", "join", "align"])
    }

    @Test("the results are the same with other workers and threads, and wherever the set lies")
    func repeatable() throws {
        let one = try report(files.run("--json", "--workers", "1", "--threads", "1")).results
        let other = try report(files.run("--json", "--workers", "4", "--threads", "3")).results
        #expect(one == other)
        let moved = files.folder.path + "/moved"
        try FileManager.default.createDirectory(
            atPath: moved,
            withIntermediateDirectories: false
        )
        for name in ["originals", "variants"] {
            try FileManager.default.copyItem(
                atPath: files.folder.path + "/" + name,
                toPath: moved + "/z-" + name
            )
        }
        let elsewhere = try report(
            Program.run(
                "bench",
                moved + "/z-originals",
                moved + "/z-variants",
                "--quiet",
                "--json"
            )
        ).results
        #expect(one == elsewhere)
        // Another byte in one file is another set.
        try files.folder.write("variants/copies/castle.jpg", [0xFF, 0xD8, 0xFF])
        #expect(try report(files.run("--json")).results != one)
    }

    @Test("the page is well-formed, has all figures in itself, and shows hostile names as text")
    func page() throws {
        let path = files.folder.path + "/report.html"
        let result = try files.run("--html", path)
        #expect(result.status == 1, "\(result.errors)")
        #expect(result.output.contains("recall, pictures"))
        #expect(result.output.contains("throughput"))
        #expect(!result.output.contains("\u{1B}") && !result.output.contains("\u{202E}"))
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        let page = String(decoding: data, as: UTF8.self)
        let elements = Elements()
        let parser = XMLParser(data: data)
        parser.delegate = elements
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
        #expect(elements.names["script"] == nil && elements.names["b"] == nil)
        #expect(elements.names["link"] == nil && elements.names["img"] == nil)
        #expect(elements.names["svg"] ?? 0 > 10 && elements.names["table"] ?? 0 > 5)
        #expect(!elements.attributes.contains { $0.lowercased().hasPrefix("on") })
        #expect(!page.contains("\u{1B}") && !page.contains("\u{202E}") && !page.contains("\u{7}"))
        #expect(page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;"))
        #expect(page.contains("gone &amp; &lt;away&gt;.jpg"))
        // Nothing is fetched from elsewhere: the only addresses are names of XML.
        let addresses = page.components(separatedBy: "http").dropFirst().map { $0.prefix(14) }
        #expect(addresses.allSatisfy { $0.hasPrefix("://www.w3.org") })
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: files.folder.path).sorted() == [
                "originals", "report.html", "variants",
            ]
        )
    }

    private final class Elements: NSObject, XMLParserDelegate {
        var names: [String: Int] = [:]
        var attributes: Set<String> = []

        func parser(
            _ parser: XMLParser,
            didStartElement name: String,
            namespaceURI: String?,
            qualifiedName: String?,
            attributes: [String: String]
        ) {
            names[name, default: 0] += 1
            self.attributes.formUnion(attributes.keys)
        }
    }

    @Test("turned copies count when they are looked for, and a list of pairs will do")
    func pairs() throws {
        let list = try files.folder.write(
            "pairs.csv",
            Array(
                """
                file_a,file_b
                "pictures/castle, in colour.jpg","pictures/lake, in colour.jpg"
                windmill.jpg,unnamed.jpg

                """.utf8
            )
        )
        let options = [
            "bench", files.originals, "--truth", list, "--quiet", "--json", "--radii", "31,0",
        ]
        let named = try Program.run(options)
        #expect(named.status == 0, "\(named.errors)")
        let report = try report(named).report
        let all = try #require(figures(report, "recall").first)
        #expect(all["named"] as? Int == 2)
        // They are no pairs in truth.
        #expect(try estimate(all, "ofCompared", radius: 31)["count"] == 0)
        // Four files, six pairs, of which two are named.
        let unrelated = try #require(figures(report, "falseMatches").first)
        #expect(try estimate(unrelated, "ofPairs", radius: 0)["total"] == 4)
        let others = try self.report(Program.run(options + ["--unnamed-unrelated", "--turned"]))
            .report
        let more = try #require(figures(others, "falseMatches").first)
        // Eight pictures.
        #expect(try estimate(more, "ofPairs", radius: 31)["total"] == 8 * 7 / 2 - 2)
    }

    @Test("a case that is kept is whole; one that is not leaves nothing")
    func keeping() throws {
        let kept = files.folder.path + "/kept.vestige"
        let scratch = files.folder.path + "/scratch"
        try FileManager.default.createDirectory(
            atPath: scratch,
            withIntermediateDirectories: false
        )
        let options = ["bench", files.originals, files.variants, "--quiet", "--json"]
        let result = try Program.run(options + ["--keep", kept], environment: ["TMPDIR": scratch])
        #expect(result.status == 1, "\(result.errors)")
        #expect(try Program.run("verify", kept).status == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch).isEmpty)
        let again = try Program.run(options + ["--keep", kept], environment: ["TMPDIR": scratch])
        #expect(again.status == 2)
        #expect(again.errors.contains("there already"))
    }

    @Test("wrong input is refused with a reason, and leaves nothing behind")
    func wrongInput() throws {
        let none = try files.folder.write("none.csv", Array("original,variant,transform\n".utf8))
        let other = try files.folder.write("other.csv", Array("a,b\n1,2\n".utf8))
        let inside = files.variants + "/report.html"
        let cases: [([String], String)] = [
            ([files.folder.path + "/nowhere", files.variants], "cannot read"),
            ([none, files.variants], "is no folder"),
            ([files.originals], "ground_truth.csv"),
            ([files.originals, files.variants, "--truth", none], "nothing to measure"),
            ([files.originals, files.variants, "--truth", other], "must name the columns"),
            ([files.originals, files.variants, "--radii", "31,65"], "radii"),
            ([files.originals, files.variants, "--html", inside], "never written to"),
            (
                [files.originals, files.variants, "--html", "/nowhere/a/report.html"],
                "there is no folder"
            ),
            (
                [files.originals, files.variants, "--keep", files.variants + "/c.vestige"],
                "never written to"
            ),
        ]
        let before = try FileManager.default.subpathsOfDirectory(atPath: files.folder.path).sorted()
        for (arguments, reason) in cases {
            let result = try Program.run(["bench"] + arguments + ["--quiet"])
            #expect(result.status == 2, "\(arguments)")
            #expect(result.errors.contains(reason), "\(arguments): \(result.errors)")
            #expect(result.output.isEmpty)
        }
        let after = try FileManager.default.subpathsOfDirectory(atPath: files.folder.path).sorted()
        #expect(before == after)
    }
}
