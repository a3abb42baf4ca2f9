/// Where in a disk image the content of a file lies, and how it is known there.
public struct DiskPlace: Hashable, Sendable {
    /// Where the file system begins, in bytes from the beginning of the disk.
    public var volumeOffset: Int64
    /// The number of the file's entry in its file system: inode, MFT record, catalog node; for FAT and exFAT the number
    /// that The Sleuth Kit gives a directory entry.
    public var inode: UInt64
    /// Where the content begins, in bytes from the beginning of the disk; `nil` if it lies in the entry itself, is sparse
    /// there, or is not known.
    public var contentOffset: Int64?
    /// In how many pieces the content lies on the disk.
    public var fragments: Int64
    /// Whether the file was deleted. Its content is what lies in its place now.
    public var isDeleted: Bool

    /// A place; by default of a file that was not deleted and has no content on the disk.
    public init(
        volumeOffset: Int64,
        inode: UInt64,
        contentOffset: Int64? = nil,
        fragments: Int64 = 0,
        isDeleted: Bool = false
    ) {
        self.volumeOffset = volumeOffset
        self.inode = inode
        self.contentOffset = contentOffset
        self.fragments = fragments
        self.isDeleted = isDeleted
    }
}
