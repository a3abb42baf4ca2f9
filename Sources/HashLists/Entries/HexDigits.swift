import Fingerprinting

/// Hex digits, both ways.
enum HexDigits {
    /// The value of a digit of either case; `nil` for anything else.
    static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - 48
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - 87
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - 55
        default: nil
        }
    }

    /// The bytes that pairs of digits of either case stand for; `nil` if one is no digit, or their number is odd.
    static func bytes(_ digits: some Collection<UInt8>) -> [UInt8]? {
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        var high: UInt8?
        for digit in digits {
            guard let value = value(digit) else { return nil }
            if let upper = high {
                bytes.append(upper << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return bytes
    }

    /// The two digits of each byte, one after the other in a number of 16 bits.
    private static let pairs: [UInt16] = (0...255).map { byte in
        func digit(_ half: Int) -> UInt16 { UInt16(half < 10 ? 48 + half : 87 + half) }
        return digit(byte & 15) << 8 | digit(byte >> 4)
    }

    /// Writes the 64 lower-case digits of a fingerprint, most significant first.
    static func write(_ fingerprint: Fingerprint, to digits: UnsafeMutablePointer<UInt8>) {
        let target = UnsafeMutableRawPointer(digits)
        pairs.withUnsafeBufferPointer { pairs in
            func write(_ word: UInt64, at place: Int) {
                for byte in 0..<8 {
                    let value = Int(truncatingIfNeeded: word >> UInt64(56 - 8 * byte)) & 0xFF
                    target.storeBytes(
                        of: pairs[value].littleEndian,
                        toByteOffset: place + 2 * byte,
                        as: UInt16.self
                    )
                }
            }
            write(fingerprint.words.3, at: 0)
            write(fingerprint.words.2, at: 16)
            write(fingerprint.words.1, at: 32)
            write(fingerprint.words.0, at: 48)
        }
    }
}
