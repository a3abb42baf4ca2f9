import CMedia
import Glibc

/// What libav reads a container through: memory first, the open file for the rest.
///
/// The sole owner of one `AVIOContext`. There is no address and no name in it, so nothing else can
/// be opened by way of it.
struct ByteStream: ~Copyable {
    /// Larger reads, which samples of film are, bypass this buffer.
    private static let bufferBytes = 32 << 10

    /// Where the reader stands.
    struct State {
        let source: MediaSource
        var position: Int64 = 0
        /// The system's first error.
        var error: Int32 = 0
    }

    private let state: UnsafeMutablePointer<State>
    let context: UnsafeMutablePointer<AVIOContext>

    init(_ source: MediaSource) throws(MediaFault) {
        let state = UnsafeMutablePointer<State>.allocate(capacity: 1)
        state.initialize(to: State(source: source))
        let buffer = av_malloc(ByteStream.bufferBytes)
        let context = avio_alloc_context(
            buffer?.assumingMemoryBound(to: UInt8.self),
            Int32(ByteStream.bufferBytes),
            0,
            state,
            { ByteStream.read($0, $1, $2) },
            nil,
            { ByteStream.seek($0, $1, $2) }
        )
        guard buffer != nil, let context else {
            av_free(buffer)
            state.deallocate()
            throw MediaFault(.outOfMemory, "no memory for a read buffer")
        }
        self.state = state
        self.context = context
    }

    deinit {
        // libav may have replaced the buffer that it was given.
        av_free(context.pointee.buffer)
        var context: UnsafeMutablePointer<AVIOContext>? = context
        avio_context_free(&context)
        state.deinitialize(count: 1)
        state.deallocate()
    }

    /// Why reading failed, if it did.
    var fault: MediaFault? {
        let error = state.pointee.error
        return error == 0
            ? nil : MediaFault(.readFailed, "reading failed in mid-file", status: error)
    }

    private static func read(
        _ opaque: UnsafeMutableRawPointer?,
        _ target: UnsafeMutablePointer<UInt8>?,
        _ count: Int32
    ) -> Int32 {
        guard let opaque, let target else { return vestige_averror_invalid() }
        let state = opaque.assumingMemoryBound(to: State.self)
        let done = state.pointee.source.read(
            at: state.pointee.position,
            into: target,
            count: Int(count)
        )
        if done < 0 {
            if state.pointee.error == 0 { state.pointee.error = errno }
            return vestige_averror_io()
        }
        guard done > 0 else { return vestige_averror_eof() }
        state.pointee.position += Int64(done)
        return Int32(done)
    }

    private static func seek(
        _ opaque: UnsafeMutableRawPointer?,
        _ offset: Int64,
        _ origin: Int32
    ) -> Int64 {
        guard let opaque else { return -1 }
        let state = opaque.assumingMemoryBound(to: State.self)
        let size = state.pointee.source.size
        let base: Int64
        switch origin & ~AVSEEK_FORCE {
        case AVSEEK_SIZE: return size
        case SEEK_SET: base = 0
        case SEEK_CUR: base = state.pointee.position
        case SEEK_END: base = size
        default: return Int64(vestige_averror_invalid())
        }
        let (target, overflow) = base.addingReportingOverflow(offset)
        guard !overflow, target >= 0 else { return Int64(vestige_averror_invalid()) }
        state.pointee.position = target
        return target
    }
}
