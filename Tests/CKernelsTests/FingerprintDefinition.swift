import CKernels

/// The fingerprint's arithmetic as it is described, one plain loop per sentence, in floats.
enum FingerprintDefinition {
    /// Two passes of the box filter over the whole plane, and every sample that is kept.
    static func blurred(_ plane: [Float], width: Int, height: Int) -> [Float] {
        var plane = plane
        for _ in 0..<2 {
            for row in 0..<height {
                let start = row * width
                let line = boxFiltered(Array(plane[start..<(start + width)]))
                plane.replaceSubrange(start..<(start + width), with: line)
            }
            for column in 0..<width {
                let line = boxFiltered((0..<height).map { plane[$0 * width + column] })
                for row in 0..<height {
                    plane[row * width + column] = line[row]
                }
            }
        }
        var reduced: [Float] = []
        for i in 0..<64 {
            let row = Int((Double(i) + 0.5) * Double(height) / 64)
            for j in 0..<64 {
                let column = Int((Double(j) + 0.5) * Double(width) / 64)
                reduced.append(plane[row * width + column])
            }
        }
        return reduced
    }

    /// One running sum, in its four phases.
    private static func boxFiltered(_ line: [Float]) -> [Float] {
        let window = (line.count + 127) / 128
        let half = (window + 2) / 2
        var output: [Float] = []
        var sum: Float = 0
        var count = 0
        var (right, left) = (0, 0)
        for _ in 0..<(half - 1) {
            sum += line[right]
            right += 1
            count += 1
        }
        for _ in 0..<(window - half + 1) {
            sum += line[right]
            right += 1
            count += 1
            output.append(sum / Float(count))
        }
        for _ in 0..<(line.count - window) {
            sum += line[right]
            sum -= line[left]
            right += 1
            left += 1
            output.append(sum / Float(count))
        }
        for _ in 0..<(half - 1) {
            sum -= line[left]
            left += 1
            count -= 1
            output.append(sum / Float(count))
        }
        return output
    }

    /// One axis of a map as the kernel takes it, with the padding that it asks for.
    struct Bands {
        var starts: [UInt32] = []
        var counts: [UInt32] = []
        var offsets: [UInt32] = []
        var weights: [Float] = []

        mutating func append(start: Int, weights band: [Float]) {
            starts.append(UInt32(start))
            counts.append(UInt32(band.count))
            offsets.append(UInt32(weights.count))
            weights += band
            weights += [Float](repeating: 0, count: (16 - band.count % 16) % 16)
        }

        func weight(_ band: Int, _ place: Int) -> Float {
            weights[Int(offsets[band]) + place]
        }
    }

    /// The map in the order of additions that the header states.
    static func mapped(
        _ plane: [UInt8],
        stride: Int,
        width: Int,
        rows: Bands,
        columns: Bands
    ) -> [Float] {
        var reduced: [Float] = []
        for i in 0..<64 {
            var sums = [Float](repeating: 0, count: width)
            for place in 0..<Int(rows.counts[i]) {
                let start = (Int(rows.starts[i]) + place) * stride
                for column in 0..<width {
                    sums[column] += Float(plane[start + column]) * rows.weight(i, place)
                }
            }
            for j in 0..<64 {
                var lanes = [Float](repeating: 0, count: 16)
                for place in 0..<Int(columns.counts[j]) {
                    let sample = sums[Int(columns.starts[j]) + place]
                    lanes[place % 16] += sample * columns.weight(j, place)
                }
                for half in [8, 4, 2, 1] {
                    for lane in 0..<half {
                        lanes[lane] += lanes[lane + half]
                    }
                }
                reduced.append(lanes[0])
            }
        }
        return reduced
    }

    /// The product with the cosine matrix from both sides, each sum from 0 to 63.
    static func transformed(_ reduced: [Float], cosines: [Float]) -> [Float] {
        var half = [Float](repeating: 0, count: 16 * 64)
        for i in 0..<16 {
            for j in 0..<64 {
                for k in 0..<64 {
                    half[i * 64 + j] += cosines[k * 16 + i] * reduced[k * 64 + j]
                }
            }
        }
        var coefficients = [Float](repeating: 0, count: 256)
        for i in 0..<16 {
            for j in 0..<16 {
                for k in 0..<64 {
                    coefficients[i * 16 + j] += half[i * 64 + k] * cosines[k * 16 + j]
                }
            }
        }
        return coefficients
    }

    /// The bits over the 128th smallest.
    static func bits(_ coefficients: [Float]) -> [UInt64] {
        let median = coefficients.sorted()[127]
        var words = [UInt64](repeating: 0, count: 4)
        for (index, value) in coefficients.enumerated() where value > median {
            words[index / 64] |= 1 << UInt64(index % 64)
        }
        return words
    }

    /// The coefficients of the picture turned, as the eight variants are described.
    static func turned(_ coefficients: [Float]) -> [[Float]] {
        func variant(transposed: Bool, negated: (_ i: Int, _ j: Int) -> Bool) -> [Float] {
            var result = [Float](repeating: 0, count: 256)
            for i in 0..<16 {
                for j in 0..<16 {
                    let value = coefficients[i * 16 + j]
                    result[transposed ? j * 16 + i : i * 16 + j] = negated(i, j) ? -value : value
                }
            }
            return result
        }
        return [
            coefficients,
            variant(transposed: true) { $1 % 2 == 0 },
            variant(transposed: false) { ($0 + $1) % 2 == 1 },
            variant(transposed: true) { i, _ in i % 2 == 0 },
            variant(transposed: false) { i, _ in i % 2 == 0 },
            variant(transposed: false) { $1 % 2 == 0 },
            variant(transposed: true) { _, _ in false },
            variant(transposed: true) { ($0 + $1) % 2 == 1 },
        ]
    }

    static func quality(_ reduced: [Float]) -> UInt8 {
        var sum = 0
        for i in 0..<64 {
            for j in 0..<64 {
                let here = reduced[i * 64 + j]
                if i < 63 { sum += abs(Int((here - reduced[i * 64 + 64 + j]) * 100 / 255)) }
                if j < 63 { sum += abs(Int((here - reduced[i * 64 + j + 1]) * 100 / 255)) }
            }
        }
        return UInt8(min(100, sum / 90))
    }
}
