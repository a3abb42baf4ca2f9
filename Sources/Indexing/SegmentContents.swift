/// The arrays of an open segment. Borrowed: valid inside ``Segment/withContents(_:)`` only.
///
/// The sections lie inside the file; the values in them are not checked.
package struct SegmentContents {
    /// The number of rows.
    package let rowCount: UInt32
    /// Four words for each row, permuted.
    package let rows: UnsafePointer<UInt64>

    private let base: UnsafeRawPointer
    private let layout: SegmentLayout

    init(_ bytes: UnsafeRawBufferPointer, _ layout: SegmentLayout) {
        // A mapping of at least a header is never empty.
        base = bytes.baseAddress.unsafelyUnwrapped
        self.layout = layout
        rowCount = UInt32(layout.rowCount)
        rows = (base + layout.rows.offset).assumingMemoryBound(to: UInt64.self)
    }

    /// Whether there are tables.
    package var hasTables: Bool { layout.hasTables }

    /// The 65,537 offsets of a chunk's table.
    ///
    /// - Precondition: there are tables; so for the two below.
    package func directory(_ chunk: Int) -> UnsafePointer<UInt32> {
        (base + layout.directories[chunk].offset).assumingMemoryBound(to: UInt32.self)
    }

    /// The 32 bits after the chunk for each posting of its table.
    package func extensions(_ chunk: Int) -> UnsafePointer<UInt32> {
        (base + layout.extensions[chunk].offset).assumingMemoryBound(to: UInt32.self)
    }

    /// The row for each posting of a chunk's table.
    package func rowIDs(_ chunk: Int) -> UnsafePointer<UInt32> {
        (base + layout.rowIDs[chunk].offset).assumingMemoryBound(to: UInt32.self)
    }
}
