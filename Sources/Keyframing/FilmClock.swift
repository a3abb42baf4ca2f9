/// Lets a film's time go on where its stamps jump.
///
/// Stamps count up as the film goes on, but those of a broadcast that was cut together, or of a recording that
/// was stopped and started, begin anew in the middle. All times are in milliseconds.
public struct FilmClock: Hashable, Sendable {
    /// A jump forward by more than this is not believed.
    private let longestHole: Int64
    /// A jump back of up to this is the order in which pictures are decoded, not a jump.
    private static let longestReorder: Int64 = 2_000

    private var last: Int64?
    private var shift: Int64 = 0
    private var frame: Int64 = 40

    /// A clock; `longestHole` is how far a stamp may lie after the one before it.
    public init(longestHole: Int64) {
        self.longestHole = longestHole
    }

    /// What has to be added to the stamps of a packet so that the film's time goes on.
    ///
    /// - Parameters:
    ///   - stamp: when the packet is to be decoded.
    ///   - duration: how long its picture lasts; 0 if that is not known.
    public mutating func correction(for stamp: Int64, duration: Int64 = 0) -> Int64 {
        if duration > 0, duration < 1_000 { frame = duration }
        guard let last else {
            self.last = stamp
            return 0
        }
        let (shifted, overflow) = stamp.addingReportingOverflow(shift)
        let (advance, tooFar) = shifted.subtractingReportingOverflow(last)
        if overflow || tooFar || advance < -FilmClock.longestReorder || advance > longestHole {
            shift = last &+ frame &- stamp
        }
        self.last = max(last, stamp &+ shift)
        return shift
    }

    /// The demuxer went somewhere else on purpose: what comes next is no jump.
    public mutating func moved() {
        last = nil
    }
}
