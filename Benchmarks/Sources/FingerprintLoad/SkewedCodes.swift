/// Fingerprints with the skew of PDQ's, made bit by bit instead of picture by picture.
///
/// What is modelled, and what of it a table with chunks of 16 bits feels:
///
/// - Exactly 128 bits are 1, since the transform's coefficients are compared with their median.
/// - A bit's mean is 0.47 ... 0.52, and bits two columns or rows apart hang together a little: about -0.02
///   on average, and more in the first row and column, where a picture's edges show.
/// - The rows of one coefficient matrix resemble each other. A bright or dark spot at (x, y) adds
///   cos(pi y (i + 1)) cos(pi x (j + 1)) to coefficient (i, j): the signs in every row are those of one
///   cosine, or all of them turned over. Averaged over x this leaves hardly any correlation between two
///   bits, but the 16 bits of a row fall on few values more often than random bits: such chunks collide
///   more than independent bits. A permutation of the bits takes them apart.
/// - Pictures with next to nothing in them pile up: discs and bars, where one such pattern is all there is,
///   and gradients and flat pictures, which have nearly the same fingerprint.
struct SkewedCodes {
    /// The signs of cos(pi x (j + 1)) for j = 0 ... 15, at 512 places x between 0 and 1, each repeated
    /// four times: one word holds four rows.
    private let cosines: [UInt64]
    /// For four signs, a word whose 16-bit parts are all ones where the sign is.
    private let spread: [UInt64]
    private let oftenSet: Code
    private let seldomSet: Code
    /// Fingerprints of gradients and flat pictures, in the order of how often they occur.
    private let constants: [Code]
    private var random: LoadRandom

    /// Codes that the seed decides.
    init(seed: UInt64) {
        let places = 512
        cosines = (0..<places).map { place in
            var signs: UInt64 = 0
            for column in 0..<16 {
                // The angle in parts of a full turn of 4 x places; a cosine is positive in its first and
                // last quarter.
                let angle = (2 * place + 1) * (column + 1)
                let quarter = angle / places % 4
                signs |= (quarter == 0 || quarter == 3 ? 1 : 0) << UInt64(column)
            }
            return signs &* 0x0001_0001_0001_0001
        }
        spread = (0..<16).map { (signs: UInt64) in
            (0..<4).reduce(0) { $0 | (signs >> UInt64($1) & 1) * (0xFFFF << UInt64(16 * $1)) }
        }
        // Which bits lean to which side belongs to the model: it does not change with the seed.
        var fixed = LoadRandom(seed: 0x5EED)
        oftenSet = fixed.mask(halvings: 2)
        seldomSet = fixed.mask(halvings: 1) & ~oftenSet
        var constants: [Code] = []
        for _ in 0..<8 {
            var code = fixed.mask(halvings: 1)
            SkewedCodes.balance(&code, &fixed)
            constants.append(code)
        }
        self.constants = constants
        random = LoadRandom(seed: seed)
    }

    /// The next fingerprint.
    @inline(__always)
    mutating func next() -> Code {
        let kind = random.next()
        var code: Code
        if kind & 0x3FFF < 18 {
            // 11 of 10,000 pictures hold one disc or bar, in one of eight places across.
            let place = 32 + 64 * Int(kind >> 14 & 7)
            code = pattern(place, random.next())
            code ^= random.mask(halvings: 4)
        } else if kind & 0x3FFF < 24 {
            // 4 of 10,000 have nearly nothing in them: eight families, the first one half of all.
            let family = min(7, (kind >> 14 | 1 << 49).trailingZeroBitCount)
            code = constants[family] ^ random.mask(halvings: 4)
        } else {
            code = random.mask(halvings: 1)
            // Five of eight bits are those of two spots, whose patterns overlap.
            let shape = random.next()
            let first = pattern(Int(shape & 511), random.next())
            let second = pattern(Int(shape >> 9 & 511), random.next())
            let mask = random.mask(halvings: 1)
            let other = random.mask(halvings: 2)
            code = code & ~other | second & other
            code = code & ~mask | first & mask
            lean(&code)
        }
        SkewedCodes.balance(&code, &random)
        return code
    }

    /// The signs of a spot's coefficients; `signs` says which rows are turned over.
    @inline(__always)
    private func pattern(_ place: Int, _ signs: UInt64) -> Code {
        let row = Code(repeating: cosines[place])
        // Whether a row is turned over is the sign of a cosine in y; random is near enough.
        return row
            ^ Code(
                spread[Int(signs & 15)],
                spread[Int(signs >> 4 & 15)],
                spread[Int(signs >> 8 & 15)],
                spread[Int(signs >> 12 & 15)]
            )
    }

    /// Gives the bits their means, and neighbours two apart their correlation.
    @inline(__always)
    private mutating func lean(_ code: inout Code) {
        let seldom = random.mask(halvings: 4)
        code = (code | oftenSet & seldom & random.mask(halvings: 1)) & ~(seldomSet & seldom)
        // Columns first: two bits apart in a row of 16; then rows: two rows are 32 bits.
        let firstRow = Code(0xFFFF, 0, 0, 0)
        let across = Code(repeating: 0x3FFF_3FFF_3FFF_3FFF)
        let some = random.mask(halvings: 3)
        let few = some & random.mask(halvings: 3)
        let columns = (few | some & firstRow) & across
        code = code & ~columns | ~(code &>> 2) & columns
        let rows = few &<< 1
        let above = code &<< 32 | Code(0, code[0] >> 32, code[1] >> 32, code[2] >> 32)
        code = code & ~rows | ~above & rows
    }

    /// Turns over bits in random places until 128 are 1.
    @inline(__always)
    private static func balance(_ code: inout Code, _ random: inout LoadRandom) {
        var surplus = code.ones - 128
        while surplus != 0 {
            let bit = random.next()
            let word = Int(bit >> 8 & 3)
            let from = bit & 63
            // The first bit from there on that is in the majority.
            let candidates = (surplus > 0 ? code[word] : ~code[word]) >> from
            if candidates != 0 {
                code[word] ^= 1 << (from + UInt64(candidates.trailingZeroBitCount))
                surplus -= surplus.signum()
            }
        }
    }
}
