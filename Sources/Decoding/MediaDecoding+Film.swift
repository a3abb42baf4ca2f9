import CMedia
import Keyframing

extension MediaDecoding {
    /// Decodes a film's keyframes, or every frame of an animation.
    ///
    /// - Parameter container: libav's name, or `nil` if the content must tell.
    static func decodeFilm(
        _ source: MediaSource,
        container: String?,
        options: DecodeOptions,
        onKeyframe: (borrowing Keyframe) -> Void
    ) throws(MediaFault) -> DecodeReport {
        let isAnimation = ["gif", "apng"].contains(container) || isImageSequence(source.bytes)
        let kind = try kind(of: source, container: container, options: options)
        var film = try FilmReader(
            source,
            format: container,
            selection: isAnimation ? .everything : .keyframes,
            options: options
        )
        film.read(kind, onKeyframe: onKeyframe)
        if film.keyframes > 0 {
            return DecodeReport(
                facts: film.facts(kind),
                keyframes: film.keyframes,
                losses: film.losses.summary
            )
        }
        var losses = film.losses
        if container == "gif", losses.summary.last?.code != .limitReached {
            // The demuxer drops a frame that is cut; the decoder alone takes what there is of it.
            return try source.withWholeContent { bytes throws(MediaFault) in
                try decodeWithCodec(bytes, format: "gif", options: options, onKeyframe: onKeyframe)
            }
        }
        if !isAnimation, losses.summary.last?.code != .limitReached {
            var first = try FilmReader(
                source,
                format: container,
                selection: .firstPicture,
                options: options
            )
            first.read(kind, onKeyframe: onKeyframe)
            if first.keyframes > 0 {
                losses.append(
                    MediaFault(.noKeyframes, "no keyframe could be decoded; the first picture was")
                )
                return DecodeReport(
                    facts: first.facts(kind),
                    keyframes: first.keyframes,
                    losses: losses.summary
                )
            }
        }
        throw losses.summary.first
            ?? MediaFault(.nothingDecoded, "the film gave no picture")
    }

    /// A GIF of one frame stands still, and so does an icon.
    private static func kind(
        of source: MediaSource,
        container: String?,
        options: DecodeOptions
    ) throws(MediaFault) -> MediaKind {
        switch container {
        case "ico": return .picture
        case "gif":
            let reader = try FilmReader(
                source,
                format: container,
                selection: .everything,
                options: options
            )
            return reader.hasSecondPacket() ? .video : .picture
        default: return .video
        }
    }

    /// An AVIF or HEIF file whose main brand is a sequence.
    private static func isImageSequence(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.holds("ftypavis", at: 4) || bytes.holds("ftypmsf1", at: 4)
            || bytes.holds("ftyphevc", at: 4)
    }
}
