import Fingerprinting
import Foundation
import Matching
import TestSupport
import Testing

@testable import Casework

@Suite("Joins of cases and lists against the definition")
struct CaseJoinTests {
    /// A case with groups of near-duplicates over several segments: shared fingerprints, films, low
    /// qualities, items that changed, and withdrawn ones.
    private func generate(_ random: inout SplitMix64) throws -> GeneratedCase {
        var generated = try GeneratedCase()
        let centres = (0..<6).map { _ in random.fingerprint() }
        let shared = centres.map { random.near($0, atMost: 12) }
        for number in 0..<70 {
            let count = [1, 1, 1, 3].randomElement(using: &random) ?? 1
            let made = (0..<count).map { index in
                let place = Int(random.next() % 6)
                let turn = Turn.allCases[Int(random.next() % 8)]
                let fingerprint =
                    switch random.next() % 4 {
                    case 0: shared[place]
                    case 1: random.near(centres[place], atMost: 30).turned(turn)
                    default: random.near(centres[place], atMost: 25)
                    }
                return (
                    fingerprint: fingerprint, time: count == 1 ? nil : Int64(index) * 1000,
                    quality: UInt8([20, 49, 50, 90, 100].randomElement(using: &random) ?? 100)
                )
            }
            // Every tenth is a new reading of an old path.
            try generated.add("/e/\(number % 10 == 9 ? number - 5 : number)", made)
            if number % 12 == 11 {
                try generated.commit()
            }
        }
        try generated.commit()
        for number in [3, 30, 31, 60] {
            try generated.withdraw("/e/\(number)")
        }
        return generated
    }

    private struct Options {
        var radius = 31
        var turned = false
        var minimumQuality = 50
        var threads = 1
        var memory = 64 << 20
        var method: JoinMethod?
    }

    private func join(
        _ left: JoinSide,
        _ right: JoinSide?,
        _ options: Options,
        in folder: TemporaryFolder
    ) throws -> [JoinDefinition.Match] {
        let join = try CaseJoin(
            left: left,
            right: right,
            radius: options.radius,
            wantsTurned: options.turned,
            minimumQuality: options.minimumQuality,
            method: options.method,
            threads: options.threads,
            memory: options.memory,
            scratch: folder.path,
            sampleSeed: 3
        )
        var found: [JoinDefinition.Match] = []
        let outcome = try join.run { found.append(JoinDefinition.Match($0)) }
        #expect(outcome.matches == found.count)
        let certificate = try #require(outcome.certificate)
        #expect(certificate.isSound && certificate.matches == found.count)
        return found
    }

    @Test(
        "a case with itself gives every unordered pair, and what is shared, in order",
        arguments: [false, true]
    )
    func within(turned: Bool) throws {
        var random = SplitMix64(seed: 0x501F)
        let generated = try generate(&random)
        for isCompact in [false, true] {
            if isCompact {
                try generated.compact()
            }
            let reader = try generated.reader()
            #expect(isCompact ? reader.segments.count == 1 : reader.segments.count > 4)
            for quality in [0, 50, 95] {
                let side = JoinDefinition.side(generated.pictures, minimumQuality: quality)
                for radius in [0, 8, 31, 45] {
                    let expected = JoinDefinition.matches(
                        within: side,
                        radius: radius,
                        turned: turned
                    )
                    #expect(radius < 31 || expected.count > (quality < 95 ? 20 : 4))
                    let options = Options(
                        radius: radius,
                        turned: turned,
                        minimumQuality: quality
                    )
                    let found = try join(
                        JoinSide(reader, minimumQuality: quality),
                        nil,
                        options,
                        in: generated.folder
                    )
                    let isSame = found == expected
                    #expect(
                        isSame,
                        "radius \(radius), quality \(quality), compact \(isCompact)"
                    )
                }
            }
        }
    }

    @Test("neither threads, nor memory, nor the method change the result")
    func same() throws {
        var random = SplitMix64(seed: 0x5A3E)
        let generated = try generate(&random)
        let reader = try generated.reader()
        var results: Set<[JoinDefinition.Match]> = []
        for threads in [1, 3] {
            // So little that the pairs go to the disk.
            for memory in [20_000, 64 << 20] {
                for method in [nil, JoinMethod.scan, .buckets] {
                    let options = Options(threads: threads, memory: memory, method: method)
                    results.insert(
                        try join(
                            JoinSide(reader, minimumQuality: 50),
                            nil,
                            options,
                            in: generated.folder
                        )
                    )
                }
            }
        }
        #expect(results.count == 1)
        #expect(results.first?.isEmpty == false)
        let names = try FileManager.default.contentsOfDirectory(atPath: generated.folder.path)
        #expect(names == ["generated.vestige"], "what was put on the disk is gone")
    }

    @Test(
        "a case with a list, with another case, and the other way round",
        arguments: [false, true]
    )
    func twoSides(turned: Bool) throws {
        var random = SplitMix64(seed: 0x2514)
        let first = try generate(&random)
        let pictures = first.pictures
        var lines = (0..<30).map { _ in
            let picture = pictures[Int(random.next() % UInt64(pictures.count))]
            return random.near(picture.fingerprint, atMost: 20)
        }
        lines += lines.prefix(5)
        let text = lines.map(\.hex).joined(separator: "\n")
        let file = try FingerprintFile(
            reading: first.folder.write("list.txt", text.utf8),
            memory: 1 << 20
        )
        let list = JoinSide(file, kind: .pdqFullResolution, minimumQuality: 50)
        let stored = try JoinSide(first.reader(), minimumQuality: 50)
        var other = try GeneratedCase()
        for (index, line) in lines.prefix(20).enumerated() {
            try other.add("/o/\(index)", [(random.near(line, atMost: 10), nil, 70)])
        }
        try other.commit()
        let second = try JoinSide(other.reader(), minimumQuality: 50)
        let sides = [
            (stored, JoinDefinition.side(pictures, minimumQuality: 50)),
            (list, JoinDefinition.side(lines: lines)),
            (second, JoinDefinition.side(other.pictures, minimumQuality: 50)),
        ]
        for (left, leftDefinition) in sides {
            for (right, rightDefinition) in sides {
                let expected = JoinDefinition.matches(
                    leftDefinition,
                    rightDefinition,
                    radius: 31,
                    turned: turned ? (left.rows <= right.rows ? .left : .right) : nil
                )
                let found = try join(left, right, Options(turned: turned), in: first.folder)
                #expect(expected.count >= 20)
                let isSame = found == expected
                #expect(isSame, "\(left.description.name) and \(right.description.name)")
            }
        }
        // A list with itself: lines of the same fingerprint are a pair.
        let own = try join(list, nil, Options(turned: turned), in: first.folder)
        let expected = JoinDefinition.matches(
            within: JoinDefinition.side(lines: lines),
            radius: 31,
            turned: turned
        )
        let isSame = own == expected
        #expect(isSame && own.contains { $0.distance == 0 })
    }

    @Test("what `found` throws comes out, and ends the join")
    func stopped() throws {
        struct Stop: Error {}
        var random = SplitMix64(seed: 0x5709)
        let generated = try generate(&random)
        let join = try CaseJoin(
            left: JoinSide(generated.reader(), minimumQuality: 0),
            right: nil,
            radius: 31,
            wantsTurned: false,
            minimumQuality: 0,
            threads: 2,
            memory: 64 << 20,
            scratch: generated.folder.path,
            sampleSeed: nil
        )
        var count = 0
        #expect(throws: Stop.self) {
            _ = try join.run { _ in
                count += 1
                if count == 5 { throw Stop() }
            }
        }
        #expect(count == 5)
    }

    @Test("sides of different kinds, and variants that do not fit the memory, are refused")
    func refused() throws {
        var other = try GeneratedCase(kind: .pdqNearest512)
        var random = SplitMix64(seed: 0x0723)
        let generated = try generate(&random)
        try other.add("/o", [(random.fingerprint(), nil, 80)])
        try other.commit()
        let left = try JoinSide(generated.reader(), minimumQuality: 50)
        let right = try JoinSide(other.reader(), minimumQuality: 50)
        for (right, memory, word) in [(right, 64 << 20, "pdq-a"), (left, 20_000, "--memory")] {
            let fault = #expect(throws: CaseFault.self) {
                _ = try CaseJoin(
                    left: left,
                    right: right,
                    radius: 31,
                    wantsTurned: true,
                    minimumQuality: 50,
                    threads: 1,
                    memory: memory,
                    scratch: generated.folder.path,
                    sampleSeed: nil
                )
            }
            #expect(fault?.code == .badInput && fault?.message.contains(word) == true)
        }
    }
}
