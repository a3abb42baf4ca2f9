import CKernels
import Fingerprinting

/// The first 4,096 bytes of a segment.
struct SegmentHeader {
    static let size = 4096
    /// A byte over 127, a carriage return with a line feed, and an end-of-file mark: a file that was
    /// mangled as text shows it here.
    static let magic: [UInt8] = [0x8B, 0x56, 0x53, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    /// The version that is written. Version 1 is read too.
    static let version: UInt32 = 2

    private enum Offset {
        static let version = 8
        static let kind = 12
        static let sectionCount = 16
        static let fileSize = 24
        static let rowCount = 32
        static let occurrenceCount = 40
        static let sections = 64
        static let checksum = 4092
    }

    private static let sectionSize = 24

    let kind: FingerprintKind
    let layout: SegmentLayout

    init(kind: FingerprintKind, layout: SegmentLayout) {
        self.kind = kind
        self.layout = layout
    }

    /// The header's bytes.
    var bytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: SegmentHeader.size)
        func put(_ value: some FixedWidthInteger, at offset: Int) {
            withUnsafeBytes(of: value.littleEndian) { source in
                bytes.replaceSubrange(offset..<(offset + source.count), with: source)
            }
        }
        bytes.replaceSubrange(0..<8, with: SegmentHeader.magic)
        put(layout.version, at: Offset.version)
        put(kind.rawValue, at: Offset.kind)
        put(UInt32(layout.sections.count), at: Offset.sectionCount)
        put(UInt64(layout.fileSize), at: Offset.fileSize)
        put(UInt64(layout.rowCount), at: Offset.rowCount)
        put(UInt64(layout.occurrenceCount), at: Offset.occurrenceCount)
        for (index, section) in layout.sections.enumerated() {
            let offset = Offset.sections + index * SegmentHeader.sectionSize
            put(section.identifier, at: offset)
            put(UInt64(section.offset), at: offset + 8)
            put(UInt64(section.size), at: offset + 16)
        }
        SegmentHeader.seal(&bytes)
        return bytes
    }

    /// Reads the header of a file of `fileSize` bytes; nothing in it is believed before it is checked.
    init(
        _ bytes: UnsafeRawBufferPointer,
        fileSize: Int,
        path: String
    ) throws(IndexFault) {
        func damaged(_ detail: String) -> IndexFault {
            IndexFault(.damaged, path: path, detail: detail)
        }
        guard bytes.count >= 12, bytes.starts(with: SegmentHeader.magic) else {
            throw IndexFault(.unrecognised, path: path, detail: "this is not a segment of vestige")
        }
        let version = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        guard version <= SegmentHeader.version else {
            throw IndexFault(
                .newerFormat,
                path: path,
                detail: "made by a newer vestige (segment format \(version); this one reads up to "
                    + "\(SegmentHeader.version))"
            )
        }
        guard bytes.count >= SegmentHeader.size else {
            throw damaged("the segment ends inside its header")
        }
        let stated = bytes.loadUnaligned(fromByteOffset: Offset.checksum, as: UInt32.self)
        let header = Array(bytes.prefix(SegmentHeader.size))
        guard (1...SegmentHeader.version).contains(version),
            UInt32(littleEndian: stated) == SegmentHeader.checksum(of: header)
        else {
            throw damaged("the segment's header does not fit its checksum")
        }
        func field<Value: FixedWidthInteger>(_ offset: Int, _: Value.Type) -> Value {
            Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
        }
        guard let kind = FingerprintKind(rawValue: field(Offset.kind, UInt16.self)) else {
            throw damaged("the segment's kind of fingerprint is unknown")
        }
        let rowCount = field(Offset.rowCount, UInt64.self)
        let occurrenceCount = field(Offset.occurrenceCount, UInt64.self)
        // Every row has an occurrence, so that one of the two cannot be zero alone.
        guard occurrenceCount <= UInt64(SegmentLayout.limit), rowCount <= occurrenceCount,
            (rowCount == 0) == (occurrenceCount == 0)
        else {
            throw damaged("the segment's counts contradict each other")
        }
        let sectionCount = field(Offset.sectionCount, UInt32.self)
        let layout = SegmentLayout(
            version: version,
            rowCount: Int(rowCount),
            occurrenceCount: Int(occurrenceCount),
            hasTables: Int(sectionCount) > SegmentLayout.plainSections(version: version)
        )
        guard fileSize == layout.fileSize else {
            throw damaged("the segment has \(fileSize) bytes where it needs \(layout.fileSize)")
        }
        self.init(kind: kind, layout: layout)
        // The header is a function of what was just read: its section table is checked as a whole.
        guard self.bytes == header else {
            throw damaged("the segment's sections are not where its counts put them")
        }
    }

    /// Puts a header's checksum right, so that tests can make headers that lie.
    package static func seal(_ bytes: inout [UInt8]) {
        withUnsafeBytes(of: checksum(of: bytes).littleEndian) { source in
            bytes.replaceSubrange(Offset.checksum..<size, with: source)
        }
    }

    private static func checksum(of header: [UInt8]) -> UInt32 {
        vestige_crc32c(vestige_best_kernel_level(), 0, header, Offset.checksum)
    }
}
