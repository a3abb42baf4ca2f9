/// What kind of fingerprints is made.
enum CodeModel: String, CaseIterable {
    /// Independent bits.
    case uniform
    /// As PDQ gives them for pictures; see ``SkewedCodes``.
    case skewed
}
