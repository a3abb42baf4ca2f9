import Evidence
import Foundation
import Glibc

/// What a run tells of itself in its case's folder, in `run.json`: for `vestige status`.
///
/// Nothing depends on it: it may be missing, old, or of a run that was killed.
public struct RunRecord: Codable, Hashable, Sendable {
    /// How a run stands.
    public enum State: String, Codable, Hashable, Sendable {
        /// It goes on, or was killed: whether the lock is held tells which.
        case running
        /// It has gone through everything.
        case complete
        /// It was stopped by its user.
        case interrupted
        /// It could not go on.
        case failed
    }

    /// The version of the file's format that this program writes.
    public static let formatVersion = 1

    /// The version of the file's format.
    public var formatVersion = RunRecord.formatVersion
    /// How the run stands.
    public var state: State
    /// The process that runs it.
    public var process: LockHolder
    /// The program's version.
    public var tool: String
    /// When this was written, RFC 3339, UTC.
    public var updated: String
    /// Why the run could not go on.
    public var message: String?
    /// How far it is.
    public var figures: RunFigures

    /// The record in a case's folder; `nil` if there is none that can be understood.
    static func read(_ folder: CaseFolder) -> RunRecord? {
        guard let bytes = readSmallFile(folder.run),
            let record = try? JSONDecoder().decode(RunRecord.self, from: Data(bytes)),
            record.formatVersion == RunRecord.formatVersion
        else { return nil }
        return record
    }
}

extension CaseFolder {
    var run: String { path.text + "/run.json" }
}

/// Writes a run's ``RunRecord``, at most once a second.
///
/// The file is replaced as a whole and not synced: after a power cut the lock is free and the catalog says
/// how the run stood. A disk that is full or broken does not disturb the run; the file stays old then.
public final class RunPublisher {
    private let folder: CaseFolder
    private let process = LockHolder.current
    private var lastFigures = RunFigures()
    private var last: MonotonicTime?
    private var hasEnded = false

    private static let millisecondsBetween = 1_000

    /// A publisher for a case that this process writes to.
    public init(_ folder: CaseFolder) {
        self.folder = folder
        publish(RunFigures())
    }

    /// Whether it is time to publish.
    var isDue: Bool {
        last.map { $0.millisecondsAgo >= RunPublisher.millisecondsBetween } ?? true
    }

    func publish(_ figures: RunFigures) {
        last = .now
        lastFigures = figures
        write(.running, nil)
    }

    /// Publishes the run's end; only the first one counts.
    public func end(_ state: RunRecord.State, message: String? = nil, figures: RunFigures? = nil) {
        guard !hasEnded else { return }
        hasEnded = true
        lastFigures = figures ?? lastFigures
        lastFigures.inFlight = 0
        write(state, message)
    }

    private func write(_ state: RunRecord.State, _ message: String?) {
        let record = RunRecord(
            state: state,
            process: process,
            tool: CaseDescription.tool,
            updated: preciseTimestamp(),
            message: message,
            figures: lastFigures
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard var bytes = try? Array(encoder.encode(record)) else { return }
        bytes.append(UInt8(ascii: "\n"))
        // What cannot be written now is written the next time.
        try? WholeFile.write(bytes, to: folder.run, isDurable: false)
    }
}
