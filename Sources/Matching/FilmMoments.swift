import Glibc

/// The mean and the deviation of pairs of numbers, each weighed by what speaks against it.
struct FilmMoments {
    private var points: [(first: Double, second: Double, loss: Double)] = []
    /// The least loss of all.
    private(set) var least = Double.infinity

    mutating func add(_ point: (Double, Double), loss: Double) {
        points.append((point.0, point.1, loss))
        least = min(least, loss)
    }

    /// - Parameter scale: what loses so much more than the best is worth 1/e of it.
    /// - Returns: `nil` without points.
    func result(scale: Double) -> (mean: (Double, Double), deviation: (Double, Double))? {
        guard !points.isEmpty else { return nil }
        var (weights, first, second, firstSquared, secondSquared) = (0.0, 0.0, 0.0, 0.0, 0.0)
        // About one of them: times are large, and their differences are small.
        let origin = points[0]
        for point in points {
            let weight = exp((least - point.loss) / scale)
            let (x, y) = (point.first - origin.first, point.second - origin.second)
            weights += weight
            first += weight * x
            second += weight * y
            firstSquared += weight * x * x
            secondSquared += weight * y * y
        }
        let mean = (first / weights, second / weights)
        return (
            (origin.first + mean.0, origin.second + mean.1),
            (
                max(0, firstSquared / weights - mean.0 * mean.0).squareRoot(),
                max(0, secondSquared / weights - mean.1 * mean.1).squareRoot()
            )
        )
    }
}
