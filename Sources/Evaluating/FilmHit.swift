import Matching

/// Two films that run in step, at one radius.
public struct FilmHit: Hashable, Sendable {
    /// A stretch of both, in milliseconds; of the file with the lower place first.
    public struct Piece: Hashable, Sendable {
        /// In the file with the lower place.
        public var first: ClosedRange<Int64>
        /// In the file with the higher place.
        public var second: ClosedRange<Int64>

        /// A stretch.
        public init(first: ClosedRange<Int64>, second: ClosedRange<Int64>) {
            self.first = first
            self.second = second
        }
    }

    /// Whether its score is so low that accidents reach it.
    public var isWeak: Bool
    /// The stretches.
    public var pieces: [Piece]

    /// A hit.
    public init(isWeak: Bool, pieces: [Piece]) {
        self.isWeak = isWeak
        self.pieces = pieces
    }
}

/// What the joins found of a sample set.
public struct SampleHits: Sendable {
    /// The radii, ascending.
    public var radii: [Int]
    /// The smallest distance of two files of which one at least is no film, where it is within the largest radius.
    public var distances: [ItemPair: Int] = [:]
    /// For each radius, the films that run in step.
    public var films: [[ItemPair: FilmHit]]

    /// Nothing, at these radii.
    ///
    /// - Parameter radii: ascending, not empty.
    public init(radii: [Int]) {
        self.radii = radii
        films = Array(repeating: [:], count: radii.count)
    }
}
