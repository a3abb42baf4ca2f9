import CMedia

/// A PNG file being decoded: the sole owner of one libpng reader.
struct PNGReader: ~Copyable {
    /// No chunk that a picture needs is larger: a palette has 768 bytes.
    private static let chunkLimit = 1 << 20

    private let png: OpaquePointer

    /// A reader over bytes that stay as long as it.
    init(_ bytes: UnsafeRawBufferPointer) throws(MediaFault) {
        let start = bytes.bindMemory(to: UInt8.self).baseAddress
        guard let png = vestige_png_open(start, bytes.count, PNGReader.chunkLimit) else {
            throw MediaFault(.outOfMemory, "no memory for a PNG reader")
        }
        self.png = png
    }

    deinit {
        vestige_png_close(png)
    }

    /// The library's text for what was wrong.
    private var message: String { String(cString: vestige_png_message(png)) }

    /// Whether something was wrong that the library read past.
    var isDamaged: Bool { vestige_png_is_damaged(png) != 0 }

    func start() throws(MediaFault) -> vestige_png_header {
        var header = vestige_png_header()
        let status = vestige_png_start(png, &header)
        guard status == VESTIGE_PNG_OK else { throw fault(status) }
        return header
    }

    /// Decodes the next row; returns why there is none.
    func readRow(into row: UnsafeMutablePointer<UInt8>) -> MediaFault? {
        let status = vestige_png_read_row(png, row)
        return status == VESTIGE_PNG_OK ? nil : fault(status)
    }

    /// What the library read past.
    var damage: MediaFault? {
        isDamaged ? MediaFault(.corrupt, message) : nil
    }

    private func fault(_ status: vestige_png_status) -> MediaFault {
        switch status {
        case VESTIGE_PNG_TRUNCATED: MediaFault(.truncated, message)
        case VESTIGE_PNG_NO_MEMORY: MediaFault(.outOfMemory, message)
        default: MediaFault(.corrupt, message)
        }
    }
}
