/// When a compressed picture is decoded and shown, as its container says it, in milliseconds.
public struct FilmStamps: Hashable, Sendable {
    /// When it is decoded; `nil` if that is not said.
    public var decoded: Int64?
    /// When it is shown; `nil` if that is not said.
    public var shown: Int64?
    /// How long it is shown; 0 if that is not said.
    public var duration: Int64

    /// Stamps; by default nothing is said.
    public init(decoded: Int64? = nil, shown: Int64? = nil, duration: Int64 = 0) {
        self.decoded = decoded
        self.shown = shown
        self.duration = duration
    }

    /// The stamp that counts up from packet to packet.
    var counting: Int64? { decoded ?? shown }
}

/// Lets a film's time go on where its stamps are missing, wrong or jump.
///
/// Stamps count up as the film goes on, but those of a broadcast that was cut together, or of a recording that
/// was stopped and started, begin anew in the middle; some streams have none; and one damaged stamp must not make
/// a film of minutes one of hours. All times are in milliseconds.
public struct FilmClock: Hashable, Sendable {
    /// A jump forward by more than this is not believed.
    private let longestHole: Int64
    /// A jump back of up to this is the order in which pictures are decoded, not a jump.
    private static let longestReorder: Int64 = 2_000
    /// A jump by more than this is believed only if the stamp after it agrees, where that is known.
    private static let longestLoneJump: Int64 = 5_000
    /// Behind a loss, a stamp that is further before the following one than this was counted on.
    private static let longestStep: Int64 = 1_000
    /// No picture is shown further from when it is decoded than this.
    private static let longestDelay: Int64 = 10_000

    private var last: Int64?
    private var shift: Int64 = 0
    private var frame: Int64

    /// A clock.
    ///
    /// - Parameters:
    ///   - longestHole: how far a stamp may lie after the one before it.
    ///   - frame: how long a picture lasts as far as is known, for streams that do not say it.
    public init(longestHole: Int64, frame: Int64 = 40) {
        self.longestHole = max(1, longestHole)
        self.frame = min(1_000, max(1, frame))
    }

    /// The stamps of the next packet as they are in the film's time: none is missing, and they go on.
    ///
    /// - Parameters:
    ///   - following: the stamps of the packet after it; `nil` if that is not known.
    ///   - isBehindLoss: whether something was lost before it: its stamps may have been counted on from those
    ///     before, so the following ones are more to be believed.
    public mutating func correct(
        _ own: FilmStamps,
        following: FilmStamps? = nil,
        isBehindLoss: Bool = false
    ) -> FilmStamps {
        var own = own
        if isBehindLoss, let stamp = own.counting, let next = following?.counting,
            next &- stamp > FilmClock.longestStep
        {
            own.shown = own.shown.map { $0 &+ (next &- frame &- stamp) }
            own.decoded = own.decoded.map { _ in next &- frame }
        }
        if own.duration > 0, own.duration < 1_000 { frame = own.duration }
        var result = FilmStamps(duration: max(0, own.duration))
        guard let stamp = own.counting else {
            return madeUp(result)
        }
        guard let last else {
            self.last = stamp &+ shift
            result.decoded = stamp &+ shift
            result.shown = shown(own, decoded: stamp)
            return result
        }
        let advance = advance(stamp, from: last)
        if isJump(advance) {
            if isLone(stamp, following, from: last) {
                return madeUp(result)
            }
            if advance.map({ $0 < -FilmClock.longestReorder || $0 > longestHole }) ?? true {
                shift = last &+ frame &- stamp
            }
        }
        let decoded = stamp &+ shift
        self.last = max(last, decoded)
        result.decoded = decoded
        result.shown = shown(own, decoded: stamp)
        return result
    }

    /// The demuxer went somewhere else on purpose: what comes next is no jump.
    public mutating func moved() {
        last = nil
    }

    /// Stamps for a packet that has none, or none that is to be believed.
    private mutating func madeUp(_ stamps: FilmStamps) -> FilmStamps {
        let time = last.map { $0 &+ frame } ?? shift
        last = time
        var result = stamps
        result.decoded = time
        result.shown = time
        return result
    }

    private func shown(_ own: FilmStamps, decoded stamp: Int64) -> Int64 {
        guard let shown = own.shown else { return stamp &+ shift }
        let (delay, overflow) = shown.subtractingReportingOverflow(stamp)
        let isLikely = !overflow && abs(delay) <= FilmClock.longestDelay
        return (isLikely ? shown : stamp) &+ shift
    }

    /// How far a stamp is after a time; `nil` if numbers do not reach so far.
    private func advance(_ stamp: Int64, from last: Int64) -> Int64? {
        let (shifted, overflow) = stamp.addingReportingOverflow(shift)
        let (advance, tooFar) = shifted.subtractingReportingOverflow(last)
        return overflow || tooFar ? nil : advance
    }

    private func isJump(_ advance: Int64?) -> Bool {
        guard let advance else { return true }
        return advance < -FilmClock.longestReorder || advance > FilmClock.longestLoneJump
            || advance > longestHole
    }

    /// Whether the stamps go on behind a stamp as if it were not there.
    private func isLone(_ stamp: Int64, _ following: FilmStamps?, from last: Int64) -> Bool {
        guard let next = following?.counting else { return false }
        return !isJump(advance(next, from: last))
    }
}
