import CMedia

/// Where a file is no chain of its container's pieces.
///
/// The pieces of Ogg and of an MPEG program stream follow each other without a byte between; their demuxers look
/// for the next one wherever it is, and say nothing of what they passed over.
enum ContainerHoles {
    /// A file that is damaged everywhere has no more holes than this; what is behind is the last one's.
    private static let maximum = 1_000
    /// The beginning of a piece has to be read to know its length.
    private static let headBytes = 27 + 255

    /// The holes of a file, in order, as ranges of bytes; a container of another kind has none that are known.
    static func holes(_ source: MediaSource, format: String) -> [Range<Int64>] {
        switch format {
        case "ogg": holes(source, sync: [0x4F, 0x67, 0x67, 0x53], length: pageLength)
        case "mpeg": holes(source, sync: [0, 0, 1, 0xBA], length: packetLength)
        default: []
        }
    }

    /// - Parameter length: the length of the piece that begins with these bytes; `nil` if none does.
    private static func holes(
        _ source: MediaSource,
        sync: [UInt8],
        length: (UnsafeRawBufferPointer) -> Int?
    ) -> [Range<Int64>] {
        var holes: [Range<Int64>] = []
        let room = RowBuffer(bytes: headBytes)
        var position: Int64 = 0
        while position < source.size {
            let count = source.read(at: position, into: room.bytes, count: headBytes)
            let head = UnsafeRawBufferPointer(start: room.bytes, count: max(0, count))
            if let length = length(head), length > 0 {
                position += Int64(length)
                continue
            }
            let next = source.firstPlace(from: position + 1, width: sync.count) { bytes, place in
                bytes[place] == sync[0] && bytes.holds(sync, at: place)
            }
            let end = next ?? source.size
            if holes.count < maximum {
                holes.append(position..<end)
            } else {
                holes[maximum - 1] = holes[maximum - 1].lowerBound..<end
            }
            position = end
        }
        return holes
    }

    private static func pageLength(_ head: UnsafeRawBufferPointer) -> Int? {
        guard head.holds("OggS"), head.count >= 27 else { return nil }
        let segments = Int(head[26])
        guard head.count >= 27 + segments else { return nil }
        return 27 + segments + (0..<segments).reduce(0) { $0 + Int(head[27 + $1]) }
    }

    private static func packetLength(_ head: UnsafeRawBufferPointer) -> Int? {
        guard head.count >= 4, head.holds([0, 0, 1]) else {
            // Zeros may stand before a start code.
            return nil
        }
        switch head[3] {
        case 0xB9: return 4
        case 0xBA:
            guard head.count >= 14 else { return nil }
            // MPEG-2 says how many bytes of stuffing follow; MPEG-1 has none.
            return head[4] >> 6 == 1 ? 14 + Int(head[13] & 7) : 12
        case 0xBB...0xFF: return head.bigEndian(at: 4, count: 2).map { 6 + $0 }
        default: return nil
        }
    }
}
