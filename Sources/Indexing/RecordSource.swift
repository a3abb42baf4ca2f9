/// Records in the order of a segment, one at a time.
protocol RecordSource: AnyObject {
    /// The record in hand; meaningless before the first advance and after the end.
    var head: UnsafePointer<IndexedRecord> { get }

    /// Goes on to the next record.
    ///
    /// - Returns: whether there is one.
    func advance() throws(IndexFault) -> Bool
}

/// A source in the heap of a merge.
private struct Entry {
    /// The highest word of its head's row.
    var word: UInt64
    var source: Int
}

/// Calls `body` with the records of all sources in order.
///
/// A binary heap of the sources; their heads' highest words, which nearly always decide, stand in it.
///
/// - Complexity: O(n log k) for n records in k sources.
func mergeRecords<Source: RecordSource>(
    _ sources: [Source],
    _ body: (IndexedRecord) throws(IndexFault) -> Void
) throws(IndexFault) {
    func isBefore(_ left: Entry, _ right: Entry) -> Bool {
        if left.word != right.word {
            return left.word < right.word
        }
        let (a, b) = (sources[left.source].head.pointee, sources[right.source].head.pointee)
        if a < b { return true }
        if b < a { return false }
        // Equal records: the order of the sources, so that the result does not depend on the heap.
        return left.source < right.source
    }
    var heap: [Entry] = []
    /// Puts `entry` where it belongs, from the top down.
    func sink(_ entry: Entry, from start: Int) {
        var place = start
        while true {
            var child = 2 * place + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, isBefore(heap[child + 1], heap[child]) {
                child += 1
            }
            guard isBefore(heap[child], entry) else { break }
            heap[place] = heap[child]
            place = child
        }
        heap[place] = entry
    }
    for (index, source) in sources.enumerated() where try source.advance() {
        heap.append(Entry(word: source.head.pointee.words.3, source: index))
    }
    for start in (0..<(heap.count / 2)).reversed() {
        sink(heap[start], from: start)
    }
    while let top = heap.first {
        let source = sources[top.source]
        try body(source.head.pointee)
        if try source.advance() {
            sink(Entry(word: source.head.pointee.words.3, source: top.source), from: 0)
        } else if let last = heap.popLast(), !heap.isEmpty {
            sink(last, from: 0)
        }
    }
}
