import CKernels
import Indexing

/// The two tables of a chunk that are joined: for each list of the outer one, those of the inner one
/// that are near it. The smaller table is the outer one, since only its lists are looked up once.
struct JoinLists {
    let outer: vestige_table
    let inner: vestige_table
    let outerPart: JoinPart
    let innerPart: JoinPart
    /// The outer table is the right one.
    let isTurned: Bool
    let chunk: Int
    let unit: JoinUnit

    init(
        _ left: (table: vestige_table, part: JoinPart),
        _ right: (table: vestige_table, part: JoinPart),
        chunk: Int,
        unit: JoinUnit
    ) {
        isTurned = !unit.isWithin && left.table.row_count > right.table.row_count
        let (first, second) = isTurned ? (right, left) : (left, right)
        (outer, outerPart) = first
        (inner, innerPart) = second
        self.chunk = chunk
        self.unit = unit
    }

    /// The inner lists of values that lie together; `nil` where the offsets cannot be.
    func innerList(_ values: Range<Int>) -> vestige_list? {
        JoinLists.list(inner, values)
    }

    /// Whether the outer list of a value holds nothing. An offset out of order is noticed elsewhere.
    func isOuterEmpty(_ value: Int) -> Bool {
        outer.directory[value] == outer.directory[value + 1]
    }

    private static func list(_ table: vestige_table, _ values: Range<Int>) -> vestige_list? {
        let list = vestige_list(
            start: table.directory[values.lowerBound],
            end: table.directory[values.upperBound]
        )
        return list.start <= list.end && list.end <= table.row_count ? list : nil
    }

    // MARK: Reading from disk

    /// Lists that are looked at before the others are believed to be in memory.
    private static let samples = 8
    /// Bytes that the disk gives at once.
    private static let pageBytes = 4096

    /// The inner segment, if parts of it may not be in memory.
    private var innerSegment: Segment? {
        guard case .segment(let segment) = innerPart, segment.hasTables, segment.mayLieOnDisk else {
            return nil
        }
        return segment
    }

    /// Asks the disk for all rows of a part, if so many candidates are expected that they lie on a good
    /// part of the pages.
    func announceRows(candidateShare: Double) {
        let candidates = candidateShare * Double(outer.row_count) * Double(inner.row_count)
        for part in [outerPart, innerPart] {
            let pages = part.rows * 32 / JoinLists.pageBytes
            if case .segment(let segment) = part, candidates > Double(pages / 4) {
                segment.announceRows()
            }
        }
    }

    /// Asks the disk for the inner lists of the values of a task: for those that will be read, or where
    /// that is nearly every page, for all of the table at its beginning.
    func announce(_ values: Range<Int>, _ masks: [UInt16]) {
        guard let segment = innerSegment else { return }
        let pages = Int(inner.row_count) * 4 / JoinLists.pageBytes
        if Int(outer.row_count) * masks.count > pages {
            if values.lowerBound == 0 {
                announce(segment, [innerList(0..<65_536)])
            }
            return
        }
        var lists: [vestige_list?] = []
        for value in values where !isOuterEmpty(value) {
            for mask in masks {
                let other = value ^ Int(mask)
                lists.append(innerList(other..<(other + 1)))
            }
        }
        announce(segment, lists)
    }

    /// Asks the disk for the inner lists that the block of 256 values after `block` is joined with.
    func announce(after block: Int, _ masks: [[UInt16]]) {
        guard let segment = innerSegment, block + 512 <= 65_536 else { return }
        announce(
            segment,
            masks.map { masks in
                let other = (block + 256) ^ Int(masks[0] & 0xFF00)
                return innerList(other..<(other + 256))
            }
        )
    }

    private func announce(_ segment: Segment, _ found: [vestige_list?]) {
        // What is out of order is noticed when it is joined.
        let lists = found.compactMap { $0 }
        let step = max(1, lists.count / JoinLists.samples)
        let isInMemory = stride(from: 0, to: lists.count, by: step).allSatisfy {
            segment.holdsInMemory(lists[$0], chunk: chunk)
        }
        if !isInMemory {
            segment.announce(lists, chunk: chunk)
        }
    }
}
