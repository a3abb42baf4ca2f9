/// A straight line in the plane of two films' times: coarse time = speed × dense time + offset.
///
/// Of two films the one of which fewer pictures are known is the coarse one, the other the dense one.
struct FilmLine: Hashable {
    /// Milliseconds of the coarse film for each millisecond of the dense one.
    var speed: Double
    /// The coarse film's time, in milliseconds, at the dense film's time 0.
    var offset: Double

    /// No two films are aligned at a speed outside this range.
    static let speeds = 0.88...1.12

    /// The coarse film's time at a time of the dense one.
    func coarse(at dense: Double) -> Double { speed * dense + offset }

    /// The dense film's time at a time of the coarse one.
    func dense(at coarse: Double) -> Double { (coarse - offset) / speed }

    /// The line through two points, its speed within ``speeds``.
    init(_ first: (dense: Double, coarse: Double), _ second: (dense: Double, coarse: Double)) {
        let run = second.dense - first.dense
        let slope = run > 0 ? (second.coarse - first.coarse) / run : 1
        speed = min(FilmLine.speeds.upperBound, max(FilmLine.speeds.lowerBound, slope))
        let middle = (first.dense + second.dense) / 2
        offset = (first.coarse + second.coarse) / 2 - speed * middle
    }

    init(speed: Double, offset: Double) {
        self.speed = speed
        self.offset = offset
    }
}
