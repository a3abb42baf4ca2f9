import CKernels
import Keyframing

/// The buffers of fixed size between a reduced plane and its fingerprints, and the cosine matrix.
struct TransformWorkspace: ~Copyable {
    /// Samples along a side of the reduced plane.
    static let side = VESTIGE_REDUCED_SIDE
    private static let order = VESTIGE_TRANSFORM_SIDE

    /// The 64 × 64 samples of the picture at hand.
    let reduced = UnsafeMutablePointer<Float>.allocate(capacity: side * side)
    private let cosines = UnsafeMutablePointer<Float>.allocate(capacity: side * order)
    private let coefficients = UnsafeMutablePointer<Float>.allocate(capacity: order * order)
    /// The fingerprints of the eight turns, four words each.
    private let words = UnsafeMutablePointer<UInt64>.allocate(capacity: Turn.allCases.count * 4)
    private let level: vestige_kernel_level

    init(level: vestige_kernel_level) {
        self.level = level
        vestige_cosine_matrix(cosines)
    }

    deinit {
        reduced.deallocate()
        cosines.deallocate()
        coefficients.deallocate()
        words.deallocate()
    }

    /// The fingerprints of the ``reduced`` plane and of its turns, and its quality.
    func result(range: Picture.Range, scale: UInt8) -> PictureFingerprint {
        vestige_transform(level, reduced, cosines, coefficients)
        vestige_turned_bits(level, coefficients, words)
        return PictureFingerprint(
            quality: quality(range: range),
            closeCalls: closeCalls(within: scale > 1 ? 0.5 : 0.25),
            tone: tone(range: range)
        ) {
            turn in
            Fingerprint(lowestFirst: words + 4 * Int(turn.rawValue))
        }
    }

    /// The coefficients that lie within `margin` gray levels of their median.
    private func closeCalls(within margin: Float) -> Int {
        let median = vestige_lower_median(level, coefficients)
        let all = UnsafeBufferPointer(start: coefficients, count: Self.order * Self.order)
        return all.count { abs($0 - median) < margin }
    }

    /// Whether the ``reduced`` plane has anything on it: a picture is flat if its darkest and brightest
    /// sample are within 12 gray levels, and black if none is over 24 then.
    private func tone(range: Picture.Range) -> PictureTone {
        let samples = UnsafeBufferPointer(start: reduced, count: Self.side * Self.side)
        guard let darkest = samples.min(), let brightest = samples.max() else { return .ordinary }
        let (offset, scale): (Float, Float) = range == .full ? (0, 1) : (16, 255 / 219)
        guard (brightest - darkest) * scale <= 12 else { return .ordinary }
        return (brightest - offset) * scale <= 24 ? .black : .flat
    }

    /// The fingerprint of the ``reduced`` plane alone.
    func fingerprint() -> Fingerprint {
        vestige_transform(level, reduced, cosines, coefficients)
        vestige_fingerprint_bits(level, coefficients, words)
        return Fingerprint(lowestFirst: words)
    }

    /// The quality of the ``reduced`` plane.
    ///
    /// The reduction is linear and takes a constant to itself, so a limited range is expanded here,
    /// on 4,096 samples, and not on the picture's. The transform has no constant term and the
    /// median follows the scale: the bits need no expansion.
    private func quality(range: Picture.Range) -> UInt8 {
        switch range {
        case .full:
            return vestige_quality(reduced)
        case .limited:
            let count = Self.side * Self.side
            return withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { expanded in
                for index in 0..<count {
                    expanded[index] = (reduced[index] - 16) * 255 / 219
                }
                guard let start = expanded.baseAddress else { return 0 }
                return vestige_quality(start)
            }
        }
    }
}

extension Fingerprint {
    fileprivate init(lowestFirst words: UnsafePointer<UInt64>) {
        self.init(words: (words[0], words[1], words[2], words[3]))
    }
}
