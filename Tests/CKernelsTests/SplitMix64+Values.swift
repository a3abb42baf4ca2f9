import TestSupport

/// A hit that can be compared.
struct SearchHit: Equatable {
    var row: UInt32
    var distance: UInt32
}

/// A candidate that can be compared.
struct SearchCandidate: Equatable {
    var group: UInt32
    var position: UInt32

    init(_ group: UInt32, _ position: UInt32) {
        self.group = group
        self.position = position
    }
}

/// A row as the definition sees it: 256 bits.
struct SearchRow {
    var words: [UInt64]

    func distance(to other: SearchRow) -> UInt32 {
        zip(words, other.words).reduce(0) { $0 + UInt32(($1.0 ^ $1.1).nonzeroBitCount) }
    }

    func chunk(_ index: Int) -> UInt32 {
        UInt32(words[index / 4] >> UInt64(16 * (index % 4)) & 0xFFFF)
    }
}

extension SplitMix64 {
    mutating func below(_ limit: Int) -> Int {
        Int.random(in: 0..<limit, using: &self)
    }

    mutating func row(mask: UInt64 = .max) -> SearchRow {
        SearchRow(words: [next() & mask, next() & mask, next() & mask, next() & mask])
    }

    /// 32 bits, so many of which are set.
    mutating func sparse(bits: Int) -> UInt32 {
        (0..<32).shuffled(using: &self).prefix(bits).reduce(0) { $0 | 1 << UInt32($1) }
    }

    /// A row that differs in exactly so many bits.
    mutating func neighbour(of row: SearchRow, distance: Int) -> SearchRow {
        var result = row
        for bit in (0..<256).shuffled(using: &self).prefix(distance) {
            result.words[bit / 64] ^= 1 << UInt64(bit % 64)
        }
        return result
    }
}
