/// All ways to change at most so many bits of a chunk, fewest first.
enum FlipMasks {
    /// The most bits of a chunk that a search within ``ProbePlan/largestRadius`` may change.
    static let most = 4

    /// The masks with at most ``most`` bits, by the number of bits, then by value.
    static let all: [UInt16] = (0...most).flatMap { bits in
        (UInt16.min...UInt16.max).filter { $0.nonzeroBitCount == bits }
    }

    /// `firsts[b]`: where the masks with `b` bits begin; its last element is the number of masks.
    static let firsts: [Int] = (0...(most + 1)).map { bits in
        all.count { $0.nonzeroBitCount < bits }
    }
}
