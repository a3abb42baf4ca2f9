/// Whether a picture has anything on it. Raw values are stored on disk: never reuse one.
public enum PictureTone: UInt8, Hashable, Sendable, CaseIterable {
    /// It has, or nobody looked.
    case ordinary = 0
    /// Its brightness is nearly the same everywhere.
    case flat = 1
    /// It is flat, and as dark as black.
    case black = 2

    /// `ordinary`, `flat` or `black`.
    public var name: String {
        switch self {
        case .ordinary: "ordinary"
        case .flat: "flat"
        case .black: "black"
        }
    }
}
