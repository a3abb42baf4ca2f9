import CKernels

/// Brings any number of records into the order of a segment, in bounded memory.
///
/// What does not fit is sorted and written to a scratch file, run by run; at the end the runs are merged.
package struct RecordSorter: ~Copyable {
    /// The most records of a run: a sort key has room for a number of 24 bits.
    private static let mostRecords = 1 << 24
    /// Memory for each record of a run: itself, its sort key, and the key's copy.
    static let bytesPerRecord = IndexedRecord.size + 16
    private static let readBytes = 1 << 18

    private let folder: String
    private let calls: FileCalls
    private let limit: Int
    /// Room for as many records as the memory allows, of which only what is used is ever touched; `nil`
    /// until the first record comes.
    private var room: ReservedMemory?
    private var records: UnsafeMutablePointer<IndexedRecord>
    private var capacity = 0
    private var filled = 0
    private var scratch: ScratchFile?
    /// The records of each run, in the order of the scratch file.
    private var runs: [Int] = []
    /// Records appended.
    package private(set) var count = 0

    /// - Parameters:
    ///   - memory: bytes that records and their keys may take; never less than 4 KB is used.
    ///   - folder: where the scratch file is made, if one is needed.
    package init(memory: Int, folder: String, calls: FileCalls = .system) {
        self.folder = folder
        self.calls = calls
        limit = min(max(memory / RecordSorter.bytesPerRecord, 64), RecordSorter.mostRecords)
        records = RecordSorter.nothing
    }

    /// Stands for no room at all; never read or written.
    private static var nothing: UnsafeMutablePointer<IndexedRecord> {
        UnsafeMutablePointer(bitPattern: MemoryLayout<IndexedRecord>.alignment).unsafelyUnwrapped
    }

    /// Whether everything is still in memory.
    package var isInMemory: Bool { runs.isEmpty }

    /// The bytes of the records in memory.
    var bytesInUse: Int { filled * IndexedRecord.size }

    /// Brings the records into a state in which ``forEach(_:)`` can be called.
    package mutating func finish() throws(IndexFault) {
        guard !isInMemory else { return }
        try spill()
        releaseMemory()
    }

    /// Takes a record.
    package mutating func append(_ record: IndexedRecord) throws(IndexFault) {
        if filled == capacity {
            if room == nil {
                try reserve()
            } else {
                try spill()
            }
        }
        records[filled] = record
        filled += 1
        count += 1
    }

    private mutating func reserve() throws(IndexFault) {
        let memory = try ReservedMemory(bytes: limit * IndexedRecord.size, for: folder)
        records = memory.base.assumingMemoryBound(to: IndexedRecord.self)
        capacity = limit
        room = memory
    }

    /// Writes what is in memory as a run.
    private mutating func spill() throws(IndexFault) {
        guard filled > 0 else { return }
        if scratch == nil {
            scratch = try ScratchFile(folder: folder, calls: calls)
        }
        guard let file = scratch else { return }
        let perWrite = RecordSorter.readBytes / IndexedRecord.size
        let buffer = UnsafeMutableBufferPointer<IndexedRecord>.allocate(capacity: perWrite)
        defer { buffer.deallocate() }
        var gathered = 0
        try forEachInMemory { (record) throws(IndexFault) in
            buffer[gathered] = record
            gathered += 1
            if gathered == perWrite {
                try file.append(UnsafeRawBufferPointer(buffer))
                gathered = 0
            }
        }
        let rest = UnsafeBufferPointer(rebasing: buffer[..<gathered])
        try file.append(UnsafeRawBufferPointer(rest))
        runs.append(filled)
        filled = 0
    }

    /// Calls `body` with every record in order. What was appended stays.
    package borrowing func forEach(
        _ body: (IndexedRecord) throws(IndexFault) -> Void
    ) throws(IndexFault) {
        precondition(runs.isEmpty || filled == 0, "the last run is written before runs are merged")
        guard let scratch else {
            return try forEachInMemory(body)
        }
        var sources: [SortedRun] = []
        var start = 0
        for run in runs {
            sources.append(SortedRun(in: scratch, records: start..<(start + run)))
            start += run
        }
        try mergeRecords(sources, body)
    }

    /// Gives back the memory of the records, which must have been spilled.
    private mutating func releaseMemory() {
        precondition(filled == 0, "no record is in memory")
        records = RecordSorter.nothing
        capacity = 0
        room = nil
    }

    /// Calls `body` with the records in memory, in order.
    private borrowing func forEachInMemory(
        _ body: (IndexedRecord) throws(IndexFault) -> Void
    ) throws(IndexFault) {
        let keys = UnsafeMutablePointer<UInt64>.allocate(capacity: filled)
        defer { keys.deallocate() }
        let copies = UnsafeMutablePointer<UInt64>.allocate(capacity: filled)
        useLargePages(UnsafeRawBufferPointer(start: keys, count: 8 * filled))
        useLargePages(UnsafeRawBufferPointer(start: copies, count: 8 * filled))
        for index in 0..<filled {
            keys[index] = records[index].words.3 & ~0xFF_FFFF | UInt64(index)
        }
        vestige_sort_keys(keys, copies, filled)
        copies.deallocate()
        let sorted = UnsafeMutableBufferPointer(start: keys, count: filled)
        sortTies(in: sorted)
        // Records lie in no order: each is asked for a while before it is needed, its first byte and its
        // last, which may lie in another cache line.
        let ahead = 24
        for place in 0..<filled {
            if place + ahead < filled {
                let record = records + Int(sorted[place + ahead] & 0xFF_FFFF)
                vestige_prefetch(record)
                vestige_prefetch(UnsafeRawPointer(record) + (IndexedRecord.size - 1))
            }
            try body(records[Int(sorted[place] & 0xFF_FFFF)])
        }
    }

    /// Sorts the keys whose upper 40 bits are equal by their records.
    private borrowing func sortTies(in keys: UnsafeMutableBufferPointer<UInt64>) {
        var start = 0
        while start < keys.count {
            var end = start + 1
            while end < keys.count, (keys[end] ^ keys[start]) >> 24 == 0 {
                end += 1
            }
            if end - start > 1 {
                let records = records
                keys[start..<end].sort {
                    records[Int($0 & 0xFF_FFFF)] < records[Int($1 & 0xFF_FFFF)]
                }
            }
            start = end
        }
    }
}
