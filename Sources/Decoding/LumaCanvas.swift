import CMedia
import Glibc
import Keyframing

/// A picture's brightness while its rows arrive: as stored, and over white once that differs.
///
/// The second plane is made only when the first row comes whose transparency can be seen.
struct LumaCanvas: ~Copyable {
    let width: Int
    let height: Int
    /// What white is in the samples' range: 255, or 235 for limited range.
    let white: UInt8
    private let isFloat: Bool
    private let wantsWhite: Bool
    private let stored: Picture.Luma
    private let storedStart: UnsafeMutableRawPointer
    private var covered: Picture.Luma?
    private var coveredStart: UnsafeMutableRawPointer?
    private let scratch: RowBuffer
    /// Whether any pixel so far was not opaque.
    private(set) var isTransparent = false

    /// A canvas of `width` × `height` samples: bytes, or floats for the exact policy.
    init(
        width: Int,
        height: Int,
        options: DecodeOptions,
        range: Picture.Range = .full
    ) {
        self.width = width
        self.height = height
        white = range == .limited ? 235 : 255
        isFloat = options.policy == .exact
        wantsWhite = options.overWhite
        let plane = LumaCanvas.plane(width: width, height: height, isFloat: isFloat)
        storedStart = LumaCanvas.start(of: plane)
        stored = plane
        scratch = RowBuffer(bytes: width * 8)
    }

    private static func plane(width: Int, height: Int, isFloat: Bool) -> Picture.Luma {
        isFloat
            ? .floats(LumaPlane(uninitializedWidth: width, height: height))
            : .bytes(LumaPlane(uninitializedWidth: width, height: height))
    }

    private static func start(of luma: borrowing Picture.Luma) -> UnsafeMutableRawPointer {
        switch luma {
        case .bytes(let plane): UnsafeMutableRawPointer(plane.samples)
        case .floats(let plane): UnsafeMutableRawPointer(plane.samples)
        }
    }

    private var sampleBytes: Int { isFloat ? 4 : 1 }
    private var rowBytes: Int { width * sampleBytes }

    /// The samples of a canvas of bytes from row `row`; a decoder that gives gray writes them
    /// itself.
    func byteRows(from row: Int) -> UnsafeMutablePointer<UInt8> {
        (storedStart + row * width).assumingMemoryBound(to: UInt8.self)
    }

    /// Adds row `y`, after all rows above it.
    mutating func write(_ row: UnsafePointer<UInt8>, layout: vestige_row_layout, at y: Int) {
        let target = storedStart + y * rowBytes
        convert(row, layout: layout, count: width, to: target)
        let step = vestige_pixel_bytes(layout)
        finish(row: y, alpha: vestige_layout_has_alpha(layout) != 0 ? row + (step - 1) : nil, step)
    }

    /// Adds row `y` of brightness alone, after all rows above it; alpha may lie in a plane of its
    /// own.
    mutating func write(
        gray row: UnsafePointer<UInt8>,
        alpha: UnsafePointer<UInt8>?,
        at y: Int
    ) {
        convert(row, layout: VESTIGE_ROW_GRAY, count: width, to: storedStart + y * rowBytes)
        finish(row: y, alpha: alpha, 1)
    }

    private mutating func finish(row: Int, alpha: UnsafePointer<UInt8>?, _ step: Int) {
        if let alpha, vestige_alpha_is_opaque(alpha, step, width) == 0 {
            cover(row: row, alpha: alpha, step: step)
        } else {
            repeatOverWhite(row: row)
        }
    }

    private func convert(
        _ row: UnsafePointer<UInt8>,
        layout: vestige_row_layout,
        count: Int,
        to target: UnsafeMutableRawPointer
    ) {
        if isFloat {
            vestige_luma_floats(layout, row, count, target.assumingMemoryBound(to: Float.self))
        } else {
            vestige_luma_bytes(layout, row, count, target.assumingMemoryBound(to: UInt8.self))
        }
    }

    /// Lays `count` converted samples over white.
    private func blend(
        _ luma: UnsafeRawPointer,
        alpha: UnsafePointer<UInt8>,
        step: Int,
        count: Int,
        to target: UnsafeMutableRawPointer
    ) {
        if isFloat {
            vestige_over_white_floats(
                alpha,
                step,
                count,
                luma.assumingMemoryBound(to: Float.self),
                target.assumingMemoryBound(to: Float.self)
            )
        } else {
            vestige_over_white_bytes(
                alpha,
                step,
                count,
                white,
                luma.assumingMemoryBound(to: UInt8.self),
                target.assumingMemoryBound(to: UInt8.self)
            )
        }
    }

    private mutating func cover(row: Int, alpha: UnsafePointer<UInt8>, step: Int) {
        isTransparent = true
        guard wantsWhite else { return }
        let luma = storedStart + row * rowBytes
        blend(luma, alpha: alpha, step: step, count: width, to: scratch.bytes)
        if coveredStart == nil {
            guard memcmp(scratch.bytes, luma, rowBytes) != 0 else { return }
            makeCovered(copyingRows: row)
        }
        coveredStart.map {
            ($0 + row * rowBytes).copyMemory(from: scratch.bytes, byteCount: rowBytes)
        }
    }

    private mutating func repeatOverWhite(row: Int) {
        guard let coveredStart else { return }
        let offset = row * rowBytes
        (coveredStart + offset).copyMemory(from: storedStart + offset, byteCount: rowBytes)
    }

    private mutating func makeCovered(copyingRows rows: Int) {
        let plane = LumaCanvas.plane(width: width, height: height, isFloat: isFloat)
        let start = LumaCanvas.start(of: plane)
        start.copyMemory(from: storedStart, byteCount: rows * rowBytes)
        covered = consume plane
        coveredStart = start
    }

    /// Fills the rows from `row` on, which never came, with one value.
    mutating func fill(from row: Int, with value: UInt8) {
        guard row < height else { return }
        for start in [storedStart, coveredStart].compactMap({ $0 }) {
            let rest = start + row * rowBytes
            let count = (height - row) * width
            if isFloat {
                rest.assumingMemoryBound(to: Float.self)
                    .update(repeating: Float(value), count: count)
            } else {
                rest.assumingMemoryBound(to: UInt8.self).update(repeating: value, count: count)
            }
        }
    }

    /// Adds one row of one pass of an interlaced picture; the canvas must have been filled before.
    mutating func scatter(
        _ row: UnsafePointer<UInt8>,
        layout: vestige_row_layout,
        place: InterlacedPass.Place
    ) {
        let half = UnsafeMutableRawPointer(scratch.bytes)
        convert(row, layout: layout, count: place.count, to: half)
        scatter(half, place: place, to: storedStart)
        let step = vestige_pixel_bytes(layout)
        let isClear =
            vestige_layout_has_alpha(layout) != 0
            && vestige_alpha_is_opaque(row + (step - 1), step, place.count) == 0
        isTransparent = isTransparent || isClear
        guard wantsWhite else { return }
        if isClear {
            let over = half + rowBytes
            blend(half, alpha: row + (step - 1), step: step, count: place.count, to: over)
            if coveredStart == nil, memcmp(half, over, place.count * sampleBytes) != 0 {
                makeCovered(copyingRows: height)
            }
            coveredStart.map { scatter(over, place: place, to: $0) }
        } else {
            coveredStart.map { scatter(half, place: place, to: $0) }
        }
    }

    private func scatter(
        _ samples: UnsafeRawPointer,
        place: InterlacedPass.Place,
        to plane: UnsafeMutableRawPointer
    ) {
        vestige_scatter_blocks(
            samples,
            place.count,
            sampleBytes,
            plane,
            width,
            height,
            place.row,
            place.first,
            place.step,
            place.blockWidth,
            place.blockHeight
        )
    }

    /// Gives the picture as stored and, if transparency makes a difference, over white.
    ///
    /// - Returns: the number of keyframes given: 1 or 2.
    consuming func emit(
        width: Int? = nil,
        height: Int? = nil,
        range: Picture.Range = .full,
        origin: PictureOrigin,
        time: Int64? = nil,
        to onKeyframe: (borrowing Keyframe) -> Void
    ) -> Int {
        let width = width ?? self.width
        let height = height ?? self.height
        var origin = origin
        origin.background = isTransparent ? .ignored : .opaque
        let first = Picture(
            luma: stored,
            width: width,
            height: height,
            range: range,
            origin: origin
        )
        onKeyframe(Keyframe(picture: first, timeMilliseconds: time))
        guard let covered else { return 1 }
        origin.background = .white
        let second = Picture(
            luma: covered,
            width: width,
            height: height,
            range: range,
            origin: origin
        )
        onKeyframe(Keyframe(picture: second, timeMilliseconds: time))
        return 2
    }
}
