import Fingerprinting
import Foundation
import Indexing
import TestSupport
import Testing

@testable import Casework

@Suite("A case against a model of it")
struct CaseModelTests {
    /// Compares what a reader sees with what must be there.
    private func check(_ generated: GeneratedCase, _ comment: String) throws {
        let reader = try generated.reader()
        let found = try GeneratedCase.pictures(of: reader)
        let expected = generated.pictures
        #expect(found.count == expected.count, "\(comment)")
        #expect(Set(found) == Set(expected), "\(comment)")
        for picture in expected.prefix(3) {
            let matches = try reader.matches(of: [(.none, picture.fingerprint)], radius: 0)
            let items = expected.filter { $0.fingerprint == picture.fingerprint }.map(\.item)
            #expect(Set(matches.map(\.item.identifier)) == Set(items), "\(comment)")
        }
        let verified = try reader.verify()
        #expect(verified.problems.isEmpty, "\(comment): \(verified.problems)")
    }

    @Test(
        "adding, changing, withdrawing, committing, compacting and reopening in any order",
        arguments: 0..<12 as Range<UInt64>
    )
    func anyOrder(seed: UInt64) throws {
        var random = SplitMix64(seed: 0xCA5E + seed)
        var generated = try GeneratedCase()
        // Few, so that items share them, and so do segments.
        let shared = (0..<20).map { _ in random.fingerprint() }
        var next = 0
        for step in 0..<90 {
            switch random.next() % 20 {
            case 0..<9:
                let isNew = generated.paths.isEmpty || random.next() % 3 > 0
                let path = isNew ? "/e/\(next)" : generated.paths.randomElement(using: &random)
                next += 1
                let count = [0, 1, 1, 1, 2, 5].randomElement(using: &random) ?? 1
                let made = (0..<count).map { index in
                    let old = shared.randomElement(using: &random)
                    let fingerprint = random.next() % 2 == 0 ? old : random.fingerprint()
                    return (
                        fingerprint: fingerprint ?? shared[0],
                        time: count == 1 ? nil : Int64(index) * 500,
                        quality: UInt8(random.next() % 101)
                    )
                }
                try generated.add(path ?? "/e/0", made)
                continue
            case 9..<16:
                // Many small segments: every eighth begins a merge beside the run.
                try generated.commit()
            case 16, 17:
                guard let path = generated.paths.randomElement(using: &random) else { continue }
                try generated.commit()
                try generated.withdraw(path)
            case 18:
                try generated.commit()
                try generated.compact()
            default:
                try generated.reopen()
            }
            try check(generated, "seed \(seed), step \(step)")
        }
        try generated.reopen()
        try generated.compact()
        try check(generated, "seed \(seed), at the end")
        let reader = try generated.reader()
        #expect(reader.segments.count <= 1 && reader.tombstones.isEmpty)
        let files = try FileManager.default.contentsOfDirectory(
            atPath: generated.path + "/segments"
        )
        #expect(files.sorted() == reader.segments.map(\.description.name).sorted())
    }

    @Test("a run of many commits has few segments, and each item once")
    func tiers() throws {
        var random = SplitMix64(seed: 0x71E2)
        var generated = try GeneratedCase()
        for number in 0..<60 {
            try generated.add("/e/\(number)", [(random.fingerprint(), nil, 80)])
            try generated.commit()
        }
        try generated.writer.endRun(outcome: "complete")
        try check(generated, "at the end")
        #expect(try generated.reader().segments.count < MergePolicy.width)
    }

    @Test("a merge that fails for a damaged old segment does not end the run")
    func failingMerge() throws {
        var random = SplitMix64(seed: 0xFA11)
        var generated = try GeneratedCase()
        try generated.add("/e/old", [(random.fingerprint(), nil, 80)])
        try generated.commit()
        let name = try #require(try generated.reader().segments.first?.description.name)
        let file = URL(fileURLWithPath: generated.path + "/segments/" + name)
        let sound = try Data(contentsOf: file)
        var damaged = sound
        damaged[4096] ^= 1
        // In place: a segment that is mapped must not shrink.
        func put(_ content: Data) throws {
            let handle = try FileHandle(forUpdating: file)
            try handle.write(contentsOf: content)
            try handle.close()
        }
        try put(damaged)
        for number in 0..<40 {
            try generated.add("/e/\(number)", [(random.fingerprint(), nil, 80)])
            try generated.commit()
        }
        try generated.writer.endRun(outcome: "complete")
        #expect(generated.writer.isMergingOff)
        let reader = try generated.reader()
        #expect(reader.segments.count == 41)
        #expect(try reader.verify().problems.contains { $0.contains(name) })
        #expect(throws: CaseFault.self) { try generated.compact() }
        try put(sound)
        try check(generated, "with the old segment whole again")
        try generated.compact()
        try check(generated, "compacted")
        #expect(try generated.reader().segments.count == 1)
    }

    @Test("a merge that is given up leaves the case as it was")
    func givenUp() throws {
        var random = SplitMix64(seed: 0x61FE)
        var generated = try GeneratedCase()
        for number in 0..<8 {
            try generated.add("/e/\(number)", [(random.fingerprint(), nil, 80)])
            try generated.commit()
        }
        try generated.writer.endRun(outcome: "interrupted")
        try check(generated, "interrupted")
        try generated.reopen()
        try check(generated, "reopened")
    }
}
