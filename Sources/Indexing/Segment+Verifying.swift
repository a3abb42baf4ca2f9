import CKernels
import Crypto
import Evidence
import Glibc

extension Segment {
    /// Checks every byte of the file against the checksums in it and the digest in the MANIFEST, and
    /// every table against the rows.
    ///
    /// - Throws: ``IndexFault`` for the first thing that is wrong.
    /// - Complexity: O(bytes): 6.8 s for ten million rows (1.9 GB) in memory, on a Zen 4 at 2.6 GHz.
    public func verify() throws(IndexFault) {
        try verifyChecksums()
        try verifyStructure()
    }

    private func verifyChecksums() throws(IndexFault) {
        let bytes = file.bytes
        let level = vestige_best_kernel_level()
        let piece = OutputFile.checksummedBytes
        let stated = UnsafeRawBufferPointer(rebasing: bytes[layout.checksums.range])
        let list = UnsafeRawBufferPointer(rebasing: stated.dropLast(4))
        guard
            vestige_crc32c(level, 0, list.baseAddress, list.count)
                == stated.load(fromByteOffset: list.count, as: UInt32.self)
        else { throw damaged("the list of checksums does not fit its own checksum") }
        var digest = SHA256()
        for (index, start) in stride(from: 0, to: layout.checksums.offset, by: piece).enumerated() {
            let end = min(start + piece, layout.checksums.offset)
            // Reading ahead is off for the mapping; here the bytes are read in order.
            file.advise(MADV_WILLNEED, end..<min(end + 4 * piece, bytes.count))
            let part = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            let checksum = vestige_crc32c(level, 0, part.baseAddress, part.count)
            guard checksum == stated.load(fromByteOffset: index * 4, as: UInt32.self) else {
                throw damaged("the bytes \(start) ... \(end - 1) do not fit their checksum")
            }
            digest.update(bufferPointer: part)
        }
        digest.update(bufferPointer: stated)
        guard description.sha256.isEmpty || digest.finalize().hexDigits == description.sha256 else {
            throw IndexFault(
                .mismatch,
                path: path,
                detail: "the segment's SHA-256 is not the one in the MANIFEST"
            )
        }
    }

    /// Whole checksums say that the file is as it was written; this, that it was written right.
    private func verifyStructure() throws(IndexFault) {
        try withContents { (contents) throws(IndexFault) in
            for row in 1..<max(1, rows) {
                let (left, right) = (contents.rows + 4 * row - 4, contents.rows + 4 * row)
                guard
                    (left[3], left[2], left[1], left[0]) < (right[3], right[2], right[1], right[0])
                else { throw damaged("row \(row) is out of order") }
            }
            guard contents.hasTables else { return }
            for chunk in 0..<SegmentLayout.chunks {
                let isSound = vestige_check_table(
                    contents.rows,
                    contents.rowCount,
                    UInt32(chunk),
                    contents.directory(chunk),
                    contents.extensions(chunk),
                    contents.rowIDs(chunk)
                )
                guard isSound else { throw damaged("table \(chunk) does not fit the rows") }
            }
        }
        var next = 0
        let firsts = UnsafeRawBufferPointer(rebasing: file.bytes[layout.firstOccurrences.range])
        for row in 0..<rows {
            guard Int(firsts.load(fromByteOffset: row * 4, as: UInt32.self)) == next else {
                throw damaged("the occurrences of row \(row) do not follow those before")
            }
            next += try occurrences(ofRow: row).count
        }
        guard next == occurrenceCount else { throw damaged("there are occurrences of no row") }
    }
}
