import CKernels
import Keyframing

/// Turns pictures into fingerprints, one after the other; one per worker.
///
/// It owns the scratch memory and the few maps that the last pictures needed, so that a run of
/// pictures of like sizes takes no new memory.
public struct Fingerprinter: ~Copyable {
    /// The longest side of a picture, in pixels, that is fingerprinted: 2²⁰.
    ///
    /// It bounds the scratch memory: whatever the shape of a picture of 500 megapixels within it,
    /// the windows take under 150 MB.
    public static let longestSide = 1 << 20

    /// The kind of the fingerprints that it makes.
    public let kind: FingerprintKind

    /// The instruction set that the kernels use on this machine: `portable`, `popcnt`, `avx2` or `avx512`.
    public static var instructionSet: String {
        switch vestige_best_kernel_level() {
        case .VESTIGE_KERNEL_PORTABLE: "portable"
        case .VESTIGE_KERNEL_POPCNT: "popcnt"
        case .VESTIGE_KERNEL_AVX2: "avx2"
        case .VESTIGE_KERNEL_AVX512: "avx512"
        }
    }

    private let level: vestige_kernel_level
    private let form: BlurForm
    private let workspace: TransformWorkspace
    private var axes = BlurAxisCache()
    private var floats = ScratchBuffer<Float>()
    private var nearestFloats = ScratchBuffer<Float>()
    private var nearestBytes = ScratchBuffer<UInt8>()

    /// A picture with a side below this has no fingerprint, by the reference's rule.
    private static let shortestSide = 5
    /// The side to which ``FingerprintKind/pdqNearest512`` shrinks.
    private static let nearestSide = 512

    /// A fingerprinter for one kind.
    public init(kind: FingerprintKind = .pdqFullResolution) {
        self.init(kind: kind, level: vestige_best_kernel_level())
    }

    /// A fingerprinter with the bodies of its kernels chosen, for tests and benchmarks.
    package init(
        kind: FingerprintKind,
        level: vestige_kernel_level,
        form: BlurForm = .automatic
    ) {
        self.kind = kind
        self.level = level
        self.form = form
        workspace = TransformWorkspace(level: level)
    }

    /// Computes the fingerprint of one picture, its quality, and those of the picture turned.
    ///
    /// Planes of policy `exact` take the reference's own additions, and give its bits on the same
    /// luma; all others take the fast form, which is the same map up to rounding. A picture with a
    /// side under 5 pixels has a fingerprint of zeros and quality 0. A limited range is expanded for
    /// the quality; the bits do not depend on it.
    ///
    /// - Precondition: samples that are floats are finite.
    /// - Throws: ``FingerprintFault/scaledPlane(scale:)`` if the plane was scaled while decoding,
    ///   and the kind is ``FingerprintKind/pdqNearest512``, the policy `exact` or the samples floats;
    ///   ``FingerprintFault/mismatchedPlane(width:height:scale:)`` if the plane's sides do not
    ///   follow from the picture's; ``FingerprintFault/sideTooLong(width:height:)``.
    /// - Complexity: O(`width` × `height` / `scale`²).
    /// - SeeAlso: `Docs/Fingerprint.md`.
    public mutating func fingerprint(
        of picture: borrowing Picture
    ) throws(FingerprintFault) -> PictureFingerprint {
        try check(picture)
        guard min(picture.width, picture.height) >= Self.shortestSide else {
            return PictureFingerprint(quality: 0) { _ in Fingerprint(words: (0, 0, 0, 0)) }
        }
        let count = TransformWorkspace.side * TransformWorkspace.side
        switch picture.luma {
        case .bytes(let plane):
            reduce(plane, of: picture)
        case .floats(let plane):
            reduce(plane)
            // By the reference's rule a picture of exactly 64 × 64 is its own reduced plane, and
            // only its turns take the blur. That is the identity there but for the rounding of
            // running sums, and sums of bytes are not rounded.
            if plane.width == TransformWorkspace.side, plane.height == TransformWorkspace.side {
                let blurred = workspace.result(range: picture.range, scale: picture.origin.scale)
                workspace.reduced.update(from: plane.samples, count: count)
                let plain = workspace.result(range: picture.range, scale: picture.origin.scale)
                return PictureFingerprint(
                    quality: plain.quality,
                    fingerprint: plain.fingerprint,
                    tone: plain.tone,
                    turned: blurred.turned
                )
            }
        }
        return workspace.result(range: picture.range, scale: picture.origin.scale)
    }

    /// Refuses what the kernels are not made for, before anything is computed or allocated.
    private func check(_ picture: borrowing Picture) throws(FingerprintFault) {
        let (width, height) = (picture.width, picture.height)
        guard max(width, height) <= Self.longestSide else {
            throw .sideTooLong(width: width, height: height)
        }
        let scale = Int(picture.origin.scale)
        let sides =
            switch picture.luma {
            case .bytes(let plane): (plane.width, plane.height)
            case .floats(let plane): (plane.width, plane.height)
            }
        guard scale >= 1, width >= 1, height >= 1,
            sides == ((width + scale - 1) / scale, (height + scale - 1) / scale)
        else {
            throw .mismatchedPlane(width: width, height: height, scale: scale)
        }
        let areBytes =
            switch picture.luma {
            case .bytes: true
            case .floats: false
            }
        let needsFullSize = kind == .pdqNearest512 || !areBytes || takesDefinition(picture)
        guard scale == 1 || !needsFullSize else {
            throw .scaledPlane(scale: scale)
        }
    }

    /// Whether a plane of bytes takes the definition rather than the map.
    private func takesDefinition(_ picture: borrowing Picture) -> Bool {
        switch form {
        case .automatic: picture.origin.policy == .exact
        case .definition: true
        case .map: false
        }
    }

    /// Whether the kind shrinks a plane of this size first.
    private func shrinks(width: Int, height: Int) -> Bool {
        kind == .pdqNearest512 && max(width, height) > Self.nearestSide
    }

    private mutating func reduce(_ plane: borrowing LumaPlane<Float>) {
        var samples = UnsafePointer(plane.samples)
        var (width, height) = (plane.width, plane.height)
        if shrinks(width: width, height: height) {
            let side = Self.nearestSide
            let nearest = nearestFloats.reserve(side * side)
            vestige_nearest_floats(samples, width, height, side, nearest)
            samples = UnsafePointer(nearest)
            (width, height) = (side, side)
        }
        let scratch = floats.reserve(vestige_blur_scratch(width, height))
        vestige_blur_floats(samples, width, height, scratch, workspace.reduced)
    }

    private mutating func reduce(
        _ plane: borrowing LumaPlane<UInt8>,
        of picture: borrowing Picture
    ) {
        var samples = UnsafePointer(plane.samples)
        var stride = plane.width
        var (width, height) = (picture.width, picture.height)
        if shrinks(width: width, height: height) {
            let side = Self.nearestSide
            let nearest = nearestBytes.reserve(side * side)
            vestige_nearest_bytes(samples, width, height, side, nearest)
            samples = UnsafePointer(nearest)
            (stride, width, height) = (side, side, side)
        }
        if takesDefinition(picture) {
            let scratch = floats.reserve(vestige_blur_scratch(width, height))
            vestige_blur_bytes(samples, width, height, scratch, workspace.reduced)
            return
        }
        let scale = Int(picture.origin.scale)
        let rows = axes.axis(size: height, scale: scale)
        let columns = axes.axis(size: width, scale: scale)
        let scratch = floats.reserve(vestige_map_scratch(stride))
        withExtendedLifetime((rows, columns)) {
            withUnsafePointer(to: rows.bands) { rows in
                withUnsafePointer(to: columns.bands) { columns in
                    vestige_map_bytes(
                        level,
                        samples,
                        stride,
                        stride,
                        rows,
                        columns,
                        scratch,
                        workspace.reduced
                    )
                }
            }
        }
    }
}
