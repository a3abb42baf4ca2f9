import CKernels
import Keyframing

@testable import Indexing

/// Makes files of format 1, which the program only reads.
enum LegacySegment {
    /// The bytes that version 0.1.0 wrote for what `segment` holds.
    static func bytes(of segment: Segment) throws -> [UInt8] {
        let layout = SegmentLayout(
            version: 1,
            rowCount: segment.rows,
            occurrenceCount: segment.occurrenceCount,
            hasTables: segment.hasTables
        )
        var bytes = [UInt8](repeating: 0, count: layout.checksums.offset)
        func put(_ value: some FixedWidthInteger, at offset: Int) {
            withUnsafeBytes(of: value.littleEndian) {
                bytes.replaceSubrange(offset..<(offset + $0.count), with: $0)
            }
        }
        let header = SegmentHeader(kind: segment.kind, layout: layout).bytes
        bytes.replaceSubrange(0..<header.count, with: header)
        var start = 0
        for row in 0..<segment.rows {
            let words = segment.words(ofRow: row)
            for (index, word) in [words.0, words.1, words.2, words.3].enumerated() {
                put(word, at: layout.rows.offset + 32 * row + 8 * index)
            }
            put(UInt32(start), at: layout.firsts.offset + 4 * row)
            var records = try segment.occurrences(ofRow: row)
            records.sort { order($0) < order($1) }
            for occurrence in records {
                let offset = layout.occurrences.offset + 24 * start
                put(occurrence.item, at: offset)
                put(occurrence.timeMilliseconds ?? -1, at: offset + 8)
                for (index, field) in fields(occurrence).enumerated() {
                    put(field, at: offset + 16 + index)
                }
                start += 1
            }
        }
        put(UInt32(start), at: layout.firsts.offset + 4 * segment.rows)
        if segment.hasTables {
            segment.withContents { contents in
                for chunk in 0..<16 {
                    for value in 0...65_536 {
                        put(
                            contents.directory(chunk)[value],
                            at: layout.directories[chunk].offset + 4 * value
                        )
                    }
                    for posting in 0..<segment.rows {
                        put(
                            contents.extensions(chunk)[posting],
                            at: layout.extensions[chunk].offset + 4 * posting
                        )
                        put(
                            contents.rowIDs(chunk)[posting],
                            at: layout.rowIDs[chunk].offset + 4 * posting
                        )
                    }
                }
            }
        }
        var checksums: [UInt32] = []
        for piece in stride(from: 0, to: bytes.count, by: 1 << 20) {
            let part = bytes[piece..<min(piece + (1 << 20), bytes.count)]
            checksums.append(part.withUnsafeBytes { crc($0) })
        }
        checksums.append(checksums.withUnsafeBytes { crc($0) })
        return bytes + checksums.withUnsafeBytes { Array($0) }
    }

    private static func crc(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        vestige_crc32c(vestige_best_kernel_level(), 0, bytes.baseAddress, bytes.count)
    }

    /// The bytes 16 ... 21 of an occurrence.
    private static func fields(_ occurrence: Occurrence) -> [UInt8] {
        let origin = occurrence.origin
        return [
            occurrence.quality, origin.decoder.rawValue, origin.policy.rawValue, origin.scale,
            origin.background.rawValue, origin.isDamaged ? 1 : 0,
        ]
    }

    private static func order(_ occurrence: Occurrence) -> (UInt64, Int64, UInt64) {
        let fields = fields(occurrence).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return (occurrence.item, occurrence.timeMilliseconds ?? -1, fields)
    }
}
