import Fingerprinting
import Glibc
import TestSupport
import Testing

@testable import Indexing

/// Files that were cut, changed or made up: a fault, never a crash.
@Suite("damaged segments")
struct DamagedSegmentTests {
    private func write(to folder: String, count: Int, tableThreshold: Int) throws -> String {
        var random = SplitMix64(seed: 0xDA3A)
        var writer = SegmentWriter(
            kind: .pdqFullResolution,
            folder: folder,
            tableThreshold: tableThreshold
        )
        for item in 0..<UInt64(count) {
            try writer.append(random.fingerprint(), random.occurrence(item: item))
        }
        _ = try writer.write(name: "a.seg")
        return folder + "/a.seg"
    }

    /// Opens a file and reads everything in it; what is thrown on the way.
    private func readAll(_ path: String) -> IndexFault? {
        fault { () throws(IndexFault) in
            let segment = try Segment(opening: path)
            for row in 0..<segment.rows {
                _ = segment.fingerprint(ofRow: row)
                _ = try segment.occurrences(ofRow: row)
            }
        }
    }

    @Test("a segment cut at any byte is refused, and one that is too long")
    func cutsAreRefused() throws {
        let folder = TemporaryFolder()
        let path = try write(to: folder.path, count: 5, tableThreshold: .max)
        let bytes = readBytes(path)
        for length in (0..<bytes.count).reversed() {
            try #require(truncate(path, off_t(length)) == 0)
            let found = readAll(path)
            if found?.code != .damaged, found?.code != .unrecognised {
                Issue.record("cut at \(length): \(String(describing: found))")
            }
        }
        writeBytes(bytes + [0], to: path)
        #expect(readAll(path)?.code == .damaged)
        writeBytes(bytes, to: path)
        #expect(readAll(path) == nil)
    }

    @Test("every changed byte is found by opening or verifying, and reading never crashes")
    func changesAreFound() throws {
        let folder = TemporaryFolder()
        let path = try write(to: folder.path, count: 5, tableThreshold: .max)
        let bytes = readBytes(path)
        let descriptor = open(path, O_RDWR)
        defer { close(descriptor) }
        for position in bytes.indices {
            // One bit mostly, and now and then all of them.
            let change: UInt8 = position % 9 == 8 ? 0xFF : 1 << UInt8(position % 9)
            var changed = bytes[position] ^ change
            pwrite(descriptor, &changed, 1, off_t(position))
            _ = readAll(path)
            let found = fault { () throws(IndexFault) in try Segment(opening: path).verify() }
            if found == nil {
                Issue.record("byte \(position) changed by \(change)")
            }
            var right = bytes[position]
            pwrite(descriptor, &right, 1, off_t(position))
        }
        try Segment(opening: path).verify()
    }

    @Test("changes in the tables are found by verifying")
    func changesInTablesAreFound() throws {
        let folder = TemporaryFolder()
        let path = try write(to: folder.path, count: 2000, tableThreshold: 0)
        let bytes = readBytes(path)
        let descriptor = open(path, O_RDWR)
        defer { close(descriptor) }
        var random = SplitMix64(seed: 0x7AB)
        for _ in 0..<60 {
            let position = Int.random(in: 0..<bytes.count, using: &random)
            var changed = bytes[position] ^ UInt8.random(in: 1...255, using: &random)
            pwrite(descriptor, &changed, 1, off_t(position))
            #expect(throws: IndexFault.self) { try Segment(opening: path).verify() }
            var right = bytes[position]
            pwrite(descriptor, &right, 1, off_t(position))
        }
        try Segment(opening: path).verify()
    }

    @Test("a newer format says so, whatever follows")
    func newerFormatsSaySo() throws {
        let folder = TemporaryFolder()
        let path = try write(to: folder.path, count: 1, tableThreshold: .max)
        var bytes = readBytes(path)
        bytes[8] = 3
        writeBytes(bytes, to: path)
        let found = readAll(path)
        #expect(found?.code == .newerFormat)
        #expect(found?.description.contains("made by a newer vestige") == true)
    }

    @Test("headers that are whole but lie are refused")
    func lyingHeadersAreRefused() throws {
        let folder = TemporaryFolder()
        let path = try write(to: folder.path, count: 5, tableThreshold: .max)
        let bytes = readBytes(path)
        let fields = [12, 14, 16, 20, 24, 32, 40, 48, 56, 64, 68, 72, 80, 88, 96, 104, 160, 4000]
        let values: [UInt64] = [0, 1, 3, 6, 0xFFFF_FFFF, 1 << 32, 1 << 62, .max]
        for field in fields {
            for value in values {
                var lying = bytes
                for index in 0..<8 {
                    lying[field + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
                }
                guard lying != bytes else { continue }
                // The checksum is put right, as somebody would who means it.
                SegmentHeader.seal(&lying)
                writeBytes(lying, to: path)
                if readAll(path) == nil {
                    Issue.record("field \(field) of \(value) was believed")
                }
            }
        }
    }

    @Test("things that are not segments are refused")
    func otherFilesAreRefused() throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/a.seg"
        #expect(readAll(path)?.status == ENOENT)
        #expect(readAll(folder.path)?.code == .unrecognised)
        writeBytes(Array("not a segment, but long enough to hold one's version".utf8), to: path)
        #expect(readAll(path)?.code == .unrecognised)
        writeBytes([UInt8](repeating: 0, count: 20_000), to: path)
        #expect(readAll(path)?.code == .unrecognised)
        unlink(path)
        mkfifo(path, 0o600)
        #expect(readAll(path)?.code == .unrecognised)
        unlink(path)
        symlink("/etc/passwd", path)
        #expect(readAll(path)?.code == .system)
    }
}
