extension Fingerprint {
    /// The fingerprint of the turned or mirrored picture, as far as these bits tell.
    ///
    /// Turning a picture exchanges or negates the coefficients of its transform. A bit says whether its
    /// coefficient is above the median of all; a negated one is taken to be above where it was not. That
    /// is exact for ``Turn/none`` and ``Turn/flipPlus1``, which negate nothing. For the others the median
    /// moves a little: the result lies 7 bits on average from what the turned picture gives, 22 in the
    /// worst of a hundred (`Docs/Fingerprint.md`). Where the picture is at hand, take
    /// ``PictureFingerprint/turned(_:)``.
    ///
    /// Distances stay: two fingerprints are as far apart as both turned in the same way.
    public func turned(_ turn: Turn) -> Fingerprint {
        // Bit 16 i + j stands for row i and column j; even ones are those of odd frequencies.
        let evenRows: UInt64 = 0x0000_FFFF_0000_FFFF
        let evenColumns: UInt64 = 0x5555_5555_5555_5555
        let oddSums: UInt64 = 0x5555_AAAA_5555_AAAA
        return switch turn {
        case .none: self
        case .rotate90: flipped(evenColumns).transposed
        case .rotate180: flipped(oddSums)
        case .rotate270: flipped(evenRows).transposed
        case .flipX: flipped(evenRows)
        case .flipY: flipped(evenColumns)
        case .flipPlus1: transposed
        case .flipMinus1: flipped(oddSums).transposed
        }
    }

    /// Every bit exchanged where `mask` has one; the same mask for each word, that is four rows.
    private func flipped(_ mask: UInt64) -> Fingerprint {
        Fingerprint(words: (words.0 ^ mask, words.1 ^ mask, words.2 ^ mask, words.3 ^ mask))
    }

    /// Rows and columns exchanged.
    private var transposed: Fingerprint {
        let source = [words.0, words.1, words.2, words.3]
        var result: [UInt64] = [0, 0, 0, 0]
        for (index, word) in source.enumerated() {
            var rest = word
            while rest != 0 {
                let bit = 64 * index + rest.trailingZeroBitCount
                let place = bit % 16 * 16 + bit / 16
                result[place / 64] |= 1 << UInt64(place % 64)
                rest &= rest - 1
            }
        }
        return Fingerprint(words: (result[0], result[1], result[2], result[3]))
    }
}
