import CKernels
import Glibc

/// Which blocks of a segment were compared with their checksums since it was opened.
///
/// A bit for each block, set once it was right: it is looked at many times, and compared once. Threads may do
/// so at the same time; at worst two of them compare the same block.
final class CheckedBlocks: @unchecked Sendable {
    let bits: UnsafeMutablePointer<UInt64>
    /// The binary logarithm of a block's bytes.
    let shift: Int

    /// - Parameters:
    ///   - bytes: of the file, before its checksums.
    ///   - blockBytes: a power of two.
    init(bytes: Int, blockBytes: Int) {
        shift = blockBytes.trailingZeroBitCount
        let words = (bytes >> shift) / 64 + 1
        bits = .allocate(capacity: words)
        bits.initialize(repeating: 0, count: words)
    }

    deinit {
        bits.deallocate()
    }
}

extension Segment {
    /// Compares the blocks that hold some bytes with their checksums, unless that was done before.
    ///
    /// So nothing is believed that has changed since it was written, and only what is needed is read for it:
    /// 4 KB at a time, at 8 GB/s.
    ///
    /// - Parameter range: of the file, before its checksums.
    /// - Throws: ``IndexFault/Code/damaged``, naming the block.
    func check(_ range: Range<Int>) throws(IndexFault) {
        guard !range.isEmpty else { return }
        let first = range.lowerBound >> checked.shift
        let last = (range.upperBound - 1) >> checked.shift
        guard !vestige_bits_are_set(checked.bits, first, last) else { return }
        try compare(first...last)
    }

    private func compare(_ blocks: ClosedRange<Int>) throws(IndexFault) {
        let size = 1 << checked.shift
        let level = vestige_best_kernel_level()
        let stated = UnsafeRawBufferPointer(rebasing: file.bytes[layout.checksums.range])
        for block in blocks where !vestige_bits_are_set(checked.bits, block, block) {
            let bytes = (block * size)..<min((block + 1) * size, layout.checksums.offset)
            let part = UnsafeRawBufferPointer(rebasing: file.bytes[bytes])
            guard
                vestige_crc32c(level, 0, part.baseAddress, part.count)
                    == stated.load(fromByteOffset: block * 4, as: UInt32.self)
            else { throw damaged(block: block, bytes) }
            vestige_set_bit(checked.bits, block)
        }
    }

    /// Checks the directory of a table.
    package func checkDirectory(_ chunk: Int) throws(IndexFault) {
        try check(layout.directories[chunk].range)
    }

    /// Checks the extensions of postings, by their positions in a table.
    package func checkExtensions(_ postings: Range<Int>, chunk: Int) throws(IndexFault) {
        let offset = layout.extensions[chunk].offset
        try check((offset + 4 * postings.lowerBound)..<(offset + 4 * postings.upperBound))
    }

    /// Checks the row number of a posting, by its position in a table.
    package func checkRowID(_ position: Int, chunk: Int) throws(IndexFault) {
        let offset = layout.rowIDs[chunk].offset + 4 * position
        try check(offset..<(offset + 4))
    }

    /// Checks rows.
    package func checkRows(_ rows: Range<Int>) throws(IndexFault) {
        let offset = layout.rows.offset
        try check((offset + 32 * rows.lowerBound)..<(offset + 32 * rows.upperBound))
    }
}
