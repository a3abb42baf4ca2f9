import Fingerprinting
import Indexing

/// A random sample of a join's left rows, compared with every right row by a plain loop: a check that
/// shares nothing with the join but the rows.
public struct JoinSample {
    /// The most left rows that are chosen.
    public static let mostRows = 100
    /// The most comparisons that the check may take: about four seconds of one core.
    public static let mostComparisons = 1_500_000_000

    private let join: SetJoin
    private let seed: UInt64
    private let population: Int
    private let chosen: Set<RowPlace>
    private var found: Set<JoinPair> = []
    /// Pairs of the sample that were told twice.
    private var repeated = 0

    /// Chooses rows by a seed: the same ones whenever the sets are the same.
    ///
    /// - Parameter comparisons: the most that the check may make.
    public init(seed: UInt64, of join: SetJoin, comparisons: Int = JoinSample.mostComparisons) {
        self.join = join
        self.seed = seed
        let counts = join.left.map { $0.kind == join.kind ? $0.rows : 0 }
        population = counts.reduce(0, +)
        let others = join.right.reduce(0) { $0 + ($1.kind == join.kind ? $1.rows : 0) }
        let size = min(
            population,
            JoinSample.mostRows,
            max(1, comparisons / max(1, others))
        )
        var generator = SampleGenerator(state: seed)
        var chosen: Set<RowPlace> = []
        while chosen.count < size {
            var row = Int.random(in: 0..<population, using: &generator)
            var part = 0
            while row >= counts[part] {
                row -= counts[part]
                part += 1
            }
            chosen.insert(RowPlace(part: UInt32(part), row: UInt32(row)))
        }
        self.chosen = chosen
    }

    /// Takes a pair that the join found.
    public mutating func take(_ pair: JoinPair) {
        let left = RowPlace(part: pair.leftPart, row: pair.leftRow)
        let right = RowPlace(part: pair.rightPart, row: pair.rightRow)
        guard chosen.contains(left) || join.isWithin && chosen.contains(right) else { return }
        if !found.insert(pair).inserted {
            repeated += 1
        }
    }

    /// Compares the sample with everything, and what that gives with what the join found.
    ///
    /// - Complexity: O(sample × right rows).
    public func check() -> CompletenessCertificate.Sample {
        var expected: Set<JoinPair> = []
        var compared = 0
        for place in chosen {
            let probe = join.left[Int(place.part)].words(ofRow: Int(place.row))
            for (number, part) in join.right.enumerated() where part.kind == join.kind {
                part.withRows { rows in
                    guard let rows else { return }
                    for row in 0..<part.rows {
                        let words = rows + 4 * row
                        var distance = (words[0] ^ probe.0).nonzeroBitCount
                        distance += (words[1] ^ probe.1).nonzeroBitCount
                        distance += (words[2] ^ probe.2).nonzeroBitCount
                        distance += (words[3] ^ probe.3).nonzeroBitCount
                        if distance <= join.radius {
                            let other = RowPlace(part: UInt32(number), row: UInt32(row))
                            expected.formUnion(pair(place, other, distance))
                        }
                    }
                }
                compared += part.rows
            }
        }
        return CompletenessCertificate.Sample(
            seed: seed,
            size: chosen.count,
            population: population,
            compared: compared,
            expected: expected.count,
            missing: expected.subtracting(found).count,
            extra: found.subtracting(expected).count + repeated
        )
    }

    /// Two rows as the join tells them; none, if a set joined with itself does not tell them.
    private func pair(_ first: RowPlace, _ second: RowPlace, _ distance: Int) -> [JoinPair] {
        var (left, right) = (first, second)
        if join.isWithin {
            guard first != second else { return [] }
            (left, right) = (min(first, second), max(first, second))
        }
        return [
            JoinPair(
                leftPart: left.part,
                leftRow: left.row,
                rightPart: right.part,
                rightRow: right.row,
                distance: UInt32(distance)
            )
        ]
    }
}

extension JoinPart {
    /// A row's four words, permuted.
    fileprivate func words(ofRow row: Int) -> (UInt64, UInt64, UInt64, UInt64) {
        withRows { rows in
            guard let rows else { return (0, 0, 0, 0) }
            let words = rows + 4 * row
            return (words[0], words[1], words[2], words[3])
        }
    }
}
