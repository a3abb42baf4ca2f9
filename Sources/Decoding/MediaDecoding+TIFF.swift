import CMedia
import Keyframing

extension MediaDecoding {
    /// What libavcodec reads inside TIFF: plain, CCITT, LZW, deflate (two numbers), PackBits, LZMA.
    ///
    /// Others it passes over without a word, and gives a black picture (seen in 5.1 with JPEG).
    private static let libavCompressions: Set<Int> = [1, 2, 3, 4, 5, 8, 32773, 32946, 34925]
    private static let jpegCompression = 7

    /// Decodes the first picture of a TIFF file.
    static func decodeTIFF(
        _ bytes: UnsafeRawBufferPointer,
        options: DecodeOptions,
        onKeyframe: (borrowing Keyframe) -> Void
    ) throws(MediaFault) -> DecodeReport {
        guard let directory = TIFFDirectory(bytes) else {
            throw MediaFault(
                TIFFMosaic.pointsPastEnd(bytes) ? .truncated : .corrupt,
                "the picture's directory is missing"
            )
        }
        let compression = directory.value(.compression) ?? 1
        if compression == jpegCompression, directory.value(.dngVersion) == nil {
            return try decodeJPEGTiles(bytes, directory, options: options, onKeyframe: onKeyframe)
        }
        guard libavCompressions.contains(compression) || directory.value(.dngVersion) != nil else {
            throw MediaFault(.unsupported, "TIFF with compression \(compression)")
        }
        return try decodeWithCodec(bytes, format: "tiff", options: options, onKeyframe: onKeyframe)
    }

    /// Decodes a TIFF file whose strips or tiles are JPEG streams (TIFF technical note 2).
    private static func decodeJPEGTiles(
        _ bytes: UnsafeRawBufferPointer,
        _ directory: TIFFDirectory,
        options: DecodeOptions,
        onKeyframe: (borrowing Keyframe) -> Void
    ) throws(MediaFault) -> DecodeReport {
        let mosaic = try TIFFMosaic(bytes, directory, options: options)
        let layout = mosaic.samples == 1 ? VESTIGE_ROW_GRAY : VESTIGE_ROW_RGB
        let stride = mosaic.columns * mosaic.tileWidth * mosaic.samples
        let height = min(mosaic.tileHeight, mosaic.height)
        let band = RowBuffer(bytes: stride * height)
        var canvas = LumaCanvas(width: mosaic.width, height: mosaic.height, options: options)
        var losses = LossList()
        var decoded = 0
        for row in 0..<mosaic.rows {
            band.bytes.update(repeating: 128, count: stride * height)
            for column in 0..<mosaic.columns {
                let place = band.bytes + column * mosaic.tileWidth * mosaic.samples
                do throws(MediaFault) {
                    let loss = try mosaic.decodeTile(
                        row * mosaic.columns + column,
                        into: place,
                        stride: stride,
                        rows: height
                    )
                    if let loss { losses.append(loss) }
                    decoded += 1
                } catch {
                    losses.append(error)
                }
            }
            for y in 0..<min(height, mosaic.height - row * height) {
                canvas.write(band.bytes + y * stride, layout: layout, at: row * height + y)
            }
        }
        guard decoded > 0 else {
            throw losses.summary.first ?? MediaFault(.nothingDecoded, "no part can be decoded")
        }
        let keyframes = canvas.emit(
            origin: PictureOrigin(
                decoder: .jpeg,
                policy: options.policy,
                isDamaged: !losses.summary.isEmpty
            ),
            to: onKeyframe
        )
        let facts = MediaFacts(
            kind: .picture,
            format: "tiff",
            codec: "jpeg",
            width: mosaic.width,
            height: mosaic.height,
            orientation: ExifOrientation.inTIFF(bytes)
        )
        return DecodeReport(facts: facts, keyframes: keyframes, losses: losses.summary)
    }
}
