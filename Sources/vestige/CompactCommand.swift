import ArgumentParser
import Casework
import Indexing
import Reporting

struct CompactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        abstract: "Merges the segments of a case into one, and upgrades their format.",
        discussion: """
            A run merges by itself, so that there are never many segments; this makes one of them, which \
            is searched fastest, leaves out what was withdrawn or superseded, and rewrites segments of an \
            older format. Needs as much free disk as the segments take. Stopped or killed at any moment, it \
            leaves the case as it was.

              vestige compact holiday.vestige
            """
    )

    @Argument(help: "The case's folder.")
    var casePath: String

    @OptionGroup var memory: MemoryOptions
    @OptionGroup var log: LogOptions

    @Flag(help: "No progress on standard error.")
    var quiet = false

    @Flag(help: "The summary as one object of JSON.")
    var json = false

    private struct Line: Encodable {
        let segmentsBefore, segmentsAfter, bytesBefore, bytesAfter: Int
        let upgraded, dropped, occurrences: Int
    }

    mutating func run() throws {
        let writer = try CaseWriter(
            existing: casePath,
            memory: memory.memory.bytes,
            logger: log.logger
        )
        try writer.beginRun(arguments: Array(CommandLine.arguments.dropFirst()))
        let progress = ProgressLine(isQuiet: quiet)
        let done = try writer.compact { progress.show($0.stage.rawValue, fraction: $0.fraction) }
        progress.finish()
        try writer.endRun(outcome: "complete")
        if json {
            try StandardOutput.write(
                Line(
                    segmentsBefore: done.segmentsBefore,
                    segmentsAfter: done.segmentsAfter,
                    bytesBefore: done.bytesBefore,
                    bytesAfter: done.bytesAfter,
                    upgraded: done.upgraded,
                    dropped: done.dropped,
                    occurrences: done.occurrences
                ).jsonLine()
            )
            return
        }
        guard
            done.segmentsBefore != done.segmentsAfter || done.bytesBefore != done.bytesAfter
                || done.upgraded > 0
        else {
            StandardOutput.write(
                "nothing to do: \(displayCount(done.segmentsAfter, "segment")) of "
                    + "\(displayBytes(Int64(done.bytesAfter))), in the newest format\n"
            )
            return
        }
        var text =
            "\(displayCount(done.segmentsBefore, "segment")) of \(displayBytes(Int64(done.bytesBefore))) became "
            + "\(done.segmentsAfter) of \(displayBytes(Int64(done.bytesAfter))), with "
            + "\(displayCount(done.occurrences, "fingerprint"))\n"
        if done.upgraded > 0 {
            text += "\(done.upgraded) of an older format upgraded\n"
        }
        if done.dropped > 0 {
            text +=
                "left out: \(displayCount(done.dropped, "fingerprint")) of withdrawn or changed items\n"
        }
        StandardOutput.write(text)
    }
}
