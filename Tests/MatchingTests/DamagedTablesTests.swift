import Fingerprinting
import Glibc
import TestSupport
import Testing

@testable import Indexing
@testable import Matching

@Suite("searching damaged tables")
struct DamagedTablesTests {
    @Test("directories and row numbers out of bounds are faults, and no change crashes a search")
    func damageIsAFault() throws {
        var random = SplitMix64(seed: 0xDA7A)
        var stored = try StoredFingerprints()
        let probe = random.fingerprint()
        try stored.add((0..<400).map { random.neighbour(of: probe, distance: $0 % 80) })
        let path = stored.folder + "/0.seg"
        let layout = stored.segments[0].layout
        let descriptor = open(path, O_RDWR)
        defer { close(descriptor) }
        let tables = RadiusSearch(segments: stored.segments, forcing: .tables)
        let right = try tables.search(probe, radius: 64)
        #expect(right.count > 300)

        /// Writes `value` over a number of the open file, searches, and puts the old one back.
        func search(with value: UInt32, at offset: Int) -> Bool {
            var (old, new) = (UInt32(0), value)
            pread(descriptor, &old, 4, off_t(offset))
            pwrite(descriptor, &new, 4, off_t(offset))
            defer { pwrite(descriptor, &old, 4, off_t(offset)) }
            do throws(IndexFault) {
                _ = try tables.search(probe, radius: 64)
                return false
            } catch {
                return true
            }
        }

        for chunk in 0..<16 {
            let directory = layout.directories[chunk]
            let row = BitPermutation.row(of: probe)
            let words = [row.words.0, row.words.1, row.words.2, row.words.3]
            let value = Int(words[chunk / 4] >> UInt64(16 * (chunk % 4)) & 0xFFFF)
            #expect(search(with: 401, at: directory.offset + 4 * value))
            #expect(search(with: .max, at: directory.offset + 4 * value + 4))
            // Some posting of each table is a candidate at radius 64.
            let ids = layout.rowIDs[chunk]
            let isFound = (0..<400).contains { search(with: 400, at: ids.offset + 4 * $0) }
            #expect(isFound)
        }
        for _ in 0..<1000 {
            let offset = Int.random(in: 4096..<(layout.checksums.offset - 4), using: &random)
            _ = search(with: UInt32(truncatingIfNeeded: random.next()), at: offset)
        }
        #expect(try tables.search(probe, radius: 64) == right)
        try stored.segments[0].verify()
    }
}
