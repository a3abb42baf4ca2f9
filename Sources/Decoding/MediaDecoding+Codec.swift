import CMedia
import Keyframing

extension MediaDecoding {
    /// libavcodec's decoders for a picture format, the better one first.
    private static func codecs(_ format: String) -> [String] {
        switch format {
        case "jpeg": ["mjpeg"]
        case "bigtiff": ["tiff"]
        case "jpeg2000": ["jpeg2000", "libopenjpeg"]
        case "jpegxl": ["libjxl"]
        case "xbm", "xpm", "psd", "pcx", "sgi", "dds", "qoi", "exr", "dpx", "sunrast", "targa",
            "bmp",
            "tiff", "webp", "pbm", "pgm", "ppm", "pam", "pfm", "jpegls", "hdr", "png", "gif":
            [format]
        default: []
        }
    }

    /// Decodes a still picture with libavcodec alone, which gets the whole file as one packet.
    static func decodeWithCodec(
        _ bytes: UnsafeRawBufferPointer,
        format: String,
        options: DecodeOptions,
        onKeyframe: (borrowing Keyframe) -> Void
    ) throws(MediaFault) -> DecodeReport {
        var fault: MediaFault?
        for name in codecs(format) {
            guard let codec = avcodec_find_decoder_by_name(name) else { continue }
            do throws(MediaFault) {
                return try decode(
                    bytes,
                    format: format,
                    codec: codec,
                    options: options,
                    onKeyframe: onKeyframe
                )
            } catch {
                // The first decoder is the better one, and so is its reason.
                fault = fault ?? error
                if error.code == .tooLarge { break }
            }
        }
        throw fault ?? MediaFault(.unsupported, "no decoder for pictures of the format \(format)")
    }

    private static func decode(
        _ bytes: UnsafeRawBufferPointer,
        format: String,
        codec: UnsafePointer<AVCodec>,
        options: DecodeOptions,
        onKeyframe: (borrowing Keyframe) -> Void
    ) throws(MediaFault) -> DecodeReport {
        let missing = missingBytes(bytes, format: format)
        // Decoders refuse a cut file before they look at it: zeros stand in for what it lacks.
        let packet = try Packet(copying: bytes, zeros: missing)
        vestige_zero_allocations(1)
        defer { vestige_zero_allocations(0) }
        let decoder = try FrameDecoder(codec, options: options)
        let sent = decoder.send(packet.packet)
        guard sent >= 0 else { throw failure(sent, format, isCut: missing > 0) }
        _ = decoder.send(nil)
        let received = decoder.receive()
        guard received >= 0 else { throw failure(received, format, isCut: missing > 0) }
        // Decoders of pictures make do with damaged data, and say so only in the log.
        let line = String(cString: vestige_libav_last_error())
        var losses: [MediaFault] = []
        if missing > 0 {
            losses.append(MediaFault(.truncated, "the file ends too early"))
        } else if !line.isEmpty || vestige_frame_is_corrupt(decoder.frame) != 0 {
            losses.append(MediaFault(.corrupt, line.isEmpty ? "damaged data" : line))
        }
        let known = FrameContext(
            time: nil,
            assumedRange: format == "webp" ? .limited : .full,
            isDamaged: !losses.isEmpty
        )
        let keyframes = try emit(decoder.frame, known, options: options, to: onKeyframe)
        let facts = MediaFacts(
            kind: .picture,
            format: format,
            codec: decoder.codec,
            width: Int(decoder.frame.pointee.width),
            height: Int(decoder.frame.pointee.height),
            orientation: format == "tiff" ? ExifOrientation.inTIFF(bytes) : 1
        )
        return DecodeReport(facts: facts, keyframes: keyframes, losses: losses)
    }

    /// How many bytes the file lacks by its own header, as far as they could be standing in for.
    private static func missingBytes(_ bytes: UnsafeRawBufferPointer, format: String) -> Int {
        let stated: Int? =
            switch format {
            case "webp": bytes.littleEndian(at: 4, count: 4).map { $0 + 8 }
            case "bmp": bytes.littleEndian(at: 2, count: 4)
            // The file says nothing of its length, but its end is marked.
            case "gif": GIFBlocks.reachTrailer(bytes) ? nil : bytes.count + 1
            default: nil
            }
        let missing = (stated ?? 0) - bytes.count
        // A header with a wrong length must not cost more memory than a large picture.
        return (1...(64 << 20)).contains(missing) ? missing : 0
    }

    private static func failure(_ status: Int32, _ format: String, isCut: Bool) -> MediaFault {
        let line = String(cString: vestige_libav_last_error())
        if isCut, !line.hasPrefix("Picture size ") {
            return MediaFault(.truncated, "\(format): the file ends too early", status: status)
        }
        if status == vestige_averror_eof() {
            return MediaFault(
                .nothingDecoded,
                "\(format): \(line.isEmpty ? "no picture came out" : line)"
            )
        }
        return LibavFault.fault(status, format)
    }
}
