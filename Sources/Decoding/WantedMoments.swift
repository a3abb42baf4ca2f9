/// The moments of a film that are still wanted, one after another.
struct WantedMoments {
    /// The next picture that is shown at this time or later is taken, in milliseconds.
    private(set) var next: Int64
    /// How long after a picture that was taken the next one is wanted, in milliseconds.
    let step: Int64
    /// For so long after the wanted moment a damaged picture is passed over, in the hope of a sound one.
    let patience: Int64

    /// The first picture that comes, and no other.
    static let first = WantedMoments(next: .min, step: .max, patience: 0)
    /// Every picture.
    static let all = WantedMoments(next: .min, step: 0, patience: 0)

    /// Whether a picture is to be taken.
    func includes(_ time: Int64, isDamaged: Bool) -> Bool {
        guard time >= next else { return false }
        return !isDamaged || patience == 0 || next == .min || time - next >= patience
    }

    /// Whether a picture that is taken comes so long after the wanted moment that the one before it was
    /// shown then.
    func isLate(_ time: Int64) -> Bool {
        next != .min && step < .max && time - next > step / 2
    }

    /// A picture was taken.
    mutating func take(_ time: Int64) {
        let (sum, overflow) = time.addingReportingOverflow(step)
        next = step == 0 ? .min : overflow ? .max : sum
    }
}
