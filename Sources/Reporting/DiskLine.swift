import Unpacking

/// Where a file in a disk image is, as an object of JSON.
struct DiskLine: Encodable, Hashable {
    private enum CodingKeys: String, CodingKey {
        case volumeOffset = "volume_offset"
        case inode
        case contentOffset = "content_offset"
        case fragments
        case deleted
    }

    let volumeOffset: Int64
    let inode: UInt64
    let contentOffset: Int64?
    let fragments: Int64
    let deleted: Bool

    /// An object for `place`; `nil` for what is in no disk image.
    init?(_ place: DiskPlace?) {
        guard let place else { return nil }
        volumeOffset = place.volumeOffset
        inode = place.inode
        contentOffset = place.contentOffset
        fragments = place.fragments
        deleted = place.isDeleted
    }

    /// Writes every key, `null` where there is no value.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(volumeOffset, forKey: .volumeOffset)
        try container.encode(inode, forKey: .inode)
        try container.encode(contentOffset, forKey: .contentOffset)
        try container.encode(fragments, forKey: .fragments)
        try container.encode(deleted, forKey: .deleted)
    }
}
