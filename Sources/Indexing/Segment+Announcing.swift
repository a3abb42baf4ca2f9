import CKernels
import Glibc

extension Segment {
    /// Segments under this size are taken to be in memory: asking would cost more than it saves.
    private static let announcedBytes = 256 << 20
    /// Whether so large a segment may have parts that are not in memory.
    package var mayLieOnDisk: Bool { layout.fileSize >= Segment.announcedBytes }

    /// Whether the beginning of a list can be read without waiting for the disk.
    package func holdsInMemory(_ list: vestige_list, chunk: Int) -> Bool {
        list.start == list.end || file.holdsInMemory(range(of: list, chunk).lowerBound)
    }

    /// Asks the disk for lists.
    package func announce(_ lists: some Sequence<vestige_list>, chunk: Int) {
        for list in lists where list.start < list.end {
            let range = range(of: list, chunk)
            file.advise(MADV_WILLNEED, range)
            // Its checksums are needed as well; they lie elsewhere, four bytes for a page.
            let size = SegmentLayout.checksummedBytes(version: layout.version)
            let place = layout.checksums.offset + range.lowerBound / size * 4
            file.advise(MADV_WILLNEED, place..<(place + 4))
        }
    }

    /// Asks the disk for the row number of a posting.
    package func announceRowID(_ position: Int, chunk: Int) {
        let start = layout.rowIDs[chunk].offset + position * 4
        file.advise(MADV_WILLNEED, start..<(start + 4))
    }

    /// Asks the disk for a row.
    package func announceRow(_ row: Int) {
        let start = layout.rows.offset + row * 32
        file.advise(MADV_WILLNEED, start..<(start + 32))
    }

    private func range(of list: vestige_list, _ chunk: Int) -> Range<Int> {
        let offset = layout.extensions[chunk].offset
        return (offset + Int(list.start) * 4)..<(offset + Int(list.end) * 4)
    }

    /// Asks the disk for all rows, before a scan: in pieces, since of one range the system reads no more than
    /// it reads ahead otherwise, which is 128 kB unless somebody has changed it.
    package func announceRows() {
        guard mayLieOnDisk else { return }
        let rows = layout.rows.range
        // A few looks, far apart: to ask for what is in memory takes a tenth of the time of the scan.
        let isInMemory = stride(from: rows.lowerBound, to: rows.upperBound, by: rows.count / 16 + 1)
            .allSatisfy { file.holdsInMemory($0) }
        guard !isInMemory else { return }
        let piece = 128 << 10
        for start in stride(from: rows.lowerBound, to: rows.upperBound, by: piece) {
            file.advise(MADV_WILLNEED, start..<min(start + piece, rows.upperBound))
        }
    }
}

extension MappedFile {
    /// Whether the page at an offset can be read without waiting for the disk.
    func holdsInMemory(_ offset: Int) -> Bool {
        guard let base = bytes.baseAddress else { return true }
        var state: UInt8 = 0
        let page = UnsafeMutableRawPointer(mutating: base + (offset & ~4095))
        // Where the system will not say, the answer is yes: the search is right without announcing.
        return mincore(page, 4096, &state) != 0 || state & 1 == 1
    }
}
