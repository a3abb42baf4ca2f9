import Foundation
import TestSupport
import Testing

@Suite("Joining films", .enabled(if: MadeFilms.canBeMade, "needs the ffmpeg program"))
struct JoinFilmsTests {
    private let films: MadeFilms

    init() throws {
        films = try MadeFilms()
    }

    private func join(_ arguments: String...) throws -> Program.Result {
        let result = try Program.run(["join"] + arguments)
        try #require(result.status == 0, "\(result.errors)")
        return result
    }

    /// Expects that the seconds of the first piece are those, to a second and a half.
    private func expect(
        _ film: [String: Any],
        left: ClosedRange<Int>,
        right: ClosedRange<Int>,
        turned: String
    ) throws {
        let piece = try #require((film["pieces"] as? [[String: Any]])?.first)
        for (key, second) in [
            ("left_from_ms", left.lowerBound), ("left_to_ms", left.upperBound),
            ("right_from_ms", right.lowerBound), ("right_to_ms", right.upperBound),
        ] {
            let found = try #require(piece[key] as? Int)
            #expect(abs(found - 1000 * second) <= 1_500, "\(key) is \(found)")
        }
        #expect(piece["turned"] as? String == turned)
        #expect(abs((piece["speed"] as? Double ?? 0) - 1) < 0.05)
        #expect(film["weak"] as? Bool == false)
    }

    private func name(_ film: [String: Any], _ side: String) -> String? {
        let path = (film[side] as? [String: Any])?["path"] as? String
        return path.map { URL(fileURLWithPath: $0).lastPathComponent }
    }

    @Test("the seconds that were cut out of a film are those that are told, from either side")
    func seconds() throws {
        let forward = try join(films.whole, films.cut)
        #expect(
            forward.errors.contains("1 pair of fingerprints, 1 pair of films in step\n"),
            "\(forward.errors)"
        )
        let lines = try forward.objects()
        #expect(lines.map { $0["type"] as? String } == ["pair", "film"])
        try expect(lines[1], left: 6...18, right: 0...12, turned: "none")
        #expect(name(lines[1], "left") == "film.mp4" && name(lines[1], "right") == "clip.mp4")
        let backward = try #require(join(films.cut, films.whole).objects().last)
        try expect(backward, left: 0...12, right: 6...18, turned: "none")
        // A still picture of a film's moment is a pair as ever.
        let places = (lines[0]["right"] as? [String: Any])?["places"] as? [[String: Any]]
        #expect(places?.count == 1 && places?[0]["time_ms"] == nil)
    }

    @Test("mirrored copies too, of a case with itself")
    func turned() throws {
        let lines = try join(films.all, "--turned").objects().filter {
            $0["type"] as? String == "film"
        }
        #expect(
            lines.map { "\(name($0, "left") ?? "?") \(name($0, "right") ?? "?")" } == [
                "film.mp4 clip.mp4", "film.mp4 mirrored.mp4", "clip.mp4 mirrored.mp4",
            ]
        )
        try expect(lines[0], left: 6...18, right: 0...12, turned: "none")
        try expect(lines[1], left: 6...18, right: 0...12, turned: "flipY")
        try expect(lines[2], left: 0...12, right: 0...12, turned: "flipY")
    }

    @Test("every key stands in a line of two films")
    func keys() throws {
        let film = try #require(join(films.whole, films.cut).objects().last)
        #expect(
            Set(film.keys) == [
                "type", "left", "right", "score", "weak", "turned", "pictures", "scenes",
                "median_distance", "worst_distance", "pieces",
            ]
        )
        let piece = try #require((film["pieces"] as? [[String: Any]])?.first)
        #expect(
            Set(piece.keys) == [
                "left_from_ms", "left_to_ms", "right_from_ms", "right_to_ms", "speed", "turned",
                "pictures", "scenes", "median_distance", "worst_distance", "score",
            ]
        )
        for key in ["left", "right"] {
            let side = try #require(film[key] as? [String: Any])
            #expect(Set(side.keys) == ["item", "path", "sha256", "duration_ms", "share"])
        }
        let right = try #require(film["right"] as? [String: Any])
        #expect(right["duration_ms"] as? Int == 12_000 && right["share"] as? Double ?? 0 > 0.9)
    }

    @Test("pairs of films' pictures are told besides, where they are asked for")
    func pictures() throws {
        let plain = try join(films.whole, films.cut).lines
        let all = try join(films.whole, films.cut, "--pictures").objects()
        let pairs = all.filter { $0["type"] as? String == "pair" }
        #expect(pairs.count > 6 && all.count == pairs.count + 1)
        // Single pairs are told up to 31 bits, films are made of pairs up to 40.
        #expect(pairs.allSatisfy { $0["distance"] as? Int ?? 99 <= 31 })
        let far = try join(films.whole, films.cut, "--pictures", "--radius", "64").objects()
        #expect(far.count > all.count)
        let near = try join(films.whole, films.cut, "--pictures", "--radius", "16").objects()
        #expect(near.count < all.count && near.last?["worst_distance"] as? Int ?? 99 <= 16)
        #expect(try join(films.whole, films.cut, "--radius", "40").lines.last == plain.last)
        // Seen from a list, a film's pictures are pictures.
        let stored = try Program.run("fingerprint", films.folder.path + "/b/clip.mp4")
        let list = try films.folder.write("list.csv", stored.output.utf8)
        let listed = try join(films.whole, list).objects()
        #expect(!listed.isEmpty && listed.allSatisfy { $0["type"] as? String == "pair" })
    }

    @Test("a certificate is for the larger radius, and can be repeated")
    func certificate() throws {
        let file = films.folder.path + "/certificate.json"
        let plain = try join(films.all)
        let certified = try join(films.all, "--certificate", file)
        #expect(certified.output == plain.output)
        let data = try Data(contentsOf: URL(fileURLWithPath: file))
        let certificate = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        #expect(certificate?["radius"] as? Int == 40)
        #expect(try Program.run("verify", "--certificate", file).status == 0)
    }

    @Test("the table has the pairs, then a table for each left film, the surest first")
    func table() throws {
        let result = try join(films.all, "--turned", "--format", "table")
        let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0].hasPrefix("distance  turned"))
        let heads = lines.indices.filter { lines[$0].hasPrefix("score ") }
        #expect(heads.map { lines[$0 - 1].hasSuffix("film.mp4") } == [true, false])
        #expect(heads.map { lines[$0 - 2].isEmpty } == [true, true])
        let first = try #require(heads.first)
        let scores = lines[(first + 1)...].prefix { !$0.isEmpty }.compactMap {
            Double($0.prefix { $0 != " " })
        }
        #expect(scores.count == 2 && scores[0] >= scores[1])
        #expect(result.lines.last?.hasSuffix(" of fingerprints, 3 pairs of films in step") == true)
        #expect(result.errors.isEmpty)
    }

    @Test("the output is the same with any number of threads and any memory")
    func same() throws {
        var outputs: Set<String> = []
        for options in [
            ["--threads", "1"], ["--threads", "3"], ["--memory", "32M"], ["--memory", "1G"],
        ] {
            let result = try Program.run(["join", films.all, "--turned"] + options)
            outputs.insert(result.output)
        }
        #expect(outputs.count == 1 && outputs.first?.isEmpty == false)
    }
}
