import CKernels

/// The table of one chunk for rows that have none on disk, made in memory for as long as it is joined.
///
/// - Important: a join's schedule sees to it that nobody reads a table while it is made.
final class TransientTable: @unchecked Sendable {
    /// Bytes that a table takes for each of its rows.
    static let bytesPerRow = 8

    /// Bytes that a table of so many rows takes.
    static func bytes(rows: Int) -> Int { rows * bytesPerRow + 2 * directoryCount * 4 }

    private static let directoryCount = 65_537
    private var capacity = 0
    private var count = 0
    private let directory = UnsafeMutablePointer<UInt32>.allocate(capacity: directoryCount)
    private let next = UnsafeMutablePointer<UInt32>.allocate(capacity: directoryCount)
    private var extensions = UnsafeMutablePointer<UInt32>.allocate(capacity: 0)
    private var rowIDs = UnsafeMutablePointer<UInt32>.allocate(capacity: 0)

    deinit {
        directory.deallocate()
        next.deallocate()
        extensions.deallocate()
        rowIDs.deallocate()
    }

    /// Makes the table of a chunk; what was there before is lost.
    ///
    /// - Complexity: O(rows + 65,536).
    func make(of rows: UnsafePointer<UInt64>, count: Int, chunk: Int) {
        if count > capacity {
            // Freed before the new ones are there, so that the two never stand side by side.
            extensions.deallocate()
            rowIDs.deallocate()
            extensions = .allocate(capacity: count)
            rowIDs = .allocate(capacity: count)
            capacity = count
        }
        self.count = count
        vestige_count_postings(rows, UInt32(count), UInt32(chunk), directory)
        next.update(from: directory, count: TransientTable.directoryCount)
        vestige_place_postings(rows, UInt32(count), UInt32(chunk), next, extensions, rowIDs)
    }

    /// The table, for rows that begin at `rows`.
    func table(of rows: UnsafePointer<UInt64>) -> vestige_table {
        vestige_table(
            directory: directory,
            extensions: extensions,
            row_ids: rowIDs,
            rows: rows,
            row_count: UInt32(count)
        )
    }
}
