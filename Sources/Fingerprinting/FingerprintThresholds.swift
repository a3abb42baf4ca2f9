extension Fingerprint {
    /// The quality below which a picture has too little structure for a match to mean anything: 50.
    ///
    /// - SeeAlso: the PDQ paper (`hashing.pdf`), whose authors recommend it on both sides of a match.
    public static let recommendedMinimumQuality: UInt8 = 50

    /// The largest distance, in bits, that counts as the same picture: 31.
    ///
    /// - SeeAlso: the PDQ paper (`hashing.pdf`); unrelated photos lie 128 ± 8 bits apart.
    public static let recommendedRadius = 31
}
