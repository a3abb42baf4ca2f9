import Evidence
import Foundation
import GRDB

/// How a case stands, as anybody may ask at any time: whether a run goes on and how far it is, or how the
/// last one ended.
///
/// Nothing is written, and nothing need be writable. Whether a run goes on is told by the lock, which the
/// system gives back when a process ends, however it ends; what is in files is believed only beside that.
public struct CaseStatus: Sendable {
    /// How the case stands.
    public enum State: String, Hashable, Sendable {
        /// Somebody writes to the case.
        case running
        /// The last run was killed, or the machine went down.
        case died
        /// The last run went through everything.
        case complete
        /// The last run was stopped by its user.
        case interrupted
        /// The last run could not go on.
        case failed
        /// No command has written to the case yet, or it cannot be told.
        case unknown
    }

    /// The folder of the case.
    public let folder: CaseFolder
    /// How the case stands.
    public private(set) var state = State.unknown
    /// The process that writes to the case, if it is known.
    public private(set) var writer: LockHolder?
    /// What the run that goes on, or the last one, has published; `nil` if nothing is known.
    public private(set) var record: RunRecord?
    /// The last command that wrote, as the catalog has it.
    public private(set) var lastRun: CaseReader.Run?
    /// Items in the catalog by what became of them; empty while a run goes on: its figures tell.
    public private(set) var committed: [ItemState: Int] = [:]
    /// What could not be found out, in sentences.
    public private(set) var notes: [String] = []

    /// Looks at the case at `name`.
    ///
    /// - Throws: ``CaseFault`` if there is no case.
    public init(name: String) throws(CaseFault) {
        folder = try CaseFolder(existing: name)
        record = RunRecord.read(folder)
        switch LockState(folder) {
        case .held(let holder):
            state = .running
            take(holder)
            readCatalog(counting: false)
        case .free:
            readCatalog(counting: true)
            judgeEnd()
        case .unknown(let reason, let last):
            notes.append("the lock cannot be looked at (\(reason)): a run may be going on or not")
            readCatalog(counting: true)
            judgeEnd()
            if let last, record?.state == .running, record?.process == last {
                judge(byProcess: last)
            }
        }
        noteSilence()
    }

    /// The writer that holds the lock, and its figures if what is published is its own.
    private mutating func take(_ holder: LockHolder?) {
        writer = holder
        guard let holder else {
            notes.append("the process that writes has not given its number")
            return
        }
        if let process = record?.process,
            process.pid != holder.pid || process.host != holder.host
                || process.startTicks != holder.startTicks
        {
            // Of an earlier run: this one has just begun, or is a command that publishes nothing.
            record = nil
        }
        switch holder.presence {
        case .here: break
        case .elsewhere:
            notes.append("it runs on the host \(holder.host): it cannot be looked at from here")
        case .gone:
            notes.append(
                "the lock is held, but not by a process that can be seen from here: it may run in "
                    + "another container"
            )
        }
    }

    /// How the last run ended, when nobody holds the lock.
    private mutating func judgeEnd() {
        if let run = lastRun, let record,
            parsedTimestamp(record.process.since) ?? .distantPast
                < (parsedTimestamp(run.started) ?? .distantPast).addingTimeInterval(-60)
        {
            // Of an earlier run than the catalog's last.
            self.record = nil
        }
        if let run = lastRun {
            state =
                run.ended == nil ? .died : run.outcome == "interrupted" ? .interrupted : .complete
            if state == .died, record?.state == .failed {
                state = .failed
            }
        } else if let record {
            state = State(rawValue: record.state.rawValue) ?? .unknown
            if record.state == .running {
                state = .died
            }
        }
    }

    /// What can be told of a run when the lock says nothing.
    private mutating func judge(byProcess process: LockHolder) {
        switch process.presence {
        case .here:
            state = .running
            writer = process
        case .gone: state = .died
        case .elsewhere:
            state = .unknown
            notes.append("the run began on the host \(process.host): look there")
        }
    }

    /// A run that goes on but has not published for a while may hang.
    private mutating func noteSilence() {
        guard state == .running, let record, let updated = parsedTimestamp(record.updated) else {
            return
        }
        let seconds = Date().timeIntervalSince(updated)
        if seconds > 60 {
            notes.append(
                "these figures are \(displayDuration(seconds)) old: the run has been busy with "
                    + "something long, or hangs, or its disk is full"
            )
        }
    }

    private mutating func readCatalog(counting: Bool) {
        do throws(CaseFault) {
            let catalog = try Catalog(folder, readOnly: true)
            let (run, counts) = try catalog.read { database in
                let run = try Row.fetchOne(
                    database,
                    sql: "SELECT * FROM run ORDER BY id DESC LIMIT 1"
                ).map(CaseReader.Run.init)
                var counts: [ItemState: Int] = [:]
                if counting {
                    let rows = try Row.fetchAll(
                        database,
                        sql: """
                            SELECT state, count(*) AS items FROM item WHERE superseded = 0
                                GROUP BY state
                            """
                    )
                    for row in rows {
                        guard let state = ItemState(rawValue: row["state"]) else { continue }
                        counts[state] = row["items"]
                    }
                }
                return (run, counts)
            }
            lastRun = run
            committed = counts
        } catch {
            notes.append("the catalog cannot be read here: \(error.message)")
        }
    }
}

extension CaseReader.Run {
    /// A run from a row of the table `run`.
    init(_ row: Row) {
        self.init(
            started: row["started"],
            ended: row["ended"],
            outcome: row["outcome"],
            tool: row["tool"],
            arguments: row["arguments"],
            sandbox: (row["sandbox"] as String?).flatMap(SandboxReport.init(json:))
        )
    }
}
