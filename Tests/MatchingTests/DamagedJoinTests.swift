import Fingerprinting
import Glibc
import TestSupport
import Testing

@testable import Indexing
@testable import Matching

@Suite("joining damaged tables")
struct DamagedJoinTests {
    @Test("directories and row numbers out of bounds are faults, and no change crashes a join")
    func damageIsAFault() throws {
        var random = SplitMix64(seed: 0xDA7B)
        var stored = try StoredFingerprints()
        let centre = random.fingerprint()
        try stored.add((0..<300).map { random.neighbour(of: centre, distance: $0 % 50) })
        let segment = stored.segments[0]
        let path = stored.folder + "/0.seg"
        let layout = segment.layout
        let descriptor = open(path, O_RDWR)
        defer { close(descriptor) }
        let list = FingerprintList(
            kind: .pdqFullResolution,
            (0..<50).map { random.neighbour(of: centre, distance: $0) }
        )
        let joins = [
            SetJoin(within: [.segment(segment)], radius: 40, forcing: .buckets, threads: 1),
            SetJoin(
                left: [.list(list)],
                right: [.segment(segment)],
                radius: 40,
                forcing: .buckets,
                threads: 2
            ),
            SetJoin(
                left: [.segment(segment)],
                right: [.list(list)],
                radius: 40,
                forcing: .buckets,
                threads: 1
            ),
        ]
        let right = try joins.map { join in
            var count = 0
            try join.run { count += $0.count }
            return count
        }
        #expect(right.allSatisfy { $0 > 1000 })

        /// Writes `value` over a number of the open file, joins, and puts the old one back; how many of
        /// the joins found the file damaged.
        func faults(with value: UInt32, at offset: Int) throws -> Int {
            var (old, new) = (UInt32(0), value)
            pread(descriptor, &old, 4, off_t(offset))
            pwrite(descriptor, &new, 4, off_t(offset))
            defer { pwrite(descriptor, &old, 4, off_t(offset)) }
            var faults = 0
            for join in joins {
                do {
                    try join.run { _ in }
                } catch let fault as IndexFault {
                    #expect(fault.code == .damaged && fault.path == path)
                    faults += 1
                }
            }
            return faults
        }

        for chunk in [0, 7, 15] {
            let directory = layout.directories[chunk]
            let row = BitPermutation.row(of: centre)
            let words = [row.words.0, row.words.1, row.words.2, row.words.3]
            let value = Int(words[chunk / 4] >> UInt64(16 * (chunk % 4)) & 0xFFFF)
            #expect(try faults(with: 301, at: directory.offset + 4 * value) == 3)
            #expect(try faults(with: .max, at: directory.offset + 4 * value + 4) == 3)
            // Some posting of each table is a candidate.
            let ids = layout.rowIDs[chunk]
            let isFound = try (0..<300).contains {
                try faults(with: 300, at: ids.offset + 4 * $0) == 3
            }
            #expect(isFound)
        }
        for _ in 0..<150 {
            let offset = Int.random(in: 4096..<(layout.checksums.offset - 4), using: &random)
            _ = try faults(with: UInt32(truncatingIfNeeded: random.next()), at: offset)
        }
        for (join, count) in zip(joins, right) {
            var found = 0
            try join.run { found += $0.count }
            #expect(found == count)
        }
        try segment.verify()
    }
}
