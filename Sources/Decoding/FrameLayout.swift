import CMedia
import Keyframing

/// How the samples of a decoded frame lie in memory, as far as brightness needs it.
struct FrameLayout {
    /// Whether the frame has a plane of brightness that can be taken as it is.
    let hasBrightness: Bool
    /// Whether the frame is gray, so that brightness is all there is.
    let isGray: Bool
    /// Whether pixels carry transparency.
    let hasAlpha: Bool
    /// Whether each pixel has colours of its own, so that rows can be converted one by one.
    let isRowWise: Bool
    /// The range of the brightness.
    let range: Picture.Range
    private let luma: AVComponentDescriptor
    private let alpha: AVComponentDescriptor
    private let isBigEndian: Bool

    /// The layout of a frame; `nil` if its format is not one that can be looked at (a GPU's, say).
    ///
    /// - Parameter assumed: the range of YUV frames that do not say it.
    init?(_ frame: UnsafePointer<AVFrame>, assumed: Picture.Range) {
        let format = AVPixelFormat(frame.pointee.format)
        guard let description = av_pix_fmt_desc_get(format)?.pointee else { return nil }
        func has(_ flag: Int32) -> Bool { description.flags & UInt64(flag) != 0 }
        guard !has(AV_PIX_FMT_FLAG_HWACCEL) else { return nil }
        let components = [
            description.comp.0, description.comp.1, description.comp.2, description.comp.3,
        ]
        luma = components[0]
        hasAlpha = has(AV_PIX_FMT_FLAG_ALPHA) || has(AV_PIX_FMT_FLAG_PAL)
        alpha = components[max(Int(description.nb_components) - 1, 0)]
        isBigEndian = has(AV_PIX_FMT_FLAG_BE)
        let isColour =
            has(AV_PIX_FMT_FLAG_RGB) || has(AV_PIX_FMT_FLAG_PAL) || has(AV_PIX_FMT_FLAG_BAYER)
            || has(AV_PIX_FMT_FLAG_FLOAT) || has(AV_PIX_FMT_FLAG_BITSTREAM)
            || format == AV_PIX_FMT_XYZ12LE || format == AV_PIX_FMT_XYZ12BE
        let isPlain = components[..<Int(description.nb_components)].allSatisfy {
            (8...16).contains($0.depth) && (1...8).contains($0.step)
        }
        hasBrightness = !isColour && isPlain && (luma.depth > 8) == (alpha.depth > 8)
        isGray = hasBrightness && description.nb_components <= 2
        isRowWise =
            description.log2_chroma_w == 0 && description.log2_chroma_h == 0
            && !has(AV_PIX_FMT_FLAG_BAYER)
        let isFullFormat = [
            AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUVJ440P,
            AV_PIX_FMT_YUVJ411P,
        ].contains(format)
        range =
            switch frame.pointee.color_range {
            case AVCOL_RANGE_JPEG: .full
            case AVCOL_RANGE_MPEG: isColour ? .full : .limited
            default: isFullFormat || isColour || isGray ? .full : assumed
            }
    }

    /// Brightness of row `y` as bytes: where it lies, or packed into `scratch`.
    func brightness(
        _ frame: UnsafePointer<AVFrame>,
        row y: Int,
        scratch: UnsafeMutablePointer<UInt8>
    ) -> UnsafePointer<UInt8> {
        bytes(of: luma, in: frame, row: y, scratch: scratch)
    }

    /// Transparency of row `y` as bytes; only for frames that have it beside brightness.
    func transparency(
        _ frame: UnsafePointer<AVFrame>,
        row y: Int,
        scratch: UnsafeMutablePointer<UInt8>
    ) -> UnsafePointer<UInt8> {
        bytes(of: alpha, in: frame, row: y, scratch: scratch)
    }

    private func bytes(
        of component: AVComponentDescriptor,
        in frame: UnsafePointer<AVFrame>,
        row y: Int,
        scratch: UnsafeMutablePointer<UInt8>
    ) -> UnsafePointer<UInt8> {
        let start = vestige_frame_row(frame, component.plane, Int32(y))! + Int(component.offset)
        let width = Int(frame.pointee.width)
        if component.depth > 8 {
            vestige_pack_words(
                start,
                Int(component.step),
                component.shift,
                component.depth,
                isBigEndian ? 1 : 0,
                width,
                scratch
            )
        } else if component.step == 1 {
            return start
        } else {
            vestige_pack_bytes(start, Int(component.step), width, scratch)
        }
        return UnsafePointer(scratch)
    }
}
