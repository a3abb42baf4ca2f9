import Indexing

/// Where the lines of a batch begin, and where its entries stood in their source: `NNN.places`. `Docs/Format.md` has the fields.
struct EntryPlaces: ~Copyable {
    /// Entries from this one on stood on consecutive lines.
    struct Run: BitwiseCopyable {
        /// The first one, counted from 0 within the batch.
        var ordinal: UInt64
        /// Its line.
        var line: UInt64
    }

    static let signature = Array("VESTPLC1".utf8)
    /// Every so many lines have their offset written down.
    static let stride = 64
    private static let headerBytes = 32

    private let file: MappedFile
    private let path: String
    /// How many lines there are.
    let count: Int
    private let runs: Int
    private let offsets: Int

    init(_ path: String, entries: Int) throws(ListFault) {
        let file = try listFault { () throws(IndexFault) in try MappedFile(path) }
        let bytes = file.bytes
        func damaged() -> ListFault {
            ListFault(
                .damaged,
                "\(path) is damaged: restore the list from a copy, or get it from its owner again"
            )
        }
        guard bytes.count >= EntryPlaces.headerBytes,
            bytes[..<8].elementsEqual(EntryPlaces.signature)
        else {
            throw damaged()
        }
        func word(_ place: Int) -> UInt64 {
            bytes.loadUnaligned(fromByteOffset: 8 * place, as: UInt64.self)
        }
        let offsets = (entries + EntryPlaces.stride - 1) / EntryPlaces.stride + 1
        guard word(1) == UInt64(entries), word(2) == UInt64(EntryPlaces.stride),
            word(3) <= UInt64(entries),
            bytes.count == EntryPlaces.headerBytes + 8 * offsets + 16 * Int(word(3))
        else { throw damaged() }
        runs = Int(word(3))
        count = entries
        self.offsets = offsets
        self.path = path
        self.file = file
    }

    /// Where the line of an entry begins at the latest, and which entry's line begins just there.
    func start(near ordinal: Int) -> (offset: Int, ordinal: Int) {
        let place = ordinal / EntryPlaces.stride
        return (Int(clamping: word(4 + place)), place * EntryPlaces.stride)
    }

    /// The size of the log.
    var end: Int { Int(clamping: word(4 + offsets - 1)) }

    private func word(_ place: Int) -> UInt64 {
        file.bytes.loadUnaligned(fromByteOffset: 8 * place, as: UInt64.self)
    }

    /// The line of its source on which an entry stood.
    func sourceLine(of ordinal: Int) -> Int? {
        let first = 4 + offsets
        var (low, high) = (0, runs)
        while low < high {
            let middle = (low + high) / 2
            if word(first + 2 * middle) <= UInt64(ordinal) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low > 0 else { return nil }
        let run = first + 2 * (low - 1)
        return Int(clamping: word(run + 1)) + ordinal - Int(clamping: word(run))
    }
}
