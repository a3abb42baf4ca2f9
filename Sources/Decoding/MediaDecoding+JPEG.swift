import CMedia
import Keyframing

extension MediaDecoding {
    /// Rows that are decoded and turned into brightness at once: they stay in the nearest cache.
    static let strip = 16

    /// Decodes a JPEG file: gray and reduced by libjpeg itself, or its full colours.
    static func decodeJPEG(
        _ bytes: UnsafeRawBufferPointer,
        options: DecodeOptions,
        onKeyframe: (borrowing Keyframe) -> Void
    ) throws(MediaFault) -> DecodeReport {
        let jpeg = try JPEGDecompressor(bytes)
        let header = try jpeg.readHeader()
        let width = Int(header.width)
        let height = Int(header.height)
        try options.check(width: width, height: height)
        let isFast = options.policy == .fast
        let scale = isFast ? options.scale(width: width, height: height) : 1
        let facts = MediaFacts(
            kind: .picture,
            format: "jpeg",
            codec: "jpeg",
            width: width,
            height: height,
            orientation: ExifOrientation.inJPEG(bytes)
        )
        var origin = PictureOrigin(decoder: .jpeg, policy: options.policy, scale: UInt8(scale))
        if scale == 8, header.components != 4 {
            let canvas = LumaCanvas(
                width: (width + 7) / 8,
                height: (height + 7) / 8,
                options: options
            )
            if jpeg.readBlockMeans(into: canvas.byteRows(from: 0)) {
                let keyframes = canvas.emit(
                    width: width,
                    height: height,
                    origin: origin,
                    to: onKeyframe
                )
                return DecodeReport(facts: facts, keyframes: keyframes)
            }
        }
        // Ink is stored inverted, as all known writers do and all readers assume.
        let (colours, layout): (vestige_jpeg_colours, vestige_row_layout) =
            switch header.components {
            case 4: (VESTIGE_JPEG_CMYK, VESTIGE_ROW_CMYK_INVERTED)
            case 3 where !isFast: (VESTIGE_JPEG_RGB, VESTIGE_ROW_RGB)
            default: (VESTIGE_JPEG_GRAY, VESTIGE_ROW_GRAY)
            }
        let size = try jpeg.start(colours, scale: scale)
        var canvas = LumaCanvas(width: size.width, height: size.height, options: options)
        let rows =
            isFast && layout == VESTIGE_ROW_GRAY
            ? jpeg.readRows(into: canvas.byteRows(from: 0), stride: size.width, count: size.height)
            : readStrips(jpeg, layout: layout, into: &canvas)
        let loss = jpeg.loss(rows: rows, of: size.height)
        guard rows > 0, jpeg.damage.is_total == 0 else {
            throw loss ?? MediaFault(.corrupt, "no row could be decoded")
        }
        // What libjpeg itself makes of missing data.
        canvas.fill(from: rows, with: 128)
        origin.isDamaged = loss != nil
        let keyframes = canvas.emit(width: width, height: height, origin: origin, to: onKeyframe)
        return DecodeReport(facts: facts, keyframes: keyframes, losses: loss.map { [$0] } ?? [])
    }

    private static func readStrips(
        _ jpeg: borrowing JPEGDecompressor,
        layout: vestige_row_layout,
        into canvas: inout LumaCanvas
    ) -> Int {
        let stride = canvas.width * vestige_pixel_bytes(layout)
        let rows = RowBuffer(bytes: stride * strip)
        var y = 0
        while y < canvas.height {
            let wanted = min(strip, canvas.height - y)
            let done = jpeg.readRows(into: rows.bytes, stride: stride, count: wanted)
            for row in 0..<done {
                canvas.write(rows.bytes + row * stride, layout: layout, at: y + row)
            }
            y += done
            if done < wanted { break }
        }
        return y
    }
}
