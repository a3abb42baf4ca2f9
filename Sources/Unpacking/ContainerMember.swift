/// One entry of a container, as its header describes it.
public struct ContainerMember: Hashable, Sendable {
    /// What an entry is.
    public enum Kind: Hashable, Sendable {
        /// A file with content.
        case file
        /// A folder: it has no content, and is no item.
        case folder
        /// A symbolic link.
        case symbolicLink
        /// Another name of a member that stands elsewhere in the container.
        case hardLink
        /// A device, socket or named pipe.
        case special
        /// A deleted file of which nothing but its entry is left, or whose entry belongs to another one now.
        case gone
        /// A file in which a file system keeps its own tables.
        case metadata
    }

    /// Its name's bytes as they are stored, with `/` between folders; never empty.
    public let name: [UInt8]
    /// What it is.
    public let kind: Kind
    /// The size that the header claims, in bytes; `nil` if it says none.
    public let claimedSize: Int64?
    /// When it was modified last, in nanoseconds since 1970; 0 if the header says nothing.
    public let modifiedNanoseconds: Int64
    /// Whether its content is encrypted.
    public let isEncrypted: Bool
    /// Of a file in a disk image, where it is there.
    public var disk: DiskPlace?

    /// A longer name is cut: no file system has longer ones, and each name is kept in the catalog.
    static let maximumNameBytes = 4096
}
