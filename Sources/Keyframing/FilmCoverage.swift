/// Which parts of a film the kept pictures represent, and why the others are not.
///
/// A moment is represented if it lies between two kept pictures that nothing was lost between, or that are
/// no further apart than the sampling lets them be. Where a film itself has no pictures for a while (a
/// slide show), the last one stands for all that time.
public struct FilmCoverage: Hashable, Sendable {
    /// How the pictures were chosen.
    public let sampling: FilmSampling
    /// Which stream of the container, counted from 0.
    public let stream: Int
    /// The stretches that are not represented, in their order, none touching another of the same reason.
    public private(set) var gaps: [FilmGap] = []
    /// How long the film is, in milliseconds: to the end of the last picture that was seen, or, if its
    /// end was not reached, as long as its container claims.
    public private(set) var length: Int64 = 0
    /// Pictures that were taken, before nearly equal neighbours became one.
    public private(set) var pictures = 0

    /// A film damaged everywhere has no more rows than this; those behind are joined to the last.
    public static let maximumGaps = 1_000

    /// Something that was lost, and was not yet passed by a picture.
    private struct Loss: Hashable, Sendable {
        var reason: FilmGap.Reason
        /// Where the film goes on behind it; until then pictures say nothing of it.
        var until: Int64
    }

    private var last: Int64 = 0
    private var pending: Loss?

    /// Coverage of a film of which nothing has been seen yet.
    public init(sampling: FilmSampling, stream: Int = 0) {
        self.sampling = sampling
        self.stream = stream
    }

    /// Coverage as it was stored.
    public init(
        sampling: FilmSampling,
        stream: Int,
        gaps: [FilmGap],
        length: Int64,
        pictures: Int
    ) {
        self.sampling = sampling
        self.stream = stream
        self.gaps = gaps
        self.length = length
        self.pictures = pictures
    }

    /// How much of the film is represented, in milliseconds.
    public var represented: Int64 {
        max(0, length - gaps.reduce(0) { $0 + $1.milliseconds })
    }

    /// Something was lost after the last picture. The first reason that was noticed stays the reason, unless a
    /// later one says that the film ends there: a cut file's last packet is damaged, too.
    ///
    /// - Parameter until: when the film goes on behind what was lost, if that is known: a picture before
    ///   that time may be one that the decoder had kept back.
    public mutating func lose(_ reason: FilmGap.Reason, until: Int64 = 0) {
        let isEnd = reason == .truncated || reason == .limitReached
        pending = Loss(
            reason: isEnd ? reason : pending?.reason ?? reason,
            until: max(pending?.until ?? 0, until)
        )
    }

    /// A picture was taken that is shown at `time`.
    ///
    /// - Parameters:
    ///   - isDamaged: whether it is the decoder's guess in part: it is kept, but stands for nothing.
    ///   - hidesFrames: whether the film has pictures between the last one and this that were
    ///   passed over although they are further apart than the sampling lets them be.
    public mutating func take(_ time: Int64, isDamaged: Bool = false, hidesFrames: Bool = false) {
        if isDamaged {
            pictures += 1
            length = max(length, time)
            lose(.damaged, until: time)
            return
        }
        if time - last > longestStretch,
            let reason = pending?.reason ?? (hidesFrames ? .keyframesOnly : nil)
        {
            append(FilmGap(from: last, to: time, reason: reason))
        }
        if let loss = pending, time >= loss.until { pending = nil }
        pictures += 1
        last = max(last, time)
        length = max(length, time)
    }

    /// The film's end was reached, or what can be reached of it.
    ///
    /// - Parameters:
    ///   - end: the end of the last picture that was seen, in milliseconds.
    ///   - claimed: the length that the container claims.
    ///   - hidesFrames: as in ``take(_:hidesFrames:)``.
    public mutating func finish(end: Int64, claimed: Int64?, hidesFrames: Bool = false) {
        length = max(length, end)
        if let reason = pending?.reason {
            // Only where something was lost is the claim believed: containers say anything.
            length = max(length, claimed ?? 0)
            // Where the bytes end, all before was seen, and is near enough to the last picture.
            let from =
                reason == .truncated && pictures > 0 && end - last <= longestStretch
                ? max(last, end) : last
            let isOver = reason == .truncated || reason == .limitReached
            if length - from > (isOver ? 0 : longestStretch) || pictures == 0 {
                append(FilmGap(from: from, to: length, reason: reason))
            }
        } else if hidesFrames, length - last > longestStretch {
            append(FilmGap(from: last, to: length, reason: .keyframesOnly))
        }
        pending = nil
    }

    /// Where nothing was filled, a keyframe stands for so many milliseconds at most.
    private static let longestUnlooked: Int64 = 10_000

    /// For how long a picture stands where something was lost or passed over after it, in milliseconds.
    private var longestStretch: Int64 { min(sampling.longestHole, Self.longestUnlooked) }

    private mutating func append(_ gap: FilmGap) {
        guard gap.to > gap.from else { return }
        let continues = gaps.last.map { $0.to == gap.from && $0.reason == gap.reason } ?? false
        if continues || gaps.count == Self.maximumGaps {
            gaps[gaps.count - 1].to = gap.to
        } else {
            gaps.append(gap)
        }
    }
}
