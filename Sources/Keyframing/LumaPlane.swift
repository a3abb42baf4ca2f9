/// A rectangle of brightness samples that owns its memory.
///
/// `height` rows of `width` samples, row-major, without padding: 0 is black, 255 is white.
/// `UInt8` planes come from codecs that give gray; `Float` planes carry the reference's own luma.
public struct LumaPlane<Sample: BitwiseCopyable>: ~Copyable {
    /// Samples per row.
    public let width: Int
    /// Rows.
    public let height: Int
    /// The first sample; valid as long as the plane is.
    public let samples: UnsafeMutablePointer<Sample>

    /// A plane whose samples the caller is about to write; their values are undefined until then.
    ///
    /// - Precondition: both sides are positive and their product fits the address space: the decoder
    ///   checks a picture's dimensions against its limits before it takes memory.
    public init(uninitializedWidth width: Int, height: Int) {
        precondition(width > 0 && height > 0, "a plane has at least one sample")
        self.width = width
        self.height = height
        samples = .allocate(capacity: width * height)
    }

    /// A copy of `samples`, `width` × `height` of them, row-major.
    public init(width: Int, height: Int, copying samples: some Sequence<Sample>) {
        self.init(uninitializedWidth: width, height: height)
        let buffer = UnsafeMutableBufferPointer(start: self.samples, count: width * height)
        let (_, end) = buffer.update(from: samples)
        precondition(end == buffer.endIndex, "a plane needs width × height samples")
    }

    deinit {
        samples.deallocate()
    }

    /// The number of samples.
    public var count: Int { width * height }
}
