import Foundation
import TestSupport
import Testing

@Suite("Joining cases and lists")
struct JoinTests {
    private let samples: SampleCase
    /// The fingerprints of the known samples, as the program prints them.
    private let known: String
    private let list: String

    init() throws {
        // Films give as many pictures as they have keyframes.
        samples = try SampleCase("--fill-interval", "0.5")
        known = try Program.run(
            "fingerprint",
            Program.samples + "/known",
            "--fill-interval",
            "0.5"
        ).output
        list = try samples.folder.write("known.csv", known.utf8)
    }

    private func write(_ name: String, _ text: String) throws -> String {
        try samples.folder.write(name, text.utf8)
    }

    private var lines: [String] { known.split(separator: "\n").map(String.init) }

    /// The lines of JSON that a join gives for pairs of pictures, those of films among them, at one radius.
    private func join(_ arguments: String..., status: Int32 = 0) throws -> [String] {
        let radius = arguments.contains("--radius") ? [] : ["--radius", "31"]
        let result = try Program.run(
            ["join"] + arguments + radius + ["--pictures", "--format", "jsonl"]
        )
        #expect(result.status == status, "\(result.errors)")
        return result.lines.filter { !$0.contains("\"type\":\"film\"") }
    }

    @Test("a case and a list give what a query for each line gives")
    func caseAndList() throws {
        let pairs = try join(samples.path, list).map { try Pair(line: $0) }
        var expected: Set<String> = []
        for line in lines {
            let hex = String(line.prefix(64))
            for match in try samples.run("query", hex, "--format", "jsonl").objects() {
                let stored = try #require(match["fingerprint"] as? String)
                expected.insert("\(match["distance"] as? Int ?? -1) \(stored) \(hex)")
            }
        }
        #expect(expected.count > 30)
        #expect(Set(pairs.map { "\($0.distance) \($0.left) \($0.right)" }) == expected)
        #expect(pairs.count == expected.count, "a pair is told twice")
        #expect(pairs.allSatisfy { lines[$0.rightLines[0] - 1].hasPrefix($0.right) })
    }

    @Test("all keys stand in a line, for items and for lines of a list")
    func keys() throws {
        let object = try Program.run("join", samples.path, list, "--format", "jsonl").objects()[0]
        #expect(Set(object.keys) == ["type", "distance", "turned", "left", "right"])
        #expect(object["type"] as? String == "pair")
        let left = try #require(object["left"] as? [String: Any])
        #expect(Set(left.keys) == ["fingerprint", "places"])
        let item = try #require((left["places"] as? [[String: Any]])?.first)
        #expect(Set(item.keys).isSuperset(of: ["item", "path", "sha256", "quality"]))
        let right = try #require(object["right"] as? [String: Any])
        let place = try #require((right["places"] as? [[String: Any]])?.first)
        #expect(Set(place.keys) == ["list", "line", "quality"])
        #expect(place["list"] as? String == list)
    }

    @Test("comments, blank lines, CRLF, upper case, a prefix and a byte order mark change nothing")
    func kindsOfLines() throws {
        var text = "\u{FEFF}# a list\r\n\r\n"
        for (index, line) in lines.enumerated() {
            let hex = String(line.prefix(64))
            switch index % 4 {
            case 0: text += hex.uppercased() + "\r\n"
            case 1: text += "pdq " + hex + "\n"
            case 2: text += "  \(hex)  \n\n"
            default: text += "# \(index)\n\(hex),77,a name, with a comma\n"
            }
        }
        let other = try write("other.txt", text)
        let plain = try join(samples.path, list).map { try Pair(line: $0) }
        let decorated = try join(samples.path, other).map { try Pair(line: $0) }
        #expect(decorated.map(\.withoutPlaces) == plain.map(\.withoutPlaces))
        // As bytes: to Swift a carriage return and a line feed are one character.
        let written = text.utf8.split(separator: 10, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        for pair in decorated {
            #expect(written[pair.rightLines[0] - 1].lowercased().contains(pair.right))
        }
        // From standard input it is the same list.
        let piped = try Program.run(
            "join",
            samples.path,
            "-",
            "--format",
            "jsonl",
            input: text
        )
        #expect(
            try piped.lines.map { try Pair(line: $0).withoutPlaces } == plain.map(\.withoutPlaces)
        )
    }

    @Test("wrong lines are named by their numbers, the others are joined, and the status is 1")
    func wrongLines() throws {
        let hex = lines[2].prefix(64)
        let wrong = try write(
            "wrong.txt",
            "\(hex)\n\(hex.dropLast())\n\(hex.dropLast())x\nhello\n\(hex)\n"
        )
        let result = try Program.run("join", samples.path, wrong, "--format", "jsonl")
        #expect(result.status == 1)
        for (line, reason) in [(2, "here are 63"), (3, "not all of"), (4, "here are 5")] {
            #expect(
                result.errors.split(separator: "\n").contains {
                    $0.contains("wrong.txt: line \(line): ") && $0.contains(reason)
                },
                "\(result.errors)"
            )
        }
        #expect(!result.errors.contains("line 1:") && !result.errors.contains("line 5:"))
        let pairs = try result.lines.map { try Pair(line: $0) }
        #expect(!pairs.isEmpty && pairs.allSatisfy { $0.rightLines == [1, 5] })
    }

    @Test("the sides can be exchanged, and be two lists, two cases, or one of them twice")
    func sides() throws {
        func exchanged(_ pairs: [Pair]) -> Set<String> {
            Set(pairs.map { "\($0.distance) \($0.right) \($0.left)" })
        }
        func texts(_ pairs: [Pair]) -> Set<String> {
            Set(pairs.map { "\($0.distance) \($0.left) \($0.right)" })
        }
        let forward = try join(samples.path, list).map { try Pair(line: $0) }
        let backward = try join(list, samples.path).map { try Pair(line: $0) }
        #expect(texts(forward) == exchanged(backward) && forward.count == backward.count)

        let archive = try Program.run("fingerprint", samples.evidence, "--fill-interval", "0.5")
        let other = try write("archive.csv", archive.output)
        let lists = try join(other, list).map { try Pair(line: $0) }
        // `fingerprint` does not open archives.
        let outside = try join(samples.path, list).filter { !$0.contains(".zip/") }
        #expect(texts(lists) == texts(try outside.map { try Pair(line: $0) }))

        let second = samples.folder.path + "/known.vestige"
        _ = try Program.run(
            "index",
            second,
            Program.samples + "/known",
            "--quiet",
            "--fill-interval",
            "0.5"
        )
        let cases = try join(samples.path, second).map { try Pair(line: $0) }
        #expect(texts(cases) == texts(forward))

        // With itself: unordered pairs, and what several pictures share as a pair of distance 0.
        let own = try join(samples.path).map { try Pair(line: $0) }
        #expect(own.contains { $0.left == $0.right && $0.distance == 0 })
        let twice = try join(samples.path, samples.path).map { try Pair(line: $0) }
        let unordered = Set(own.map { "\($0.distance) \([$0.left, $0.right].sorted())" })
        #expect(own.count == unordered.count)
        let different = twice.filter { $0.left != $0.right }
        #expect(
            Set(different.map { "\($0.distance) \([$0.left, $0.right].sorted())" })
                == Set(
                    own.filter { $0.left != $0.right }.map {
                        "\($0.distance) \([$0.left, $0.right].sorted())"
                    }
                )
        )
        // The list lacks what a picture with transparent parts looks like on the other background.
        let listed = own.filter {
            archive.output.contains($0.left) && archive.output.contains($0.right)
        }
        #expect(listed.count > 40)
        let ownList = try join(other).map { try Pair(line: $0) }
        #expect(texts(ownList) == texts(listed) && ownList.count == listed.count)
    }

    @Test("the output is the same with any number of threads, any memory, and after compacting")
    func same() throws {
        var outputs: Set<[String]> = []
        for _ in 0..<2 {
            for options in [
                ["--threads", "1"], ["--threads", "3"], ["--memory", "32M"], ["--memory", "1G"],
            ] {
                for operation in [[samples.path], [samples.path, list], [list, samples.path]] {
                    let result = try Program.run(["join"] + operation + options)
                    #expect(result.status == 0, "\(result.errors)")
                    outputs.insert(operation + result.lines)
                }
            }
            _ = try samples.run("compact")
        }
        #expect(outputs.count == 3)
    }

    @Test("turned and mirrored copies are found where they are asked for")
    func turned() throws {
        let truth = try readTable(Program.samples + "/ground_truth.csv").filter {
            $0["expected"] == "match-turned"
        }
        #expect(truth.count >= 3)
        let plain = try join(samples.path, list)
        // The bits were turned, not the picture: that costs some.
        let turned = try join(samples.path, list, "--turned", "--radius", "40")
        for row in truth {
            let file = try #require(row["file"])
            #expect(!plain.contains { $0.contains(file) })
            let lines = turned.filter { $0.contains(file) }
            #expect(!lines.isEmpty, "\(file) is not found")
            #expect(lines.allSatisfy { !$0.contains("\"turned\":\"none\"") })
        }
        #expect(turned.filter { $0.contains("\"turned\":\"none\"") }.count >= plain.count)
        let all = samples.folder.path + "/all.vestige"
        _ = try Program.run("index", all, samples.evidence, Program.samples + "/known", "--quiet")
        let own = try join(all, "--turned", "--radius", "40")
        for row in truth {
            let (file, source) = (row["file"] ?? "?", row["source"] ?? "?")
            #expect(own.contains { $0.contains(file) && $0.contains(source) }, "\(file)")
        }
    }

    @Test("pictures of a low quality are left out unless they are asked for")
    func lowQuality() throws {
        let hex = lines[2].prefix(64)
        let low = try write("low.csv", "\(hex),49,low\n\(hex),50,good\n\(hex)\n")
        let found = try join(samples.path, low).map { try Pair(line: $0) }
        #expect(!found.isEmpty && found.allSatisfy { $0.rightLines == [2, 3] })
        let all = try join(samples.path, low, "--min-quality", "0").map { try Pair(line: $0) }
        #expect(all.count == found.count && all.allSatisfy { $0.rightLines == [1, 2, 3] })
        let alone = try write("alone.csv", "\(hex),49,low\n")
        #expect(try join(samples.path, alone).isEmpty)
        #expect(try join(samples.path, alone, "--min-quality", "0").count == found.count)
    }

    @Test("the table has a line for each pair, and their number")
    func table() throws {
        let pairs = try join(samples.path, list)
        let result = try Program.run("join", samples.path, list, "--format", "table")
        #expect(result.lines.count == pairs.count + 2)
        #expect(result.lines[0].hasPrefix("distance"))
        #expect(result.lines.last == "\(pairs.count) pairs of fingerprints")
        #expect(result.output.contains("IMG_0002.jpg (and 1 more)"))
        #expect(result.output.contains("known.csv:3"))
        let explained = try Program.run("join", samples.path, list, "--explain")
        #expect(explained.lines == pairs)
        let rows = explained.errors.split(separator: "\n")
        #expect(try rows.count == samples.segmentNames.count + 2, "\(explained.errors)")
    }
}

/// A pair as a line of JSON tells it.
private struct Pair {
    let distance: Int
    let left: String
    let right: String
    let turned: String
    /// The lines of the right side's places, if it is a list.
    let rightLines: [Int]

    init(line: String) throws {
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        distance = try #require(object?["distance"] as? Int)
        turned = try #require(object?["turned"] as? String)
        let sides = [object?["left"], object?["right"]].map { $0 as? [String: Any] }
        left = try #require(sides[0]?["fingerprint"] as? String)
        right = try #require(sides[1]?["fingerprint"] as? String)
        let places = sides[1]?["places"] as? [[String: Any]] ?? []
        rightLines = places.compactMap { $0["line"] as? Int }
    }

    var withoutPlaces: String { "\(distance) \(left) \(right) \(turned)" }
}
