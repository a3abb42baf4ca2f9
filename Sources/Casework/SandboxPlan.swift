import CMedia
import Unpacking

/// What a worker is to give up before it reads its first byte of evidence.
public struct SandboxPlan: Hashable, Sendable {
    /// The layers to enter.
    public var layers = Set(SandboxLayer.allCases)
    /// Whether a worker that lacks a layer may not work at all.
    public var isRequired = false
    /// Whether the decoding is done by threads of the parent, without any wall between: for measuring
    /// what the walls cost.
    public var isInProcess = false
    /// The address space of a worker in bytes.
    public var memory = SandboxPlan.defaultMemory
    /// What the worker tries, by its name, in the place of its work: to see that it is stopped.
    var attempt: String?
    /// Bytes that a file may have which the worker writes.
    public var spillBytes: Int64 = 0

    /// Address space enough for the largest picture that is allowed by default: 2 GiB of coefficients, to
    /// which libjpeg is held, 4 bytes for each of 500 million pixels, and 0.3 GB for the program; the most
    /// that was measured is 3.9 GB (`Docs/Security.md`).
    public static let defaultMemory: Int64 = 5 << 30
    /// With less no worker starts.
    public static let leastMemory: Int64 = 512 << 20

    /// The whole sandbox, not required.
    public init() {}

    /// Descriptors: the standard ones, the socket, a spill file, and the evidence of a few requests, of which one may be
    /// a disk image in many files.
    static let descriptors = UInt64(64 + 2 * DiskImage.maximumSegments)
    /// The decoders are told to use one thread; the limit is for one that does not listen.
    static let threads: UInt64 = 64

    var limits: vestige_limits {
        vestige_limits(
            memory: UInt64(max(0, memory)),
            file: UInt64(max(0, spillBytes)),
            descriptors: SandboxPlan.descriptors,
            threads: SandboxPlan.threads
        )
    }

    /// The plan as arguments of the hidden `worker` command.
    var arguments: [String] {
        let names = SandboxLayer.allCases.filter(layers.contains).map(\.rawValue)
        return ["--layers", names.joined(separator: ","), "--memory", String(memory)]
            + (spillBytes > 0 ? ["--spill-bytes", String(spillBytes)] : [])
            + (isRequired ? ["--require-sandbox"] : [])
            + (attempt.map { ["--attempt", $0] } ?? [])
    }
}
