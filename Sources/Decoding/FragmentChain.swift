import CMedia

/// The boxes of a fragmented MP4: a chain, each link of which says how long it is.
///
/// A demuxer ends where the chain breaks. Behind the break there may be whole fragments, which say themselves when
/// they are shown: the break is made a box that is passed over, and reading goes on.
struct FragmentChain {
    /// Bytes that are no box, up to the next fragment, in order.
    private(set) var holes: [Range<Int64>] = []
    /// Why the file ends where it does, if that is no proper end.
    private(set) var fault: MediaFault?

    /// A fragment is seconds long.
    private static let maximumBoxes = 1_000_000
    private static let maximumHoles = 1_000

    /// The chain of a file; one without fragments has no holes that are known.
    init(_ source: MediaSource) {
        var position: Int64 = 0
        var isFragmented = false
        for _ in 0..<FragmentChain.maximumBoxes {
            guard position < source.size - 8 else { return }
            guard let (size, type) = source.box(at: position) else {
                guard isFragmented else { return }
                guard holes.count < FragmentChain.maximumHoles,
                    let next = FragmentChain.fragment(in: source, after: position + 16)
                else {
                    fault = MediaFault(.corrupt, "the fragments break off at byte \(position)")
                    return
                }
                holes.append(position..<next)
                position = next
                continue
            }
            isFragmented = isFragmented || type == "moof"
            guard size > 0 else { return }
            let (next, overflow) = position.addingReportingOverflow(size)
            guard !overflow, next <= source.size else {
                if isFragmented { fault = MediaFault(.truncated, "the last fragment is not whole") }
                return
            }
            position = next
        }
    }

    /// The first place at or after a position where a fragment begins.
    private static func fragment(in source: MediaSource, after position: Int64) -> Int64? {
        source.firstPlace(from: position, width: 16) { bytes, place in
            bytes[place + 4] == UInt8(ascii: "m") && bytes.holds("moof", at: place + 4)
                && bytes.holds("mfhd", at: place + 12)
        }
    }
}

extension MediaSource {
    /// Size and type of the MP4 box at a place; a size of 0 goes to the end. `nil` if there is none.
    func box(at position: Int64) -> (size: Int64, type: String)? {
        guard let small = number(at: position, count: 4),
            let code = number(at: position + 4, count: 4)
        else { return nil }
        let letters = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: code >> $0) }
        guard letters.allSatisfy({ $0 >= 0x20 && $0 < 0x7F || $0 == 0xA9 }) else { return nil }
        let type = String(decoding: letters, as: UTF8.self)
        if small == 1 {
            guard let large = number(at: position + 9, count: 7), large >= 16 else { return nil }
            return (large, type)
        }
        return small == 0 || small >= 8 ? (small, type) : nil
    }

    /// The big-endian number of up to seven bytes at a place; `nil` if it does not lie inside.
    func number(at position: Int64, count: Int) -> Int64? {
        withUnsafeTemporaryAllocation(byteCount: 8, alignment: 8) { room in
            guard let base = room.baseAddress, position >= 0,
                read(at: position, into: base, count: count) == count
            else { return nil }
            return UnsafeRawBufferPointer(room).bigEndian(at: 0, count: count).map(Int64.init)
        }
    }

    /// The source with each of these stretches, of at least 16 bytes, seen as an MP4 box that readers pass over.
    func passingOver(_ holes: [Range<Int64>]) -> MediaSource {
        var source = self
        source.patches = holes.map { hole in
            var head: [UInt8] = [0, 0, 0, 1] + Array("free".utf8)
            for shift in stride(from: 56, through: 0, by: -8) {
                head.append(UInt8(truncatingIfNeeded: hole.count >> shift))
            }
            return (hole.lowerBound, head)
        }
        return source
    }
}
