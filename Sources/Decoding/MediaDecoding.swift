import CMedia
import Glibc
import Keyframing

/// Turns the bytes of one item into brightness planes.
///
/// What an item is, its content says; what it may cost, the options say. A thread may decode one
/// item at a time, and any number of threads may decode.
public struct MediaDecoding {
    /// Decodes one item.
    ///
    /// A picture with visible transparency is given twice: with its stored colours as they are,
    /// then over white. Films give the pictures that ``DecodeOptions/sampling`` asks for, stream by stream in
    /// the order of their times, then what an edit list hides and the covers, both without a time; animations
    /// give every frame.
    ///
    /// - Parameters:
    ///   - source: the bytes, which stay until this returns.
    ///   - options: how to decode, and how much at most.
    ///   - onProgress: is told from time to time how far a film is; what it returns says whether to go
    ///     on. If not, what was decoded is kept, and the rest is a loss with the code `limitReached`.
    ///   - onKeyframe: takes each picture as soon as it is decoded.
    /// - Returns: what the item is, and what of it was lost.
    /// - Throws: ``MediaFault``, if no picture was given.
    public static func decode(
        _ source: MediaSource,
        options: DecodeOptions,
        onProgress: (FilmProgress) -> Bool = { _ in true },
        onKeyframe: (borrowing Keyframe) -> Void
    ) throws(MediaFault) -> DecodeReport {
        guard source.size > 0 else { throw MediaFault(.empty, "the file has no bytes") }
        switch Content.recognise(source.bytes) {
        case .picture("gif"):
            return try decodeFilm(
                source,
                container: "gif",
                options: options,
                onProgress: onProgress,
                onKeyframe: onKeyframe
            )
        case .picture("ico"):
            return try decodeFilm(
                source,
                container: "ico",
                options: options,
                onProgress: onProgress,
                onKeyframe: onKeyframe
            )
        case .picture(let format):
            return try source.withWholeContent { bytes throws(MediaFault) in
                try decodePicture(
                    bytes,
                    source,
                    format: format,
                    options: options,
                    onKeyframe: onKeyframe
                )
            }
        case .video("webp"):
            return try source.withWholeContent { bytes throws(MediaFault) in
                try decodeWebPAnimation(bytes, options: options, onKeyframe: onKeyframe)
            }
        case .video(let container):
            return try decodeFilm(
                source,
                container: container,
                options: options,
                onProgress: onProgress,
                onKeyframe: onKeyframe
            )
        case .other(let name, let group):
            throw MediaFault(.notMedia, "\(name) (\(group.rawValue))")
        case .unknown:
            return try decodeFilm(
                source,
                container: nil,
                options: options,
                onProgress: onProgress,
                onKeyframe: onKeyframe
            )
        }
    }

    private static func decodePicture(
        _ bytes: UnsafeRawBufferPointer,
        _ source: MediaSource,
        format: String,
        options: DecodeOptions,
        onKeyframe: (borrowing Keyframe) -> Void
    ) throws(MediaFault) -> DecodeReport {
        var given = 0
        func counted(_ keyframe: borrowing Keyframe) {
            given += 1
            onKeyframe(keyframe)
        }
        do throws(MediaFault) {
            switch format {
            case "jpeg":
                return try decodeJPEG(bytes, options: options, onKeyframe: counted)
            case "png":
                return try decodePNG(bytes, options: options, onKeyframe: counted)
            case "tiff":
                return try decodeTIFF(bytes, options: options, onKeyframe: counted)
            case "heif", "avif":
                return try decodeHEIF(bytes, format: format, options: options, onKeyframe: counted)
            default:
                return try decodeWithCodec(
                    bytes,
                    format: format,
                    options: options,
                    onKeyframe: counted
                )
            }
        } catch {
            // A variant that the first library does not read may be known to FFmpeg: lossless
            // JPEG, a HEIF file with another codec in it.
            guard error.code == .unsupported, given == 0 else { throw error }
            let second: Result<DecodeReport, MediaFault> = Result { () throws(MediaFault) in
                switch format {
                case "jpeg":
                    try decodeWithCodec(
                        bytes,
                        format: format,
                        options: options,
                        onKeyframe: onKeyframe
                    )
                case "heif", "avif":
                    try decodeFilm(
                        source,
                        container: "mov",
                        options: options,
                        onProgress: { _ in true },
                        onKeyframe: onKeyframe
                    )
                default: throw error
                }
            }
            guard case .success(var report) = second else { throw error }
            report.facts.kind = .picture
            report.facts.format = format
            return report
        }
    }

    /// Lets libraries look up now what they would look up at their first use, when a worker's sandbox may
    /// keep it from them.
    public static func prepare() {
        // Codecs that are plug-ins.
        _ = heif_init(nil)
        // The time zone, by which libav reads the times in a container.
        tzset()
    }

    /// The libraries that decode, with the versions that are loaded: what a report must name.
    public static var libraryVersions: [String: String] {
        func libav(_ version: UInt32) -> String {
            "\(version >> 16).\(version >> 8 & 255).\(version & 255)"
        }
        let webp = UInt32(bitPattern: WebPGetDecoderVersion())
        return [
            "libjpeg-turbo": String(cString: vestige_jpeg_version()),
            "libpng": String(cString: vestige_png_version()),
            "libheif": String(cString: heif_get_version()),
            "libwebp": libav(webp),
            "libavcodec": libav(avcodec_version()),
            "libavformat": libav(avformat_version()),
            "libswscale": libav(swscale_version()),
        ]
    }
}
