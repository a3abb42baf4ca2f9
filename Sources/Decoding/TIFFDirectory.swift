/// The first directory of a TIFF structure, in bytes that may be anything.
///
/// EXIF is such a structure too. Every read is checked against the bytes; nothing follows pointers
/// to further directories, so no loop can be laid.
struct TIFFDirectory {
    /// The fields that are looked at here (TIFF 6.0, section 8 and 22).
    enum Tag: Int {
        case width = 256
        case height = 257
        case compression = 259
        case photometric = 262
        case stripOffsets = 273
        case orientation = 274
        case samplesPerPixel = 277
        case rowsPerStrip = 278
        case stripByteCounts = 279
        case planarConfiguration = 284
        case tileWidth = 322
        case tileHeight = 323
        case tileOffsets = 324
        case tileByteCounts = 325
        case jpegTables = 347
        case dngVersion = 50706
    }

    /// A directory in the wild has a few dozen entries.
    private static let maximumEntries = 512

    private let bytes: UnsafeRawBufferPointer
    private let isBigEndian: Bool
    private let start: Int
    private let entries: Int

    /// The directory of a structure that stays as long as it; `nil` if there is none.
    init?(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        isBigEndian = bytes.holds("MM")
        guard isBigEndian || bytes.holds("II"),
            TIFFDirectory.number(bytes, isBigEndian, at: 2, count: 2) == 42,
            let start = TIFFDirectory.number(bytes, isBigEndian, at: 4, count: 4),
            let entries = TIFFDirectory.number(bytes, isBigEndian, at: start, count: 2)
        else { return nil }
        self.start = start
        self.entries = min(entries, TIFFDirectory.maximumEntries)
    }

    private static func number(
        _ bytes: UnsafeRawBufferPointer,
        _ isBigEndian: Bool,
        at offset: Int,
        count: Int
    ) -> Int? {
        isBigEndian
            ? bytes.bigEndian(at: offset, count: count)
            : bytes.littleEndian(at: offset, count: count)
    }

    private func number(at offset: Int, count: Int) -> Int? {
        TIFFDirectory.number(bytes, isBigEndian, at: offset, count: count)
    }

    /// Where the values of a field lie, their size in bytes, and how many there are.
    private func field(_ tag: Tag) -> (offset: Int, size: Int, count: Int)? {
        for entry in 0..<entries {
            let place = start + 2 + 12 * entry
            guard number(at: place, count: 2) == tag.rawValue else { continue }
            guard let type = number(at: place + 2, count: 2),
                let count = number(at: place + 4, count: 4), count > 0
            else { return nil }
            let size: Int
            switch type {
            case 1, 7: size = 1
            case 3: size = 2
            case 4: size = 4
            default: return nil
            }
            // Up to four bytes stand in the entry itself, the rest where it points to.
            let offset = size * count <= 4 ? place + 8 : number(at: place + 8, count: 4)
            guard let offset, offset <= bytes.count - size * count else { return nil }
            return (offset, size, count)
        }
        return nil
    }

    /// A field's first value.
    func value(_ tag: Tag) -> Int? {
        field(tag).flatMap { number(at: $0.offset, count: $0.size) }
    }

    /// How many values a field has.
    func count(_ tag: Tag) -> Int {
        field(tag)?.count ?? 0
    }

    /// A field's values, all of which lie inside the bytes.
    func values(_ tag: Tag) -> [Int] {
        guard let field = field(tag) else { return [] }
        return (0..<field.count).compactMap {
            number(at: field.offset + $0 * field.size, count: field.size)
        }
    }

    /// The bytes of a field.
    func content(_ tag: Tag) -> UnsafeRawBufferPointer? {
        field(tag).map {
            UnsafeRawBufferPointer(rebasing: bytes[$0.offset..<($0.offset + $0.size * $0.count)])
        }
    }
}
