import CMedia
import Decoding
import Glibc

/// A worker's way into its sandbox. There is no way out.
enum Sandbox {
    /// Enters every layer of the plan that the kernel grants; the process must have one thread.
    ///
    /// - Parameter socket: the descriptor of the parent's socket.
    /// - Parameter spill: the file that the worker may write to, or -1.
    /// - Parameter parent: the process that started this one.
    /// - Returns: what holds now.
    static func enter(
        _ plan: SandboxPlan,
        socket: Int32,
        spill: Int32,
        parent: pid_t
    ) -> SandboxReport {
        // What libraries would look up in the file system at their first use.
        MediaDecoding.prepare()
        let version = vestige_landlock_version()
        var entered = plan
        var layers: [SandboxReport.Layer] = []
        for layer in SandboxLayer.allCases {
            if layer == .seccomp {
                // A change of identity takes the kernel's promise away to end this process with its parent;
                // after the filter it could not be asked for again.
                _ = vestige_tie_to_parent(parent)
            }
            guard plan.layers.contains(layer) else {
                layers.append(SandboxReport.Layer(layer: layer, isActive: false, status: nil))
                continue
            }
            let result = layer.enter(entered, socket: socket, spill: spill)
            if result != 0 {
                entered.layers.remove(layer)
            }
            layers.append(
                SandboxReport.Layer(
                    layer: layer,
                    isActive: result == 0,
                    status: result == 0 ? nil : result
                )
            )
        }
        return SandboxReport(
            layers: layers,
            landlockVersion: version,
            memory: entered.layers.contains(.limits) ? plan.memory : 0
        )
    }
}

extension Worker {
    /// A worker in its sandbox, which it has told its parent of.
    ///
    /// - Parameter parent: the process that started this one.
    /// - Parameter attempt: what is tried in the place of any work; then this does not return.
    /// - Returns: `nil` if the parent is gone, or if a layer is missing that is required.
    public init?(enteringSandbox settings: WorkerSettings, parent: pid_t, attempt: String?) {
        guard vestige_tie_to_parent(parent) == 0 else { return nil }
        let report = Sandbox.enter(
            settings.sandbox,
            socket: Worker.socket,
            spill: settings.unpacking == nil ? -1 : Worker.spill,
            parent: parent
        )
        guard WorkerMessage.ready(report).send(on: Worker.socket) else { return nil }
        if settings.sandbox.isRequired, !report.missing.isEmpty { return nil }
        if let attempt {
            SandboxAttempt.make(
                attempt,
                plan: settings.sandbox,
                socket: Worker.socket,
                parent: parent
            )
        }
        self.init(settings: settings)
    }
}
