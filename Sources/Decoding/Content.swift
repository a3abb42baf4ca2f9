/// What the first bytes of a file say that it is. Names and extensions are never asked.
public enum Content: Hashable, Sendable {
    /// A still picture, or an animation in a picture format.
    case picture(format: String)
    /// A container of film; it may turn out to hold only sound.
    case video(container: String)
    /// A known kind that holds no picture itself.
    case other(name: String, group: ContentGroup)
    /// Nothing that is known; decoders may still recognise it.
    case unknown
}

/// Kinds of content that are no media.
public enum ContentGroup: String, Hashable, Sendable, CaseIterable {
    /// Archives, compressed files, and disk images.
    case archive
    /// Documents, which may hold pictures.
    case document
    /// Sound.
    case audio
    /// Programs.
    case executable
    /// Plain text, source, mark-up.
    case text
    /// Databases, fonts and the like.
    case data
}

extension Content {
    /// Recognises content by its first bytes; a few kilobytes are enough for nearly all kinds.
    public static func recognise(_ bytes: UnsafeRawBufferPointer) -> Content {
        if let content = boxed(bytes) ?? riff(bytes) ?? tabled(bytes) ?? patterned(bytes) {
            return content
        }
        if isDisk(bytes) { return .other(name: "disk image", group: .archive) }
        return isText(bytes) ? textual(bytes) : .unknown
    }

    /// Containers of boxes: HEIF, AVIF, MP4, QuickTime.
    private static func boxed(_ bytes: UnsafeRawBufferPointer) -> Content? {
        guard bytes.holds("ftyp", at: 4) else {
            let atoms: [StaticString] = ["moov", "mdat", "wide", "free", "skip", "pnot", "moof"]
            guard atoms.contains(where: { bytes.holds($0, at: 4) }) else { return nil }
            return .video(container: "mov")
        }
        let size = min(bytes.bigEndian(at: 0, count: 4) ?? 0, bytes.count, 512)
        let brands = [8] + stride(from: 16, to: max(size - 3, 16), by: 4)
        func has(_ names: [StaticString], in places: some Sequence<Int>) -> Bool {
            places.contains { place in names.contains { bytes.holds($0, at: place) } }
        }
        // An image sequence names its main brand so; a still with a sequence beside it does not.
        if has(["avis", "msf1", "hevc", "hevx"], in: [8]) { return .video(container: "mov") }
        if has(["M4A ", "M4B ", "F4A "], in: [8]) { return .other(name: "m4a", group: .audio) }
        if has(["avif"], in: brands) { return .picture(format: "avif") }
        if has(["heic", "heix", "heim", "heis", "mif1"], in: brands) {
            return .picture(format: "heif")
        }
        return .video(container: "mov")
    }

    private static func riff(_ bytes: UnsafeRawBufferPointer) -> Content? {
        guard bytes.holds("RIFF") || bytes.holds("RIFX") || bytes.holds("RF64") else { return nil }
        if bytes.holds("WEBP", at: 8) {
            let isAnimated = bytes.holds("VP8X", at: 12) && bytes.count > 20 && bytes[20] & 2 != 0
            return isAnimated ? .video(container: "webp") : .picture(format: "webp")
        }
        if bytes.holds("AVI ", at: 8) { return .video(container: "avi") }
        if bytes.holds("WAVE", at: 8) { return .other(name: "wav", group: .audio) }
        return nil
    }

    private static func tabled(_ bytes: UnsafeRawBufferPointer) -> Content? {
        signatures.first { bytes.holds($0.bytes, at: $0.offset) }?.content
    }

    /// Formats whose signature is more, or less, than a run of fixed bytes.
    private static func patterned(_ bytes: UnsafeRawBufferPointer) -> Content? {
        if bytes.holds([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            return PNGChunks(bytes).isAnimated
                ? .video(container: "apng") : .picture(format: "png")
        }
        if bytes.holds("BM"), let header = bytes.littleEndian(at: 14, count: 4),
            [12, 16, 40, 52, 56, 64, 108, 124].contains(header)
        {
            return .picture(format: "bmp")
        }
        if bytes.count > 3, bytes[0] == UInt8(ascii: "P"), [9, 10, 13, 32].contains(bytes[2]) {
            switch bytes[1] {
            case UInt8(ascii: "1"), UInt8(ascii: "4"): return .picture(format: "pbm")
            case UInt8(ascii: "2"), UInt8(ascii: "5"): return .picture(format: "pgm")
            case UInt8(ascii: "3"), UInt8(ascii: "6"): return .picture(format: "ppm")
            case UInt8(ascii: "7"): return .picture(format: "pam")
            case UInt8(ascii: "f"), UInt8(ascii: "F"): return .picture(format: "pfm")
            default: break
            }
        }
        if bytes.count >= 128, bytes[0] == 10, bytes[1] <= 5, bytes[2] <= 1,
            [1, 2, 4, 8].contains(bytes[3])
        {
            return .picture(format: "pcx")
        }
        if bytes.count >= 22, bytes.holds([0, 0, 1, 0]), bytes[5] == 0, bytes[4] > 0, bytes[9] == 0
        {
            return .picture(format: "ico")
        }
        // Flic: the magic number stands behind the size.
        if bytes.count >= 128, let magic = bytes.littleEndian(at: 4, count: 2),
            magic == 0xAF11 || magic == 0xAF12, bytes.littleEndian(at: 0, count: 4)! >= 128
        {
            return .video(container: "flic")
        }
        if isTransportStream(bytes) { return .video(container: "mpegts") }
        if bytes.count >= 26, bytes.holds("TRUEVISION-XFILE.", at: bytes.count - 18) {
            return .picture(format: "targa")
        }
        if bytes.count >= 64, bytes.holds("MZ") {
            return .other(name: "windows program", group: .executable)
        }
        return soundFrame(bytes)
    }

    /// The first sectors of a disk or of one of its partitions: a partition table, or a file system's beginning.
    private static func isDisk(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let isBootable = bytes.holds([0x55, 0xAA], at: 510)
        if bytes.holds("NTFS    ", at: 3) || bytes.holds("EXFAT   ", at: 3)
            || bytes.holds("-FVE-FS-", at: 3)
        {
            return isBootable
        }
        if bytes.holds("EFI PART", at: 512) || bytes.holds("EFI PART", at: 4096) { return true }
        if bytes.holds("ER"), bytes.holds([0x50, 0x4D, 0, 0], at: 512) { return true }
        if bytes.holds("NXSB", at: 32) { return true }
        if isExt(bytes) || isHFS(bytes) { return true }
        return isBootable && (isFAT(bytes) || holdsPartitions(bytes))
    }

    /// The fields of a FAT boot sector that no reader can do without.
    private static func isFAT(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count >= 512, bytes[0] == 0xEB || bytes[0] == 0xE9,
            let sector = bytes.littleEndian(at: 11, count: 2),
            [512, 1024, 2048, 4096].contains(sector)
        else { return false }
        let cluster = bytes[13]
        return cluster > 0 && cluster & (cluster - 1) == 0 && bytes[16] > 0 && bytes[16] <= 4
    }

    /// Four entries of a partition table, each empty or sound, and one that is not empty.
    private static func holdsPartitions(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var found = 0
        for place in stride(from: 446, to: 510, by: 16) {
            guard bytes[place] & 0x7F == 0,
                let start = bytes.littleEndian(at: place + 8, count: 4),
                let count = bytes.littleEndian(at: place + 12, count: 4)
            else { return false }
            let isUsed = bytes[place + 4] != 0
            guard isUsed == (count > 0), !isUsed || start > 0 else { return false }
            found += isUsed ? 1 : 0
        }
        return found > 0
    }

    private static func isExt(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.holds([0x53, 0xEF], at: 1080),
            let inodes = bytes.littleEndian(at: 1024, count: 4),
            let blockSize = bytes.littleEndian(at: 1048, count: 4)
        else { return false }
        return inodes > 0 && blockSize <= 6
    }

    private static func isHFS(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if bytes.holds("H+", at: 1024) || bytes.holds("HX", at: 1024) {
            return [4, 5].contains(bytes.bigEndian(at: 1026, count: 2))
        }
        // The older kind; a newer one may be wrapped in it.
        return bytes.holds("BD", at: 1024) && bytes.holds("H+", at: 1148)
    }

    /// Packets of 188 bytes (192 on Blu-ray, 204 with error correction), each with its sync byte.
    private static func isTransportStream(_ bytes: UnsafeRawBufferPointer) -> Bool {
        [(0, 188), (4, 192), (0, 204)].contains { start, step in
            bytes.count > start + 4 * step
                && (0..<5).allSatisfy { bytes[start + $0 * step] == 0x47 }
        }
    }

    /// A frame of MPEG audio or AAC: eleven set bits, and fields that are not reserved.
    private static func soundFrame(_ bytes: UnsafeRawBufferPointer) -> Content? {
        guard bytes.count > 4, bytes[0] == 0xFF else { return nil }
        switch bytes[1] {
        case 0xF1, 0xF9: return .other(name: "aac", group: .audio)
        case 0xFA, 0xFB, 0xF2, 0xF3, 0xE2, 0xE3:
            return bytes[2] >> 4 != 15 ? .other(name: "mp3", group: .audio) : nil
        default: return nil
        }
    }
}
