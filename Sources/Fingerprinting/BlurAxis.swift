import CKernels

/// One axis of the map that blurs and decimates at once: 64 bands of weights.
///
/// Both passes of the box filter and the decimation are linear, so each of the 64 outputs is a
/// weighted sum of the samples around it, with weights that depend on the size alone
/// (`Docs/Fingerprint.md` has the formula). A class, so that a cache can hold it: it owns memory that
/// the kernel reads.
package final class BlurAxis {
    /// Pixels of the picture along this axis.
    let size: Int
    /// Pixels that each sample of the plane stands for.
    let scale: Int
    /// What the kernel reads; valid as long as the axis is.
    package let bands: vestige_bands

    private let indices: UnsafeMutablePointer<UInt32>
    private let weights: UnsafeMutablePointer<Float>

    private static let bandCount = VESTIGE_REDUCED_SIDE

    /// The axis for pictures of `size` pixels, decoded at 1/`scale`.
    ///
    /// - Complexity: O(`size` / `scale`).
    package init(size: Int, scale: Int) {
        let rows = (0..<Self.bandCount).map { Self.band($0, size: size, scale: scale) }
        let lanes = VESTIGE_MAP_LANES
        let padded = rows.map { row in (row.weights.count + lanes - 1) / lanes * lanes }

        indices = .allocate(capacity: 3 * Self.bandCount)
        weights = .allocate(capacity: padded.reduce(0, +))
        weights.initialize(repeating: 0, count: padded.reduce(0, +))
        let counts = indices + Self.bandCount
        let offsets = counts + Self.bandCount
        var offset = 0
        for band in 0..<Self.bandCount {
            indices[band] = UInt32(rows[band].start)
            counts[band] = UInt32(rows[band].weights.count)
            offsets[band] = UInt32(offset)
            for (index, weight) in rows[band].weights.enumerated() {
                weights[offset + index] = weight
            }
            offset += padded[band]
        }
        bands = vestige_bands(starts: indices, counts: counts, offsets: offsets, weights: weights)
        self.size = size
        self.scale = scale
    }

    deinit {
        indices.deallocate()
        weights.deallocate()
    }

    /// The weights of one band, in samples of the scaled plane, and the first sample that has one.
    ///
    /// The output is the mean, over the window at its centre, of means over the windows there. In
    /// doubles: a weight is rounded once, to the float that the kernel takes.
    private static func band(
        _ band: Int,
        size: Int,
        scale: Int
    ) -> (start: Int, weights: [Float]) {
        let window = BlurWindow(size: size)
        let outer = window.samples(at: window.centre(ofBand: band))
        let first = window.samples(at: outer.lowerBound).lowerBound
        let last = window.samples(at: outer.upperBound).upperBound

        // Each inner window adds a constant over its samples: only the steps at its ends are noted.
        var steps = [Double](repeating: 0, count: last - first + 2)
        for index in outer {
            let inner = window.samples(at: index)
            let weight = 1 / (Double(outer.count) * Double(inner.count))
            steps[inner.lowerBound - first] += weight
            steps[inner.upperBound + 1 - first] -= weight
        }

        let start = first / scale
        var sums = [Double](repeating: 0, count: last / scale - start + 1)
        var weight = 0.0
        for pixel in first...last {
            weight += steps[pixel - first]
            sums[pixel / scale - start] += weight
        }
        return (start, sums.map { Float($0) })
    }
}
