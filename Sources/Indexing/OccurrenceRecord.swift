import Keyframing

/// An occurrence as it stands in a segment: 24 bytes, without padding, the fields of `Docs/Format.md`
/// in their order.
struct OccurrenceRecord: BitwiseCopyable {
    static let size = 24

    var item: UInt64
    var time: Int64
    var quality: UInt8
    var decoder: UInt8
    var policy: UInt8
    var scale: UInt8
    var background: UInt8
    var flags: UInt8
    var reserved: UInt16 = 0

    private static let damaged: UInt8 = 1

    init(_ occurrence: Occurrence) {
        item = occurrence.item
        time = occurrence.timeMilliseconds ?? -1
        quality = occurrence.quality
        decoder = occurrence.origin.decoder.rawValue
        policy = occurrence.origin.policy.rawValue
        scale = occurrence.origin.scale
        background = occurrence.origin.background.rawValue
        flags = occurrence.origin.isDamaged ? OccurrenceRecord.damaged : 0
    }

    /// The occurrence; `nil` if a field has no meaning in this version of the format.
    var occurrence: Occurrence? {
        guard time >= -1, flags <= OccurrenceRecord.damaged, reserved == 0,
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
                isDamaged: flags == OccurrenceRecord.damaged
            )
        )
    }

    /// The order of a row's occurrences: by item, then time, then the other fields as stored.
    var sortKey: (UInt64, Int64, UInt64) {
        let fields = [quality, decoder, policy, scale, background, flags]
        return (item, time, fields.reduce(0) { $0 << 8 | UInt64($1) })
    }
}
