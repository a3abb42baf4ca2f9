extension Segment {
    /// Where the fingerprint of a row was found, ordered by item and time.
    ///
    /// - Precondition: `row` is 0 ..< ``rows``.
    /// - Throws: ``IndexFault/Code/damaged``, if what stands there cannot be.
    public func occurrences(ofRow row: Int) throws(IndexFault) -> [Occurrence] {
        precondition(row >= 0 && row < rows, "a row of this segment")
        let range = try occurrenceRange(ofRow: row)
        var occurrences: [Occurrence] = []
        occurrences.reserveCapacity(range.count)
        for index in range {
            try occurrences.append(occurrence(index))
        }
        return occurrences
    }

    /// Calls `body` with each row's occurrences, in the order of the rows.
    ///
    /// - Throws: ``IndexFault/Code/damaged``, if the rows' occurrences are not one after the other.
    /// - Complexity: O(occurrences); nothing is allocated for a row.
    package func forEachRow(
        _ body: (_ row: Int, _ occurrences: Range<Int>) throws(IndexFault) -> Void
    ) throws(IndexFault) {
        var start = 0
        for row in 0..<rows {
            let end =
                row + 1 == rows ? occurrenceCount : try firstOccurrence(after: start, row: row)
            guard start < end, end <= occurrenceCount else {
                throw damaged("row \(row) has occurrences that are out of bounds")
            }
            try body(row, start..<end)
            start = end
        }
    }

    /// An occurrence by its number.
    ///
    /// - Precondition: `index` is 0 ..< ``occurrenceCount``.
    package func occurrence(_ index: Int) throws(IndexFault) -> Occurrence {
        let size = layout.version == 1 ? LegacyOccurrenceRecord.size : OccurrenceRecord.size
        let offset = layout.occurrences.offset + size * index
        try check(offset..<(offset + size))
        let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[layout.occurrences.range])
        let occurrence =
            layout.version == 1
            ? bytes.load(
                fromByteOffset: index * LegacyOccurrenceRecord.size,
                as: LegacyOccurrenceRecord.self
            ).occurrence
            : bytes.load(
                fromByteOffset: index * OccurrenceRecord.size,
                as: OccurrenceRecord.self
            ).occurrence
        guard let occurrence else {
            throw damaged("occurrence \(index) holds a value without a meaning")
        }
        return occurrence
    }

    /// The item of an occurrence, which every value of its bytes gives.
    ///
    /// - Precondition: `index` is 0 ..< ``occurrenceCount``.
    package func item(ofOccurrence index: Int) -> UInt64 {
        let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[layout.occurrences.range])
        return layout.version == 1
            ? bytes.load(fromByteOffset: index * LegacyOccurrenceRecord.size, as: UInt64.self)
            : bytes.load(
                fromByteOffset: index * OccurrenceRecord.size,
                as: OccurrenceRecord.self
            ).item
    }

    /// The numbers of a row's occurrences.
    package func occurrenceRange(ofRow row: Int) throws(IndexFault) -> Range<Int> {
        let start: Int
        let end: Int
        if layout.version == 1 {
            start = try legacyFirst(row)
            end = try legacyFirst(row + 1)
        } else {
            let rank = row % SegmentLayout.sampledRows
            let sample = try self.sample(row / SegmentLayout.sampledRows)
            start = rank == 0 ? sample : try self.set(rank, from: sample)
            end = row + 1 == rows ? occurrenceCount : try self.set(1, from: start)
        }
        guard start >= 0, start < end, end <= occurrenceCount else {
            throw damaged("row \(row) has occurrences that are out of bounds")
        }
        return start..<end
    }

    /// Where the row after `row` begins, `row` being one that begins at `start` and not the last.
    private func firstOccurrence(after start: Int, row: Int) throws(IndexFault) -> Int {
        layout.version == 1 ? try legacyFirst(row + 1) : try set(1, from: start)
    }

    private func legacyFirst(_ row: Int) throws(IndexFault) -> Int {
        let offset = layout.firsts.offset + 4 * row
        try check(offset..<(offset + 4))
        let firsts = UnsafeRawBufferPointer(rebasing: file.bytes[layout.firsts.range])
        return Int(firsts.load(fromByteOffset: row * 4, as: UInt32.self))
    }

    func sample(_ index: Int) throws(IndexFault) -> Int {
        let offset = layout.samples.offset + 4 * index
        try check(offset..<(offset + 4))
        let samples = UnsafeRawBufferPointer(rebasing: file.bytes[layout.samples.range])
        return Int(samples.load(fromByteOffset: index * 4, as: UInt32.self))
    }

    /// The place of the `number`th set bit after the one at `start`; the number of occurrences if there
    /// are not so many.
    private func set(_ number: Int, from start: Int) throws(IndexFault) -> Int {
        let bits = UnsafeRawBufferPointer(rebasing: file.bytes[layout.firsts.range])
        var missing = number
        // A damaged sample may point anywhere: then nothing is found.
        guard start >= 0, start < occurrenceCount else { return occurrenceCount }
        var word = start / 64
        try checkFirsts(word)
        // The bits after the one at `start`.
        let shift = UInt64(start % 64)
        var rest = bits.load(fromByteOffset: word * 8, as: UInt64.self) & ((~0 << shift) << 1)
        while true {
            let count = rest.nonzeroBitCount
            if count >= missing {
                for _ in 1..<missing {
                    rest &= rest - 1
                }
                return min(word * 64 + rest.trailingZeroBitCount, occurrenceCount)
            }
            missing -= count
            word += 1
            guard word * 8 < bits.count else { return occurrenceCount }
            if word % 512 == 0 {
                try checkFirsts(word)
            }
            rest = bits.load(fromByteOffset: word * 8, as: UInt64.self)
        }
    }

    /// Checks the page of a word of the first occurrences' bits; a page has 512 words.
    private func checkFirsts(_ word: Int) throws(IndexFault) {
        let offset = layout.firsts.offset + 8 * word
        try check(offset..<(offset + 8))
    }
}
