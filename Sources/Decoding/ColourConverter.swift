import CMedia
import Keyframing

/// Frames of any format to rows of RGB: the sole owner of one `SwsContext`.
struct ColourConverter: ~Copyable {
    private let context: OpaquePointer

    /// A converter for pieces of `width` × `height` pixels.
    init(
        _ frame: UnsafePointer<AVFrame>,
        layout: FrameLayout,
        height: Int
    ) throws(MediaFault) {
        let format = AVPixelFormat(frame.pointee.format)
        vestige_libav_clear_log()
        guard
            let context = sws_getContext(
                frame.pointee.width,
                Int32(height),
                format,
                frame.pointee.width,
                Int32(height),
                layout.hasAlpha ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24,
                SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP,
                nil,
                nil,
                nil
            )
        else {
            let name = av_get_pix_fmt_name(format).map { String(cString: $0) } ?? "unknown"
            throw MediaFault(.unsupported, "colours of the format \(name) cannot be converted")
        }
        // BT.601, whatever the frame says, as the reference's own conversion does.
        _ = vestige_swscale_set_ranges(context, SWS_CS_DEFAULT, layout.range == .full ? 1 : 0, 1)
        self.context = context
    }

    deinit {
        sws_freeContext(context)
    }

    /// Converts `count` rows from row `y` into `target`, `stride` bytes apart.
    func convert(
        _ frame: UnsafePointer<AVFrame>,
        from y: Int,
        count: Int,
        isPalette: Bool,
        into target: UnsafeMutablePointer<UInt8>,
        stride: Int
    ) -> Bool {
        var sources: [UnsafePointer<UInt8>?] = []
        var strides: [Int32] = []
        for plane in 0..<4 {
            let hasRows = frame.pointee.linesize(plane) != 0 && !(isPalette && plane == 1)
            let start = frame.pointee.data(plane).map { UnsafePointer<UInt8>($0) }
            sources.append(hasRows ? vestige_frame_row(frame, Int32(plane), Int32(y)) : start)
            strides.append(frame.pointee.linesize(plane))
        }
        var targets: [UnsafeMutablePointer<UInt8>?] = [target, nil, nil, nil]
        let targetStrides: [Int32] = [Int32(stride), 0, 0, 0]
        return sws_scale(context, sources, strides, 0, Int32(count), &targets, targetStrides) > 0
    }
}

extension AVFrame {
    /// The start of a plane.
    func data(_ plane: Int) -> UnsafeMutablePointer<UInt8>? {
        switch plane {
        case 0: data.0
        case 1: data.1
        case 2: data.2
        default: data.3
        }
    }

    /// Bytes from row to row of a plane.
    func linesize(_ plane: Int) -> Int32 {
        switch plane {
        case 0: linesize.0
        case 1: linesize.1
        case 2: linesize.2
        default: linesize.3
        }
    }
}
