/// Turns segments without tables into format 1, which the program reads and does not write: by what
/// `Docs/Format.md` says, and by nothing else.
struct FormatOne {
    private static let occurrenceSize = 24

    private let source: [UInt8]
    private var result: [UInt8] = []

    /// The bytes of a segment of format 1 that holds what one of format 2 holds.
    static func bytes(of segment: [UInt8]) -> [UInt8] {
        var converter = FormatOne(source: segment)
        return converter.converted()
    }

    private init(source: [UInt8]) {
        self.source = source
    }

    private mutating func converted() -> [UInt8] {
        let rows = Int(number(at: 32, size: 8))
        let occurrences = Int(number(at: 40, size: 8))
        let (records, words, bits) = (section(7), section(1), section(5))
        var sections: [(identifier: UInt64, offset: Int, size: Int)] = []
        var end = 4096
        for (identifier, size) in [
            (1, 32 * rows), (2, 4 * (rows + 1)), (3, FormatOne.occurrenceSize * occurrences),
            (4, 8),
        ] {
            let offset = (end + 4095) / 4096 * 4096
            sections.append((UInt64(identifier), offset, size))
            end = offset + size
        }
        precondition(sections[3].offset <= 1 << 20, "one piece of a checksum is enough")
        result = Array(repeating: 0, count: end)
        result.replaceSubrange(0..<8, with: source[0..<8])
        put(1, size: 4, at: 8)
        put(number(at: 12, size: 2), size: 2, at: 12)
        put(4, size: 4, at: 16)
        put(UInt64(end), size: 8, at: 24)
        put(UInt64(rows), size: 8, at: 32)
        put(UInt64(occurrences), size: 8, at: 40)
        for (index, section) in sections.enumerated() {
            put(section.identifier, size: 4, at: 64 + 24 * index)
            put(UInt64(section.offset), size: 8, at: 72 + 24 * index)
            put(UInt64(section.size), size: 8, at: 80 + 24 * index)
        }
        put(UInt64(FormatOne.checksum(result[0..<4092])), size: 4, at: 4092)
        result.replaceSubrange(
            sections[0].offset..<(sections[0].offset + 32 * rows),
            with: source[words..<(words + 32 * rows)]
        )
        var row = 0
        for index in 0..<occurrences {
            if source[bits + index / 8] >> UInt8(index % 8) & 1 == 1 {
                put(UInt64(index), size: 4, at: sections[1].offset + 4 * row)
                row += 1
            }
            putOccurrence(
                at: sections[2].offset + FormatOne.occurrenceSize * index,
                low: number(at: records + 16 * index, size: 8),
                high: number(at: records + 16 * index + 8, size: 8)
            )
        }
        put(UInt64(occurrences), size: 4, at: sections[1].offset + 4 * rows)
        let checksums = sections[3].offset
        put(UInt64(FormatOne.checksum(result[..<checksums])), size: 4, at: checksums)
        let own = FormatOne.checksum(result[checksums..<(checksums + 4)])
        put(UInt64(own), size: 4, at: checksums + 4)
        return result
    }

    private mutating func putOccurrence(at offset: Int, low: UInt64, high: UInt64) {
        // The item, then the time: bits 88 ... 127 and 48 ... 87, where 0 stands for none.
        put(high >> 24, size: 8, at: offset)
        let time = low >> 48 | (high & 0xFF_FFFF) << 16
        put(time &- 1, size: 8, at: offset + 8)
        let fields = [
            low >> 14 & 127, low >> 10 & 15, low >> 1 & 3, 1 << (low >> 3 & 15), low >> 7 & 7,
            low & 1,
        ]
        for (index, field) in fields.enumerated() {
            put(field, size: 1, at: offset + 16 + index)
        }
    }

    /// The offset of a section.
    private func section(_ identifier: UInt64) -> Int {
        let count = Int(number(at: 16, size: 4))
        let index = (0..<count).first { number(at: 64 + 24 * $0, size: 4) == identifier }
        return index.map { Int(number(at: 72 + 24 * $0, size: 8)) } ?? 0
    }

    private func number(at offset: Int, size: Int) -> UInt64 {
        source[offset..<(offset + size)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func put(_ value: UInt64, size: Int, at offset: Int) {
        for index in 0..<size {
            result[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
        }
    }

    /// CRC-32C, bit by bit.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var remainder: UInt32 = ~0
        for byte in bytes {
            remainder ^= UInt32(byte)
            for _ in 0..<8 {
                remainder = remainder >> 1 ^ (remainder & 1 == 1 ? 0x82F6_3B78 : 0)
            }
        }
        return ~remainder
    }
}
