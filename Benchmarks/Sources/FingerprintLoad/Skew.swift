/// How far codes are from random ones, in the respects that a search through tables feels.
struct Skew {
    /// Codes that are compared pair by pair.
    private static let sampleCount = 12_000
    /// Codes that are counted; more would not change the figures.
    private static let countedCount = 10_000_000
    /// Pairs of pictures nearer than this have something to do with each other: for others the distance is
    /// 128 +- 8.
    private static let unrelatedDistance = 90

    private let codes: [Code]
    private let group: Int

    /// - Parameter group: so many codes in a row come from one picture, and are not compared.
    init(of file: CodeFile, group: Int) throws(LoadFault) {
        codes = file.read(min(try file.count(), Skew.countedCount))
        self.group = max(1, group)
        guard codes.count >= 2 else { throw LoadFault(text: "that is too few codes") }
    }

    /// The figures as one object of JSON.
    func json() -> String {
        let ones = codes.map(\.ones)
        let exact = ones.count { $0 == 128 }
        let means = Skew.means(spread(1_000_000))
        let (largest, pair) = correlations(means)
        let permuted = codes.map(BitOrder.permuted)
        let (rowOrder, rowBucket) = Skew.collisions(codes)
        let (after, afterBucket) = Skew.collisions(permuted)
        let (unrelatedRow, unrelatedAfter) = unrelated(permuted)
        func text(_ value: Double) -> String { "\((value * 10_000).rounded() / 10_000)" }
        return "{\"codes\": \(codes.count), \"with_128_ones\": "
            + text(Double(exact) / Double(codes.count))
            + ", \"bit_mean_least\": \(text(means.min() ?? 0))"
            + ", \"bit_mean_most\": \(text(means.max() ?? 0))"
            + ", \"correlation_two_columns\": \(text(pair)), \"correlation_most\": \(text(largest))"
            + ", \"collisions_row_order\": \(text(rowOrder)), \"collisions_permuted\": \(text(after))"
            + ", \"unrelated_row_order\": \(text(unrelatedRow))"
            + ", \"unrelated_permuted\": \(text(unrelatedAfter))"
            + ", \"bucket_row_order\": \(text(rowBucket)), \"bucket_permuted\": \(text(afterBucket))}"
    }

    private static func means(_ codes: [Code]) -> [Double] {
        var counts = [Int](repeating: 0, count: 256)
        for code in codes {
            for bit in 0..<256 where code[bit: bit] {
                counts[bit] += 1
            }
        }
        return counts.map { Double($0) / Double(codes.count) }
    }

    /// The largest correlation of two bits, and the mean one of bits two columns apart.
    private func correlations(_ means: [Double]) -> (largest: Double, pair: Double) {
        let sample = spread(200_000)
        // One column of bits for each bit, so that two are compared 64 codes at a time.
        var columns = [[UInt64]](
            repeating: [UInt64](repeating: 0, count: (sample.count + 63) / 64),
            count: 256
        )
        for (place, code) in sample.enumerated() {
            for bit in 0..<256 where code[bit: bit] {
                columns[bit][place / 64] |= 1 << UInt64(place % 64)
            }
        }
        let own = Skew.means(sample)
        func correlation(_ a: Int, _ b: Int) -> Double {
            var both = 0
            for (left, right) in zip(columns[a], columns[b]) {
                both += (left & right).nonzeroBitCount
            }
            let covariance = Double(both) / Double(sample.count) - own[a] * own[b]
            return covariance / (own[a] * (1 - own[a]) * own[b] * (1 - own[b])).squareRoot()
        }
        var largest = 0.0
        var (sum, pairs) = (0.0, 0)
        for a in 0..<256 {
            for b in (a + 1)..<256 {
                let value = correlation(a, b)
                largest = abs(value) > abs(largest) ? value : largest
                if b == a + 2, a % 16 < 14 {
                    sum += value
                    pairs += 1
                }
            }
        }
        return (largest, sum / Double(pairs))
    }

    /// How often chunks of two codes are equal, times 65,536; and the largest bucket by the mean one.
    private static func collisions(_ codes: [Code]) -> (ratio: Double, bucket: Double) {
        var equal = 0.0
        var largest: UInt32 = 0
        for chunk in 0..<16 {
            var counts = [UInt32](repeating: 0, count: 65_536)
            for code in codes {
                counts[code.chunk(chunk)] += 1
            }
            for count in counts {
                equal += Double(count) * (Double(count) - 1)
                largest = max(largest, count)
            }
        }
        let count = Double(codes.count)
        return (equal / 16 / (count * (count - 1)) * 65_536, Double(largest) * 65_536 / count)
    }

    /// The same for pairs of different pictures that do not resemble each other.
    private func unrelated(_ permuted: [Code]) -> (rowOrder: Double, permuted: Double) {
        let step = max(1, codes.count / Skew.sampleCount)
        let places = Array(stride(from: 0, to: codes.count, by: step))
        let chunks = places.map { place in (0..<16).map { codes[place].chunk($0) } }
        let permutedChunks = places.map { place in (0..<16).map { permuted[place].chunk($0) } }
        var pairs = 0
        var (first, second) = (0, 0)
        // Grouped by value, so that only pairs with an equal chunk are looked at one by one.
        for chunk in 0..<16 {
            first += equalPairs(places, chunks.map { $0[chunk] })
            second += equalPairs(places, permutedChunks.map { $0[chunk] })
        }
        for (index, place) in places.enumerated() {
            for other in places[..<index] where areUnrelated(place, other) {
                pairs += 1
            }
        }
        let scale = 65_536 / 16 / Double(max(1, pairs))
        return (Double(first) * scale, Double(second) * scale)
    }

    private func equalPairs(_ places: [Int], _ values: [Int]) -> Int {
        var byValue: [Int: [Int]] = [:]
        var equal = 0
        for (place, value) in zip(places, values) {
            for other in byValue[value, default: []] where areUnrelated(place, other) {
                equal += 1
            }
            byValue[value, default: []].append(place)
        }
        return equal
    }

    private func areUnrelated(_ a: Int, _ b: Int) -> Bool {
        a / group != b / group && codes[a].distance(to: codes[b]) >= Skew.unrelatedDistance
    }

    private func spread(_ limit: Int) -> [Code] {
        let step = max(1, codes.count / limit)
        return stride(from: 0, to: codes.count, by: step).map { codes[$0] }
    }
}
