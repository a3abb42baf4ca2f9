import CMedia
import Keyframing

/// Takes pictures out of one stream of a film, or all pictures of an animation.
struct FilmReader: ~Copyable {
    /// Which pictures are taken.
    enum Selection {
        /// Those that `DecodeOptions.sampling` says.
        case sampled
        /// The same of a film that marks no keyframes: it is decoded from its first packet on.
        case unmarked
        /// All: animations have no keyframes that stand for others.
        case everything
        /// One for each keyframe that an MP4's edit list hides; `visible` are the places in the file
        /// of the samples that it shows.
        case hidden(visible: Set<Int64>)
    }

    /// A demuxer in trouble may report errors for ever.
    private static let maximumErrors = 64
    /// Compressed pictures that wait for the decision whether they are needed take no more than this.
    static let maximumQueueBytes = 64 << 20
    /// A packet in so many is a moment to tell the progress.
    private static let packetsPerReport = 256

    let demuxer: Demuxer
    let stream: UnsafeMutablePointer<AVStream>
    let decoder: FrameDecoder
    private let packet: Packet
    let queue = PacketQueue()
    let selection: Selection
    let options: DecodeOptions
    private let source: MediaSource
    /// `nil` if the container has none, or if it was found to be wrong.
    let index: KeyframeIndex?

    var losses = LossList()
    /// Pictures that were given: one with transparent parts is given twice.
    private(set) var keyframes = 0
    /// Pictures that were decoded and taken.
    private(set) var frames = 0
    private(set) var width: Int
    private(set) var height: Int
    var coverage: FilmCoverage
    /// The film's time of the last picture that was taken.
    var lastTaken: Int64?
    /// The time of the last keyframe that was wanted.
    var lastKeyframe: Int64?
    /// The end of the last packet that was seen.
    private var end: Int64 = 0
    /// Whether anything that calls itself a keyframe was met.
    private(set) var metKeyframe = false
    private var clock: FilmClock
    private let startMilliseconds: Int64?
    private var firstTime: Int64?
    private var pixels: Int64 = 0
    private var errors = 0
    private var packets = 0
    private var isDamaged = false
    /// Whether a limit has ended the decode.
    private(set) var isStopped = false

    /// A reader of the film's stream `number`, counted from 0 in the order of ``Demuxer/films()``.
    init(
        _ source: MediaSource,
        format: String?,
        film number: Int = 0,
        selection: Selection,
        options: DecodeOptions
    ) throws(MediaFault) {
        var ignoresEdits = false
        if case .hidden = selection { ignoresEdits = true }
        let demuxer = try Demuxer(source, format: format, ignoresEdits: ignoresEdits)
        demuxer.findStreams()
        let films = try demuxer.films()
        guard number < films.count else {
            throw MediaFault(.noVideoTrack, "there is no film \(number + 1)")
        }
        let stream = films[number]
        demuxer.select(stream)
        let parameters = stream.pointee.codecpar.pointee
        if parameters.width > 0, parameters.height > 0 {
            try options.check(width: Int(parameters.width), height: Int(parameters.height))
        }
        guard let codec = avcodec_find_decoder(parameters.codec_id) else {
            throw MediaFault(.unsupported, "no decoder for the film")
        }
        let decoder = try FrameDecoder(codec, stream: stream, options: options)
        let packet = try Packet()
        let isScanned = ["mpegts", "mpeg", "flv"].contains(demuxer.format)
        // Elsewhere a film may stand still for as long as it likes.
        clock = FilmClock(longestHole: isScanned ? 600_000 : 1 << 40)
        startMilliseconds = demuxer.startMicroseconds.map { $0 / 1000 }
        coverage = FilmCoverage(sampling: options.sampling, stream: Int(stream.pointee.index))
        switch selection {
        case .sampled, .hidden: index = KeyframeIndex(demuxer, stream)
        case .unmarked, .everything: index = nil
        }
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
            orientation: demuxer.orientation(of: stream),
            durationMilliseconds: kind == .video ? coverage.length : nil
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
    mutating func decodeAll(_ target: FilmTarget) {
        switch selection {
        case .sampled: sample(target)
        case .unmarked: sampleUnmarked(target)
        case .everything: readEverything(target)
        case .hidden(let visible): sampleHidden(target, visible: visible)
        }
        if let fault = demuxer.readFault {
            losses.append(fault)
            coverage.lose(.damaged)
        }
        if let reason = demuxer.isCut(stream, source) {
            losses.append(MediaFault(.truncated, reason))
            coverage.lose(.truncated)
        }
        coverage.finish(
            end: end,
            claimed: demuxer.durationMilliseconds.map { min($0, longestClaim) },
            hidesFrames: options.sampling == .keyframes && index?.first != nil
        )
    }

    /// A container may claim to go on for years; no film has less than 100 bytes a second.
    private var longestClaim: Int64 { max(end, source.size * 10) }

    private mutating func readEverything(_ target: FilmTarget) {
        var moments = WantedMoments.all
        while !isStopped, readPacket(target) {
            if let first = queue.first {
                decode(first, &moments, target)
                queue.clear()
            }
        }
        decode(nil, &moments, target)
    }

    // MARK: - Packets

    /// Reads the next packet of the stream to the end of the queue; `false` at the end of the file.
    mutating func readPacket(_ target: FilmTarget) -> Bool {
        while !isStopped {
            let status = demuxer.read(into: packet.packet)
            if status == vestige_averror_eof() { return false }
            guard status >= 0 else {
                errors += 1
                append(LibavFault.fault(status, "reading the container"))
                coverage.lose(.damaged)
                guard status != vestige_averror_again(), errors < FilmReader.maximumErrors else {
                    return false
                }
                continue
            }
            guard packet.packet.pointee.stream_index == stream.pointee.index else {
                av_packet_unref(packet.packet)
                continue
            }
            errors = 0
            if vestige_packet_is_corrupt(packet.packet) != 0 {
                append(MediaFault(.truncated, "a packet lacks bytes"))
                coverage.lose(.damaged)
                isDamaged = true
            }
            vestige_packet_unhide(packet.packet)
            correctStamps()
            metKeyframe = metKeyframe || vestige_packet_is_key(packet.packet) != 0
            do throws(MediaFault) {
                try queue.append(moving: packet.packet)
            } catch {
                append(error)
                return false
            }
            packets += 1
            if packets % FilmReader.packetsPerReport == 0 { report(target) }
            return true
        }
        return false
    }

    /// Shifts the stamps of the packet at hand so that the film's time goes on.
    private mutating func correctStamps() {
        let own = packet.packet
        let none = vestige_no_timestamp()
        let decodeStamp =
            own.pointee.dts != none ? own.pointee.dts : own.pointee.pts
        guard decodeStamp != none else { return }
        let duration = milliseconds(own.pointee.duration)
        let correction = clock.correction(for: milliseconds(decodeStamp), duration: duration)
        if correction != 0 {
            let shift = av_rescale_q(
                correction,
                AVRational(num: 1, den: 1000),
                stream.pointee.time_base
            )
            if own.pointee.dts != none { own.pointee.dts &+= shift }
            if own.pointee.pts != none { own.pointee.pts &+= shift }
        }
        end = max(end, sinceStart(milliseconds(shownStamp(own))) + max(duration, 0))
    }

    /// Goes to a keyframe of the index.
    mutating func seek(to stamp: Int64) -> Bool {
        clock.moved()
        guard demuxer.seek(stream, to: stamp) >= 0 else {
            append(MediaFault(.corrupt, "the container's index leads nowhere"))
            coverage.lose(.damaged)
            return false
        }
        return true
    }

    /// The stamp by which a packet stands in the container's index.
    func indexStamp(_ packet: UnsafeMutablePointer<AVPacket>) -> Int64 {
        let (dts, pts) = (packet.pointee.dts, packet.pointee.pts)
        let first = demuxer.format == "matroska" ? pts : dts
        return first != vestige_no_timestamp() ? first : demuxer.format == "matroska" ? dts : pts
    }

    /// The stamp at which a packet's picture is shown; when it is decoded, if that is all that is known.
    private func shownStamp(_ packet: UnsafeMutablePointer<AVPacket>) -> Int64 {
        packet.pointee.pts != vestige_no_timestamp() ? packet.pointee.pts : packet.pointee.dts
    }

    /// The film's time at which a packet's picture is shown, in milliseconds; without stamps it is the
    /// last one's.
    func shown(_ packet: UnsafeMutablePointer<AVPacket>) -> Int64 {
        let stamp = shownStamp(packet)
        return stamp == vestige_no_timestamp()
            ? lastTaken ?? 0 : sinceStart(milliseconds(stamp))
    }

    private func milliseconds(_ stamp: Int64) -> Int64 {
        av_rescale_q(stamp, stream.pointee.time_base, AVRational(num: 1, den: 1000))
    }

    private func sinceStart(_ milliseconds: Int64) -> Int64 {
        let (elapsed, overflow) = milliseconds.subtractingReportingOverflow(
            startMilliseconds ?? firstTime ?? 0
        )
        return overflow ? 0 : elapsed
    }

    mutating func append(_ loss: MediaFault) {
        losses.append(loss)
        vestige_libav_clear_log()
    }

    private mutating func stop(_ fault: MediaFault) {
        append(fault)
        coverage.lose(.limitReached)
        isStopped = true
    }

    private mutating func report(_ target: FilmTarget) {
        let area = Int64(max(width, 1)) * Int64(max(height, 1))
        let progress = FilmProgress(
            position: max(lastTaken ?? 0, end),
            length: demuxer.durationMilliseconds.map { min($0, longestClaim) },
            pixels: area
        )
        guard !isStopped, !target.onProgress(progress) else { return }
        let seconds = (lastTaken ?? 0) / 1000
        stop(MediaFault(.limitReached, "the time that it may take was over at second \(seconds)"))
    }

    // MARK: - Pictures

    /// Decodes one packet, or, `nil`, what the decoder still holds, and takes the pictures that are wanted.
    ///
    /// - Returns: whether a picture was taken.
    @discardableResult
    mutating func decode(
        _ packet: UnsafePointer<AVPacket>?,
        _ moments: inout WantedMoments,
        _ target: FilmTarget
    ) -> Bool {
        let sent = decoder.send(packet)
        if sent < 0, sent != vestige_averror_eof() {
            append(LibavFault.fault(sent, "decoding"))
            coverage.lose(.damaged)
        }
        var took = false
        while !isStopped {
            let received = decoder.receive()
            if received == vestige_averror_again() || received == vestige_averror_eof() { break }
            guard received >= 0 else {
                append(LibavFault.fault(received, "decoding"))
                coverage.lose(.damaged)
                break
            }
            let time = time(of: decoder.frame)
            let isCorrupt = vestige_frame_is_corrupt(decoder.frame) != 0
            guard moments.includes(time, isDamaged: isCorrupt) else { continue }
            if take(decoder.frame, at: time, target) {
                moments.take(time)
                took = true
            }
        }
        return took
    }

    private mutating func take(
        _ frame: UnsafePointer<AVFrame>,
        at time: Int64,
        _ target: FilmTarget
    ) -> Bool {
        let area = Int64(frame.pointee.width) * Int64(frame.pointee.height)
        var isOverBudget = false
        if case .everything = selection {
            isOverBudget = pixels + area > options.maximumAnimationPixels
        }
        guard frames < options.maximumKeyframes, !isOverBudget else {
            stop(MediaFault(.limitReached, "stopped after \(frames) pictures"))
            return false
        }
        pixels += area
        let isCorrupt = isDamaged || vestige_frame_is_corrupt(frame) != 0
        isDamaged = false
        if isCorrupt {
            let line = String(cString: vestige_libav_last_error())
            append(MediaFault(.corrupt, line.isEmpty ? "a picture is damaged" : line))
        }
        // A picture before the film's start is one that an edit list hides: it has no time.
        var isHidden = time < -1
        if case .hidden = selection { isHidden = true }
        let known = FrameContext(
            time: target.kind == .video && !isHidden ? max(0, time) : nil,
            assumedRange: .limited,
            isDamaged: isCorrupt
        )
        do throws(MediaFault) {
            keyframes += try MediaDecoding.emit(
                frame,
                known,
                options: options,
                to: target.onKeyframe
            )
        } catch {
            append(error)
            coverage.lose(error.code == .tooLarge ? .limitReached : .unsupported)
            return false
        }
        if frames == 0 {
            width = Int(frame.pointee.width)
            height = Int(frame.pointee.height)
        }
        frames += 1
        lastTaken = max(time, lastTaken ?? time)
        if !isHidden {
            coverage.take(max(0, time), hidesFrames: options.sampling == .keyframes)
        }
        report(target)
        return true
    }

    /// When a frame is shown, in milliseconds from the film's start; negative before it.
    private mutating func time(of frame: UnsafePointer<AVFrame>) -> Int64 {
        let stamp = frame.pointee.best_effort_timestamp
        guard stamp != vestige_no_timestamp() else { return lastTaken ?? 0 }
        let shown = milliseconds(stamp)
        if firstTime == nil { firstTime = shown }
        return sinceStart(shown)
    }
}
