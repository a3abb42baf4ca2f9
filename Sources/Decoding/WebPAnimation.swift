import CMedia
import Keyframing

/// An animated WebP being decoded: the sole owner of one libwebp animation decoder.
struct WebPAnimation: ~Copyable {
    private let decoder: OpaquePointer
    let width: Int
    let height: Int

    /// A decoder over bytes that stay as long as it.
    init(_ bytes: UnsafeRawBufferPointer, options: DecodeOptions) throws(MediaFault) {
        // The canvas stands at a fixed place; the decoder takes memory for two of it at once.
        guard let width = bytes.littleEndian(at: 24, count: 3).map({ $0 + 1 }),
            let height = bytes.littleEndian(at: 27, count: 3).map({ $0 + 1 })
        else {
            throw MediaFault(.truncated, "the file ends inside its header")
        }
        try options.check(width: width, height: height)
        var settings = WebPAnimDecoderOptions()
        guard WebPAnimDecoderOptionsInit(&settings) != 0 else {
            throw MediaFault(.unsupported, "libwebpdemux is of another version")
        }
        settings.color_mode = MODE_RGBA
        settings.use_threads = 0
        var data = WebPData(
            bytes: bytes.bindMemory(to: UInt8.self).baseAddress,
            size: bytes.count
        )
        guard let decoder = WebPAnimDecoderNew(&data, &settings) else {
            let size = bytes.littleEndian(at: 4, count: 4) ?? 0
            throw MediaFault(
                size + 8 > bytes.count ? .truncated : .corrupt,
                "libwebpdemux cannot read the animation"
            )
        }
        self.decoder = decoder
        self.width = width
        self.height = height
    }

    deinit {
        WebPAnimDecoderDelete(decoder)
    }

    /// Frames that the file announces.
    var frames: Int {
        var info = WebPAnimInfo()
        return WebPAnimDecoderGetInfo(decoder, &info) != 0 ? Int(info.frame_count) : 0
    }

    var hasMore: Bool { WebPAnimDecoderHasMoreFrames(decoder) != 0 }

    /// The next whole canvas and the time at which it ends; `nil` if it cannot be decoded.
    func next() -> (pixels: UnsafePointer<UInt8>, end: Int64)? {
        var pixels: UnsafeMutablePointer<UInt8>?
        var end: Int32 = 0
        guard WebPAnimDecoderGetNext(decoder, &pixels, &end) != 0, let pixels else { return nil }
        return (UnsafePointer(pixels), Int64(end))
    }
}

extension MediaDecoding {
    /// Decodes an animated WebP: every frame on its full canvas, at its time.
    static func decodeWebPAnimation(
        _ bytes: UnsafeRawBufferPointer,
        options: DecodeOptions,
        onKeyframe: (borrowing Keyframe) -> Void
    ) throws(MediaFault) -> DecodeReport {
        let animation = try WebPAnimation(bytes, options: options)
        let announced = animation.frames
        var losses = LossList()
        var coverage = FilmCoverage(sampling: options.sampling)
        var keyframes = 0
        var frames = 0
        var time: Int64 = 0
        let pixels = Int64(animation.width * animation.height)
        while animation.hasMore {
            guard frames < options.maximumKeyframes,
                Int64(frames + 1) * pixels <= options.maximumAnimationPixels
            else {
                losses.append(
                    MediaFault(.limitReached, "stopped after \(frames) of \(announced) frames")
                )
                coverage.lose(.limitReached)
                break
            }
            guard let frame = animation.next() else {
                losses.append(
                    MediaFault(.corrupt, "frame \(frames + 1) of \(announced) cannot be decoded")
                )
                coverage.lose(.damaged)
                break
            }
            var canvas = LumaCanvas(
                width: animation.width,
                height: animation.height,
                options: options
            )
            for y in 0..<animation.height {
                let row = frame.pixels + y * animation.width * 4
                canvas.write(row, layout: VESTIGE_ROW_RGBA, at: y)
            }
            keyframes += canvas.emit(
                origin: PictureOrigin(decoder: .webp, policy: options.policy),
                time: time,
                to: onKeyframe
            )
            frames += 1
            coverage.take(time)
            time = frame.end
        }
        guard keyframes > 0 else {
            throw losses.summary.first ?? MediaFault(.nothingDecoded, "the animation has no frames")
        }
        let facts = MediaFacts(
            kind: .video,
            format: "webp",
            codec: "webp",
            width: animation.width,
            height: animation.height,
            durationMilliseconds: time
        )
        // The frames that were not reached have no times.
        coverage.finish(end: time, claimed: nil)
        return DecodeReport(
            facts: facts,
            keyframes: keyframes,
            coverage: [coverage],
            losses: losses.summary
        )
    }
}
