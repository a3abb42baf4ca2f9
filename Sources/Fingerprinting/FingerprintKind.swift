/// Which algorithm made a fingerprint. Fingerprints of different kinds are never compared.
///
/// The raw values are stored on disk: never reuse one.
public enum FingerprintKind: UInt16, Hashable, Sendable, CaseIterable {
    /// PDQ filtered at full resolution, as the Python package `pdqhash`, vPDQ and HMA compute it.
    case pdqFullResolution = 1
    /// PDQ after a picture with a side over 512 was shrunk to 512 × 512 by nearest neighbour, as the
    /// C++ reference's command line computes it.
    case pdqNearest512 = 2

    /// The name in files and on the command line: `pdq-b` or `pdq-a`.
    public var name: String {
        switch self {
        case .pdqFullResolution: "pdq-b"
        case .pdqNearest512: "pdq-a"
        }
    }

    /// The kind with a ``name``.
    public init?(name: some StringProtocol) {
        guard let kind = FingerprintKind.allCases.first(where: { $0.name == name }) else {
            return nil
        }
        self = kind
    }
}

/// How a picture was turned or mirrored before it was fingerprinted.
///
/// The order and the raw values are those of the reference's eight variants.
public enum Turn: UInt8, Hashable, Sendable, CaseIterable {
    /// As it is.
    case none = 0
    /// Rotated by 90 degrees.
    case rotate90
    /// Rotated by 180 degrees.
    case rotate180
    /// Rotated by 270 degrees.
    case rotate270
    /// Mirrored, the reference's flip X.
    case flipX
    /// Mirrored, the reference's flip Y.
    case flipY
    /// Mirrored about one diagonal: transposed.
    case flipPlus1
    /// Mirrored about the other diagonal.
    case flipMinus1

    /// The name in output.
    public var name: String { String(describing: self) }

    /// The turn with a ``name``.
    public init?(name: some StringProtocol) {
        guard let turn = Turn.allCases.first(where: { $0.name == name }) else { return nil }
        self = turn
    }

    /// What undoes it.
    public var inverse: Turn {
        switch self {
        case .rotate90: .rotate270
        case .rotate270: .rotate90
        default: self
        }
    }
}
