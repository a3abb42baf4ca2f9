/// 256 bits that stand for how a picture looks: bit `16 × row + column` of the PDQ transform.
public struct Fingerprint: Hashable, Sendable {
    /// The bits, lowest first: bit `n` of the fingerprint is bit `n % 64` of word `n / 64`.
    public var words: (UInt64, UInt64, UInt64, UInt64)

    /// A fingerprint from its four words, lowest bits first.
    public init(words: (UInt64, UInt64, UInt64, UInt64)) {
        self.words = words
    }

    /// A fingerprint from 64 hex digits, upper or lower case, most significant first.
    ///
    /// - Returns: `nil` if the text is not exactly 64 hex digits.
    public init?(hex: some StringProtocol) {
        let digits = Array(hex.utf8)
        guard digits.count == 64 else { return nil }
        var words: [UInt64] = []
        for word in 0..<4 {
            var value: UInt64 = 0
            for digit in digits[(word * 16)..<(word * 16 + 16)] {
                switch digit {
                case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(digit - 48)
                case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(digit - 87)
                case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt64(digit - 55)
                default: return nil
                }
            }
            words.append(value)
        }
        self.words = (words[3], words[2], words[1], words[0])
    }

    /// The 64 lower-case hex digits, most significant first: bit 255 is the top bit of the first digit.
    public var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: 64) { buffer in
            var position = 0
            for word in [words.3, words.2, words.1, words.0] {
                for shift in stride(from: 60, through: 0, by: -4) {
                    buffer[position] = digits[Int(word >> UInt64(shift) & 15)]
                    position += 1
                }
            }
            return 64
        }
    }

    /// The number of bits in which two fingerprints differ: 0 ... 256.
    public func distance(to other: Fingerprint) -> Int {
        (words.0 ^ other.words.0).nonzeroBitCount + (words.1 ^ other.words.1).nonzeroBitCount
            + (words.2 ^ other.words.2).nonzeroBitCount + (words.3 ^ other.words.3).nonzeroBitCount
    }

    /// Whether every bit is equal.
    public static func == (left: Fingerprint, right: Fingerprint) -> Bool {
        left.words == right.words
    }

    /// Hashes all 256 bits.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}
