import ArgumentParser
import HashLists
import Reporting

struct ListInfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Tells what is in a list.",
        discussion: """
              vestige list info known.vlist
              vestige list info known.vlist@3 --json
            """
    )

    @Argument(
        help: ArgumentHelp(
            "The list as it stands now, or LIST@3 for a version.",
            valueName: "list"
        )
    )
    var listName: String

    @Flag(help: "One object of JSON.")
    var json = false

    @Flag(help: "No progress on standard error.")
    var quiet = false

    mutating func run() throws {
        let opened = try OpenedList(listName)
        let contents = try opened.contents()
        let progress = ProgressLine(isQuiet: quiet)
        let tally = try ListTally(contents) { progress.show("counting", fraction: $0) }
        progress.finish()
        let changes = try opened.list.unpublished()
        let line = ListTallyLine(
            opened.list,
            contents,
            tally,
            isChanged: !changes.batches.isEmpty || !changes.withdrawals.isEmpty,
            bytes: contents.bytes
        )
        StandardOutput.write(try json ? line.jsonLine() : line.text)
    }
}
