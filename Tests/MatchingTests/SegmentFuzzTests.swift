import CKernels
import Fingerprinting
import Foundation
import TestSupport
import Testing

@testable import Indexing
@testable import Matching

/// A thousand of the mutations of which `segment-fuzz` makes a million.
@Suite("mutated segments")
struct SegmentFuzzTests {
    @Test("every mutation gives answers or faults, and a merge takes no damage over")
    func mutations() throws {
        var random = SplitMix64(seed: 0xF022)
        var stored = try StoredFingerprints()
        let centre = random.fingerprint()
        try stored.add([random.fingerprint()])
        let sound = stored.segments[0]
        var parts = try JoinedParts()
        try parts.add(
            (0..<40).map { random.neighbour(of: centre, distance: $0) },
            as: .untabled
        )
        guard case .segment(let segment) = parts.parts[0] else { return }
        let (path, layout) = (segment.path, segment.layout)
        let original = readAll(path)
        let sections = [0..<200] + layout.sections.map(\.range)
        var outcomes = (answers: 0, faults: 0)
        for number in 0..<1000 {
            var bytes = original
            for _ in 0...Int(random.next() % 3) {
                let section = sections[Int(random.next() % UInt64(sections.count))]
                let offset = Int.random(in: section, using: &random)
                switch random.next() % 3 {
                case 0: bytes[offset] ^= 1 << UInt8(random.next() % 8)
                case 1: bytes[offset] = UInt8(truncatingIfNeeded: random.next())
                default:
                    let values: [UInt32] = [0, 1, 39, 40, 41, 511, 512, .max]
                    let value = values[Int(random.next() % 8)]
                    for index in 0..<4 where offset & ~3 + index < bytes.count {
                        bytes[offset & ~3 + index] = UInt8(value >> UInt32(8 * index) & 255)
                    }
                }
            }
            if number % 4 > 0 {
                SegmentHeader.seal(&bytes)
            }
            if number % 3 > 0 {
                seal(&bytes, layout)
            }
            if number % 25 == 0 {
                bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
            }
            write(bytes, to: path)
            do {
                try use(path, sound: sound, probe: centre, radius: Int(random.next() % 65))
                outcomes.answers += 1
            } catch is IndexFault {
                outcomes.faults += 1
            }
        }
        #expect(outcomes.answers > 40 && outcomes.faults > 300, "\(outcomes)")
        write(original, to: path)
        try use(path, sound: sound, probe: centre, radius: 31)
    }

    /// All that can be done with a segment.
    private func use(_ path: String, sound: Segment, probe: Fingerprint, radius: Int) throws {
        let segment = try Segment(opening: path)
        var fault: (any Error)?
        func attempt(_ body: () throws -> Void) throws {
            do {
                try body()
            } catch let found as IndexFault {
                fault = found
            }
        }
        for row in 0..<segment.rows {
            _ = segment.fingerprint(ofRow: row)
            try attempt { _ = try segment.occurrences(ofRow: row) }
        }
        try attempt { _ = try RadiusSearch(segments: [segment]).search(probe, radius: radius) }
        try attempt {
            let join = SetJoin(within: [.segment(segment)], radius: radius, threads: 1)
            try join.run { _ in }
        }
        try attempt {
            let folder = try TemporaryFolder()
            let merge = try SegmentMerge([segment, sound])
            let written = try merge.write(to: folder.path, name: "merged.seg")
            let merged = try Segment(opening: folder.path + "/merged.seg", description: written)
            #expect(throws: Never.self) { try merged.verify() }
        }
        try attempt { try segment.verify() }
        if let fault {
            throw fault
        }
    }

    /// Puts the checksums of all pages right, and the one of the checksums.
    private func seal(_ bytes: inout [UInt8], _ layout: SegmentLayout) {
        let end = layout.checksums.offset
        var place = end
        func put(_ value: UInt32) {
            var value = value.littleEndian
            withUnsafeBytes(of: &value) { bytes.replaceSubrange(place..<(place + 4), with: $0) }
            place += 4
        }
        for page in stride(from: 0, to: end, by: 4096) {
            put(checksum(bytes[page..<min(page + 4096, end)]))
        }
        put(checksum(bytes[end..<place]))
    }
}

private func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.withUnsafeBytes {
        vestige_crc32c(vestige_best_kernel_level(), 0, $0.baseAddress, $0.count)
    }
}

private func readAll(_ path: String) -> [UInt8] {
    FileManager.default.contents(atPath: path).map { Array($0) } ?? []
}

private func write(_ bytes: [UInt8], to path: String) {
    _ = FileManager.default.createFile(atPath: path, contents: Data(bytes))
}
