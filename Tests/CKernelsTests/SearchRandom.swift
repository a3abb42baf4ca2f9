/// A hit that can be compared.
struct SearchHit: Equatable {
    var row: UInt32
    var distance: UInt32
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

/// SplitMix64 with a stated seed: the same rows in every run.
struct SearchRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

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
