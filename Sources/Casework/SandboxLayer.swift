import CMedia
import Glibc

/// One of the walls around a decode worker. Each holds without the others.
///
/// The order is the one in which a worker enters them: what takes rights comes before they are dropped.
public enum SandboxLayer: String, Codable, CaseIterable, Hashable, Sendable {
    /// No descriptor but the worker's own few, and no looking in by processes of the same user.
    case ownDescriptors = "own-descriptors"
    /// No program started by the worker could have more rights than it.
    case noNewPrivileges = "no-new-privileges"
    /// A user namespace: the worker is nobody on the machine.
    case userNamespace = "user-namespace"
    /// A network namespace without any interface.
    case networkNamespace = "network-namespace"
    /// Namespaces for shared memory and the host's name.
    case ipcNamespace = "ipc-namespace"
    /// A mount namespace whose root is an empty folder.
    case emptyRoot = "empty-root"
    /// No capabilities, and no way back to them.
    case noCapabilities = "no-capabilities"
    /// Limits on memory, processor time, files, descriptors, threads; no core dumps.
    case limits
    /// Landlock with no rights at all.
    case landlock
    /// An allow-list of system calls.
    case seccomp

    /// What the layer does, in words.
    public var title: String {
        switch self {
        case .ownDescriptors: "no descriptors but its own; closed to other processes"
        case .noNewPrivileges: "no new privileges"
        case .userNamespace: "a user namespace: it is nobody on the machine"
        case .networkNamespace: "a network namespace without interfaces"
        case .ipcNamespace: "namespaces of its own for shared memory and the host name"
        case .emptyRoot: "a mount namespace with an empty root"
        case .noCapabilities: "no capabilities"
        case .limits: "limits on memory, processor time, files, descriptors and threads"
        case .landlock: "Landlock without any rights"
        case .seccomp: "a list of allowed system calls"
        }
    }

    /// What an administrator can do where the layer is missing.
    public var remedy: String {
        switch self {
        case .ownDescriptors, .noNewPrivileges, .limits:
            "every Linux that vestige supports has it; something around vestige forbids it"
        case .userNamespace, .networkNamespace, .ipcNamespace, .emptyRoot:
            "allow user namespaces: see sysctl user.max_user_namespaces, "
                + "kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns; "
                + "in a container, its seccomp profile must allow unshare, mount and pivot_root"
        case .noCapabilities:
            "do not run vestige as root, or allow user namespaces"
        case .landlock:
            "use a kernel of version 5.13 or later with landlock in the list of the boot option lsm="
        case .seccomp:
            "use a kernel with CONFIG_SECCOMP_FILTER, on x86_64 or aarch64"
        }
    }

    /// Enters the layer.
    ///
    /// - Returns: 0, or the system's error number; then the layer is not there.
    func enter(_ plan: SandboxPlan, socket: Int32, spill: Int32) -> Int32 {
        switch self {
        case .ownDescriptors:
            return vestige_close_others(max(socket, spill) + 1)
        case .noNewPrivileges:
            return vestige_forbid_new_privileges()
        case .userNamespace:
            return vestige_leave_namespace(Int32(VESTIGE_NAMESPACE_USER))
        case .networkNamespace:
            return vestige_leave_namespace(Int32(VESTIGE_NAMESPACE_NETWORK))
        case .ipcNamespace:
            let result = vestige_leave_namespace(Int32(VESTIGE_NAMESPACE_IPC))
            return result != 0
                ? result : vestige_leave_namespace(Int32(VESTIGE_NAMESPACE_HOST_NAME))
        case .emptyRoot:
            let result = vestige_leave_namespace(Int32(VESTIGE_NAMESPACE_MOUNT))
            return result != 0 ? result : vestige_empty_root()
        case .noCapabilities:
            return vestige_drop_capabilities()
        case .limits:
            var limits = plan.limits
            if !plan.layers.contains(.userNamespace) {
                // Outside a namespace of its own the limit counts every thread that the user has.
                limits.threads = 0
            }
            return vestige_set_limits(&limits)
        case .landlock:
            return vestige_enter_landlock()
        case .seccomp:
            return vestige_enter_filter(socket, spill)
        }
    }
}
