import CMedia

/// Makes small archives in memory with libarchive, for tests that take them apart again.
public enum ArchiveMaker {
    /// One file of an archive.
    public struct Entry: Sendable {
        /// Its path.
        public let name: String
        /// Its bytes.
        public let content: [UInt8]

        /// A file with its bytes.
        public init(_ name: String, _ content: some Sequence<UInt8>) {
            self.name = name
            self.content = Array(content)
        }
    }

    /// What libarchive said against it.
    public struct Failure: Error {
        /// Its words.
        public let text: String
    }

    /// An archive of `entries`, in this order.
    ///
    /// - Parameter format: as libarchive names it: `zip`, `ustar`, `pax`, `7zip`, `newc`, `iso9660`, `xar`, `raw`, …
    /// - Parameter filter: `gzip`, `bzip2`, `xz`, `zstd`, …
    /// - Parameter options: such as `zip:encryption=traditional`.
    /// - Parameter link: a symbolic link to add, with what it points to.
    public static func make(
        format: String,
        filter: String? = nil,
        options: String? = nil,
        passphrase: String? = nil,
        link: (name: String, target: String)? = nil,
        _ entries: [Entry]
    ) throws -> [UInt8] {
        let archive = archive_write_new()
        defer { archive_write_free(archive) }
        func check(_ result: Int32) throws {
            guard result == ARCHIVE_OK || result == ARCHIVE_WARN else {
                let text = archive_error_string(archive).map { String(cString: $0) }
                throw Failure(text: text ?? "no reason")
            }
        }
        try check(archive_write_set_format_by_name(archive, format))
        if let filter { try check(archive_write_add_filter_by_name(archive, filter)) }
        if let options { try check(archive_write_set_options(archive, options)) }
        if let passphrase { try check(archive_write_set_passphrase(archive, passphrase)) }
        // Room for formats that pad, such as ISO 9660.
        let size = entries.reduce(4 << 20) { $0 + $1.content.count * 2 + 4096 }
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        defer { room.deallocate() }
        var used = 0
        try check(archive_write_set_bytes_in_last_block(archive, 1))
        try check(archive_write_open_memory(archive, room.baseAddress, room.count, &used))
        for entry in entries {
            let header = archive_entry_new()
            defer { archive_entry_free(header) }
            archive_entry_set_pathname(header, entry.name)
            archive_entry_set_filetype(header, 0o100000)
            archive_entry_set_perm(header, 0o644)
            archive_entry_set_size(header, Int64(entry.content.count))
            archive_entry_set_mtime(header, 1_700_000_000, 0)
            try check(archive_write_header(archive, header))
            let written = archive_write_data(archive, entry.content, entry.content.count)
            guard written == entry.content.count else { throw Failure(text: "short write") }
        }
        if let link {
            let header = archive_entry_new()
            defer { archive_entry_free(header) }
            archive_entry_set_pathname(header, link.name)
            archive_entry_set_filetype(header, 0o120000)
            archive_entry_set_symlink(header, link.target)
            archive_entry_set_perm(header, 0o777)
            try check(archive_write_header(archive, header))
        }
        try check(archive_write_close(archive))
        return Array(UnsafeRawBufferPointer(rebasing: room[..<used]))
    }

    /// A rar (version 4) of stored files, which libarchive reads but does not write.
    public static func rar(_ entries: [Entry]) -> [UInt8] {
        var bytes: [UInt8] = [0x52, 0x61, 0x72, 0x21, 0x1A, 0x07, 0x00]
        // The archive's own header: its type, no flags, its size, six reserved bytes.
        bytes += block([0x73, 0, 0, 13, 0, 0, 0, 0, 0, 0, 0])
        for entry in entries {
            let name = Array(entry.name.utf8)
            let size = little(UInt32(entry.content.count))
            var header: [UInt8] = [0x74] + little(UInt16(0x8000)) + little(UInt16(32 + name.count))
            header += size + size + [3] + little(crc(entry.content)) + little(UInt32(0x5000_0000))
            header += [20, 0x30] + little(UInt16(name.count)) + little(UInt32(0o100644)) + name
            bytes += block(header) + entry.content
        }
        return bytes + block([0x7B, 0, 0x40, 7, 0])
    }

    private static func block(_ header: [UInt8]) -> [UInt8] {
        little(UInt16(truncatingIfNeeded: crc(header))) + header
    }

    private static func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        var sum = ~UInt32(0)
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 {
                sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1
            }
        }
        return ~sum
    }
}
