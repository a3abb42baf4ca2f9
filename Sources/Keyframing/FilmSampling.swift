/// Which moments of a film stand for it.
public enum FilmSampling: Hashable, Sendable {
    /// Only the pictures that the film itself marks as keyframes.
    case keyframes
    /// The keyframes, and wherever two of them are further apart than the fill interval, in milliseconds,
    /// pictures between them.
    case covering(fillMilliseconds: Int64)

    /// The fill interval that is taken unless another is asked for. `Docs/Matching.md` has the
    /// table that it was chosen by.
    public static let defaultFillMilliseconds: Int64 = 4_000
    /// The fill intervals that can be asked for, in milliseconds.
    public static let fillMillisecondsRange: ClosedRange<Int64> = 100...3_600_000
    /// ``covering(fillMilliseconds:)`` with ``defaultFillMilliseconds``.
    public static let standard = FilmSampling.covering(
        fillMilliseconds: FilmSampling.defaultFillMilliseconds
    )

    /// `keyframes` or `covering`.
    public var name: String {
        switch self {
        case .keyframes: "keyframes"
        case .covering: "covering"
        }
    }

    /// The fill interval in milliseconds; `nil` where nothing is filled.
    public var fillMilliseconds: Int64? {
        switch self {
        case .keyframes: nil
        case .covering(let fill): fill
        }
    }

    /// Keyframes that follow each other sooner than this, in milliseconds, are passed over: a film whose
    /// every picture is a keyframe would otherwise be stored picture by picture.
    public var keyframeSpacing: Int64 {
        switch self {
        case .keyframes: 1_000
        case .covering(let fill): fill * 3 / 5
        }
    }

    /// How far apart two kept pictures may be, in milliseconds, before what is between them is filled: a
    /// little over the interval, since times are rounded and a picture lasts some milliseconds.
    public var longestHole: Int64 {
        switch self {
        case .keyframes: .max
        case .covering(let fill): fill + fill / 20
        }
    }
}
