import CKernels
import Glibc
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
    /// Bytes that the system is asked for at once: of more it reads no more than the beginning, as far as
    /// it reads ahead otherwise, which is 128 kB unless somebody has changed it.
    private static let askedBytes = 131_072

    /// Rows whose extensions of one chunk are asked for at once, before it is joined: 64 MB. Those of
    /// larger tables are asked for block by block.
    private static let wholeRows = 16_000_000

    /// Asks the disk for all rows, before the first chunk, and for all row numbers of this one, before
    /// the first of its values: where so many candidates are expected that they lie on a good part of
    /// the pages, one by one they would take far longer.
    func announceRows(candidateShare: Double, step: Int, values: Range<Int>) {
        guard values.lowerBound == 0 else { return }
        let candidates = candidateShare * Double(outer.row_count) * Double(inner.row_count)
        for (part, table) in [(outerPart, outer), (innerPart, inner)] {
            guard case .segment(let segment) = part else { continue }
            let rows = Int(table.row_count)
            if step == 0, candidates > Double(rows * 32 / JoinLists.pageBytes / 4) {
                JoinLists.announce(table.rows, bytes: rows * 32)
            }
            let inChunk = candidates / Double(unit.chunks.count)
            if segment.hasTables, inChunk > Double(rows * 4 / JoinLists.pageBytes / 4) {
                JoinLists.announce(table.row_ids, bytes: rows * 4)
            }
        }
    }

    /// Asks the disk for bytes of a mapped file, unless they seem to be in memory.
    private static func announce(_ start: UnsafeRawPointer, bytes: Int) {
        let page = UInt(pageBytes)
        guard bytes > 0,
            let first = UnsafeMutableRawPointer(bitPattern: UInt(bitPattern: start) & ~(page - 1))
        else { return }
        let size = start + bytes - UnsafeRawPointer(first)
        let isInMemory = (0..<samples).allSatisfy { sample in
            var state: UInt8 = 0
            let place = first + (size / samples * sample & ~(pageBytes - 1))
            // Where the system will not say, the answer is yes: the join is right without announcing.
            return mincore(place, pageBytes, &state) != 0 || state & 1 == 1
        }
        guard !isInMemory else { return }
        for offset in stride(from: 0, to: size, by: askedBytes) {
            madvise(first + offset, min(askedBytes, size - offset), MADV_WILLNEED)
        }
    }

    /// Asks the disk for the inner lists of the values of a task: for those that will be read, or where
    /// that is nearly every page, for all of the table at its beginning.
    func announce(_ values: Range<Int>, _ masks: [UInt16]) {
        let pages = Int(inner.row_count) * 4 / JoinLists.pageBytes
        guard Int(outer.row_count) * masks.count <= pages else {
            announceTables(before: values)
            return
        }
        let others = values.filter { !isOuterEmpty($0) }.flatMap { value in
            masks.map { value ^ Int($0) }
        }
        announce(innerPart, inner, others.map { $0..<($0 + 1) })
    }

    /// Asks the disk for both tables before the first of their values are joined, unless they are too
    /// large for that.
    func announceTables(before values: Range<Int>) {
        guard values.lowerBound == 0 else { return }
        let parts = stride(from: 0, to: 65_536, by: 8192).map { $0..<($0 + 8192) }
        for (part, table) in [(outerPart, outer), (innerPart, inner)]
        where part.rows <= JoinLists.wholeRows {
            announce(part, table, parts)
        }
    }

    /// Asks the disk, where the tables are too large to be asked for as a whole, for the lists of the
    /// block of 256 values after `block`, and for those that they are joined with.
    func announce(after block: Int, _ masks: [[UInt16]]) {
        let next = block + 256
        guard next < 65_536 else { return }
        if outerPart.rows > JoinLists.wholeRows {
            announce(outerPart, outer, [next..<(next + 256)])
        }
        if innerPart.rows > JoinLists.wholeRows {
            let others = masks.map { next ^ Int($0[0] & 0xFF00) }
            announce(innerPart, inner, others.map { $0..<($0 + 256) })
        }
    }

    private func announce(_ part: JoinPart, _ table: vestige_table, _ values: [Range<Int>]) {
        guard case .segment(let segment) = part, segment.hasTables else { return }
        // What is out of order is noticed when it is joined.
        let lists = values.compactMap { JoinLists.list(table, $0) }
        let step = max(1, lists.count / JoinLists.samples)
        let isInMemory = stride(from: 0, to: lists.count, by: step).allSatisfy {
            segment.holdsInMemory(lists[$0], chunk: chunk)
        }
        guard !isInMemory else { return }
        let most = UInt32(JoinLists.askedBytes / 4)
        for list in lists {
            let pieces = stride(from: list.start, to: list.end, by: Int(most)).map { start in
                vestige_list(start: start, end: min(list.end - start, most) + start)
            }
            segment.announce(pieces, chunk: chunk)
        }
    }
}
