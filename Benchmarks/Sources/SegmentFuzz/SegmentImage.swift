import CKernels

/// The bytes of a small segment, made by what `Docs/Format.md` says: of either format, with tables or
/// without. The program writes tables for large segments only, and format 1 not at all.
struct SegmentImage {
    /// A contiguous part of the file.
    struct Section {
        var identifier: UInt32
        var offset: Int
        var size: Int
    }

    let bytes: [UInt8]
    let sections: [Section]

    private static let headerSize = 4096
    private static let values = 65_536

    /// Where the checksums begin: everything before has one.
    var checksums: Int { sections[sections.count - 1].offset }

    /// The bytes of a segment of format 2 without tables, as they were written.
    init(written bytes: [UInt8]) {
        self.bytes = bytes
        let count = Int(SegmentImage.number(bytes, 16, size: 4))
        sections = (0..<count).map { index in
            let entry = 64 + 24 * index
            return Section(
                identifier: UInt32(SegmentImage.number(bytes, entry, size: 4)),
                offset: Int(SegmentImage.number(bytes, entry + 8, size: 8)),
                size: Int(SegmentImage.number(bytes, entry + 16, size: 8))
            )
        }
    }

    /// The same content in another form.
    ///
    /// - Parameter plain: an image of format 2 without tables.
    init(_ plain: SegmentImage, version: Int, hasTables: Bool) {
        let source = plain.bytes
        let rows = Int(SegmentImage.number(source, 32, size: 8))
        let occurrences = Int(SegmentImage.number(source, 40, size: 8))
        var contents: [(identifier: UInt32, bytes: [UInt8])] = []
        func copied(_ identifier: UInt32) -> [UInt8] {
            let section = plain.sections.first { $0.identifier == identifier }
            return section.map { Array(source[$0.offset..<($0.offset + $0.size)]) } ?? []
        }
        if version == 1 {
            contents.append((1, copied(1)))
            contents.append((2, SegmentImage.firsts(copied(5), rows, occurrences)))
            contents.append((3, SegmentImage.legacyOccurrences(copied(7))))
        } else {
            contents += [7, 1, 5, 6].map { ($0, copied($0)) }
        }
        if hasTables {
            let tables = (0..<16).map { SegmentImage.table(copied(1), chunk: $0) }
            contents += tables.enumerated().map { (0x100 + UInt32($0), $1.directory) }
            for (chunk, table) in tables.enumerated() {
                contents.append((0x200 + UInt32(chunk), table.extensions))
                contents.append((0x300 + UInt32(chunk), table.rowIDs))
            }
        }
        var placed: [Section] = []
        var result = [UInt8](repeating: 0, count: SegmentImage.headerSize)
        for content in contents {
            SegmentImage.pad(&result)
            placed.append(
                Section(
                    identifier: content.identifier,
                    offset: result.count,
                    size: content.bytes.count
                )
            )
            result += content.bytes
        }
        SegmentImage.pad(&result)
        let piece = SegmentImage.piece(version: UInt64(version))
        let pieces = (result.count + piece - 1) / piece
        placed.append(Section(identifier: 4, offset: result.count, size: 4 * pieces + 4))
        result += [UInt8](repeating: 0, count: 4 * pieces + 4)
        result.replaceSubrange(0..<64, with: source[0..<64])
        SegmentImage.put(&result, 8, UInt64(version), size: 4)
        SegmentImage.put(&result, 16, UInt64(placed.count), size: 4)
        SegmentImage.put(&result, 24, UInt64(result.count), size: 8)
        for (index, section) in placed.enumerated() {
            SegmentImage.put(&result, 64 + 24 * index, UInt64(section.identifier), size: 4)
            SegmentImage.put(&result, 72 + 24 * index, UInt64(section.offset), size: 8)
            SegmentImage.put(&result, 80 + 24 * index, UInt64(section.size), size: 8)
        }
        SegmentImage.sealHeader(&result)
        SegmentImage.sealContents(&result, checksums: placed[placed.count - 1].offset)
        bytes = result
        sections = placed
    }

    // MARK: - Checksums

    /// Puts the header's checksum right.
    static func sealHeader(_ bytes: inout [UInt8]) {
        guard bytes.count >= headerSize else { return }
        put(&bytes, 4092, UInt64(checksum(bytes, 0..<4092)), size: 4)
    }

    /// Puts the checksums of all pieces right, as far as they lie in the file.
    static func sealContents(_ bytes: inout [UInt8], checksums: Int) {
        guard bytes.count > checksums else { return }
        let piece = piece(version: number(bytes, 8, size: 4))
        let pieces = (checksums + piece - 1) / piece
        guard bytes.count >= checksums + 4 * pieces + 4 else { return }
        for index in 0..<pieces {
            let end = min((index + 1) * piece, checksums)
            let value = UInt64(checksum(bytes, (index * piece)..<end))
            put(&bytes, checksums + 4 * index, value, size: 4)
        }
        let own = checksum(bytes, checksums..<(checksums + 4 * pieces))
        put(&bytes, checksums + 4 * pieces, UInt64(own), size: 4)
    }

    /// The bytes that have one checksum.
    private static func piece(version: UInt64) -> Int {
        version == 1 ? 1 << 20 : 4096
    }

    private static func checksum(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
        bytes.withUnsafeBytes { all in
            let part = UnsafeRawBufferPointer(rebasing: all[range])
            return vestige_crc32c(vestige_best_kernel_level(), 0, part.baseAddress, part.count)
        }
    }

    // MARK: - Sections

    /// Format 1's numbers of first occurrences, from format 2's bits.
    private static func firsts(_ bits: [UInt8], _ rows: Int, _ occurrences: Int) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: 4 * (rows + 1))
        var row = 0
        for index in 0..<occurrences where bits[index / 8] >> UInt8(index % 8) & 1 == 1 {
            put(&result, 4 * row, UInt64(index), size: 4)
            row += 1
        }
        put(&result, 4 * rows, UInt64(occurrences), size: 4)
        return result
    }

    private static func legacyOccurrences(_ records: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: records.count / 16 * 24)
        for index in 0..<(records.count / 16) {
            let low = number(records, 16 * index, size: 8)
            let high = number(records, 16 * index + 8, size: 8)
            put(&result, 24 * index, high >> 24, size: 8)
            let time = low >> 48 | (high & 0xFF_FFFF) << 16
            put(&result, 24 * index + 8, time &- 1, size: 8)
            let fields = [
                low >> 14 & 127, low >> 10 & 15, low >> 1 & 3, 1 << (low >> 3 & 15), low >> 7 & 7,
                low & 1,
            ]
            for (place, field) in fields.enumerated() {
                put(&result, 24 * index + 16 + place, field, size: 1)
            }
        }
        return result
    }

    private static func table(
        _ rows: [UInt8],
        chunk: Int
    ) -> (directory: [UInt8], extensions: [UInt8], rowIDs: [UInt8]) {
        let count = rows.count / 32
        func value(_ row: Int, _ chunk: Int) -> UInt64 {
            number(rows, 32 * row + chunk % 16 * 2, size: 2)
        }
        let order = (0..<count).sorted { (value($0, chunk), $0) < (value($1, chunk), $1) }
        var directory = [UInt8](repeating: 0, count: 4 * (values + 1))
        var extensions = [UInt8](repeating: 0, count: 4 * count)
        var rowIDs = extensions
        var next = 0
        for number in 0...values {
            while next < count, value(order[next], chunk) < number {
                next += 1
            }
            put(&directory, 4 * number, UInt64(next), size: 4)
        }
        for (position, row) in order.enumerated() {
            let pair = value(row, chunk + 1) | value(row, chunk + 2) << 16
            put(&extensions, 4 * position, pair, size: 4)
            put(&rowIDs, 4 * position, UInt64(row), size: 4)
        }
        return (directory, extensions, rowIDs)
    }

    // MARK: - Bytes

    static func number(_ bytes: [UInt8], _ offset: Int, size: Int) -> UInt64 {
        (0..<size).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
    }

    static func put(_ bytes: inout [UInt8], _ offset: Int, _ value: UInt64, size: Int) {
        for index in 0..<size {
            bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
        }
    }

    private static func pad(_ bytes: inout [UInt8]) {
        let missing = (4096 - bytes.count % 4096) % 4096
        bytes += [UInt8](repeating: 0, count: missing)
    }
}
