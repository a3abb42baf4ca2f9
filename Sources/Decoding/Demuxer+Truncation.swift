import CMedia

extension Demuxer {
    /// What the file's end shows to be missing; `nil` if it does not show.
    ///
    /// Demuxers take a cut file for a short one. An analyst must know that the rest was never seen.
    func isCut(_ stream: UnsafeMutablePointer<AVStream>, _ source: MediaSource) -> MediaFault? {
        switch format {
        case "mov":
            if indexPointsPast(source.size, stream) {
                return MediaFault(.truncated, "the index names samples behind the file's end")
            }
            return FragmentChain(source).fault
        case "avi":
            return riffSize(source).map { $0 > source.size } ?? false
                ? MediaFault(.truncated, "the file is shorter than its header says") : nil
        case "asf":
            return asfSize(source).map { $0 > source.size } ?? false
                ? MediaFault(.truncated, "the file is shorter than its header says") : nil
        case "ogg":
            return endsWithLastPage(source)
                ? nil : MediaFault(.truncated, "no page is marked as the last")
        case "mpegts":
            return isTransportCut(source)
                ? MediaFault(.truncated, "the last packet is not whole") : nil
        case "flv":
            return endsInsideTag(source)
                ? MediaFault(.truncated, "the file ends inside a tag") : nil
        case "gif":
            return source.isWhole && !GIFBlocks.reachTrailer(source.bytes)
                ? MediaFault(.truncated, "the file ends before its trailer") : nil
        case "apng":
            return source.isWhole && !PNGChunks.reachEnd(source.bytes)
                ? MediaFault(.truncated, "the file ends before its last chunk") : nil
        default:
            let line = String(cString: vestige_libav_last_error())
            return LibavFault.saysTruncated(line) ? MediaFault(.truncated, line) : nil
        }
    }

    /// The length that an AVI's or ASF's header claims, in milliseconds: libav makes its own of a file that
    /// is cut.
    func claimedByHeader(_ source: MediaSource) -> Int64? {
        switch format {
        case "avi":
            guard source.bytes.holds("avih", at: 24),
                let microseconds = source.bytes.littleEndian(at: 32, count: 4),
                let pictures = source.bytes.littleEndian(at: 48, count: 4)
            else { return nil }
            return Int64(microseconds) * Int64(pictures) / 1000
        case "asf":
            guard let place = asfProperties(source),
                let duration = source.bytes.littleEndian(at: place + 64, count: 7),
                let preroll = source.bytes.littleEndian(at: place + 80, count: 7)
            else { return nil }
            return Int64(duration / 10_000) - Int64(preroll)
        default: return nil
        }
    }

    /// The file's size as its properties object has it.
    private func asfSize(_ source: MediaSource) -> Int64? {
        asfProperties(source).flatMap { source.bytes.littleEndian(at: $0 + 40, count: 7) }
            .map { Int64($0) }
    }

    /// Where an ASF's properties are; `nil` for a broadcast, which does not know them.
    private func asfProperties(_ source: MediaSource) -> Int? {
        let identifier: [UInt8] = [
            0xA1, 0xDC, 0xAB, 0x8C, 0x47, 0xA9, 0xCF, 0x11,
            0x8E, 0xE4, 0x00, 0xC0, 0x0C, 0x20, 0x53, 0x65,
        ]
        let count = min(source.bytes.count, 64 << 10) - 104
        guard count > 0 else { return nil }
        let place = (0..<count).first { source.bytes.holds(identifier, at: $0) }
        guard let place, let flags = source.bytes.littleEndian(at: place + 88, count: 4),
            flags & 1 == 0
        else { return nil }
        return place
    }

    /// Whether an Ogg page near the file's end is marked as the last of its stream.
    private func endsWithLastPage(_ source: MediaSource) -> Bool {
        let count = Int(min(source.size, 256 << 10))
        return withUnsafeTemporaryAllocation(byteCount: max(1, count), alignment: 8) { room in
            guard let base = room.baseAddress,
                source.read(at: source.size - Int64(count), into: base, count: count) == count
            else { return true }
            let bytes = UnsafeRawBufferPointer(rebasing: room[..<count])
            return (0..<max(0, count - 6)).contains {
                bytes[$0] == 0x4F && bytes.holds("OggS", at: $0) && bytes[$0 + 5] & 4 != 0
            }
        }
    }

    private func indexPointsPast(
        _ size: Int64,
        _ stream: UnsafeMutablePointer<AVStream>
    ) -> Bool {
        stream.indexEntries.contains { $0.pointee.pos > size - Int64($0.pointee.size) }
    }

    private func riffSize(_ source: MediaSource) -> Int64? {
        guard source.bytes.holds("RIFF") else { return nil }
        return source.bytes.littleEndian(at: 4, count: 4).map { Int64($0) + 8 }
    }

    /// Only for the plain form of 188 bytes a packet from the first byte on.
    private func isTransportCut(_ source: MediaSource) -> Bool {
        let isPlain =
            source.bytes.count > 376
            && [0, 188, 376].allSatisfy { source.bytes[$0] == 0x47 }
        return isPlain && source.size % 188 != 0
    }

    /// After each tag stands its length, by which the last tag can be found from the end.
    private func endsInsideTag(_ source: MediaSource) -> Bool {
        guard let length = source.number(at: source.size - 4, count: 4),
            let size = source.number(at: source.size - 4 - length + 1, count: 3)
        else { return true }
        return size + 11 != length
    }
}
