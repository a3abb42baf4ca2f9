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

    /// Where the bits of each of 32 bytes go, for each of 256 values.
    private static let places: [Code] = {
        var places = [Code](repeating: .zero, count: 32 * 256)
        for (place, bit) in source.enumerated() {
            for value in 0..<256 where value >> (Int(bit) % 8) & 1 == 1 {
                places[256 * (Int(bit) / 8) + value].flip(place)
            }
        }
        return places
    }()

    /// The code as a segment stores it.
    static func permuted(_ code: Code) -> Code {
        places.withUnsafeBufferPointer { places in
            var result = Code.zero
            for byte in 0..<32 {
                let value = Int(code[byte / 8] >> UInt64(8 * (byte % 8)) & 0xFF)
                result |= places[256 * byte + value]
            }
            return result
        }
    }
}
