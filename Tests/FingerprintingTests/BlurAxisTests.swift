import CKernels
import Fingerprinting
import Testing

/// The weights of the map against what the running sums imply.
@Suite("blur axis")
struct BlurAxisTests {
    @Test(
        "every band is a mean: positive weights that sum to one, within the plane",
        arguments: [1, 2, 5, 63, 64, 65, 127, 128, 129, 300, 641, 4032, 20_000],
        [1, 2, 3, 4, 8, 255]
    )
    func bandsAreMeans(size: Int, scale: Int) {
        let axis = BlurAxis(size: size, scale: scale)
        let samples = (size + scale - 1) / scale
        for band in 0..<64 {
            let start = Int(axis.bands.starts[band])
            let count = Int(axis.bands.counts[band])
            let offset = Int(axis.bands.offsets[band])
            #expect(count >= 1 && start + count <= samples)
            let weights = (0..<count).map { axis.bands.weights[offset + $0] }
            #expect(weights.allSatisfy { $0 > 0 })
            #expect(abs(weights.reduce(0.0) { $0 + Double($1) } - 1) < 1e-5)
            // The padding is zero up to the next whole vector.
            for place in count..<((count + 15) / 16 * 16) {
                #expect(axis.bands.weights[offset + place] == 0)
            }
        }
    }

    /// The impulse response of the definition, one sample at a time, is the column of the map.
    @Test(
        "the weights are the definition's impulse responses",
        arguments: [5, 64, 129, 200, 385, 641]
    )
    func weightsAreImpulseResponses(size: Int) {
        let axis = BlurAxis(size: size, scale: 1)
        var matrix = [Double](repeating: 0, count: 64 * size)
        for band in 0..<64 {
            for place in 0..<Int(axis.bands.counts[band]) {
                let weight = axis.bands.weights[Int(axis.bands.offsets[band]) + place]
                matrix[band * size + Int(axis.bands.starts[band]) + place] = Double(weight)
            }
        }
        for sample in 0..<size {
            let response = impulseResponse(of: sample, size: size)
            for band in 0..<64 {
                #expect(abs(matrix[band * size + sample] - response[band]) < 1e-7)
            }
        }
    }

    @Test("a scaled axis sums the weights of the pixels of each sample", arguments: [2, 3, 4, 8])
    func scaledAxisAggregates(scale: Int) {
        for size in [65, 256, 643, 1000] {
            let full = BlurAxis(size: size, scale: 1)
            let scaled = BlurAxis(size: size, scale: scale)
            for band in 0..<64 {
                var sums: [Int: Double] = [:]
                for place in 0..<Int(full.bands.counts[band]) {
                    let sample = (Int(full.bands.starts[band]) + place) / scale
                    let weight = full.bands.weights[Int(full.bands.offsets[band]) + place]
                    sums[sample, default: 0] += Double(weight)
                }
                #expect(sums.count == Int(scaled.bands.counts[band]))
                for place in 0..<Int(scaled.bands.counts[band]) {
                    let sum = sums[Int(scaled.bands.starts[band]) + place] ?? -1
                    let weight = scaled.bands.weights[Int(scaled.bands.offsets[band]) + place]
                    #expect(abs(sum - Double(weight)) < 1e-6)
                }
            }
        }
    }

    /// Two passes of the box filter over a row with a single one in it, decimated; as the running
    /// sum is described: samples enter, are counted, and leave.
    private func impulseResponse(of sample: Int, size: Int) -> [Double] {
        var row = [Double](repeating: 0, count: size)
        row[sample] = 1
        let window = (size + 127) / 128
        let half = (window + 2) / 2
        for _ in 0..<2 {
            var output: [Double] = []
            var sum = 0.0
            var count = 0
            for step in 0..<(size + half - 1) {
                if step < size {
                    sum += row[step]
                    count += 1
                }
                if step >= window {
                    sum -= row[step - window]
                    count -= 1
                }
                if step >= half - 1 {
                    output.append(sum / Double(count))
                }
            }
            row = output
        }
        return (0..<64).map { row[Int((Double($0) + 0.5) * Double(size) / 64)] }
    }
}
