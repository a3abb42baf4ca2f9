/// Rows of a left part and rows of a right part that are joined in one way: tasks in a fixed order.
struct JoinUnit: Sendable {
    /// One side of a join.
    enum Side: Int, Sendable {
        case left, right
    }

    /// Values of a chunk.
    private static let values = 65_536
    /// What a task of lists should take at most, as long as it is no less than a block of 256 values.
    private static let secondsPerTask = 1e-3
    /// Rows in a task of a scan: the left ones stay in a cache near the core.
    static let leftTile = 4096
    static let rightTile = 32_768

    /// The place of the two parts in the statistics.
    let partPair: Int
    let leftPart: Int
    let rightPart: Int
    let leftRows: Range<Int>
    let rightRows: Range<Int>
    /// Left and right are the same rows.
    let isWithin: Bool
    let method: JoinMethod
    /// The chunks to be joined, in their order.
    let chunks: [Int]
    /// The sides whose tables have to be made.
    let made: [Side]
    /// The expected time of all tasks.
    let seconds: Double
    /// The number of tasks.
    let taskCount: Int

    private let tasksPerChunk: Int

    init(
        partPair: Int,
        parts: (left: Int, right: Int),
        rows: (left: Range<Int>, right: Range<Int>),
        isWithin: Bool,
        method: JoinMethod,
        chunks: [Int],
        made: [Side],
        seconds: Double
    ) {
        self.partPair = partPair
        leftPart = parts.left
        rightPart = parts.right
        leftRows = rows.left
        rightRows = rows.right
        self.isWithin = isWithin
        self.method = method
        self.chunks = chunks
        self.made = made
        self.seconds = seconds
        switch method {
        case .buckets:
            // A power of two, so that the tasks of a chunk are equally large.
            var tasks = 1
            let wanted = seconds / Double(max(1, chunks.count)) / JoinUnit.secondsPerTask
            while tasks < 256, Double(tasks) < wanted {
                tasks *= 2
            }
            tasksPerChunk = tasks
            taskCount = chunks.count * (tasks + made.count)
        case .scan:
            tasksPerChunk = 0
            let left = (rows.left.count + JoinUnit.leftTile - 1) / JoinUnit.leftTile
            let right = (rows.right.count + JoinUnit.rightTile - 1) / JoinUnit.rightTile
            taskCount = left * right
        }
    }

    /// What the task at an index does, and how many tasks of the unit must be through before it may;
    /// `nil`, if it depends on none.
    ///
    /// The table of the next chunk is made beside the second task of the one in hand, so that the other
    /// threads need not wait for it. Two tables of each side exist at a time.
    func task(at index: Int) -> (work: JoinTask.Work, begins: Int?) {
        guard method == .buckets else {
            let tiles = (rightRows.count + JoinUnit.rightTile - 1) / JoinUnit.rightTile
            return (
                .scan(
                    left: JoinUnit.tile(index / tiles, of: leftRows, JoinUnit.leftTile),
                    right: JoinUnit.tile(index % tiles, of: rightRows, JoinUnit.rightTile)
                ), nil
            )
        }
        guard index >= made.count else { return (.table(made[index], step: 0), 0) }
        let perChunk = tasksPerChunk + made.count
        // The last chunk has no tables after it: its tasks are all in one piece.
        let step = min((index - made.count) / perChunk, chunks.count - 1)
        let first = made.count + step * perChunk
        let place = index - first
        if place > 0, place <= made.count, step + 1 < chunks.count {
            return (.table(made[place - 1], step: step + 1), first)
        }
        let task = step + 1 < chunks.count && place > 0 ? place - made.count : place
        let size = JoinUnit.values / tasksPerChunk
        // The tables of this chunk were made after the first task of the chunk before.
        let begins = made.isEmpty ? nil : step == 0 ? made.count : first - perChunk + 1 + made.count
        return (.buckets(step: step, values: (task * size)..<((task + 1) * size)), begins)
    }

    private static func tile(_ index: Int, of rows: Range<Int>, _ size: Int) -> Range<Int> {
        let start = rows.lowerBound + index * size
        return start..<min(start + size, rows.upperBound)
    }
}
