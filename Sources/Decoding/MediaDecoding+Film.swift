import CMedia
import Keyframing

extension MediaDecoding {
    /// Decodes the pictures of a film that stand for it, or every frame of an animation.
    ///
    /// - Parameter container: libav's name, or `nil` if the content must tell.
    static func decodeFilm(
        _ source: MediaSource,
        container: String?,
        options: DecodeOptions,
        onProgress: (FilmProgress) -> Bool,
        onKeyframe: (borrowing Keyframe) -> Void
    ) throws(MediaFault) -> DecodeReport {
        let isAnimation = ["gif", "apng"].contains(container) || isImageSequence(source.bytes)
        let kind = try kind(of: source, container: container, options: options)
        return try withoutActuallyEscaping(onKeyframe) { onKeyframe throws(MediaFault) in
            try withoutActuallyEscaping(onProgress) { onProgress throws(MediaFault) in
                let target = FilmTarget(
                    kind: kind,
                    onKeyframe: onKeyframe,
                    onProgress: onProgress
                )
                var film = FilmOfContainer(source, container: container, options: options)
                if isAnimation {
                    return try film.decodeAnimation(target)
                }
                return try film.decode(target)
            }
        }
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

/// The films of one container, decoded one after another.
private struct FilmOfContainer {
    private let source: MediaSource
    private let container: String?
    private let options: DecodeOptions
    private var losses = LossList()
    private var keyframes = 0
    private var coverage: [FilmCoverage] = []

    init(_ source: MediaSource, container: String?, options: DecodeOptions) {
        self.source = source
        self.container = container
        self.options = options
    }

    mutating func decodeAnimation(_ target: FilmTarget) throws(MediaFault) -> DecodeReport {
        var film = try FilmReader(
            source,
            format: container,
            selection: .everything,
            options: options
        )
        film.decodeAll(target)
        if film.keyframes > 0 {
            return DecodeReport(
                facts: film.facts(target.kind),
                keyframes: film.keyframes,
                coverage: target.kind == .video ? [film.coverage] : [],
                losses: film.losses.summary
            )
        }
        if container == "gif", film.losses.summary.last?.code != .limitReached {
            // The demuxer drops a frame that is cut; the decoder alone takes what there is of it.
            let options = options
            return try source.withWholeContent { bytes throws(MediaFault) in
                try MediaDecoding.decodeWithCodec(
                    bytes,
                    format: "gif",
                    options: options,
                    onKeyframe: target.onKeyframe
                )
            }
        }
        throw film.losses.summary.first
            ?? MediaFault(.nothingDecoded, "the animation gave no picture")
    }

    mutating func decode(_ target: FilmTarget) throws(MediaFault) -> DecodeReport {
        var film = try FilmReader(source, format: container, selection: .sampled, options: options)
        let films = try film.demuxer.films().count
        let unreadable = film.demuxer.unreadableFilms
        film.decodeAll(target)
        film = try again(film, target)
        take(film)
        var facts = film.facts(target.kind)
        if film.frames > 0 {
            for number in 1..<max(1, min(films, options.maximumFilms)) {
                decodeFurther(number, target)
            }
            if let visible = film.visiblePlaces() {
                decodeHidden(target, visible: visible)
            }
        }
        if films > options.maximumFilms {
            losses.append(
                MediaFault(.limitReached, "of \(films) films \(options.maximumFilms) were decoded")
            )
        }
        if unreadable > 0 {
            losses.append(
                MediaFault(.unsupported, "\(unreadable) further films have no decoder")
            )
        }
        decodeCovers(of: film.demuxer, target)
        guard keyframes > 0 else {
            throw losses.summary.first
                ?? MediaFault(.nothingDecoded, "the film gave no picture")
        }
        if film.frames == 0 { facts.durationMilliseconds = nil }
        return DecodeReport(
            facts: facts,
            keyframes: keyframes,
            coverage: target.kind == .video ? coverage : [],
            losses: losses.summary
        )
    }

    /// A film that was decoded; if no keyframe of it could be, or if what it calls keyframes are none, decoded
    /// from its first packet on.
    private func again(
        _ film: consuming FilmReader,
        number: Int = 0,
        _ target: FilmTarget
    ) throws(MediaFault) -> FilmReader {
        guard (film.frames == 0 || film.metFalseKeyframe) && !film.isStopped else { return film }
        var second = try FilmReader(
            source,
            format: container,
            film: number,
            selection: .unmarked,
            options: options
        )
        if film.metFalseKeyframe {
            second.goOn(after: film)
            second.decodeAll(target)
            return second
        }
        second.decodeAll(target)
        guard second.frames > 0 else { return film }
        for loss in film.losses.summary {
            second.append(loss)
        }
        if film.metKeyframe {
            second.append(
                MediaFault(.noKeyframes, "no keyframe could be decoded; other pictures were")
            )
        }
        return second
    }

    private mutating func take(_ film: borrowing FilmReader) {
        keyframes += film.keyframes
        coverage.append(film.coverage)
        for loss in film.losses.summary {
            losses.append(loss)
        }
    }

    private mutating func decodeFurther(_ number: Int, _ target: FilmTarget) {
        do throws(MediaFault) {
            var film = try FilmReader(
                source,
                format: container,
                film: number,
                selection: .sampled,
                options: options
            )
            film.decodeAll(target)
            take(try again(film, number: number, target))
        } catch {
            losses.append(error)
        }
    }

    /// What an MP4 holds and its edit list does not show.
    private mutating func decodeHidden(_ target: FilmTarget, visible: Set<Int64>) {
        do throws(MediaFault) {
            var film = try FilmReader(
                source,
                format: container,
                selection: .hidden(visible: visible),
                options: options
            )
            film.decodeAll(target)
            keyframes += film.keyframes
        } catch {
            losses.append(error)
        }
    }

    /// Covers are pictures of their own: they have no time.
    private mutating func decodeCovers(of demuxer: borrowing Demuxer, _ target: FilmTarget) {
        for cover in demuxer.covers.prefix(options.maximumFilms) {
            do throws(MediaFault) {
                guard let codec = avcodec_find_decoder(cover.pointee.codecpar.pointee.codec_id)
                else { continue }
                let decoder = try FrameDecoder(codec, stream: cover, options: options)
                guard decoder.send(&cover.pointee.attached_pic) >= 0,
                    decoder.send(nil) >= 0, decoder.receive() >= 0
                else { throw LibavFault.fault(vestige_averror_data(), "decoding the cover") }
                let known = FrameContext(time: nil, assumedRange: .full, isDamaged: false)
                keyframes += try MediaDecoding.emit(
                    decoder.frame,
                    known,
                    options: options,
                    to: target.onKeyframe
                )
            } catch {
                losses.append(error)
            }
        }
    }
}
