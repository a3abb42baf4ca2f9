/// 256 bits as the files hold them: word 0 has the lowest bits, and bit 16 i + j is that of the
/// transform's coefficient in row i and column j.
typealias Code = SIMD4<UInt64>

extension Code {
    /// The number of ones.
    var ones: Int {
        self[0].nonzeroBitCount + self[1].nonzeroBitCount + self[2].nonzeroBitCount
            + self[3].nonzeroBitCount
    }

    /// Bits in which two codes differ.
    func distance(to other: Code) -> Int {
        (self ^ other).ones
    }

    /// Bit `bit` of 0 ... 255.
    subscript(bit bit: Int) -> Bool {
        self[bit / 64] >> UInt64(bit % 64) & 1 == 1
    }

    /// Turns over one bit of 0 ... 255.
    mutating func flip(_ bit: Int) {
        self[bit / 64] ^= 1 << UInt64(bit % 64)
    }

    /// The 16 bits of chunk 0 ... 15.
    func chunk(_ chunk: Int) -> Int {
        Int(self[chunk / 4] >> UInt64(16 * (chunk % 4)) & 0xFFFF)
    }

    /// Turns over `distance` different bits.
    func neighbour(at distance: Int, _ random: inout LoadRandom) -> Code {
        var changed = self
        while changed.distance(to: self) < distance {
            let bit = random.below(256)
            if changed[bit: bit] == self[bit: bit] {
                changed.flip(bit)
            }
        }
        return changed
    }
}
