import ArgumentParser
import HashLists
import Reporting

struct ListDecideCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide",
        abstract: "Settles findings of the last check.",
        discussion: """
            Findings are named by their numbers in the worklist of `vestige list check`. --keep leaves the \
            entries as they are; --withdraw takes the entry out, and of a finding about two the one that --entry \
            names. The same finding of a later check is settled by what was decided here.

              vestige list decide known.vlist 3 4 --keep --note 'both are in the series'
              vestige list decide known.vlist 7 --withdraw --entry 112
            """
    )

    @Argument(help: ArgumentHelp("The list's folder.", valueName: "list"))
    var listPath: String

    @Argument(help: ArgumentHelp("Numbers of findings.", valueName: "finding"))
    var findings: [Int]

    @Flag(help: "Leave the entries as they are.")
    var keep = false

    @Flag(help: "Take the entry out of the list.")
    var withdraw = false

    @Option(
        help: "The entry that is taken out, of a finding about two; may be given several times."
    )
    var entry: [UInt64] = []

    @Option(help: "Why: is kept in the list.")
    var note: String?

    func validate() throws {
        if keep == withdraw { throw ValidationError("give --keep or --withdraw") }
        if keep, !entry.isEmpty { throw ValidationError("--entry goes with --withdraw") }
    }

    mutating func run() throws {
        let writer = try ListWriter(listPath)
        let withdrawn = try writer.decide(
            findings,
            keep ? .keep : .withdraw,
            entries: Set(entry),
            note: note
        )
        var outcome = "decided \(displayCount(findings.count, "finding")): "
        outcome +=
            keep ? "kept" : "withdrew \(displayCount(withdrawn.count, "entry", plural: "entries"))"
        try writer.audit(outcome)
        StandardOutput.write("\(outcome)\n")
    }
}
