import Fingerprinting
import Foundation
import Glibc

/// What a measurement of speed was made on.
public struct MachineFacts: Encodable, Hashable, Sendable {
    /// The processor, as the system names it.
    public let processor: String
    /// How many of its cores the program may use.
    public let cores: Int
    /// The instruction set that the kernels of the fingerprint and the search were chosen for.
    public let instructionSet: String
    /// Memory in bytes.
    public let memory: Int64
    /// The system's kernel.
    public let system: String
    /// `x86_64`, …
    public let architecture: String

    /// This machine.
    public static var current: MachineFacts {
        var names = utsname()
        uname(&names)
        return MachineFacts(
            processor: processorName ?? "unknown",
            cores: ProcessInfo.processInfo.activeProcessorCount,
            instructionSet: Fingerprinter.instructionSet,
            memory: Int64(clamping: ProcessInfo.processInfo.physicalMemory),
            system: "Linux " + text(names.release),
            architecture: text(names.machine)
        )
    }

    private static var processorName: String? {
        guard let facts = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else {
            return nil
        }
        let line = facts.split(separator: "\n").first { $0.hasPrefix("model name") }
        return line?.split(separator: ":", maxSplits: 1).last.map {
            $0.trimmingCharacters(in: .whitespaces)
        }
    }

    private static func text<Field>(_ field: Field) -> String {
        withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
