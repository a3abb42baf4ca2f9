/// The order in which segments store the bits, made anew from what `Docs/Format.md` says about it.
enum BitOrder {
    private static let source: [UInt8] = {
        var bits = (0..<256).map { UInt8($0) }
        var state: UInt64 = 0x7665_7374_6967_6531
        for last in stride(from: 255, to: 0, by: -1) {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            mixed ^= mixed >> 31
            bits.swapAt(last, Int(mixed % UInt64(last + 1)))
        }
        return bits
    }()

    /// The code as a segment stores it.
    static func permuted(_ code: Code) -> Code {
        let words = [code[0], code[1], code[2], code[3]]
        var result = [UInt64](repeating: 0, count: 4)
        for (place, bit) in source.enumerated() {
            let value = words[Int(bit) / 64] >> UInt64(bit % 64) & 1
            result[place / 64] |= value << UInt64(place % 64)
        }
        return Code(result[0], result[1], result[2], result[3])
    }
}
