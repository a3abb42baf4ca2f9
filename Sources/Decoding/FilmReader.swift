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

    let demuxer: Demuxer
    let stream: UnsafeMutablePointer<AVStream>
    let decoder: FrameDecoder
    /// The picture that came last and was not wanted: it may be shown for longer than was known.
    var held: HeldFrame
    /// The packet that was read last, and, where there is no index, the one behind it.
    let packet: Packet
    let ahead: Packet
    var hasAhead = false
    let queue = PacketQueue()
    let selection: Selection
    let options: DecodeOptions
    let source: MediaSource
    /// `nil` if the container has none.
    let index: KeyframeIndex?

    var losses = LossList()
    /// Pictures that were given: one with transparent parts is given twice.
    var keyframes = 0
    /// Pictures that were decoded and taken.
    var frames = 0
    var width: Int
    var height: Int
    var coverage: FilmCoverage
    /// The film's time of the last picture that was taken.
    var lastTaken: Int64?
    /// The time of the last keyframe that was wanted.
    var lastKeyframe: Int64?
    /// The end of the last packet that was seen.
    var end: Int64 = 0
    /// Whether anything that calls itself a keyframe was met.
    var metKeyframe = false
    /// Whether one of them was none: its picture was made from others.
    var metFalseKeyframe = false
    var clock: FilmClock
    /// When the film starts in the container's time, in milliseconds; `nil` until that is known.
    var start: Int64?
    /// What was lost before the packet in ``ahead``.
    var aheadLoss: FilmGap.Reason?
    /// What was lost behind the last packet that was read.
    var pendingLoss: FilmGap.Reason?
    /// Where the file is no chain of its container's pieces, as far as the packets have not passed it.
    var holes: [Range<Int64>] = []
    /// Packets of this place in the file have wrong times.
    var untimedPlace: Int64 = -1
    /// Pictures that are shown in this time refer to some that were lost.
    var broken: Range<Int64>?
    /// When the picture of the packet that was sent last is shown.
    var lastSent: Int64 = 0
    /// The latest time of a packet of which the decoder reported errors.
    var lastFailed = Int64.min
    /// Packets that were sent since the decoder gave a picture.
    var silentPackets = 0
    var pixels: Int64 = 0
    var errors = 0
    var packets = 0
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
        // Behind damage a fragmented MP4 is read on.
        let broken = format == "mov" ? FragmentChain(source).holes : []
        let source = broken.isEmpty ? source : source.passingOver(broken)
        let demuxer = try Demuxer(source, format: format, ignoresEdits: ignoresEdits)
        demuxer.findStreams()
        let films = try demuxer.films()
        guard number < films.count else {
            throw MediaFault(.noVideoTrack, "there is no film \(number + 1)")
        }
        let stream = films[number]
        demuxer.select(stream)
        let parameters = stream.pointee.codecpar.pointee
        guard let codec = avcodec_find_decoder(parameters.codec_id) else {
            throw MediaFault(.unsupported, "no decoder for the film")
        }
        let decoder = try FrameDecoder(codec, stream: stream, options: options)
        let packet = try Packet()
        let ahead = try Packet()
        let holes = broken + ContainerHoles.holes(source, format: demuxer.format)
        let held = try HeldFrame()
        var index: KeyframeIndex?
        if case .sampled = selection {
            index = try FilmReader.index(source, format: format, film: number, demuxer, stream)
        }
        let isScanned = ["mpegts", "mpeg", "flv"].contains(demuxer.format)
        // Elsewhere a film may stand still for as long as its bytes allow.
        clock = FilmClock(
            longestHole: isScanned
                ? FilmReader.longestHole : max(FilmReader.longestHole, source.size * 10),
            frame: FilmReader.frameMilliseconds(stream)
        )
        start = demuxer.startMicroseconds.map { $0 / 1000 }
        coverage = FilmCoverage(sampling: options.sampling, stream: Int(stream.pointee.index))
        self.index = index
        self.decoder = decoder
        self.held = held
        self.packet = packet
        self.ahead = ahead
        self.stream = stream
        self.demuxer = demuxer
        self.selection = selection
        self.options = options
        self.source = source
        width = Int(parameters.width)
        height = Int(parameters.height)
        claimFault = FilmReader.claimFault(parameters, options)
        self.holes = holes
    }

    /// Why the size that a container claims would be refused. It is no reason to refuse the film: most pictures
    /// say their own size, and that is what the decoder takes memory for.
    private static func claimFault(
        _ parameters: AVCodecParameters,
        _ options: DecodeOptions
    ) -> MediaFault? {
        guard parameters.width > 0, parameters.height > 0 else { return nil }
        do throws(MediaFault) {
            try options.check(width: Int(parameters.width), height: Int(parameters.height))
            return nil
        } catch {
            return error
        }
    }

    /// In containers that are scanned, a hole of more milliseconds is no hole but stamps that jump.
    private static let longestHole: Int64 = 600_000
    /// Why the size that the container claims would be refused; `nil` if it would not.
    private let claimFault: MediaFault?

    private static func index(
        _ source: MediaSource,
        format: String?,
        film number: Int,
        _ own: borrowing Demuxer,
        _ stream: UnsafeMutablePointer<AVStream>
    ) throws(MediaFault) -> KeyframeIndex? {
        guard own.format == "matroska" else { return KeyframeIndex(own, stream) }
        let other = try Demuxer(source, format: format)
        other.findStreams()
        let films = try other.films()
        guard number < films.count else { return nil }
        other.select(films[number])
        return KeyframeIndex(other, films[number])
    }

    private static func frameMilliseconds(_ stream: UnsafeMutablePointer<AVStream>) -> Int64 {
        let rate = stream.pointee.avg_frame_rate
        guard rate.num > 0, rate.den > 0 else { return 40 }
        return 1000 * Int64(rate.den) / Int64(rate.num)
    }

    /// Goes on behind what another reader took, which met a keyframe that was none.
    mutating func goOn(after other: borrowing FilmReader) {
        coverage = other.coverage
        lastTaken = other.lastTaken
        keyframes = other.keyframes
        frames = other.frames
        if frames > 0 { (width, height) = (other.width, other.height) }
        for loss in other.losses.summary {
            losses.append(loss)
        }
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
        // Another reader goes on from here.
        if metFalseKeyframe, !isStopped { return }
        if let reason = pendingLoss { coverage.lose(reason) }
        if let fault = demuxer.readFault {
            losses.append(fault)
            coverage.lose(.damaged)
        }
        if let fault = demuxer.isCut(stream, source) {
            losses.append(fault)
            coverage.lose(fault.code == .truncated ? .truncated : .damaged)
        }
        if !holes.isEmpty {
            append(
                MediaFault(
                    .corrupt,
                    "\(holes[0].count) bytes at \(holes[0].lowerBound) are none of the container's"
                )
            )
            coverage.lose(.damaged)
        }
        let claimed =
            demuxer.claimedByHeader(source) ?? demuxer.durationMilliseconds(of: stream)
        coverage.finish(
            end: end,
            claimed: claimed.map { min($0, longestClaim) },
            hidesFrames: options.sampling == .keyframes && index != nil
        )
        tellGaps()
        if frames == 0, let claimFault { losses = LossList(first: claimFault, losses) }
    }

    /// A film of which seconds are missing is not whole, even if no library said that something was wrong.
    private mutating func tellGaps() {
        let gaps = coverage.gaps.filter { $0.reason != .keyframesOnly }
        guard let first = gaps.first, losses.summary.isEmpty, frames > 0 else { return }
        let lost = gaps.reduce(0) { $0 + $1.milliseconds }
        losses.append(
            MediaFault(
                first.reason == .truncated ? .truncated : .corrupt,
                "\((lost + 999) / 1000) seconds of the film gave no picture"
            )
        )
    }

    /// A container may claim to go on for years; no film has less than 100 bytes a second.
    private var longestClaim: Int64 { max(end, source.size * 10) }

    private mutating func readEverything(_ target: FilmTarget) {
        var moments = WantedMoments.all
        while !isStopped, readPacket(target) {
            decodeFirst(&moments, target)
        }
        decode(nil, &moments, target)
    }

    mutating func append(_ loss: MediaFault) {
        losses.append(loss)
        vestige_libav_clear_log()
    }

    mutating func stop(_ fault: MediaFault) {
        append(fault)
        coverage.lose(.limitReached)
        isStopped = true
    }

    mutating func report(_ target: FilmTarget) {
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
}
