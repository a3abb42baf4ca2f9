import ArgumentParser
import Casework
import Evidence
import Reporting

struct WithdrawCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "Takes items out of a case: they are not matched any more.",
        discussion: """
            Their rows stay in the ledger, skipped by the rule 'withdrawn', with the reason; their \
            fingerprints are gone from the disk with `vestige compact`. Files that change later are indexed \
            again by the next run.

              vestige withdraw holiday.vestige /media/disk/lawyer --reason 'privileged'
              vestige faults holiday.vestige --skipped
            """
    )

    @Argument(help: "The case's folder.")
    var casePath: String

    @Argument(
        help: ArgumentHelp(
            "Files, or folders with everything below them, as the case has them.",
            valueName: "path"
        )
    )
    var paths: [String]

    @Option(help: "Why: is kept in the ledger.")
    var reason = ""

    @OptionGroup var log: LogOptions

    mutating func run() throws {
        let writer = try CaseWriter(existing: casePath, logger: log.logger)
        try writer.beginRun(arguments: Array(CommandLine.arguments.dropFirst()))
        var unknown = 0
        var items = 0
        var fingerprints = 0
        for path in paths {
            // As it is given first: the item may be a link, or not be there any more.
            var done = try writer.withdraw(absolute(path), reason: reason)
            if done.isEmpty, let canonical = EvidencePath(path).canonical {
                done = try writer.withdraw(canonical, reason: reason)
            }
            if done.isEmpty {
                unknown += 1
                standardError(
                    "vestige: the case has nothing at \(path), or it was withdrawn before: "
                        + "`vestige faults \(casePath) --all` lists its items\n"
                )
            }
            items += done.count
            fingerprints += done.reduce(0) { $0 + $1.fingerprints }
        }
        try writer.endRun(outcome: "complete")
        StandardOutput.write(
            "withdrawn: \(displayCount(items, "item")) with "
                + "\(displayCount(fingerprints, "fingerprint"))\n"
        )
        if unknown > 0 {
            throw ExitStatus.someFaulted
        }
    }

    private func absolute(_ path: String) -> EvidencePath {
        let given = EvidencePath(path)
        guard given.bytes.first != UInt8(ascii: "/"), let here = EvidencePath(".").canonical else {
            return given
        }
        return here.appending(given.bytes)
    }
}
