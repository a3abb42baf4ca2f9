import CMedia

/// A JPEG file being decoded: the sole owner of one libjpeg decompressor.
struct JPEGDecompressor: ~Copyable {
    /// Coefficients of a progressive picture are kept until its last scan.
    private static let memoryLimit: Int64 = 2 << 30
    /// Encoders write about ten scans; each more costs a pass over the whole picture.
    static let scanLimit: Int32 = 100

    private let jpeg: OpaquePointer

    /// A decompressor over bytes that stay as long as it.
    init(_ bytes: UnsafeRawBufferPointer) throws(MediaFault) {
        let start = bytes.bindMemory(to: UInt8.self).baseAddress
        guard
            let jpeg = vestige_jpeg_open(
                start,
                bytes.count,
                JPEGDecompressor.memoryLimit,
                JPEGDecompressor.scanLimit
            )
        else {
            throw MediaFault(.outOfMemory, "no memory for a JPEG decompressor")
        }
        self.jpeg = jpeg
    }

    deinit {
        vestige_jpeg_close(jpeg)
    }

    /// How the decode went so far.
    var damage: vestige_jpeg_damage { vestige_jpeg_get_damage(jpeg) }

    /// The library's text for the first thing that was wrong.
    private var message: String { String(cString: vestige_jpeg_message(jpeg)) }

    func readHeader() throws(MediaFault) -> vestige_jpeg_header {
        var header = vestige_jpeg_header()
        try check(vestige_jpeg_read_header(jpeg, &header))
        return header
    }

    /// After the header: the components are red, green and blue, though no marker says so.
    func assumeRGB() {
        vestige_jpeg_assume_rgb(jpeg)
    }

    /// After the header: all means of the blocks of 8 × 8 pixels, ⌈height / 8⌉ rows of ⌈width / 8⌉,
    /// if the picture is plain and sound; otherwise `false`, and the decode can be started.
    func readBlockMeans(into rows: UnsafeMutablePointer<UInt8>) -> Bool {
        vestige_jpeg_read_block_means(jpeg, rows) != 0
    }

    /// Starts the decode; returns the size of the reduced picture.
    func start(
        _ colours: vestige_jpeg_colours,
        scale: Int
    ) throws(MediaFault) -> (width: Int, height: Int) {
        var width: UInt32 = 0
        var height: UInt32 = 0
        try check(vestige_jpeg_start(jpeg, colours, Int32(scale), &width, &height))
        return (Int(width), Int(height))
    }

    /// Decodes up to `count` rows; fewer come if the rest cannot be decoded.
    func readRows(into rows: UnsafeMutablePointer<UInt8>, stride: Int, count: Int) -> Int {
        var done: UInt32 = 0
        _ = vestige_jpeg_read_rows(jpeg, rows, stride, UInt32(count), &done)
        return Int(done)
    }

    /// What the damage cost, if there is any.
    func loss(rows: Int, of height: Int) -> MediaFault? {
        let damage = damage
        // Scans that were left out explain an unfinished picture better than what it lacks.
        if damage.is_limited != 0 {
            return MediaFault(.limitReached, "scans over \(JPEGDecompressor.scanLimit) left out")
        }
        if damage.is_damaged != 0 {
            let decoded = rows < height ? "; \(rows) of \(height) rows decoded" : ""
            return MediaFault(
                damage.is_truncated != 0 ? .truncated : .corrupt,
                (message.isEmpty ? "the file ends before its last scan" : message) + decoded,
                status: damage.code == 0 ? nil : damage.code
            )
        }
        return nil
    }

    private func check(_ status: vestige_jpeg_status) throws(MediaFault) {
        let code: MediaFault.Code
        switch status {
        case VESTIGE_JPEG_OK: return
        case VESTIGE_JPEG_TRUNCATED: code = .truncated
        case VESTIGE_JPEG_UNSUPPORTED: code = .unsupported
        case VESTIGE_JPEG_NO_MEMORY: code = .tooLarge
        default: code = .corrupt
        }
        throw MediaFault(code, message, status: damage.code)
    }
}
