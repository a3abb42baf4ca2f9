import CMedia
import Keyframing

/// Takes pictures out of one film or animation.
struct FilmReader: ~Copyable {
    /// Which packets are decoded.
    enum Selection {
        /// Those that stand for themselves.
        case keyframes
        /// All: animations have no others.
        case everything
        /// All until the first picture comes: for films that mark no keyframes.
        case firstPicture
    }

    /// A demuxer in trouble may report errors for ever.
    private static let maximumErrors = 64
    /// A film of which so many packets gave no picture has none.
    private static let maximumSearch = 2_000

    private let demuxer: Demuxer
    private let stream: UnsafeMutablePointer<AVStream>
    private let decoder: FrameDecoder
    private let packet: Packet
    private let selection: Selection
    private let options: DecodeOptions
    private let source: MediaSource
    private(set) var losses = LossList()
    private(set) var keyframes = 0
    private(set) var frames = 0
    private var pixels: Int64 = 0
    private var damaged = false
    private var firstTime: Int64?
    private(set) var width = 0
    private(set) var height = 0

    init(
        _ source: MediaSource,
        format: String?,
        selection: Selection,
        options: DecodeOptions
    ) throws(MediaFault) {
        let demuxer = try Demuxer(source, format: format)
        demuxer.findStreams()
        let keyframesOnly = selection == .keyframes
        let stream = try demuxer.selectFilm(keyframesOnly: keyframesOnly)
        let parameters = stream.pointee.codecpar.pointee
        if parameters.width > 0, parameters.height > 0 {
            try options.check(width: Int(parameters.width), height: Int(parameters.height))
        }
        guard let codec = avcodec_find_decoder(parameters.codec_id) else {
            throw MediaFault(.unsupported, "no decoder for the film")
        }
        let decoder = try FrameDecoder(
            codec,
            stream: stream,
            keyframesOnly: keyframesOnly,
            options: options
        )
        let packet = try Packet()
        self.decoder = decoder
        self.packet = packet
        self.stream = stream
        self.demuxer = demuxer
        self.selection = selection
        self.options = options
        self.source = source
        width = Int(parameters.width)
        height = Int(parameters.height)
    }

    /// What is known of the film.
    func facts(_ kind: MediaKind) -> MediaFacts {
        MediaFacts(
            kind: kind,
            format: demuxer.format,
            codec: decoder.codec,
            width: width,
            height: height,
            durationMilliseconds: kind == .video ? demuxer.durationMilliseconds : nil
        )
    }

    /// Whether the film has a second packet; reads up to it, so the reader is of no use afterwards.
    func hasSecondPacket() -> Bool {
        var count = 0
        while count < 2, demuxer.read(into: packet.packet) >= 0 {
            count += packet.packet.pointee.stream_index == stream.pointee.index ? 1 : 0
            av_packet_unref(packet.packet)
        }
        return count == 2
    }

    /// Decodes to the end, or to a limit.
    ///
    /// - Parameter kind: `picture` for what stands still though it lies in a container.
    mutating func read(_ kind: MediaKind, onKeyframe: (borrowing Keyframe) -> Void) {
        var errors = 0
        var searched = 0
        var place: Int32? = selection == .keyframes ? 0 : nil
        while !isFinished {
            // Behind the index' last keyframe, reading goes on in sequence: fragments may follow.
            place = place.flatMap { demuxer.seekKeyframe(stream, from: $0) }
            let status = demuxer.read(into: packet.packet)
            if status == vestige_averror_eof() { break }
            if status < 0 {
                errors += 1
                append(LibavFault.fault(status, "reading the container"))
                guard status != vestige_averror_again(), errors < FilmReader.maximumErrors else {
                    break
                }
                continue
            }
            defer { av_packet_unref(packet.packet) }
            guard packet.packet.pointee.stream_index == stream.pointee.index else { continue }
            if selection == .keyframes, vestige_packet_is_key(packet.packet) == 0 { continue }
            if selection == .firstPicture {
                searched += 1
                if searched > FilmReader.maximumSearch { break }
            }
            if vestige_packet_is_corrupt(packet.packet) != 0 {
                append(MediaFault(.truncated, "a packet lacks bytes"))
                damaged = true
            }
            decode(packet.packet, kind, onKeyframe)
        }
        if !isFinished {
            decode(nil, kind, onKeyframe)
        }
        if let fault = demuxer.readFault { losses.append(fault) }
        if let reason = demuxer.isCut(stream, source) {
            losses.append(MediaFault(.truncated, reason))
        }
    }

    private var isFinished: Bool {
        selection == .firstPicture && frames > 0 || losses.summary.last?.code == .limitReached
    }

    private mutating func append(_ loss: MediaFault) {
        losses.append(loss)
        vestige_libav_clear_log()
    }

    private mutating func decode(
        _ packet: UnsafePointer<AVPacket>?,
        _ kind: MediaKind,
        _ onKeyframe: (borrowing Keyframe) -> Void
    ) {
        let sent = decoder.send(packet)
        if sent < 0, sent != vestige_averror_eof() {
            append(LibavFault.fault(sent, "decoding"))
        }
        while !isFinished {
            let received = decoder.receive()
            if received == vestige_averror_again() || received == vestige_averror_eof() { return }
            guard received >= 0 else {
                append(LibavFault.fault(received, "decoding"))
                return
            }
            take(decoder.frame, kind, onKeyframe)
        }
    }

    private mutating func take(
        _ frame: UnsafePointer<AVFrame>,
        _ kind: MediaKind,
        _ onKeyframe: (borrowing Keyframe) -> Void
    ) {
        let area = Int64(frame.pointee.width) * Int64(frame.pointee.height)
        let isOverBudget =
            selection == .everything && pixels + area > options.maximumAnimationPixels
        guard frames < options.maximumKeyframes, !isOverBudget else {
            append(MediaFault(.limitReached, "stopped after \(frames) pictures"))
            return
        }
        pixels += area
        let isCorrupt = damaged || vestige_frame_is_corrupt(frame) != 0
        damaged = false
        if isCorrupt {
            let line = String(cString: vestige_libav_last_error())
            append(MediaFault(.corrupt, line.isEmpty ? "a picture is damaged" : line))
        }
        let known = FrameContext(
            time: kind == .video ? time(of: frame) : nil,
            assumedRange: .limited,
            isDamaged: isCorrupt
        )
        do throws(MediaFault) {
            keyframes += try MediaDecoding.emit(frame, known, options: options, to: onKeyframe)
            if frames == 0 {
                width = Int(frame.pointee.width)
                height = Int(frame.pointee.height)
            }
            frames += 1
        } catch {
            append(error)
        }
    }

    /// When a frame is shown, in milliseconds from the film's start, never negative.
    private mutating func time(of frame: UnsafePointer<AVFrame>) -> Int64 {
        let stamp = frame.pointee.best_effort_timestamp
        guard stamp != vestige_no_timestamp() else { return firstTime == nil ? 0 : firstTime ?? 0 }
        let base = stream.pointee.time_base
        let microseconds = av_rescale_q(stamp, base, AVRational(num: 1, den: 1_000_000))
        let start = demuxer.startMicroseconds ?? firstTime ?? microseconds
        if firstTime == nil { firstTime = start }
        let (elapsed, overflow) = microseconds.subtractingReportingOverflow(start)
        return overflow ? 0 : max(0, elapsed / 1000)
    }
}
