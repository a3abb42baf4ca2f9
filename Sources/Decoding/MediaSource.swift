import Glibc

/// The bytes of one item: an open file, and as much of it as is in memory already.
public struct MediaSource {
    /// An open, seekable file; only ever read with pread(2), so that its position stays.
    let descriptor: Int32
    /// Where the content begins in the file: not at its start where several contents share one file.
    let start: Int64
    /// The content's size in bytes.
    public let size: Int64
    /// The content's bytes from its start: all of them, or of a large one only the first part.
    let bytes: UnsafeRawBufferPointer
    /// What is read at these places instead of the file's bytes, in order.
    var patches: [(position: Int64, bytes: [UInt8])] = []

    /// A source over memory and a file that the caller keeps as long as the source is used.
    ///
    /// If `bytes` is the whole content, the descriptor is not touched, and may be -1.
    public init(
        descriptor: Int32,
        start: Int64 = 0,
        size: Int64,
        bytes: UnsafeRawBufferPointer
    ) {
        self.descriptor = descriptor
        self.start = start
        self.size = size
        self.bytes = bytes
    }

    /// Picture codecs want all bytes at once; a picture file of more bytes than this is refused.
    private static let maximumPictureBytes: Int64 = 1 << 30

    /// Whether all bytes are in memory.
    var isWhole: Bool { size <= Int64(bytes.count) }

    /// Reads up to `count` bytes at `position` into `target`; returns 0 at the end, or -1 with
    /// `errno` set.
    public func read(
        at position: Int64,
        into target: UnsafeMutableRawPointer,
        count: Int
    ) -> Int {
        guard position >= 0, position < size, count > 0 else { return 0 }
        let wanted = Int(min(Int64(count), size - position))
        if position < Int64(bytes.count) {
            let place = Int(position)
            let found = min(wanted, bytes.count - place)
            target.copyMemory(from: bytes.baseAddress! + place, byteCount: found)
            patch(target, at: position, count: found)
            return found
        }
        while true {
            let count = pread(descriptor, target, wanted, off_t(start + position))
            if count > 0 { patch(target, at: position, count: count) }
            if count >= 0 || errno != EINTR { return count }
        }
    }

    private func patch(_ target: UnsafeMutableRawPointer, at position: Int64, count: Int) {
        for patch in patches where patch.position < position + Int64(count) {
            for (place, byte) in patch.bytes.enumerated() {
                let offset = patch.position + Int64(place) - position
                guard offset >= 0, offset < Int64(count) else { continue }
                target.storeBytes(of: byte, toByteOffset: Int(offset), as: UInt8.self)
            }
        }
    }

    /// So much is looked through at once.
    private static let searchBytes = 64 << 10

    /// The first place at or after `position` at which `width` bytes are what is looked for; `nil` if there is
    /// none, or if reading fails.
    func firstPlace(
        from position: Int64,
        width: Int,
        where isFound: (_ bytes: UnsafeRawBufferPointer, _ place: Int) -> Bool
    ) -> Int64? {
        let room = RowBuffer(bytes: MediaSource.searchBytes)
        var position = position
        while position <= size - Int64(width) {
            let count = read(at: position, into: room.bytes, count: MediaSource.searchBytes)
            guard count >= width else { return nil }
            let bytes = UnsafeRawBufferPointer(start: room.bytes, count: count)
            if let place = (0...(count - width)).first(where: { isFound(bytes, $0) }) {
                return position + Int64(place)
            }
            position += Int64(count - width + 1)
        }
        return nil
    }

    /// Gives all bytes to `body`, after reading what is not in memory.
    func withWholeContent<Result>(
        _ body: (UnsafeRawBufferPointer) throws(MediaFault) -> Result
    ) throws(MediaFault) -> Result {
        if isWhole {
            return try body(UnsafeRawBufferPointer(rebasing: bytes[..<Int(size)]))
        }
        guard size <= MediaSource.maximumPictureBytes else {
            throw MediaFault(
                .tooLarge,
                "a picture file of \(size) bytes is over the limit of "
                    + "\(MediaSource.maximumPictureBytes)"
            )
        }
        let whole = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(size), alignment: 64)
        defer { whole.deallocate() }
        var position = 0
        while position < whole.count {
            let count = read(
                at: Int64(position),
                into: whole.baseAddress! + position,
                count: whole.count - position
            )
            guard count > 0 else {
                let status = count < 0 ? errno : nil
                throw MediaFault(.readFailed, "reading stopped at byte \(position)", status: status)
            }
            position += count
        }
        return try body(UnsafeRawBufferPointer(whole))
    }
}

extension UnsafeRawBufferPointer {
    /// The big-endian number of `count` bytes at `offset`; `nil` if it does not lie inside.
    func bigEndian(at offset: Int, count: Int) -> Int? {
        guard offset >= 0, count <= 7, offset <= self.count - count else { return nil }
        return (0..<count).reduce(0) { $0 << 8 | Int(self[offset + $1]) }
    }

    /// The little-endian number of `count` bytes at `offset`; `nil` if it does not lie inside.
    func littleEndian(at offset: Int, count: Int) -> Int? {
        guard offset >= 0, count <= 7, offset <= self.count - count else { return nil }
        return (0..<count).reduce(0) { $0 | Int(self[offset + $1]) << (8 * $1) }
    }

    /// Whether `text`, one byte a character, stands at `offset`.
    func holds(_ text: StaticString, at offset: Int = 0) -> Bool {
        guard offset >= 0, offset <= count - text.utf8CodeUnitCount else { return false }
        return (0..<text.utf8CodeUnitCount).allSatisfy { self[offset + $0] == text.utf8Start[$0] }
    }

    /// Whether the bytes stand at `offset`.
    func holds(_ bytes: [UInt8], at offset: Int = 0) -> Bool {
        guard offset >= 0, offset <= count - bytes.count else { return false }
        return bytes.indices.allSatisfy { self[offset + $0] == bytes[$0] }
    }
}
