import Foundation
import TestSupport
import Testing

@Suite("Grouping near-duplicates")
struct ClusterTests {
    private let samples: SampleCase

    init() throws {
        samples = try SampleCase()
    }

    private func groups(_ arguments: String...) throws -> [[String: Any]] {
        let result = try Program.run(
            ["cluster", samples.path] + arguments + ["--format", "jsonl"]
        )
        #expect(result.status == 0, "\(result.errors)")
        return try result.objects()
    }

    /// The item and the moment of each picture in a group, with its fingerprint.
    private func members(of group: [String: Any]) throws -> [String] {
        let members = try #require(group["members"] as? [[String: Any]])
        return try members.map { member in
            let item = try #require(member["item"] as? Int)
            let hex = try #require(member["fingerprint"] as? String)
            return "\(item) \(member["time_ms"] as? Int ?? -1) \(hex)"
        }
    }

    /// The distance of two fingerprints of 64 hex digits.
    private func distance(_ left: String, _ right: String) -> Int {
        zip(left, right).reduce(0) { sum, digits in
            let bits = (digits.0.hexDigitValue ?? 0) ^ (digits.1.hexDigitValue ?? 0)
            return sum + bits.nonzeroBitCount
        }
    }

    @Test("each picture is in one group or alone, and the numbers add up", arguments: [0, 20, 31])
    func everyPictureOnce(radius: Int) throws {
        let result = try samples.run("cluster", "--radius", "\(radius)", "--format", "table")
        let summary = try #require(result.lines.first { $0.contains(" alone;") })
        let numbers = summary.split { !$0.isNumber }.compactMap { Int($0) }
        // "54 pictures: 33 in 9 groups, 21 alone; one of each to look at: 30"
        let stored = try samples.info("fingerprints")
        try #require(numbers.count == 5)
        #expect(numbers[0] == stored && numbers[0] == numbers[1] + numbers[3])
        #expect(numbers[4] == numbers[2] + numbers[3])
        let groups = try groups("--radius", "\(radius)")
        #expect(groups.count == numbers[2])
        let all = try groups.flatMap { try members(of: $0) }
        #expect(Set(all).count == all.count && all.count == numbers[1])
        // The groups are what the pairs of a join hang together.
        let joined = try samples.run(
            "join",
            "--radius",
            "\(radius)",
            "--pictures",
            "--format",
            "jsonl"
        )
        let pairs = try joined.objects().filter { $0["type"] as? String == "pair" }
        var linked: Set<Set<String>> = []
        for pair in pairs {
            let sides = try [pair["left"], pair["right"]].map { side in
                try #require((side as? [String: Any])?["fingerprint"] as? String)
            }
            linked.insert(Set(sides))
        }
        for group in groups {
            let hexes = Set(try members(of: group).map { String($0.suffix(64)) })
            let inside = linked.filter { $0.isSubset(of: hexes) }
            #expect(!inside.isEmpty)
            linked.subtract(inside)
        }
        #expect(linked.isEmpty, "pairs that no group holds")
    }

    @Test("a group is told as it is: representative, widest pair, chain, keys")
    func groupsAreRight() throws {
        let groups = try groups()
        #expect(groups.map { $0["group"] as? Int } == Array(1...groups.count))
        let sizes = groups.compactMap { $0["pictures"] as? Int }
        #expect(sizes == sizes.sorted(by: >))
        for group in groups {
            #expect(
                Set(group.keys) == [
                    "group", "pictures", "items", "radius", "widest", "widest_is_exact", "chain",
                    "representative", "members",
                ]
            )
            let hexes = try members(of: group).map { String($0.suffix(64)) }
            #expect(group["pictures"] as? Int == hexes.count)
            let widest = hexes.flatMap { left in hexes.map { distance(left, $0) } }.max() ?? 0
            #expect(group["widest"] as? Int == widest)
            #expect(group["widest_is_exact"] as? Bool == true)
            #expect(group["chain"] as? Bool == (widest > 31))
            let sums = hexes.map { left in hexes.reduce(0) { $0 + distance(left, $1) } }
            #expect(sums[0] == sums.min(), "the first is the medoid")
            let representative = group["representative"] as? [String: Any]
            #expect(representative?["fingerprint"] as? String == hexes[0])
            let distances = (group["members"] as? [[String: Any]])?.map { $0["distance"] as? Int }
            #expect(distances == hexes.map { distance($0, hexes[0]) })
        }
    }

    @Test("a group of pictures that hang together through others alone is marked as a chain")
    func chain() throws {
        let table = try samples.run("cluster", "--format", "table")
        #expect(table.lines.contains { $0.contains(" chain ") && $0.contains("balloons") })
        #expect(table.output.contains("1 group marked as chain"))
        let chains = try groups().filter { $0["chain"] as? Bool == true }
        #expect(chains.count == 1)
        #expect(chains[0]["widest"] as? Int ?? 0 > 31)
        // With a radius that holds the widest pair it is none any more.
        #expect(try groups("--radius", "32").allSatisfy { $0["chain"] as? Bool == false })
    }

    @Test("members are listed where they are asked for, and no more groups than wanted")
    func options() throws {
        let all = try groups()
        let plain = try samples.run("cluster", "--format", "table")
        #expect(plain.lines.filter { $0.contains("/archive/") }.count == all.count)
        let members = try samples.run("cluster", "--members", "--format", "table")
        let pictures = all.reduce(0) { $0 + ($1["pictures"] as? Int ?? 0) }
        #expect(members.lines.filter { $0.contains("/archive/") }.count == pictures)
        let two = try groups("--limit", "2")
        #expect(two.map { $0["group"] as? Int } == [1, 2])
        let table = try samples.run("cluster", "--limit", "2", "--format", "table")
        #expect(table.lines.filter { $0.contains("/archive/") }.count == 2)
        // What is not listed is counted all the same.
        #expect(table.lines.suffix(2) == plain.lines.suffix(2))
        #expect(try samples.run("cluster", "--limit", "0").status == 2)
    }

    @Test("groups do not depend on threads, memory and segments")
    func same() throws {
        var outputs: Set<String> = []
        for _ in 0..<2 {
            for options in [["--threads", "1"], ["--threads", "3"], ["--memory", "32M"]] {
                let result = try Program.run(["cluster", samples.path] + options)
                outputs.insert(result.output + result.errors)
            }
            _ = try samples.run("compact")
        }
        #expect(outputs.count == 1, "\(outputs.sorted().joined(separator: "other:\n"))")
    }
}
