import CMedia

/// A TIFF picture in pieces: strips over its whole width, or tiles.
struct TIFFMosaic {
    let width: Int
    let height: Int
    /// The size of a piece; those at the right and lower edges may stand out of the picture.
    let tileWidth: Int
    let tileHeight: Int
    /// Bytes a pixel: 1 gray, 3 colour.
    let samples: Int
    private let bytes: UnsafeRawBufferPointer
    private let offsets: [Int]
    private let counts: [Int]
    private let tables: UnsafeRawBufferPointer?
    private let isRGB: Bool

    /// Pieces in a row and in a column.
    var columns: Int { (width + tileWidth - 1) / tileWidth }
    var rows: Int { (height + tileHeight - 1) / tileHeight }

    /// The pieces that a directory names.
    init(
        _ bytes: UnsafeRawBufferPointer,
        _ directory: TIFFDirectory,
        options: DecodeOptions
    ) throws(MediaFault) {
        self.bytes = bytes
        width = directory.value(.width) ?? 0
        height = directory.value(.height) ?? 0
        try options.check(width: width, height: height)
        let isTiled = directory.value(.tileWidth) != nil
        tileWidth = isTiled ? directory.value(.tileWidth) ?? 0 : width
        tileHeight =
            isTiled
            ? directory.value(.tileHeight) ?? 0
            : min(directory.value(.rowsPerStrip) ?? height, height)
        // A tile that is far larger than the picture would be a way around the limit on pixels.
        guard tileWidth > 0, tileHeight > 0, tileWidth <= width + 4096, tileHeight <= height + 4096
        else {
            throw MediaFault(.corrupt, "pieces of \(tileWidth) × \(tileHeight) pixels")
        }
        samples = directory.value(.samplesPerPixel) ?? 1
        guard samples == 1 || samples == 3 && directory.value(.planarConfiguration) ?? 1 == 1 else {
            throw MediaFault(.unsupported, "JPEG in TIFF with \(samples) samples a pixel")
        }
        offsets = directory.values(isTiled ? .tileOffsets : .stripOffsets)
        counts = directory.values(isTiled ? .tileByteCounts : .stripByteCounts)
        tables = directory.content(.jpegTables)
        isRGB = directory.value(.photometric) == 2
        let (pieces, overflow) = columns.multipliedReportingOverflow(by: rows)
        guard !overflow, offsets.count >= pieces, counts.count >= pieces else {
            throw MediaFault(.corrupt, "the directory names too few pieces")
        }
    }

    /// Whether the header points to a directory behind the end of the file.
    static func pointsPastEnd(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let offset =
            bytes.holds("MM")
            ? bytes.bigEndian(at: 4, count: 4) : bytes.littleEndian(at: 4, count: 4)
        return offset.map { $0 > bytes.count - 2 } ?? true
    }

    /// Decodes piece `index` into `target`, its rows `stride` bytes apart.
    ///
    /// - Returns: what was wrong in it, if it came out all the same.
    func decodeTile(
        _ index: Int,
        into target: UnsafeMutablePointer<UInt8>,
        stride: Int,
        rows: Int
    ) throws(MediaFault) -> MediaFault? {
        let start = offsets[index]
        guard start < bytes.count, counts[index] > 4 else {
            throw MediaFault(.truncated, "piece \(index + 1) lies behind the end of the file")
        }
        let end = min(start + counts[index], bytes.count)
        // The tables without their end marker, the piece without its start marker: one JPEG file.
        let piece = bytes[start..<end]
        let head = tables.map { $0.count > 4 ? $0.dropLast(2) : [] } ?? []
        let tail = head.isEmpty ? piece : piece.dropFirst(2)
        let stream = RowBuffer(bytes: head.count + tail.count)
        let room = UnsafeMutableBufferPointer(start: stream.bytes, count: head.count + tail.count)
        _ = room.update(fromContentsOf: head)
        _ = UnsafeMutableBufferPointer(rebasing: room[head.count...]).update(fromContentsOf: tail)
        let jpeg = try JPEGDecompressor(UnsafeRawBufferPointer(room))
        let header = try jpeg.readHeader()
        guard Int(header.components) == samples, Int(header.width) <= tileWidth,
            Int(header.height) <= tileHeight + 16
        else {
            throw MediaFault(.corrupt, "piece \(index + 1) has another size or depth")
        }
        if isRGB { jpeg.assumeRGB() }
        let colours = samples == 1 ? VESTIGE_JPEG_GRAY : VESTIGE_JPEG_RGB
        let size = try jpeg.start(colours, scale: 1)
        let wanted = min(rows, size.height)
        let done = jpeg.readRows(into: target, stride: stride, count: wanted)
        let loss = jpeg.loss(rows: done, of: wanted)
        guard done > 0, jpeg.damage.is_total == 0 else {
            throw loss ?? MediaFault(.corrupt, "piece \(index + 1) cannot be decoded")
        }
        return loss
    }
}
