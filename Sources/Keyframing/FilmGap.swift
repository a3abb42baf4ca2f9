/// A stretch of a film that no kept picture represents.
public struct FilmGap: Hashable, Sendable {
    /// Why. The raw values are written to ledgers: never reuse one.
    public enum Reason: String, Hashable, Sendable, CaseIterable {
        /// The bytes are damaged: nothing could be decoded there.
        case damaged
        /// The bytes end before the film does.
        case truncated
        /// No decoder here reads what is there.
        case unsupported
        /// A limit of size, number or time ended the decode.
        case limitReached
        /// Only keyframes were asked for, and there is none.
        case keyframesOnly
    }

    /// Where it begins, in milliseconds from the film's start.
    public var from: Int64
    /// Where it ends, in milliseconds from the film's start.
    public var to: Int64
    /// Why.
    public var reason: Reason

    /// A gap.
    public init(from: Int64, to: Int64, reason: Reason) {
        self.from = from
        self.to = to
        self.reason = reason
    }

    /// How long it is, in milliseconds.
    public var milliseconds: Int64 { max(0, to - from) }
}
