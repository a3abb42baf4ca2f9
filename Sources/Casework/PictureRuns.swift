import Fingerprinting
import Keyframing

/// Makes one of neighbouring pictures of a film that are nearly the same: the first, with the span of all.
struct PictureRuns {
    /// Pictures that differ by no more bits from the first of their run are kept as one.
    ///
    /// That is what re-encoding alone does: x264 at CRF 28 moves the bits of a picture by 4 at the median
    /// and 10 at the 90th percentile. A copy of the picture that was left out is at most so much further from
    /// the one that was kept.
    static let maximumDistance = 8

    /// No more time than this, in milliseconds, may pass between two pictures of a run: what the film
    /// shows in between is not known.
    private let longestPause: Int64
    /// The open runs, one for each background.
    private var open: [ItemFingerprint] = []

    init(sampling: FilmSampling) {
        longestPause =
            switch sampling {
            case .keyframes: 3_000
            case .covering(let fill): fill + fill / 4
            }
    }

    /// Takes the next picture; gives the runs that end with it.
    mutating func add(_ picture: ItemFingerprint) -> [ItemFingerprint] {
        guard let time = picture.timeMilliseconds else { return finish() + [picture] }
        guard
            let place = open.firstIndex(where: { $0.origin.background == picture.origin.background }
            )
        else {
            open.append(picture)
            return []
        }
        if continues(open[place], picture, at: time), let from = open[place].timeMilliseconds {
            open[place].spanMilliseconds = UInt32(clamping: time - from)
            return []
        }
        defer { open[place] = picture }
        return [open[place]]
    }

    /// Gives the runs that are open: there are no more pictures.
    mutating func finish() -> [ItemFingerprint] {
        defer { open.removeAll(keepingCapacity: true) }
        return open
    }

    private func continues(
        _ run: ItemFingerprint,
        _ picture: ItemFingerprint,
        at time: Int64
    ) -> Bool {
        guard let from = run.timeMilliseconds, run.origin == picture.origin else { return false }
        let pause = time - (from + Int64(run.spanMilliseconds))
        return pause >= 0 && pause <= longestPause
            && time - from <= Int64(PictureRuns.longestSpan)
            && run.tone == picture.tone
            && run.fingerprint.distance(to: picture.fingerprint) <= PictureRuns.maximumDistance
    }

    /// What a segment can hold: ``Occurrence/longestSpanMilliseconds``.
    private static let longestSpan: UInt32 = 1 << 24 - 1
}
