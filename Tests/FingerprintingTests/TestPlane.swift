import Keyframing
import TestSupport

/// A plane of bytes that can be copied and turned.
struct TestPlane {
    var width: Int
    var height: Int
    var samples: [UInt8]

    init(width: Int, height: Int, samples: [UInt8]) {
        self.width = width
        self.height = height
        self.samples = samples
    }

    /// A scene with structure, not noise: a slope of brightness under rectangles of many sizes, with
    /// a little texture. Nothing in it is symmetric, so no coefficient is zero by design.
    static func scene(width: Int, height: Int, seed: UInt64) -> TestPlane {
        var random = SplitMix64(seed: seed)
        var samples = [UInt8](repeating: 0, count: width * height)
        let slopes = (
            Int.random(in: 20...90, using: &random), Int.random(in: 20...90, using: &random)
        )
        samples.withUnsafeMutableBufferPointer { samples in
            for y in 0..<height {
                for x in 0..<width {
                    let slope = x &* slopes.0 / width &+ y &* slopes.1 / height
                    samples[y &* width &+ x] = UInt8(
                        truncatingIfNeeded: slope &+ (x &* 7 ^ y &* 13) & 15
                    )
                }
            }
            for _ in 0..<24 {
                let left = Int.random(in: 0..<width, using: &random)
                let top = Int.random(in: 0..<height, using: &random)
                let right = min(width, left + 1 + Int.random(in: 0...(width / 3), using: &random))
                let bottom = min(height, top + 1 + Int.random(in: 0...(height / 3), using: &random))
                let tone = UInt8.random(in: 0...240, using: &random)
                for y in top..<bottom {
                    for x in left..<right {
                        samples[y &* width &+ x] = tone &+ UInt8(truncatingIfNeeded: (x &+ y) & 15)
                    }
                }
            }
        }
        return TestPlane(width: width, height: height, samples: samples)
    }

    /// The plane whose sample at (x, y) is this one's at `source(x, y)`.
    func rearranged(
        width: Int,
        height: Int,
        from source: (_ x: Int, _ y: Int) -> (x: Int, y: Int)
    ) -> TestPlane {
        var samples: [UInt8] = []
        samples.reserveCapacity(width * height)
        for y in 0..<height {
            for x in 0..<width {
                let place = source(x, y)
                samples.append(self.samples[place.y * self.width + place.x])
            }
        }
        return TestPlane(width: width, height: height, samples: samples)
    }

    /// The picture of it, in bytes or in floats; `width` and `height` if it is a scaled one.
    func picture(
        floats: Bool = false,
        policy: DecodePolicy = .fast,
        scale: UInt8 = 1,
        pixels: (width: Int, height: Int)? = nil,
        range: Picture.Range = .full
    ) -> Picture {
        let luma: Picture.Luma
        if floats {
            luma = .floats(
                LumaPlane(width: width, height: height, copying: samples.lazy.map { Float($0) })
            )
        } else {
            luma = .bytes(LumaPlane(width: width, height: height, copying: samples))
        }
        return Picture(
            luma: luma,
            width: pixels?.width ?? width,
            height: pixels?.height ?? height,
            range: range,
            origin: PictureOrigin(decoder: .none, policy: policy, scale: scale)
        )
    }
}
