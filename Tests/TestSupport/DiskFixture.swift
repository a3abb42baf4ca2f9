import CMedia
import Foundation

/// The disk images of `Disks`, which `Disks/make_disks.py` makes, and the three pictures in them.
public enum DiskFixture {
    /// The folder with them, compressed.
    public static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Disks").path

    /// An image of one of these file systems, uncompressed: `fat12`, `fat32`, `exfat`, `ntfs`, `ext2`, `ext4`, `hfsplus`;
    /// or `gpt`, a disk with three partitions.
    public static func image(_ name: String) throws -> [UInt8] {
        try uncompressed(file(name + ".img.xz"))
    }

    /// A file of the folder as it is.
    public static func file(_ name: String) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
    }

    private static func uncompressed(_ bytes: [UInt8]) throws -> [UInt8] {
        let archive = archive_read_new()
        defer { archive_read_free(archive) }
        archive_read_support_filter_xz(archive)
        archive_read_support_format_raw(archive)
        return try bytes.withUnsafeBytes { bytes in
            var entry: OpaquePointer?
            guard archive_read_open_memory(archive, bytes.baseAddress, bytes.count) == ARCHIVE_OK,
                archive_read_next_header(archive, &entry) == ARCHIVE_OK
            else { throw ArchiveMaker.Failure(text: "not an xz file") }
            var content: [UInt8] = []
            var piece = [UInt8](repeating: 0, count: 1 << 20)
            while true {
                let count = archive_read_data(archive, &piece, piece.count)
                guard count > 0 else { return content }
                content += piece[..<count]
            }
        }
    }
}
