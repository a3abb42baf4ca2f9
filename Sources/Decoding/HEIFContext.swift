import CMedia

/// An open HEIF or AVIF file and its primary picture: the sole owner of both libheif handles.
struct HEIFContext: ~Copyable {
    private let context: OpaquePointer
    private let handle: OpaquePointer

    /// Opens a file over bytes that stay as long as it, and finds its primary picture.
    init(_ bytes: UnsafeRawBufferPointer) throws(MediaFault) {
        guard let context = heif_context_alloc() else {
            throw MediaFault(.outOfMemory, "no memory for a HEIF context")
        }
        // Tiles one after another: the parallelism is one worker per core.
        heif_context_set_max_decoding_threads(context, 0)
        heif_context_set_maximum_image_size_limit(context, 1 << 16)
        var handle: OpaquePointer?
        var error = heif_context_read_from_memory_without_copy(
            context,
            bytes.baseAddress,
            bytes.count,
            nil
        )
        if error.code == heif_error_Ok {
            error = heif_context_get_primary_image_handle(context, &handle)
        }
        guard error.code == heif_error_Ok, let handle else {
            let fault = HEIFContext.fault(error)
            heif_context_free(context)
            throw fault
        }
        self.context = context
        self.handle = handle
    }

    deinit {
        heif_image_handle_release(handle)
        heif_context_free(context)
    }

    /// The picture's size after the file's own turns and crops.
    var width: Int { Int(heif_image_handle_get_width(handle)) }
    var height: Int { Int(heif_image_handle_get_height(handle)) }

    /// The size of what the codec will give, before turns and crops.
    var codedWidth: Int { Int(heif_image_handle_get_ispe_width(handle)) }
    var codedHeight: Int { Int(heif_image_handle_get_ispe_height(handle)) }

    var hasAlpha: Bool { heif_image_handle_has_alpha_channel(handle) != 0 }

    /// Decodes the picture, its turns and crops applied; `undefined` keeps what is stored.
    func decode(
        _ space: heif_colorspace,
        _ chroma: heif_chroma
    ) throws(MediaFault) -> HEIFImage {
        guard let options = heif_decoding_options_alloc() else {
            throw MediaFault(.outOfMemory, "no memory for decoding options")
        }
        defer { heif_decoding_options_free(options) }
        options.pointee.convert_hdr_to_8bit = space == heif_colorspace_RGB ? 1 : 0
        var image: OpaquePointer?
        let error = heif_decode_image(handle, &image, space, chroma, options)
        guard error.code == heif_error_Ok, let image else { throw HEIFContext.fault(error) }
        return HEIFImage(image)
    }

    /// libheif's error as ours.
    static func fault(_ error: heif_error) -> MediaFault {
        let detail = error.message.map { String(cString: $0) } ?? ""
        let code: MediaFault.Code =
            switch error.code {
            case heif_error_Unsupported_feature, heif_error_Unsupported_filetype,
                heif_error_Plugin_loading_error:
                .unsupported
            case heif_error_Memory_allocation_error: .tooLarge
            case heif_error_Invalid_input where error.subcode == heif_suberror_End_of_data:
                .truncated
            default: .corrupt
            }
        let number = Int32(error.code.rawValue) * 10_000 + Int32(error.subcode.rawValue)
        return MediaFault(code, detail, status: number)
    }
}

/// A picture that libheif decoded: its sole owner.
struct HEIFImage: ~Copyable {
    private let image: OpaquePointer

    init(_ image: OpaquePointer) {
        self.image = image
    }

    deinit {
        heif_image_release(image)
    }

    var space: heif_colorspace { heif_image_get_colorspace(image) }

    /// Whether black is 0 and white is 255; without a profile libheif itself assumes so.
    var isFullRange: Bool {
        var profile: UnsafeMutablePointer<heif_color_profile_nclx>?
        let error = heif_image_get_nclx_color_profile(image, &profile)
        guard error.code == heif_error_Ok, let profile else { return true }
        defer { heif_nclx_color_profile_free(profile) }
        return profile.pointee.full_range_flag != 0
    }

    /// Whether the decoder had something to say about the data.
    var warning: MediaFault? {
        let count = heif_image_get_decoding_warnings(image, 0, nil, 0)
        guard count > 0 else { return nil }
        // libheif 1.15 writes every warning, however few it is asked for: so there must be room for all. Only the
        // last one's text is still there afterwards, since all of them are written to the same place.
        var errors = [heif_error](repeating: heif_error(), count: Int(count))
        let written = heif_image_get_decoding_warnings(image, 0, &errors, count)
        guard errors.indices.contains(Int(written) - 1) else { return nil }
        let error = errors[Int(written) - 1]
        return HEIFContext.fault(error)
    }

    /// One channel's samples; `nil` if the picture has none such.
    func channel(_ channel: heif_channel) -> HEIFChannel? {
        var stride: Int32 = 0
        let width = Int(heif_image_get_width(image, channel))
        let height = Int(heif_image_get_height(image, channel))
        guard let start = heif_image_get_plane_readonly(image, channel, &stride),
            width > 0, height > 0
        else { return nil }
        let depth = Int(heif_image_get_bits_per_pixel_range(image, channel))
        guard (8...16).contains(depth) else { return nil }
        return HEIFChannel(
            start: start,
            stride: Int(stride),
            width: width,
            height: height,
            depth: depth
        )
    }
}

/// The samples of one channel; valid as long as their ``HEIFImage`` is.
struct HEIFChannel {
    let start: UnsafePointer<UInt8>
    let stride: Int
    let width: Int
    let height: Int
    let depth: Int

    /// A row's start.
    func row(_ y: Int) -> UnsafePointer<UInt8> { start + y * stride }

    /// A row as bytes: where it lies, or rounded into `scratch`.
    func byteRow(_ y: Int, scratch: UnsafeMutablePointer<UInt8>) -> UnsafePointer<UInt8> {
        guard depth > 8 else { return row(y) }
        vestige_pack_words(row(y), 2, 0, Int32(depth), 0, width, scratch)
        return UnsafePointer(scratch)
    }
}
