import CMedia
import Keyframing

extension MediaDecoding {
    /// Decodes the primary picture of a HEIF or AVIF file, turned and cropped as the file says.
    static func decodeHEIF(
        _ bytes: UnsafeRawBufferPointer,
        format: String,
        options: DecodeOptions,
        onKeyframe: (borrowing Keyframe) -> Void
    ) throws(MediaFault) -> DecodeReport {
        let context = try HEIFContext(bytes)
        try options.check(width: context.width, height: context.height)
        try options.check(width: context.codedWidth, height: context.codedHeight)
        let image =
            options.policy == .fast
            ? try context.decode(heif_colorspace_undefined, heif_chroma_undefined)
            : try decodeColours(context)
        let result: (keyframes: Int, width: Int, height: Int)
        if image.channel(heif_channel_interleaved) != nil {
            result = try emitColours(image, hasAlpha: context.hasAlpha, options, onKeyframe)
        } else if image.space == heif_colorspace_RGB {
            // Stored as RGB: there is no brightness to take as it is.
            let colours = try decodeColours(context)
            result = try emitColours(colours, hasAlpha: context.hasAlpha, options, onKeyframe)
        } else {
            result = try emitBrightness(image, options, onKeyframe)
        }
        let facts = MediaFacts(
            kind: .picture,
            format: format,
            codec: format == "avif" ? "av1" : "hevc",
            width: result.width,
            height: result.height
        )
        let losses = image.warning.map { [$0] } ?? []
        return DecodeReport(facts: facts, keyframes: result.keyframes, losses: losses)
    }

    private static func decodeColours(
        _ context: borrowing HEIFContext
    ) throws(MediaFault) -> HEIFImage {
        try context.decode(
            heif_colorspace_RGB,
            context.hasAlpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB
        )
    }

    private static func emitColours(
        _ image: borrowing HEIFImage,
        hasAlpha: Bool,
        _ options: DecodeOptions,
        _ onKeyframe: (borrowing Keyframe) -> Void
    ) throws(MediaFault) -> (keyframes: Int, width: Int, height: Int) {
        guard let pixels = image.channel(heif_channel_interleaved) else {
            throw MediaFault(.unsupported, "the colours cannot be converted")
        }
        // The sides in the file's boxes need not be those of the codec's picture.
        try options.check(width: pixels.width, height: pixels.height)
        var canvas = LumaCanvas(width: pixels.width, height: pixels.height, options: options)
        let layout = hasAlpha ? VESTIGE_ROW_RGBA : VESTIGE_ROW_RGB
        for y in 0..<pixels.height {
            canvas.write(pixels.row(y), layout: layout, at: y)
        }
        let count = canvas.emit(
            origin: PictureOrigin(
                decoder: .heif,
                policy: options.policy,
                isDamaged: image.warning != nil
            ),
            to: onKeyframe
        )
        return (count, pixels.width, pixels.height)
    }

    private static func emitBrightness(
        _ image: borrowing HEIFImage,
        _ options: DecodeOptions,
        _ onKeyframe: (borrowing Keyframe) -> Void
    ) throws(MediaFault) -> (keyframes: Int, width: Int, height: Int) {
        guard let luma = image.channel(heif_channel_Y) else {
            throw MediaFault(.unsupported, "the picture has no brightness channel")
        }
        try options.check(width: luma.width, height: luma.height)
        let alpha = image.channel(heif_channel_Alpha)
        if let alpha, alpha.width != luma.width || alpha.height != luma.height {
            throw MediaFault(.unsupported, "the transparency has another size than the picture")
        }
        let range: Picture.Range = image.isFullRange ? .full : .limited
        var canvas = LumaCanvas(
            width: luma.width,
            height: luma.height,
            options: options,
            range: range
        )
        let rows = RowBuffer(bytes: luma.width * 2)
        for y in 0..<luma.height {
            canvas.write(
                gray: luma.byteRow(y, scratch: rows.bytes),
                alpha: alpha?.byteRow(y, scratch: rows.bytes + luma.width),
                at: y
            )
        }
        let count = canvas.emit(
            range: range,
            origin: PictureOrigin(
                decoder: .heif,
                policy: options.policy,
                isDamaged: image.warning != nil
            ),
            to: onKeyframe
        )
        return (count, luma.width, luma.height)
    }
}
