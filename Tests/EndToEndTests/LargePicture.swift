import Foundation

/// Pictures with far more pixels than bytes.
enum LargePicture {
    /// A black PNG, gray, of `side` × `side` pixels: 1 byte of file for 158 pixels.
    static func png(side: Int) -> Data {
        var data = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        data += chunk("IHDR", bigEndian(side) + bigEndian(side) + [8, 0, 0, 0, 0])
        data += chunk("IDAT", zeros(count: side * (side + 1)))
        return data + chunk("IEND", [])
    }

    /// A zlib stream of `count` zeros, at least one: RFC 1951, fixed codes.
    private static func zeros(count: Int) -> [UInt8] {
        var bytes: [UInt8] = [0x78, 0x01]
        var waiting: UInt32 = 0
        var bits: UInt32 = 0
        func put(_ value: UInt32, _ length: UInt32) {
            waiting |= value << bits
            bits += length
            while bits >= 8 {
                bytes.append(UInt8(waiting & 0xFF))
                waiting >>= 8
                bits -= 8
            }
        }
        // The last block, with fixed codes.
        put(0b011, 3)
        // A literal 0 is 00110000; codes begin with their highest bit.
        put(0b0000_1100, 8)
        var left = count - 1
        while left >= 258 {
            // Length 258 is the code 11000101; distance 1 is 00000.
            put(0b1010_0011, 8)
            put(0, 5)
            left -= 258
        }
        for _ in 0..<left {
            put(0b0000_1100, 8)
        }
        // The end is 0000000; then the last byte is filled up.
        put(0, 7)
        put(0, 7)
        return bytes + bigEndian((count % 65521) << 16 | 1)
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: value).bigEndian) { Array($0) }
    }

    private static func chunk(_ type: String, _ content: [UInt8]) -> Data {
        let bytes = Array(type.utf8) + content
        var crc: UInt32 = .max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 {
                crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1
            }
        }
        return Data(bigEndian(content.count) + bytes + bigEndian(Int(~crc)))
    }
}
