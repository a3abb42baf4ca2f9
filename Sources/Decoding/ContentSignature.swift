/// Fixed bytes at a fixed place that name a format.
struct ContentSignature: Sendable {
    let offset: Int
    let bytes: [UInt8]
    let content: Content

    init(_ text: StaticString, at offset: Int = 0, _ content: Content) {
        self.offset = offset
        bytes = Array(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        self.content = content
    }

    init(_ bytes: [UInt8], at offset: Int = 0, _ content: Content) {
        self.offset = offset
        self.bytes = bytes
        self.content = content
    }
}

extension Content {
    /// In order: the first that matches counts.
    static let signatures: [ContentSignature] = pictures + films + archives + others

    private static let pictures: [ContentSignature] = [
        .init([0xFF, 0xD8, 0xFF, 0xF7], .picture(format: "jpegls")),
        .init([0xFF, 0xD8, 0xFF], .picture(format: "jpeg")),
        .init("GIF87a", .picture(format: "gif")),
        .init("GIF89a", .picture(format: "gif")),
        .init([0x49, 0x49, 0x2A, 0], .picture(format: "tiff")),
        .init([0x4D, 0x4D, 0, 0x2A], .picture(format: "tiff")),
        .init([0x49, 0x49, 0x2B, 0], .picture(format: "bigtiff")),
        .init([0x4D, 0x4D, 0, 0x2B], .picture(format: "bigtiff")),
        .init(
            [0, 0, 0, 12, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A],
            .picture(format: "jpeg2000")
        ),
        .init([0xFF, 0x4F, 0xFF, 0x51], .picture(format: "jpeg2000")),
        .init(
            [0, 0, 0, 12, 0x4A, 0x58, 0x4C, 0x20, 0x0D, 0x0A, 0x87, 0x0A],
            .picture(format: "jpegxl")
        ),
        .init([0xFF, 0x0A], .picture(format: "jpegxl")),
        .init("8BPS", .picture(format: "psd")),
        .init([0x01, 0xDA], .picture(format: "sgi")),
        .init("DDS ", .picture(format: "dds")),
        .init("qoif", .picture(format: "qoi")),
        .init([0x76, 0x2F, 0x31, 0x01], .picture(format: "exr")),
        .init("SDPX", .picture(format: "dpx")),
        .init("XPDS", .picture(format: "dpx")),
        .init([0x59, 0xA6, 0x6A, 0x95], .picture(format: "sunrast")),
        .init("#?RADIANCE", .picture(format: "hdr")),
    ]

    private static let films: [ContentSignature] = [
        .init([0x1A, 0x45, 0xDF, 0xA3], .video(container: "matroska")),
        .init("FLV", .video(container: "flv")),
        .init([0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11], .video(container: "asf")),
        .init("OggS", .video(container: "ogg")),
        .init(".RMF", .video(container: "rm")),
        .init([0, 0, 1, 0xBA], .video(container: "mpeg")),
        .init([0, 0, 1, 0xB3], .video(container: "mpegvideo")),
        .init([0x06, 0x0E, 0x2B, 0x34], .video(container: "mxf")),
        .init("DHAV", .video(container: "dhav")),
        .init("DKIF", .video(container: "ivf")),
        .init("YUV4MPEG2", .video(container: "yuv4mpegpipe")),
        .init("nut/multimedia", .video(container: "nut")),
        .init("NSVf", .video(container: "nsv")),
        .init([0xB7, 0xD8, 0x00, 0x20, 0x37, 0x49, 0xDA, 0x11], .video(container: "wtv")),
    ]

    private static let archives: [ContentSignature] = [
        .init([0x50, 0x4B, 3, 4], .other(name: "zip", group: .archive)),
        .init([0x50, 0x4B, 5, 6], .other(name: "zip", group: .archive)),
        .init([0x50, 0x4B, 7, 8], .other(name: "zip", group: .archive)),
        .init([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], .other(name: "7z", group: .archive)),
        .init([0x52, 0x61, 0x72, 0x21, 0x1A, 7], .other(name: "rar", group: .archive)),
        .init([0x1F, 0x8B], .other(name: "gzip", group: .archive)),
        .init("BZh", .other(name: "bzip2", group: .archive)),
        .init([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], .other(name: "xz", group: .archive)),
        .init([0x28, 0xB5, 0x2F, 0xFD], .other(name: "zstd", group: .archive)),
        .init([0x04, 0x22, 0x4D, 0x18], .other(name: "lz4", group: .archive)),
        .init("ustar", at: 257, .other(name: "tar", group: .archive)),
        .init("LZIP", .other(name: "lzip", group: .archive)),
        .init([0x1F, 0x9D], .other(name: "compress", group: .archive)),
        .init("070701", .other(name: "cpio", group: .archive)),
        .init("070702", .other(name: "cpio", group: .archive)),
        .init("070707", .other(name: "cpio", group: .archive)),
        .init([0xC7, 0x71], .other(name: "cpio", group: .archive)),
        .init("xar!", .other(name: "xar", group: .archive)),
        .init("-lh", at: 2, .other(name: "lha", group: .archive)),
        .init("MSCF", .other(name: "cab", group: .archive)),
        .init("!<arch>", .other(name: "ar", group: .archive)),
        .init("CD001", at: 32769, .other(name: "iso9660", group: .archive)),
        .init([0x45, 0x56, 0x46, 0x09, 0x0D, 0x0A, 0xFF, 0], .other(name: "e01", group: .archive)),
        .init(
            [0x45, 0x56, 0x46, 0x32, 0x0D, 0x0A, 0x81, 0],
            .other(name: "ex01", group: .archive)
        ),
        .init([0x4C, 0x56, 0x46, 0x09, 0x0D, 0x0A, 0xFF, 0], .other(name: "l01", group: .archive)),
        .init(
            [0x4C, 0x45, 0x46, 0x32, 0x0D, 0x0A, 0x81, 0],
            .other(name: "lx01", group: .archive)
        ),
        .init("AFF10\r\n\0", .other(name: "aff", group: .archive)),
        .init("KDMV", .other(name: "vmdk", group: .archive)),
        .init([0x51, 0x46, 0x49, 0xFB], .other(name: "qcow", group: .archive)),
        .init("vhdxfile", .other(name: "vhdx", group: .archive)),
        .init("conectix", .other(name: "vhd", group: .archive)),
    ]

    private static let others: [ContentSignature] = [
        .init("%PDF-", .other(name: "pdf", group: .document)),
        .init([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1], .other(name: "ole", group: .document)),
        .init("{\\rtf", .other(name: "rtf", group: .document)),
        .init("%!PS", .other(name: "postscript", group: .document)),
        .init("ID3", .other(name: "mp3", group: .audio)),
        .init("fLaC", .other(name: "flac", group: .audio)),
        .init("MThd", .other(name: "midi", group: .audio)),
        .init("#!AMR", .other(name: "amr", group: .audio)),
        .init("wvPK", .other(name: "wavpack", group: .audio)),
        .init("MAC ", .other(name: "ape", group: .audio)),
        .init("AIFF", at: 8, .other(name: "aiff", group: .audio)),
        .init("AIFC", at: 8, .other(name: "aiff", group: .audio)),
        .init("caff", .other(name: "caf", group: .audio)),
        .init([0x7F, 0x45, 0x4C, 0x46], .other(name: "elf", group: .executable)),
        .init([0xCA, 0xFE, 0xBA, 0xBE], .other(name: "java or mach-o", group: .executable)),
        .init([0xCF, 0xFA, 0xED, 0xFE], .other(name: "mach-o", group: .executable)),
        .init([0xCE, 0xFA, 0xED, 0xFE], .other(name: "mach-o", group: .executable)),
        .init([0x64, 0x65, 0x78, 0x0A], .other(name: "dex", group: .executable)),
        .init([0, 0x61, 0x73, 0x6D], .other(name: "wasm", group: .executable)),
        .init("SQLite format 3", .other(name: "sqlite", group: .data)),
        .init("OTTO", .other(name: "opentype", group: .data)),
        .init("wOFF", .other(name: "woff", group: .data)),
        .init("wOF2", .other(name: "woff2", group: .data)),
    ]
}
