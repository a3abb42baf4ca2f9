import ArgumentParser
import Casework
import Foundation
import Logging
import Reporting
import Synchronization

/// How what is told on standard error is written.
enum LogFormat: String, ExpressibleByArgument, CaseIterable {
    /// Lines for a reader.
    case text
    /// One object of JSON for each line: log lines, progress, and the message of a failed command.
    case json

    private static let chosen = Mutex(LogFormat.text)

    /// The form that the command line asked for; text until it has been read.
    static var current: LogFormat {
        get { chosen.withLock { $0 } }
        set { chosen.withLock { $0 = newValue } }
    }
}

/// One line of the log as an object of JSON.
///
/// Strings are escaped by the encoder: a file name with a line break or an escape sequence in it stays
/// within its line.
struct LogLine<Progress: Encodable>: Encodable {
    enum CodingKeys: String, CodingKey {
        case time, level, label, message, metadata, progress
    }

    let time: String
    let level: String
    let label: String
    let message: String
    let metadata: [String: LoggedValue]
    let progress: Progress?

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(time, forKey: .time)
        try container.encode(level, forKey: .level)
        try container.encode(label, forKey: .label)
        try container.encode(message, forKey: .message)
        try container.encode(metadata, forKey: .metadata)
        try container.encodeIfPresent(progress, forKey: .progress)
    }
}

/// A value of a log line's metadata; what is no list and no dictionary is text.
enum LoggedValue: Encodable {
    case text(String)
    case list([LoggedValue])
    case dictionary([String: LoggedValue])

    init(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let text): self = .text(text)
        case .stringConvertible(let value): self = .text(value.description)
        case .array(let values): self = .list(values.map(LoggedValue.init))
        case .dictionary(let values): self = .dictionary(values.mapValues(LoggedValue.init))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .list(let values): try container.encode(values)
        case .dictionary(let values): try container.encode(values)
        }
    }
}

/// Writes log lines as JSON to standard error.
struct JSONLogHandler: LogHandler {
    let label: String
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel: Logger.Level = .info

    init(label: String) {
        self.label = label
    }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        all.merge(metadataProvider?.get() ?? [:]) { $1 }
        all.merge(event.metadata ?? [:]) { $1 }
        if let error = event.error {
            all["error"] = "\(error)"
        }
        JSONLog.write(
            level: event.level.rawValue,
            label: label,
            "\(event.message)",
            metadata: all.mapValues(LoggedValue.init)
        )
    }
}

/// Lines of JSON on standard error, each written at once, so that those of two threads do not mix.
enum JSONLog {
    static func write(
        level: String,
        label: String,
        _ message: String,
        metadata: [String: LoggedValue] = [:]
    ) {
        write(level: level, label: label, message, metadata: metadata, progress: Int?.none)
    }

    static func write(
        level: String,
        label: String,
        _ message: String,
        metadata: [String: LoggedValue] = [:],
        progress: (some Encodable)?
    ) {
        let line = LogLine(
            time: preciseTimestamp(),
            level: level,
            label: label,
            message: message,
            metadata: metadata,
            progress: progress
        )
        // Only a number that JSON lacks could fail, and there is none.
        if let text = try? line.jsonLine() {
            standardError(text)
        }
    }
}
