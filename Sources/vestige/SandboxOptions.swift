import ArgumentParser
import Casework
import Glibc

/// What keeps the worker processes in: the same for every command that decodes.
struct SandboxOptions: ParsableArguments {
    @Flag(
        help: """
            Refuse to run where a layer of the decode workers' sandbox is missing; `vestige doctor` shows \
            which ones there are.
            """
    )
    var requireSandbox = false

    @Option(
        help: ArgumentHelp(
            "Memory that one worker may take (address space), such as 4G.",
            valueName: "size"
        )
    )
    var workerMemory = MemorySize(bytes: Int(SandboxPlan.defaultMemory))

    /// For measuring and for tests; the case says that it was used.
    @Flag(help: .hidden)
    var noSandbox = false

    /// For measuring: threads in the place of processes.
    @Flag(help: .hidden)
    var inProcess = false

    /// For measuring and for tests: layers, with commas between, that are left out.
    @Option(help: .hidden)
    var withoutLayers = ""

    func validate() throws {
        if workerMemory.bytes < Int(SandboxPlan.leastMemory) {
            throw ValidationError(
                "--worker-memory must be at least \(MemorySize(bytes: Int(SandboxPlan.leastMemory)))"
            )
        }
        for name in withoutLayers.split(separator: ",")
        where SandboxLayer(rawValue: String(name)) == nil {
            throw ValidationError("--without-layers: there is no layer \(name)")
        }
        if requireSandbox, noSandbox || inProcess {
            throw ValidationError("--require-sandbox excludes --no-sandbox and --in-process")
        }
    }

    /// Whether the user has switched the sandbox off.
    var isOff: Bool { noSandbox || inProcess }

    var plan: SandboxPlan {
        var plan = SandboxPlan()
        plan.isRequired = requireSandbox
        plan.isInProcess = inProcess
        plan.memory = Int64(workerMemory.bytes)
        if isOff { plan.layers = [] }
        for name in withoutLayers.split(separator: ",") {
            SandboxLayer(rawValue: String(name)).map { _ = plan.layers.remove($0) }
        }
        return plan
    }
}
