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

    private let stream: ByteStream
    let context: UnsafeMutablePointer<AVFormatContext>

    /// Opens a container; `format` is libav's name of it, or `nil` if the content must tell.
    init(_ source: MediaSource, format: String?) throws(MediaFault) {
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
        opened.pointee.format_whitelist = av_strdup(Demuxer.allowed)
        opened.pointee.protocol_whitelist = av_strdup("none")
        vestige_libav_forbid_opening(opened)
        let demuxer = format.flatMap { av_find_input_format($0) }
        var context: UnsafeMutablePointer<AVFormatContext>? = opened
        let status = avformat_open_input(&context, nil, demuxer, nil)
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

    /// The claimed length in milliseconds.
    var durationMilliseconds: Int64? {
        let duration = context.pointee.duration
        return duration > 0 ? duration / (vestige_libav_time_base() / 1000) : nil
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

    /// Picks the stream to decode, and tells the demuxer to leave out all else.
    ///
    /// Among streams that have a decoder the container's default comes first, then the largest.
    func selectFilm(keyframesOnly: Bool) throws(MediaFault) -> UnsafeMutablePointer<AVStream> {
        let films = streams.filter(Demuxer.isFilm)
        let readable = films.filter {
            avcodec_find_decoder($0.pointee.codecpar.pointee.codec_id) != nil
        }
        func rank(_ stream: UnsafeMutablePointer<AVStream>) -> Int64 {
            let size = stream.pointee.codecpar.pointee
            let pixels = Int64(size.width) * Int64(size.height)
            return stream.pointee.disposition & AV_DISPOSITION_DEFAULT != 0
                ? pixels + 1 << 60 : pixels
        }
        guard
            let best = readable.max(by: {
                (rank($0), -$0.pointee.index) < (rank($1), -$1.pointee.index)
            })
        else {
            if let film = films.first {
                let name = String(cString: avcodec_get_name(film.pointee.codecpar.pointee.codec_id))
                throw MediaFault(.unsupported, "no decoder for the codec \(name)")
            }
            let hasCover = streams.contains {
                $0.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO
            }
            throw MediaFault(
                .noVideoTrack,
                hasCover ? "\(format): only cover art, no film" : "\(format): no film in it"
            )
        }
        for stream in streams {
            stream.pointee.discard = AVDISCARD_ALL
        }
        // See ``seekKeyframe(_:from:)`` for why MP4 is not left to the demuxer.
        let leavesOut = keyframesOnly && format != "mov"
        best.pointee.discard = leavesOut ? AVDISCARD_NONKEY : AVDISCARD_DEFAULT
        return best
    }

    /// Reads the next packet; returns libav's status.
    func read(into packet: UnsafeMutablePointer<AVPacket>) -> Int32 {
        av_read_frame(context, packet)
    }

    /// Goes to the first keyframe at or after a place in the container's index.
    ///
    /// Only for MP4 and QuickTime, whose index is complete before the film is read. The samples
    /// between keyframes are never read then. Left to do this itself (`AVDISCARD_NONKEY`), libav's
    /// demuxer (5.1) gives keyframes the composition offsets of other samples: wrong times.
    ///
    /// - Returns: the place behind the keyframe, or `nil` if the index names no further one.
    func seekKeyframe(
        _ stream: UnsafeMutablePointer<AVStream>,
        from place: Int32
    ) -> Int32? {
        guard format == "mov" else { return nil }
        let count = avformat_index_get_entries_count(stream)
        guard place < count else { return nil }
        for index in place..<count {
            guard let entry = avformat_index_get_entry(stream, index) else { return nil }
            guard entry.pointee.flags & AVINDEX_KEYFRAME != 0 else { continue }
            let status = av_seek_frame(
                context,
                stream.pointee.index,
                entry.pointee.timestamp,
                0
            )
            return status < 0 ? nil : index + 1
        }
        return nil
    }
}
