import CMedia

/// An open media container: the sole owner of one `AVFormatContext`.
struct Demuxer: ~Copyable {
    /// Containers of film that keep all they have inside the file. Playlists, numbered files and
    /// scripts, which name other files, are not among them.
    private static let allowed = """
        mov,matroska,avi,flv,asf,ogg,rm,mpeg,mpegts,mpegvideo,m4v,h261,h263,h264,hevc,vc1,\
        obu,ivf,av1,mxf,gxf,nut,nsv,wtv,dv,dhav,ifv,flic,gif,apng,ico,mjpeg,mpjpeg,\
        yuv4mpegpipe,dirac,cavsvideo,4xm,bink,smk,roq,thp,film_cpk,idcin,ipmovie,pva,ty,viv,\
        vivo,mtv,nuv,kux,live_flv,xmv,cdxl,iv8,rl2,vmd,vc1test,amv,lxf,pmp,r3d,mgsts,avs,bfi,\
        bmv,c93,cine,dsicin,dxa,ea,hnm,jv,mm,mvi,mv,moflex,sga,siff,smjpeg,tiertexseq,txd,\
        wc3movie,wsvqa,yop,filmstrip
        """

    /// Below this libav would ask for more bytes before it believed the format.
    private static let minimumScore: Int32 = 26

    /// A container of more streams is refused: each takes memory, and some formats name thousands in a
    /// few bytes.
    private static let maximumStreams: Int32 = 20_000

    private let stream: ByteStream
    let context: UnsafeMutablePointer<AVFormatContext>

    /// Opens a container; `format` is libav's name of it, or `nil` if the content must tell.
    ///
    /// - Parameter ignoresEdits: whether an MP4 gives all its samples, also those that its edit list
    ///   hides, at times that do not heed it.
    init(
        _ source: MediaSource,
        format: String?,
        ignoresEdits: Bool = false
    ) throws(MediaFault) {
        _ = LibavFault.keepsLog
        vestige_libav_clear_log()
        let stream = try ByteStream(source)
        guard let opened = avformat_alloc_context() else {
            throw MediaFault(.outOfMemory, "no memory for a container")
        }
        opened.pointee.pb = stream.context
        opened.pointee.flags |= AVFMT_FLAG_CUSTOM_IO
        opened.pointee.probesize = 4 << 20
        opened.pointee.max_analyze_duration = 3 * vestige_libav_time_base()
        // The frame rate is not needed, and guessing it takes many packets.
        opened.pointee.fps_probe_size = 0
        opened.pointee.max_streams = Demuxer.maximumStreams
        opened.pointee.format_whitelist = av_strdup(Demuxer.allowed)
        opened.pointee.protocol_whitelist = av_strdup("none")
        vestige_libav_forbid_opening(opened)
        let demuxer = format.flatMap { av_find_input_format($0) }
        var context: UnsafeMutablePointer<AVFormatContext>? = opened
        var settings: OpaquePointer?
        defer { av_dict_free(&settings) }
        if ignoresEdits {
            av_dict_set(&settings, "ignore_editlist", "1", 0)
        }
        let status = avformat_open_input(&context, nil, demuxer, &settings)
        // On failure libav has already freed the context: nothing to release here.
        guard status == 0, let context else {
            if let fault = stream.fault { throw fault }
            // Without a known signature, a refusal means that nothing knew the content either.
            throw LibavFault.fault(
                status,
                "the container cannot be opened",
                fallback: demuxer == nil ? .unrecognised : .corrupt
            )
        }
        guard demuxer != nil || context.pointee.probe_score >= Demuxer.minimumScore else {
            var context: UnsafeMutablePointer<AVFormatContext>? = context
            avformat_close_input(&context)
            throw MediaFault(.unrecognised, "the content is of no known kind")
        }
        self.stream = stream
        self.context = context
    }

    deinit {
        var context: UnsafeMutablePointer<AVFormatContext>? = context
        avformat_close_input(&context)
    }

    /// The container's short name: the first of libav's list.
    var format: String {
        guard let name = context.pointee.iformat?.pointee.name else { return "unknown" }
        return String(String(cString: name).prefix { $0 != "," })
    }

    /// Why reading the file failed, if it did.
    var readFault: MediaFault? { stream.fault }

    /// The claimed length of the file in milliseconds.
    var durationMilliseconds: Int64? {
        let duration = context.pointee.duration
        return duration > 0 ? duration / (vestige_libav_time_base() / 1000) : nil
    }

    /// The claimed length of a stream in milliseconds: of the file, if the stream does not say its own.
    func durationMilliseconds(of stream: UnsafeMutablePointer<AVStream>) -> Int64? {
        let own = av_rescale_q(
            stream.pointee.duration,
            stream.pointee.time_base,
            AVRational(num: 1, den: 1000)
        )
        let isSaid = stream.pointee.duration != vestige_no_timestamp() && own > 0
        return isSaid ? own : durationMilliseconds
    }

    /// When the film starts, in microseconds; `nil` if the container does not say.
    var startMicroseconds: Int64? {
        let start = context.pointee.start_time
        return start == vestige_no_timestamp() ? nil : start
    }

    /// The streams found so far.
    private var streams: [UnsafeMutablePointer<AVStream>] {
        (0..<Int(context.pointee.nb_streams)).compactMap { context.pointee.streams[$0] }
    }

    /// Reads as much as is needed to know what the streams are.
    func findStreams() {
        // These two say all in their headers; looking further would decode frames for nothing.
        let isDescribed =
            ["mov", "matroska"].contains(format)
            && streams.contains { Demuxer.isFilm($0) && $0.pointee.codecpar.pointee.width > 0 }
        if !isDescribed {
            for stream in streams
            where stream.pointee.codecpar.pointee.codec_type != AVMEDIA_TYPE_VIDEO {
                stream.pointee.discard = AVDISCARD_ALL
            }
            avformat_find_stream_info(context, nil)
        }
    }

    private static func isFilm(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
        let still = AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS
        return stream.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO
            && stream.pointee.disposition & still == 0
    }

    private static func hasDecoder(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
        avcodec_find_decoder(stream.pointee.codecpar.pointee.codec_id) != nil
    }

    /// The streams to decode: those of film that have a decoder, the container's default first, then the
    /// largest.
    ///
    /// - Throws: ``MediaFault`` if there is none.
    func films() throws(MediaFault) -> [UnsafeMutablePointer<AVStream>] {
        let films = streams.filter(Demuxer.isFilm)
        let readable = films.filter(Demuxer.hasDecoder)
        func rank(_ stream: UnsafeMutablePointer<AVStream>) -> Int64 {
            let size = stream.pointee.codecpar.pointee
            let pixels = Int64(size.width) * Int64(size.height)
            return stream.pointee.disposition & AV_DISPOSITION_DEFAULT != 0
                ? pixels + 1 << 60 : pixels
        }
        guard !readable.isEmpty else {
            if let film = films.first {
                let name = String(cString: avcodec_get_name(film.pointee.codecpar.pointee.codec_id))
                throw MediaFault(.unsupported, "no decoder for the codec \(name)")
            }
            throw MediaFault(
                .noVideoTrack,
                covers.isEmpty ? "\(format): no film in it" : "\(format): only cover art, no film"
            )
        }
        return readable.sorted {
            (rank($0), -$0.pointee.index) > (rank($1), -$1.pointee.index)
        }
    }

    /// How many streams of film have no decoder.
    var unreadableFilms: Int {
        streams.count { Demuxer.isFilm($0) && !Demuxer.hasDecoder($0) }
    }

    /// The streams that hold a cover: one picture, which the demuxer has read already.
    var covers: [UnsafeMutablePointer<AVStream>] {
        streams.filter {
            $0.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO
                && $0.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0
                && $0.pointee.attached_pic.size > 0
        }
    }

    /// How the container says that a stream is to be turned for display, as an EXIF orientation, 1 ... 8.
    func orientation(of stream: UnsafeMutablePointer<AVStream>) -> Int {
        var size = 0
        guard
            let matrix = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size),
            size >= 9 * MemoryLayout<Int32>.size
        else { return 1 }
        return matrix.withMemoryRebound(to: Int32.self, capacity: 9) { matrix in
            // The 2 x 2 part, whose signs say which of the eight turns it is.
            switch (matrix[0].signum(), matrix[1].signum(), matrix[3].signum(), matrix[4].signum())
            {
            case (-1, 0, 0, 1): 2
            case (-1, 0, 0, -1): 3
            case (1, 0, 0, -1): 4
            case (0, 1, 1, 0): 5
            case (0, 1, -1, 0): 6
            case (0, -1, -1, 0): 7
            case (0, -1, 1, 0): 8
            default: 1
            }
        }
    }

    /// Tells the demuxer to leave out all streams but one.
    func select(_ stream: UnsafeMutablePointer<AVStream>) {
        for other in streams {
            other.pointee.discard = AVDISCARD_ALL
        }
        stream.pointee.discard = AVDISCARD_DEFAULT
    }

    /// Reads the next packet; returns libav's status.
    func read(into packet: UnsafeMutablePointer<AVPacket>) -> Int32 {
        av_read_frame(context, packet)
    }

    /// Goes to the first keyframe at or after a stamp of the container's index, or, `backward`, to the last
    /// one before it; returns libav's status.
    ///
    /// Samples in between are never read then. Left to leave them out itself (`AVDISCARD_NONKEY`), libav's
    /// MP4 demuxer (5.1) gives keyframes the composition offsets of other samples: wrong times.
    func seek(
        _ stream: UnsafeMutablePointer<AVStream>,
        to stamp: Int64,
        backward: Bool = false
    ) -> Int32 {
        av_seek_frame(context, stream.pointee.index, stamp, backward ? AVSEEK_FLAG_BACKWARD : 0)
    }
}

extension UnsafeMutablePointer<AVStream> {
    /// What the container's index has of the stream at this moment, in the order of the index.
    var indexEntries: some Sequence<UnsafePointer<AVIndexEntry>> {
        let stream = self
        return (0..<max(0, avformat_index_get_entries_count(stream))).lazy.compactMap {
            UnsafePointer(avformat_index_get_entry(stream, $0))
        }
    }
}
