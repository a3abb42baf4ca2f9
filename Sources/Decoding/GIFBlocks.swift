/// The blocks of a GIF file, walked without decoding.
enum GIFBlocks {
    /// Whether the file reaches its trailer; what follows it does not matter.
    static func reachTrailer(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count >= 13 else { return false }
        var position = 13 + tableBytes(bytes[10])
        while position < bytes.count {
            switch bytes[position] {
            case 0x3B: return true
            case 0x21: position += 2
            case 0x2C:
                guard position + 10 < bytes.count else { return false }
                position += 11 + tableBytes(bytes[position + 9])
            default:
                // Decoders go on over stray bytes; here it only matters that nothing is missing.
                position += 1
                continue
            }
            guard let next = skipSubBlocks(bytes, from: position) else { return false }
            position = next
        }
        return false
    }

    /// The size of the colour table that a flag byte announces.
    private static func tableBytes(_ flags: UInt8) -> Int {
        flags & 0x80 != 0 ? 3 << (Int(flags & 7) + 1) : 0
    }

    private static func skipSubBlocks(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var position = start
        while position < bytes.count {
            let size = Int(bytes[position])
            position += 1 + size
            if size == 0 { return position }
        }
        return nil
    }
}
