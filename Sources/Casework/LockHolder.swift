import Foundation
import Glibc

/// The process that writes to a case, as it has written itself into the case's lock.
///
/// A process number alone says little: numbers are used again, and the case may be written from another
/// machine. So the host, its boot, and the moment at which the process began are there too.
public struct LockHolder: Codable, Hashable, Sendable {
    /// The number of the process on its host.
    public var pid: Int32
    /// The name of the host.
    public var host: String
    /// The kernel's identifier of the host's boot; empty if it has none.
    public var boot: String
    /// When the process began, in the kernel's ticks since that boot; 0 if that could not be read.
    public var startTicks: UInt64
    /// When it took the lock, RFC 3339, UTC.
    public var since: String
    /// The command with its arguments.
    public var arguments: [String]

    /// This process, now.
    public static var current: LockHolder {
        LockHolder(
            pid: getpid(),
            host: ownHost,
            boot: ownBoot,
            startTicks: startTicks(of: getpid()) ?? 0,
            since: timestamp(),
            arguments: shortened(Array(CommandLine.arguments.dropFirst()))
        )
    }

    /// The arguments as far as they fit a small file: a command may name thousands of folders.
    private static func shortened(_ arguments: [String]) -> [String] {
        var bytes = 0
        let first = arguments.prefix {
            bytes += $0.utf8.count
            return bytes <= 4096
        }
        let rest = arguments.count - first.count
        return rest == 0 ? arguments : first + ["… and \(rest) more"]
    }

    /// Whether the process can be seen from here.
    public enum Presence: Hashable, Sendable {
        /// It is there.
        case here
        /// It is not there any more, or its number is another process's now.
        case gone
        /// It is, or was, on another host, which cannot be looked at from here.
        case elsewhere
    }

    /// Whether the process can be seen from here.
    public var presence: Presence {
        guard host == LockHolder.ownHost else { return .elsewhere }
        guard boot == LockHolder.ownBoot else { return .gone }
        guard kill(pid, 0) == 0 || errno == EPERM else { return .gone }
        guard startTicks > 0, let now = LockHolder.startTicks(of: pid) else { return .here }
        return now == startTicks ? .here : .gone
    }

    /// The process in words: `process 4711 (vestige index …), since 2026-03-01T12:00:00Z`.
    public var text: String {
        var text = "process \(pid)"
        if let command = arguments.first {
            text += " (vestige \(LockHolder.printable(command)))"
        }
        if presence == .elsewhere {
            text += " on the host \(LockHolder.printable(host))"
        }
        return since.isEmpty ? text : text + ", since \(LockHolder.printable(since))"
    }

    // MARK: - In the lock's file

    /// The content of the file: the number on a line of its own, for people and for older versions; then
    /// an object of JSON on the second.
    var content: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let object = (try? encoder.encode(self)) ?? Data()
        return Array("\(pid)\n".utf8) + object + Array("\n".utf8)
    }

    /// What a lock's file says; `nil` if it says nothing.
    init?(content: [UInt8]) {
        let lines = content.split(separator: UInt8(ascii: "\n"), maxSplits: 1)
        guard let first = lines.first,
            let number = Int32(
                String(decoding: first, as: UTF8.self).trimmingPrefix { $0.isWhitespace }
            )
        else { return nil }
        if lines.count > 1,
            let holder = try? JSONDecoder().decode(LockHolder.self, from: Data(lines[1])),
            holder.pid == number
        {
            self = holder
        } else {
            // Written by an earlier version, or cut by a full disk: then only the number is known.
            self.init(
                pid: number,
                host: LockHolder.ownHost,
                boot: LockHolder.ownBoot,
                startTicks: 0,
                since: "",
                arguments: []
            )
        }
    }

    private init(
        pid: Int32,
        host: String,
        boot: String,
        startTicks: UInt64,
        since: String,
        arguments: [String]
    ) {
        self.pid = pid
        self.host = host
        self.boot = boot
        self.startTicks = startTicks
        self.since = since
        self.arguments = arguments
    }

    // MARK: - This host

    static let ownHost: String = {
        var name = [UInt8](repeating: 0, count: 256)
        let status = name.withUnsafeMutableBytes { bytes -> Int32 in
            guard let place = bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else {
                return -1
            }
            return gethostname(place, 255)
        }
        return status == 0 ? String(decoding: name.prefix { $0 != 0 }, as: UTF8.self) : ""
    }()

    static let ownBoot: String = {
        let bytes = readSmallFile("/proc/sys/kernel/random/boot_id") ?? []
        return String(decoding: bytes.prefix { $0 > UInt8(ascii: " ") }, as: UTF8.self)
    }()

    /// When a process of this host began, in ticks since boot: field 22 of its `stat`.
    static func startTicks(of process: Int32) -> UInt64? {
        guard let bytes = readSmallFile("/proc/\(process)/stat"),
            // The second field is the program's name in brackets, which may hold anything.
            let bracket = bytes.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = bytes[(bracket + 1)...].split(separator: UInt8(ascii: " "))
        return fields.count > 19 ? UInt64(String(decoding: fields[19], as: UTF8.self)) : nil
    }

    /// The file is beside evidence that others may have written to: nothing of it reaches a terminal raw.
    private static func printable(_ text: String) -> String {
        String(text.prefix(64).map { $0 >= " " && $0 <= "~" && $0.isASCII ? $0 : "?" })
    }
}

/// The bytes of a file of at most 256 KB; `nil` if there is none or it cannot be read.
func readSmallFile(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return readSmallFile(descriptor)
}

/// The first 256 KB of an open file.
func readSmallFile(_ descriptor: Int32) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 256 * 1024)
    var count = 0
    while count < bytes.count {
        let read = bytes[count...].withUnsafeMutableBytes {
            pread(descriptor, $0.baseAddress, $0.count, off_t(count))
        }
        if read < 0, errno == EINTR { continue }
        guard read >= 0 else { return nil }
        if read == 0 { break }
        count += read
    }
    return Array(bytes[..<count])
}
