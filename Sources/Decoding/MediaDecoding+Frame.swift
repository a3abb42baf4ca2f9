import CMedia
import Keyframing

/// What else is known of a frame when its keyframe is made.
struct FrameContext {
    /// When it is shown; `nil` for a still picture.
    var time: Int64?
    /// The range of YUV frames that do not say it.
    var assumedRange: Picture.Range
    /// Whether something was wrong before the frame came out.
    var isDamaged: Bool
}

extension MediaDecoding {
    /// Gives a frame that libavcodec decoded.
    ///
    /// - Returns: the number of keyframes given: 1 or 2.
    static func emit(
        _ frame: UnsafePointer<AVFrame>,
        _ known: FrameContext,
        options: DecodeOptions,
        to onKeyframe: (borrowing Keyframe) -> Void
    ) throws(MediaFault) -> Int {
        let width = Int(frame.pointee.width)
        let height = Int(frame.pointee.height)
        try options.check(width: width, height: height)
        guard let layout = FrameLayout(frame, assumed: known.assumedRange) else {
            throw MediaFault(.unsupported, "the frame's format cannot be read")
        }
        let takesBrightness = layout.hasBrightness && (options.policy == .fast || layout.isGray)
        let range: Picture.Range = takesBrightness ? layout.range : .full
        var canvas = LumaCanvas(width: width, height: height, options: options, range: range)
        if takesBrightness {
            copyBrightness(frame, layout, into: &canvas)
        } else {
            try convertColours(frame, layout, into: &canvas)
        }
        return canvas.emit(
            range: range,
            origin: PictureOrigin(
                decoder: .ffmpeg,
                policy: options.policy,
                isDamaged: known.isDamaged || vestige_frame_is_corrupt(frame) != 0
            ),
            time: known.time,
            to: onKeyframe
        )
    }

    private static func copyBrightness(
        _ frame: UnsafePointer<AVFrame>,
        _ layout: FrameLayout,
        into canvas: inout LumaCanvas
    ) {
        let rows = RowBuffer(bytes: canvas.width * 2)
        for y in 0..<canvas.height {
            let gray = layout.brightness(frame, row: y, scratch: rows.bytes)
            let alpha =
                layout.hasAlpha
                ? layout.transparency(frame, row: y, scratch: rows.bytes + canvas.width) : nil
            canvas.write(gray: gray, alpha: alpha, at: y)
        }
    }

    private static func convertColours(
        _ frame: UnsafePointer<AVFrame>,
        _ layout: FrameLayout,
        into canvas: inout LumaCanvas
    ) throws(MediaFault) {
        let rowLayout = layout.hasAlpha ? VESTIGE_ROW_RGBA : VESTIGE_ROW_RGB
        // swscale's vector code writes whole vectors, a little past the end of a row.
        let stride = (canvas.width * vestige_pixel_bytes(rowLayout) + 63) / 64 * 64
        let height = layout.isRowWise ? min(strip, canvas.height) : canvas.height
        let rows = RowBuffer(bytes: stride * height + 64)
        let isPalette = AVPixelFormat(frame.pointee.format) == AV_PIX_FMT_PAL8
        var y = 0
        while y < canvas.height {
            let count = min(height, canvas.height - y)
            let converter = try ColourConverter(frame, layout: layout, height: count)
            // All strips but the last are of one height: one converter does them.
            repeat {
                let isDone = converter.convert(
                    frame,
                    from: y,
                    count: count,
                    isPalette: isPalette,
                    into: rows.bytes,
                    stride: stride
                )
                guard isDone else {
                    throw MediaFault(.unsupported, "the colours cannot be converted")
                }
                for row in 0..<count {
                    canvas.write(rows.bytes + row * stride, layout: rowLayout, at: y + row)
                }
                y += count
            } while y + count <= canvas.height
        }
    }
}
