/// Two pictures, one of each of two films, that are within the radius.
public struct FilmPair: Hashable, Sendable {
    /// The number of the left film's picture.
    public let left: Int
    /// The number of the right film's picture; numbers may be any, but are one for each picture.
    public let right: Int
    /// When the left film shows it, in milliseconds.
    public let leftSpan: ClosedRange<Int64>
    /// When the right film shows it, in milliseconds.
    public let rightSpan: ClosedRange<Int64>
    /// Bits in which they differ.
    public let distance: Int

    /// A pair.
    public init(
        left: Int,
        right: Int,
        leftSpan: ClosedRange<Int64>,
        rightSpan: ClosedRange<Int64>,
        distance: Int
    ) {
        self.left = left
        self.right = right
        self.leftSpan = leftSpan
        self.rightSpan = rightSpan
        self.distance = distance
    }

    /// The offsets, right time less left time at this speed, at which the two are shown together.
    func offsets(at speed: Double) -> ClosedRange<Double> {
        let low = Double(rightSpan.lowerBound) - speed * Double(leftSpan.upperBound)
        let high = Double(rightSpan.upperBound) - speed * Double(leftSpan.lowerBound)
        return low...max(low, high)
    }
}
