import Fingerprinting
import TestSupport
import Testing

@testable import Casework

@Suite("Groups of near-duplicates of a case")
struct CaseClustersTests {
    @Test(
        "the picture that stands for a group is the same however its copies are spread over segments"
    )
    func representative() throws {
        var made = try GeneratedCase()
        let fingerprint = Fingerprint(words: (0x0123_4567_89AB_CDEF, 1, 2, 3))
        for (name, quality) in [("a", 60), ("b", 90), ("c", 80)] as [(String, UInt8)] {
            try made.add(name, [(fingerprint, nil, quality)])
            try made.commit()
        }
        func first() throws -> UInt64? {
            let reader = try CaseReader(name: made.path)
            let side = try JoinSide(reader, minimumQuality: 0)
            var items: [UInt64] = []
            _ = try CaseClusters(of: side, radius: 31, threads: 1, memory: 64 << 20).run { group in
                items.append(group.representative.place.item)
            }
            #expect(items.count == 1)
            return items.first
        }
        let spread = try CaseReader(name: made.path).segments.count
        #expect(spread == 3)
        #expect(try first() == 2)
        _ = try made.compact()
        #expect(try first() == 2)
    }
}
