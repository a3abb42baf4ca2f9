import Fingerprinting
import Keyframing
import Unpacking

/// What every worker of a run is told when it starts.
public struct WorkerSettings: Hashable, Sendable {
    /// The algorithm of the fingerprints.
    public var kind: FingerprintKind
    /// What the decoder keeps of a picture.
    public var policy: DecodePolicy
    /// A picture with more pixels than this is refused before memory is taken.
    public var maximumPixels: Int64
    /// Which moments of a film are taken.
    public var sampling: FilmSampling
    /// How long an item may take.
    public var timeout = ItemTimeout()
    /// What a worker gives up before it reads evidence.
    public var sandbox = SandboxPlan()
    /// Whether the eight turned variants are wanted with each fingerprint.
    public var wantsVariants: Bool
    /// How far containers are unpacked; `nil` if they are left alone.
    public var unpacking: UnpackLimits?
    /// The folder of the files, without a name, that large members are unpacked into.
    public var spillFolder = "/tmp"

    /// The stated limit of pixels: a 23,000 × 21,700 picture, over twice the largest camera sensor.
    public static let defaultMaximumPixels: Int64 = 500_000_000

    /// Settings; by default those of `vestige index`.
    public init(
        kind: FingerprintKind = .pdqFullResolution,
        policy: DecodePolicy = .fast,
        maximumPixels: Int64 = WorkerSettings.defaultMaximumPixels,
        sampling: FilmSampling = .standard,
        wantsVariants: Bool = false
    ) {
        self.kind = kind
        self.policy = policy
        self.maximumPixels = maximumPixels
        self.sampling = sampling
        self.wantsVariants = wantsVariants
    }

    /// The settings as arguments of the hidden `worker` command.
    var arguments: [String] {
        [
            "--kind", kind.name, "--policy", policy.name,
            "--max-pixels", String(maximumPixels),
            "--timeout", String(timeout.seconds),
            "--fill-milliseconds", String(sampling.fillMilliseconds ?? 0),
        ] + (wantsVariants ? ["--variants"] : [])
            + (unpacking.map { ["--unpack", $0.text] } ?? []) + sandbox.arguments
    }
}

/// What a user asked for; what is `nil` was left open.
public struct WantedSettings: Hashable, Sendable {
    /// The algorithm of the fingerprints.
    public var kind: FingerprintKind?
    /// What the decoder keeps of a picture.
    public var policy: DecodePolicy?
    /// A picture with more pixels than this is refused.
    public var maximumPixels: Int64?
    /// Which moments of a film are taken.
    public var sampling: FilmSampling?

    /// Settings of which any may be left open.
    public init(
        kind: FingerprintKind? = nil,
        policy: DecodePolicy? = nil,
        maximumPixels: Int64? = nil,
        sampling: FilmSampling? = nil
    ) {
        self.kind = kind
        self.policy = policy
        self.maximumPixels = maximumPixels
        self.sampling = sampling
    }

    /// These settings, with `others` for what was left open.
    public func settings(besides others: WorkerSettings) -> WorkerSettings {
        var settings = others
        settings.kind = kind ?? others.kind
        settings.policy = policy ?? others.policy
        settings.maximumPixels = maximumPixels ?? others.maximumPixels
        settings.sampling = sampling ?? others.sampling
        return settings
    }
}
