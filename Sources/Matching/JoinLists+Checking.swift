import CKernels
import Indexing

/// What is joined is compared with its checksums first, if it lies on disk.
extension JoinLists {
    /// A table of no more rows is checked as a whole: its pages are fewer than the lists that are joined, and each is needed.
    private static let wholeRows = 1 << 20

    /// Checks the lists of some values, and those that they are joined with.
    ///
    /// - Parameter masks: all of them change the upper byte in the same way where the values are a block; then
    ///   the other lists are one range.
    func check(_ values: Range<Int>, _ masks: [UInt16]) throws(IndexFault) {
        if let segment = outerPart.tabledSegment {
            try segment.checkDirectory(chunk)
            try check(segment, outer, values)
        }
        guard let segment = innerPart.tabledSegment else { return }
        try segment.checkDirectory(chunk)
        if segment.rows <= JoinLists.wholeRows {
            return try segment.checkExtensions(0..<segment.rows, chunk: chunk)
        }
        if values.count == 256, let first = masks.first,
            masks.allSatisfy({ ($0 ^ first) & 0xFF00 == 0 })
        {
            let other = values.lowerBound ^ Int(first & 0xFF00)
            return try check(segment, inner, other..<(other + 256))
        }
        for value in values where !isOuterEmpty(value) {
            for mask in masks {
                let other = value ^ Int(mask)
                try check(segment, inner, other..<(other + 1))
            }
        }
    }

    private func check(
        _ segment: Segment,
        _ table: vestige_table,
        _ values: Range<Int>
    ) throws(IndexFault) {
        let (start, end) = (table.directory[values.lowerBound], table.directory[values.upperBound])
        // What is out of order is noticed when it is joined.
        guard start <= end, end <= table.row_count else { return }
        try segment.checkExtensions(Int(start)..<Int(end), chunk: chunk)
    }

    /// Checks the row numbers of candidates, and their rows: of pairs of positions in the two tables.
    func check(_ candidates: some Sequence<vestige_pair>) throws(IndexFault) {
        let sides = [(outerPart, outer, true), (innerPart, inner, false)]
        for (part, table, isFirst) in sides {
            guard let segment = part.tabledSegment else { continue }
            for candidate in candidates {
                let position = Int(isFirst ? candidate.left : candidate.right)
                try segment.checkRowID(position, chunk: chunk)
                let row = Int(table.row_ids[position])
                // One that does not exist is noticed when it is compared.
                if row < segment.rows {
                    try segment.checkRows(row..<(row + 1))
                }
            }
        }
    }
}
