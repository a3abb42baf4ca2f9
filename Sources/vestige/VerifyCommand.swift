import ArgumentParser
import Casework
import Reporting

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks a case: every checksum, and that the counts add up.",
        discussion: """
            Reads every segment whole, compares it with its checksums and with the MANIFEST, checks the \
            catalog, and counts each item's fingerprints in the segments.

              vestige verify holiday.vestige
            """
    )

    @Argument(help: "The case's folder.")
    var casePath: String

    mutating func run() throws {
        let reader = try CaseReader(name: casePath)
        let found = try reader.verify()
        for problem in found.problems {
            standardError("vestige: \(problem)\n")
        }
        guard found.problems.isEmpty else {
            standardError(
                "vestige: the case is damaged: restore it from a copy, or index the evidence anew\n"
            )
            throw ExitStatus.couldNotRun
        }
        StandardOutput.write(
            """
            sound: \(displayCount(found.segments, "segment")) of \(displayBytes(found.bytes)), \
            \(displayCount(found.occurrences, "fingerprint")) of \(displayCount(found.items, "item"))

            """
        )
    }
}
