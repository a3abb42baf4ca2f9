import Glibc

/// A set of digests of one width: sorted, side by side, with nothing between them.
///
/// Hash lists have a hundred million entries and more: 20 bytes each are 2 GB, where a `Set` of arrays would
/// take ten times as much.
struct DigestTable: ~Copyable {
    /// Bytes of a digest.
    let width: Int
    /// How many there are.
    private(set) var count = 0
    private var bytes: UnsafeMutableRawPointer?
    private var capacity = 0

    /// A table of digests of `width` bytes, which must be 4 or more.
    init(width: Int) {
        precondition(width >= 4, "a digest has at least 4 bytes")
        self.width = width
    }

    deinit {
        free(bytes)
    }

    /// Takes a digest in; ``sort()`` before anything is looked up.
    ///
    /// - Returns: whether there was memory for it.
    mutating func append(_ digest: UnsafeRawBufferPointer) -> Bool {
        precondition(digest.count == width, "the digest has another width")
        if count == capacity {
            // A large block moves by its pages, not by its bytes.
            let larger = max(1024, capacity + capacity / 2)
            guard let moved = realloc(bytes, larger * width) else { return false }
            bytes = moved
            capacity = larger
        }
        guard let bytes, let source = digest.baseAddress else { return false }
        memcpy(bytes + count * width, source, width)
        count += 1
        return true
    }

    /// Puts the digests in order, and drops those that are there twice.
    mutating func sort() {
        guard let bytes, count > 1 else { return }
        var sorter = Sorter(bytes: bytes, width: width)
        sorter.sort(0, count, place: 0)
        var kept = 1
        for next in 1..<count {
            let source = bytes + next * width
            if memcmp(source, bytes + (kept - 1) * width, width) != 0 {
                if kept != next { memcpy(bytes + kept * width, source, width) }
                kept += 1
            }
        }
        count = kept
        if let smaller = realloc(bytes, count * width) {
            self.bytes = smaller
            capacity = count
        }
    }

    /// Whether a digest is in the table.
    func contains(_ digest: [UInt8]) -> Bool {
        guard let bytes, digest.count == width else { return false }
        return digest.withUnsafeBytes { wanted in
            guard let wanted = wanted.baseAddress else { return false }
            var (low, high) = (0, count)
            while low < high {
                let middle = low + (high - low) / 2
                let order = memcmp(bytes + middle * width, wanted, width)
                if order == 0 { return true }
                if order < 0 { low = middle + 1 } else { high = middle }
            }
            return false
        }
    }

    /// Sorts in place: by one byte after another ("American flag"), and small pieces by insertion.
    private struct Sorter {
        let bytes: UnsafeMutableRawPointer
        let width: Int
        private static let insertionCount = 32

        mutating func sort(_ from: Int, _ end: Int, place: Int) {
            if end - from <= Sorter.insertionCount || place == width {
                if place < width { insert(from, end) }
                return
            }
            var sizes = [Int](repeating: 0, count: 256)
            for entry in from..<end {
                sizes[Int(byte(entry, place))] += 1
            }
            var next = [Int](repeating: 0, count: 256)
            var ends = next
            var position = from
            for value in 0..<256 {
                next[value] = position
                position += sizes[value]
                ends[value] = position
            }
            for value in 0..<256 {
                while next[value] < ends[value] {
                    let own = Int(byte(next[value], place))
                    if own != value { swap(next[value], next[own]) }
                    next[own] += 1
                }
            }
            for value in 0..<256 where sizes[value] > 1 {
                sort(ends[value] - sizes[value], ends[value], place: place + 1)
            }
        }

        private func byte(_ entry: Int, _ place: Int) -> UInt8 {
            bytes.load(fromByteOffset: entry * width + place, as: UInt8.self)
        }

        private func swap(_ one: Int, _ other: Int) {
            withUnsafeTemporaryAllocation(byteCount: width, alignment: 1) { spare in
                guard let spare = spare.baseAddress else { return }
                memcpy(spare, bytes + one * width, width)
                memcpy(bytes + one * width, bytes + other * width, width)
                memcpy(bytes + other * width, spare, width)
            }
        }

        private func insert(_ from: Int, _ end: Int) {
            for entry in from..<end {
                var place = entry
                while place > from,
                    memcmp(bytes + (place - 1) * width, bytes + place * width, width) > 0
                {
                    swap(place - 1, place)
                    place -= 1
                }
            }
        }
    }
}
