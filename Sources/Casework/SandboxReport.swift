import CMedia
import Evidence
import Foundation

/// What a worker says of its sandbox when it is in it: part of a run's record in the case.
public struct SandboxReport: Codable, Hashable, Sendable {
    /// What became of one layer.
    public struct Layer: Codable, Hashable, Sendable {
        /// Which one.
        public let layer: SandboxLayer
        /// Whether it holds.
        public let isActive: Bool
        /// Why not: the system's error number; `nil` if it was left out on purpose.
        public let status: Int32?

        /// Why the layer does not hold, in words; `nil` if it does.
        public var reason: String? {
            if isActive { return nil }
            return status.map { "refused by the kernel: \(systemMessage($0))" } ?? "switched off"
        }

        enum CodingKeys: String, CodingKey {
            case layer
            case isActive = "active"
            case status
        }
    }

    /// Every layer, in the order in which they were entered.
    public var layers: [Layer]
    /// The version of Landlock that the kernel has; 0 if none.
    public var landlockVersion: Int32
    /// The limit of a worker's address space in bytes; 0 if there is none.
    public var memory: Int64
    /// Whether there was no worker process at all.
    public var isInProcess = false

    /// A report of what is not there.
    public static var nothing: SandboxReport {
        SandboxReport(
            layers: SandboxLayer.allCases.map { Layer(layer: $0, isActive: false, status: nil) },
            landlockVersion: 0,
            memory: 0
        )
    }

    /// The layers that do not hold.
    public var missing: [Layer] { layers.filter { !$0.isActive } }

    /// The layers that do not hold and why, on one line.
    public var missingText: String {
        missing.map { "\($0.layer.rawValue) (\($0.reason ?? ""))" }.joined(separator: ", ")
    }

    /// The report as text for the catalog.
    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    /// A report from the catalog's text; `nil` if it is none that this version knows.
    init?(json: String) {
        guard let report = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)) else {
            return nil
        }
        self = report
    }

    init(layers: [Layer], landlockVersion: Int32, memory: Int64, isInProcess: Bool = false) {
        self.layers = layers
        self.landlockVersion = landlockVersion
        self.memory = memory
        self.isInProcess = isInProcess
    }
}

extension WireWriter {
    mutating func write(_ report: SandboxReport) {
        write(UInt8(report.layers.count))
        for layer in report.layers {
            write(layer.layer.rawValue)
            write(UInt8(layer.isActive ? 1 : 0))
            write(optional: layer.status)
        }
        write(report.landlockVersion)
        write(report.memory)
        write(UInt8(report.isInProcess ? 1 : 0))
    }
}

extension WireReader {
    mutating func readSandbox() throws(Malformed) -> SandboxReport {
        var layers: [SandboxReport.Layer] = []
        for _ in try 0..<read(UInt8.self) {
            guard let layer = try SandboxLayer(rawValue: readText()) else { throw Malformed() }
            let isActive = try read(UInt8.self) != 0
            try layers.append(
                SandboxReport.Layer(
                    layer: layer,
                    isActive: isActive,
                    status: readOptional(Int32.self)
                )
            )
        }
        // All of them, once each: so that none can be passed over in silence.
        guard layers.map(\.layer) == SandboxLayer.allCases else { throw Malformed() }
        return try SandboxReport(
            layers: layers,
            landlockVersion: read(Int32.self),
            memory: read(Int64.self),
            isInProcess: read(UInt8.self) != 0
        )
    }
}
