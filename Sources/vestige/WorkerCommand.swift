import ArgumentParser
import Casework
import Glibc
import Keyframing
import Unpacking

/// The decode worker: this program, started by itself.
struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Decodes for another vestige process; not for use by hand.",
        shouldDisplay: false
    )

    @Option var parent: Int32
    @OptionGroup var fingerprints: FingerprintOptions
    /// 0: keyframes only.
    @Option var fillMilliseconds: Int64
    @Option var timeout: Int
    @Option var unpack: String?
    @Flag var variants = false
    @Option var layers = ""
    @Option var memory: Int64
    @Option var spillBytes: Int64 = 0
    @Flag var requireSandbox = false
    @Option var attempt: String?

    mutating func run() throws {
        // A worker's end is told by the signal that ended it.
        signal(SIGBUS, SIG_DFL)
        var settings = fingerprints.settings
        settings.wantsVariants = variants
        settings.timeout.seconds = timeout
        settings.sampling =
            fillMilliseconds > 0 ? .covering(fillMilliseconds: fillMilliseconds) : .keyframes
        settings.unpacking = unpack.flatMap(UnpackLimits.init)
        if settings.unpacking != nil {
            // Names inside archives are told in this encoding.
            setlocale(LC_CTYPE, "C.UTF-8")
        }
        settings.sandbox.layers = Set(
            layers.split(separator: ",").compactMap { SandboxLayer(rawValue: String($0)) }
        )
        settings.sandbox.memory = memory
        settings.sandbox.spillBytes = spillBytes
        settings.sandbox.isRequired = requireSandbox
        guard
            var worker = Worker(enteringSandbox: settings, parent: parent, attempt: attempt)
        else {
            throw ExitStatus.couldNotRun
        }
        worker.run()
    }
}
