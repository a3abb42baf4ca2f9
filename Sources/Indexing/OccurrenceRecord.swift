import Keyframing

/// An occurrence as it stands in a segment: one number of 128 bits, whose order is that of a row's
/// occurrences (by item, then time, then the rest). `Docs/Format.md` has the fields.
package struct OccurrenceRecord: BitwiseCopyable {
    static let size = 16

    /// Bits 0 ... 63.
    package var low: UInt64
    /// Bits 64 ... 127.
    package var high: UInt64

    /// Where the fields begin in the lowest 24 bits, and how many bits each has.
    private enum Field {
        static let damaged = (at: 0, bits: 1)
        static let policy = (at: 1, bits: 2)
        static let scale = (at: 3, bits: 4)
        static let background = (at: 7, bits: 3)
        static let decoder = (at: 10, bits: 4)
        static let quality = (at: 14, bits: 7)
        static let tone = (at: 21, bits: 2)
        static let end = 23
    }

    package init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// - Precondition: the scale is a power of two up to 2¹⁵, the quality at most 100, the item at most
    ///   ``Occurrence/largestItem``.
    package init(_ occurrence: Occurrence) {
        let origin = occurrence.origin
        precondition(
            occurrence.item <= Occurrence.largestItem && occurrence.quality <= 100
                && origin.scale.nonzeroBitCount == 1,
            "an occurrence that the format can hold"
        )
        var fields = UInt64(occurrence.quality) << Field.quality.at
        fields |= UInt64(occurrence.tone.rawValue) << Field.tone.at
        fields |= UInt64(origin.decoder.rawValue) << Field.decoder.at
        fields |= UInt64(origin.background.rawValue) << Field.background.at
        fields |= UInt64(origin.scale.trailingZeroBitCount) << Field.scale.at
        fields |= UInt64(origin.policy.rawValue) << Field.policy.at
        fields |= UInt64(origin.isDamaged ? 1 : 0) << Field.damaged.at
        let time = UInt64((occurrence.timeMilliseconds ?? -1) + 1)
        low = fields | UInt64(occurrence.spanMilliseconds) << 24 | time << 48
        high = time >> 16 | occurrence.item << 24
    }

    /// The number of the item, whatever the other fields hold.
    var item: UInt64 { high >> 24 }

    /// The occurrence; `nil` if a field has no meaning in this version of the format.
    var occurrence: Occurrence? {
        func field(_ place: (at: Int, bits: Int)) -> UInt8 {
            UInt8(low >> UInt64(place.at) & (1 << UInt64(place.bits) - 1))
        }
        let scale = field(Field.scale)
        guard low >> UInt64(Field.end) & 1 == 0, scale < 8, field(Field.quality) <= 100,
            let decoder = MediaDecoder(rawValue: field(Field.decoder)),
            let policy = DecodePolicy(rawValue: field(Field.policy)),
            let background = Background(rawValue: field(Field.background)),
            let tone = PictureTone(rawValue: field(Field.tone))
        else { return nil }
        let time = Int64(low >> 48 | (high & 0xFF_FFFF) << 16)
        return Occurrence(
            item: item,
            timeMilliseconds: time == 0 ? nil : time - 1,
            spanMilliseconds: UInt32(low >> 24 & 0xFF_FFFF),
            quality: field(Field.quality),
            origin: PictureOrigin(
                decoder: decoder,
                policy: policy,
                scale: 1 << scale,
                background: background,
                isDamaged: field(Field.damaged) == 1
            ),
            tone: tone
        )
    }
}

extension OccurrenceRecord: Comparable {
    package static func < (left: OccurrenceRecord, right: OccurrenceRecord) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}
