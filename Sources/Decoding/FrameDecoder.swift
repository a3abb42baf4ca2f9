import CMedia

/// A codec at work: the sole owner of one `AVCodecContext` and the frame that it fills.
struct FrameDecoder: ~Copyable {
    private let context: UnsafeMutablePointer<AVCodecContext>
    /// The frame that ``receive()`` fills; valid until it is called again.
    let frame: UnsafeMutablePointer<AVFrame>

    /// Opens a decoder for one picture, or for a stream of a container.
    init(
        _ codec: UnsafePointer<AVCodec>,
        stream: UnsafeMutablePointer<AVStream>? = nil,
        options: DecodeOptions
    ) throws(MediaFault) {
        _ = LibavFault.keepsLog
        vestige_libav_clear_log()
        guard let frame = av_frame_alloc() else {
            throw MediaFault(.outOfMemory, "no memory for a frame")
        }
        var context = avcodec_alloc_context3(codec)
        guard let opened = context else {
            var frame: UnsafeMutablePointer<AVFrame>? = frame
            av_frame_free(&frame)
            throw MediaFault(.outOfMemory, "no memory for a decoder")
        }
        var status: Int32 = 0
        if let stream {
            status = avcodec_parameters_to_context(opened, stream.pointee.codecpar)
            opened.pointee.pkt_timebase = stream.pointee.time_base
        }
        // One worker per core is the parallelism; and frame threads would delay every picture.
        opened.pointee.thread_count = 1
        opened.pointee.max_pixels = options.maximumPixels
        // Damaged pictures are wanted too: they are marked, not dropped.
        opened.pointee.flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT
        if status >= 0 {
            status = avcodec_open2(opened, codec, nil)
        }
        guard status >= 0 else {
            avcodec_free_context(&context)
            var frame: UnsafeMutablePointer<AVFrame>? = frame
            av_frame_free(&frame)
            throw LibavFault.fault(status, "the decoder cannot be opened")
        }
        self.context = opened
        self.frame = frame
    }

    deinit {
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&context)
        var frame: UnsafeMutablePointer<AVFrame>? = frame
        av_frame_free(&frame)
    }

    /// The codec's short name.
    var codec: String { String(cString: avcodec_get_name(context.pointee.codec_id)) }

    /// Gives the decoder one packet, or `nil` at the end; returns libav's status.
    func send(_ packet: UnsafePointer<AVPacket>?) -> Int32 {
        avcodec_send_packet(context, packet)
    }

    /// Forgets what it was given: the next packet may be from anywhere.
    func flush() {
        avcodec_flush_buffers(context)
    }

    /// Whether pictures that no other refers to may be left out, which saves time.
    func skipUnreferenced(_ skips: Bool) {
        context.pointee.skip_frame = skips ? AVDISCARD_NONREF : AVDISCARD_DEFAULT
    }

    /// Takes the next picture into ``frame``; returns libav's status.
    func receive() -> Int32 {
        avcodec_receive_frame(context, frame)
    }
}

/// Compressed bytes on their way to a decoder: the sole owner of one `AVPacket`.
struct Packet: ~Copyable {
    let packet: UnsafeMutablePointer<AVPacket>

    init() throws(MediaFault) {
        guard let packet = av_packet_alloc() else {
            throw MediaFault(.outOfMemory, "no memory for a packet")
        }
        self.packet = packet
    }

    /// A packet of a whole file, followed by zeros; libav's readers run a little past the end.
    init(copying bytes: UnsafeRawBufferPointer, zeros: Int = 0) throws(MediaFault) {
        let (count, overflow) = bytes.count.addingReportingOverflow(zeros)
        guard !overflow, count < Int(Int32.max) - 4096 else {
            throw MediaFault(.tooLarge, "a picture file of \(bytes.count) bytes")
        }
        var packet = av_packet_alloc()
        guard let filled = packet, av_new_packet(filled, Int32(count)) == 0 else {
            av_packet_free(&packet)
            throw MediaFault(.outOfMemory, "no memory for a packet of \(count) bytes")
        }
        let target = UnsafeMutableRawBufferPointer(start: filled.pointee.data, count: count)
        target.copyMemory(from: bytes)
        UnsafeMutableRawBufferPointer(rebasing: target[bytes.count...])
            .initializeMemory(as: UInt8.self, repeating: 0)
        filled.pointee.flags |= AV_PKT_FLAG_KEY
        self.packet = filled
    }

    deinit {
        var packet: UnsafeMutablePointer<AVPacket>? = packet
        av_packet_free(&packet)
    }
}

/// A decoded picture that is kept for later: the sole owner of one `AVFrame`.
struct HeldFrame: ~Copyable {
    let frame: UnsafeMutablePointer<AVFrame>
    /// When it is shown, in milliseconds.
    private(set) var time: Int64 = 0
    private(set) var isDamaged = false
    private(set) var isHeld = false

    init() throws(MediaFault) {
        guard let frame = av_frame_alloc() else {
            throw MediaFault(.outOfMemory, "no memory for a frame")
        }
        self.frame = frame
    }

    deinit {
        var frame: UnsafeMutablePointer<AVFrame>? = frame
        av_frame_free(&frame)
    }

    /// Keeps a picture; its samples are shared, not copied.
    mutating func hold(_ other: UnsafePointer<AVFrame>, at time: Int64, isDamaged: Bool) {
        av_frame_unref(frame)
        isHeld = av_frame_ref(frame, other) == 0
        self.time = time
        self.isDamaged = isDamaged
    }

    mutating func drop() {
        guard isHeld else { return }
        av_frame_unref(frame)
        isHeld = false
    }
}
