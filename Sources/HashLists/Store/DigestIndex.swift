import Indexing

/// The digests of a batch's entries, sorted, and beside each the number of its entry: `NNN.digests`. `Docs/Format.md` has the fields.
final class DigestIndex: Sendable {
    private struct Section {
        var count = 0
        var digests = 0
        var entries = 0
    }

    static let signature = Array("VESTDIG1".utf8)
    static let headerBytes = 16 + 32 * DigestKind.allCases.count

    private let file: MappedFile
    private let sections: [DigestKind: Section]

    static func aligned(_ offset: Int) -> Int { (offset + 7) / 8 * 8 }

    /// A digest as a record that can be sorted: its bytes from the highest down.
    static func record(_ digest: [UInt8], _ entry: UInt64) -> IndexedRecord {
        func word(_ place: Int) -> UInt64 {
            var word: UInt64 = 0
            for byte in 0..<8 {
                let index = 8 * place + byte
                word = word << 8 | (index < digest.count ? UInt64(digest[index]) : 0)
            }
            return word
        }
        return IndexedRecord(
            words: (word(3), word(2), word(1), word(0)),
            occurrence: OccurrenceRecord(low: entry, high: 0)
        )
    }

    init(_ folder: ListFolder, _ record: FileRecord) throws(ListFault) {
        let path = folder.digests + "/" + record.name
        let file = try listFault { () throws(IndexFault) in try MappedFile(path) }
        func damaged() -> ListFault {
            ListFault(
                .damaged,
                "\(path) is damaged: restore the list from a copy, or get it from its owner again"
            )
        }
        let bytes = file.bytes
        guard bytes.count == record.bytes, bytes.count >= DigestIndex.headerBytes,
            bytes[..<8].elementsEqual(DigestIndex.signature),
            bytes.load(fromByteOffset: 8, as: UInt32.self) == UInt32(DigestKind.allCases.count)
        else { throw damaged() }
        var sections: [DigestKind: Section] = [:]
        for place in DigestKind.allCases.indices {
            let base = 16 + 32 * place
            let numbers = (0..<3).map {
                bytes.load(fromByteOffset: base + 8 + 8 * $0, as: UInt64.self)
            }
            guard
                let kind = DigestKind(rawValue: bytes.load(fromByteOffset: base, as: UInt16.self)),
                bytes.load(fromByteOffset: base + 2, as: UInt16.self) == UInt16(kind.width),
                numbers.allSatisfy({ $0 <= UInt64(bytes.count) })
            else { throw damaged() }
            let section = Section(
                count: Int(numbers[0]),
                digests: Int(numbers[1]),
                entries: Int(numbers[2])
            )
            guard section.count <= bytes.count / 24,
                section.digests + section.count * kind.width <= section.entries,
                section.entries % 8 == 0, section.entries + 8 * section.count <= bytes.count
            else { throw damaged() }
            sections[kind] = section
        }
        self.file = file
        self.sections = sections
    }

    /// How many digests of a kind there are.
    func count(_ kind: DigestKind) -> Int { sections[kind]?.count ?? 0 }

    /// The entry of a digest by its place.
    func entry(_ kind: DigestKind, at place: Int) -> UInt64 {
        guard let section = sections[kind], place < section.count else { return 0 }
        return file.bytes.load(fromByteOffset: section.entries + 8 * place, as: UInt64.self)
    }

    /// A digest by its place; valid inside `body` only.
    func withDigest<Value>(
        _ kind: DigestKind,
        at place: Int,
        _ body: (UnsafeRawBufferPointer) -> Value
    ) -> Value {
        let start = (sections[kind]?.digests ?? 0) + place * kind.width
        return body(UnsafeRawBufferPointer(rebasing: file.bytes[start..<(start + kind.width)]))
    }

    /// The places of a digest.
    ///
    /// Digests are spread evenly, so where one lies is guessed from its value: a few steps among ten million, where halving takes
    /// 23. In a list that was made to break that it takes twice as many as halving.
    func places(of wanted: UnsafeRawBufferPointer, _ kind: DigestKind) -> Range<Int> {
        guard let section = sections[kind], section.count > 0, wanted.count == kind.width else {
            return 0..<0
        }
        let first = lowerBound(wanted, kind, section)
        var end = first
        while end < section.count, order(wanted, kind, section, end) == 0 { end += 1 }
        return first..<end
    }

    /// The first place whose digest does not come before the wanted one.
    private func lowerBound(
        _ wanted: UnsafeRawBufferPointer,
        _ kind: DigestKind,
        _ section: Section
    ) -> Int {
        let target = Double(leading(wanted))
        let perValue = Double(section.count) / 0x1p64
        var place = min(section.count - 1, Int(target * perValue))
        // The first guess is off by some thousand among ten million, the next by some ten.
        for _ in 0..<3 {
            let off = Int((target - value(kind, section, place)) * perValue)
            place = min(section.count - 1, max(0, place + off))
        }
        // From there by steps that double, then by halving.
        var (low, high) = (0, section.count)
        var step = 1
        if order(wanted, kind, section, place) > 0 {
            low = place + 1
            var next = low
            while next < section.count {
                guard order(wanted, kind, section, next) > 0 else {
                    high = next
                    break
                }
                low = next + 1
                next += step
                step *= 2
            }
        } else {
            high = place
            while high > 0 {
                let next = max(0, high - step)
                guard order(wanted, kind, section, next) <= 0 else {
                    low = next + 1
                    break
                }
                high = next
                step *= 2
            }
        }
        while low < high {
            let middle = (low + high) / 2
            if order(wanted, kind, section, middle) > 0 { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func leading(_ digest: UnsafeRawBufferPointer) -> UInt64 {
        UInt64(bigEndian: digest.loadUnaligned(as: UInt64.self))
    }

    private func value(_ kind: DigestKind, _ section: Section, _ place: Int) -> Double {
        let offset = section.digests + place * kind.width
        return Double(
            UInt64(bigEndian: file.bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        )
    }

    /// Above 0 if the wanted digest comes after the one at a place.
    private func order(
        _ wanted: UnsafeRawBufferPointer,
        _ kind: DigestKind,
        _ section: Section,
        _ place: Int
    ) -> Int {
        let offset = section.digests + place * kind.width
        let (first, stored) = (
            leading(wanted),
            UInt64(bigEndian: file.bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        )
        if first != stored { return first < stored ? -1 : 1 }
        for byte in 8..<kind.width {
            let difference = Int(wanted[byte]) - Int(file.bytes[offset + byte])
            if difference != 0 { return difference }
        }
        return 0
    }
}
