import Keyframing

/// An occurrence as it stands in a segment of format 1: 24 bytes, without padding, the fields of
/// `Docs/Format.md` in their order. Only read; what is written has format 2.
struct LegacyOccurrenceRecord: BitwiseCopyable {
    static let size = 24

    let item: UInt64
    let time: Int64
    let quality: UInt8
    let decoder: UInt8
    let policy: UInt8
    let scale: UInt8
    let background: UInt8
    let flags: UInt8
    let reserved: UInt16

    private static let damaged: UInt8 = 1

    /// The occurrence; `nil` if a field has no meaning.
    var occurrence: Occurrence? {
        guard time >= -1, flags <= LegacyOccurrenceRecord.damaged, reserved == 0,
            [1, 2, 4, 8].contains(scale),
            item <= Occurrence.largestItem,
            let decoder = MediaDecoder(rawValue: decoder),
            let policy = DecodePolicy(rawValue: policy),
            let background = Background(rawValue: background)
        else { return nil }
        return Occurrence(
            item: item,
            timeMilliseconds: time < 0 ? nil : time,
            quality: quality,
            origin: PictureOrigin(
                decoder: decoder,
                policy: policy,
                scale: scale,
                background: background,
                isDamaged: flags == LegacyOccurrenceRecord.damaged
            )
        )
    }
}
