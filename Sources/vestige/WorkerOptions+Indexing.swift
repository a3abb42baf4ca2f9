import Casework
import Evidence
import Foundation
import Unpacking

extension WorkerOptions {
    /// Indexes folders into a case that a command makes for its own use.
    ///
    /// - Parameter unpacking: how archives are opened; `nil` as the case has it.
    func index(
        _ roots: [EvidencePath],
        into writer: CaseWriter,
        unpacking: UnpackLimits? = nil,
        isQuiet: Bool
    ) throws -> (summary: IndexRun.Summary, pool: WorkerPool) {
        var settings = writer.settings
        if let unpacking { settings.unpacking = unpacking }
        settings.spillFolder = writer.folder.path.text
        let pool = try pool(settings)
        try writer.beginRun(
            arguments: Array(CommandLine.arguments.dropFirst()),
            sandbox: pool.sandbox
        )
        let display = IndexDisplay()
        var run = IndexRun(
            writer: writer,
            pool: pool,
            roots: roots,
            progress: IndexProgress(
                roots: roots,
                workers: pool.workers,
                display: display.display(isQuiet: isQuiet)
            )
        )
        let (summary, figures) = try run.run { Interruptions.seen }
        display.finish(figures, isQuiet: isQuiet)
        try writer.endRun(outcome: summary.wasInterrupted ? "interrupted" : "complete")
        return (summary, pool)
    }
}
