import Fingerprinting

/// Hex digits in raw bytes, read eight at a time: lists have them by the million.
enum HexText {
    /// The 32 bits that eight hex digits of either case stand for, and whether all of them are digits.
    @inline(__always)
    private static func word(_ pointer: UnsafeRawPointer) -> (bits: UInt64, isHex: Bool) {
        let digits = UInt64(bigEndian: pointer.loadUnaligned(as: UInt64.self))
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops = ones << 7
        // Of each byte below 128 the top bit of a sum says whether it is at least some number.
        let low = digits & ~tops
        let decimal = (low &+ ones &* (0x80 - 0x30)) & ~(low &+ ones &* (0x80 - 0x3A))
        let lower = low | ones << 5
        let letter = (lower &+ ones &* (0x80 - 0x61)) & ~(lower &+ ones &* (0x80 - 0x67))
        let isHex = (decimal | letter) & ~digits & tops == tops
        // A letter's low bits count from 1, and its bit 6 is set.
        var bits = (digits & (ones &* 0x0F)) &+ ((digits >> 6) & ones) &* 9
        bits = (bits | bits >> 4) & 0x00FF_00FF_00FF_00FF
        bits = (bits | bits >> 8) & 0x0000_FFFF_0000_FFFF
        bits = (bits | bits >> 16) & 0xFFFF_FFFF
        return (bits, isHex)
    }

    /// The fingerprint of 64 hex digits; `nil` if not all of them are.
    @inline(__always)
    static func fingerprint(at pointer: UnsafeRawPointer) -> Fingerprint? {
        let parts = (
            word(pointer), word(pointer + 8), word(pointer + 16), word(pointer + 24),
            word(pointer + 32), word(pointer + 40), word(pointer + 48), word(pointer + 56)
        )
        guard
            parts.0.isHex, parts.1.isHex, parts.2.isHex, parts.3.isHex,
            parts.4.isHex, parts.5.isHex, parts.6.isHex, parts.7.isHex
        else { return nil }
        return Fingerprint(
            words: (
                parts.6.bits << 32 | parts.7.bits, parts.4.bits << 32 | parts.5.bits,
                parts.2.bits << 32 | parts.3.bits, parts.0.bits << 32 | parts.1.bits
            )
        )
    }

    /// The fingerprint of exactly 64 hex digits.
    static func fingerprint(_ text: UnsafeRawBufferPointer) -> Fingerprint? {
        guard text.count == 64, let base = text.baseAddress else { return nil }
        return fingerprint(at: base)
    }

    /// The fingerprint of exactly 64 hex digits.
    static func fingerprint(_ text: String) -> Fingerprint? {
        guard text.utf8.count == 64 else { return nil }
        var text = text
        return text.withUTF8 { fingerprint(UnsafeRawBufferPointer($0)) }
    }

    /// The digest of a number of bytes that exactly as many pairs of hex digits stand for.
    static func digest(_ text: UnsafeRawBufferPointer, bytes: Int) -> [UInt8]? {
        guard text.count == 2 * bytes, let base = text.baseAddress else { return nil }
        var isHex = true
        let digest = [UInt8](unsafeUninitializedCapacity: bytes) { buffer, count in
            for place in stride(from: 0, to: bytes, by: 4) {
                let (bits, isDigits) = word(base + 2 * place)
                isHex = isHex && isDigits
                for byte in 0..<4 {
                    buffer[place + byte] = UInt8(truncatingIfNeeded: bits >> UInt64(24 - 8 * byte))
                }
            }
            count = bytes
        }
        return isHex ? digest : nil
    }

    /// The digest of a number of bytes that exactly as many pairs of hex digits stand for.
    static func digest(_ text: String, bytes: Int) -> [UInt8]? {
        guard text.utf8.count == 2 * bytes else { return nil }
        var text = text
        return text.withUTF8 { digest(UnsafeRawBufferPointer($0), bytes: bytes) }
    }

    /// The number of hex digits at the front.
    static func run(_ text: UnsafeRawBufferPointer) -> Int {
        text.firstIndex { HexDigits.value($0) == nil } ?? text.count
    }

    /// Lower-case hex digits.
    static func text(_ bytes: [UInt8]) -> String {
        var digits: [UInt8] = []
        append(bytes, to: &digits)
        return String(decoding: digits, as: UTF8.self)
    }

    /// Appends hex digits of either case.
    static func append(_ bytes: [UInt8], upper: Bool = false, to text: inout [UInt8]) {
        let letters: UInt8 = upper ? 55 : 87
        for byte in bytes {
            for half in [byte >> 4, byte & 15] {
                text.append(half < 10 ? 48 + half : letters + half)
            }
        }
    }
}
