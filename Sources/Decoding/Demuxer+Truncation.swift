import CMedia

extension Demuxer {
    /// How the file's end shows that bytes are missing; `nil` if it does not show.
    ///
    /// Demuxers take a cut file for a short one. An analyst must know that the rest was never seen.
    func isCut(_ stream: UnsafeMutablePointer<AVStream>, _ source: MediaSource) -> String? {
        switch format {
        case "mov":
            indexPointsPast(source.size, stream)
                ? "the index names samples behind the file's end" : nil
        case "avi":
            riffSize(source).map { $0 > source.size } ?? false
                ? "the file is shorter than its header says" : nil
        case "mpegts":
            isTransportCut(source) ? "the last packet is not whole" : nil
        case "flv":
            endsInsideTag(source) ? "the file ends inside a tag" : nil
        case "gif":
            source.isWhole && !GIFBlocks.reachTrailer(source.bytes)
                ? "the file ends before its trailer" : nil
        case "apng":
            source.isWhole && !PNGChunks.reachEnd(source.bytes)
                ? "the file ends before its last chunk" : nil
        default:
            LibavFault.saysTruncated(String(cString: vestige_libav_last_error()))
                ? String(cString: vestige_libav_last_error()) : nil
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
        guard let length = number(source, at: source.size - 4, count: 4),
            let size = number(source, at: source.size - 4 - length + 1, count: 3)
        else { return true }
        return size + 11 != length
    }

    private func number(_ source: MediaSource, at position: Int64, count: Int) -> Int64? {
        withUnsafeTemporaryAllocation(byteCount: 8, alignment: 8) { room in
            guard position >= 0,
                source.read(at: position, into: room.baseAddress!, count: count) == count
            else { return nil }
            return UnsafeRawBufferPointer(room).bigEndian(at: 0, count: count).map(Int64.init)
        }
    }
}
