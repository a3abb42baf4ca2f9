import ArgumentParser
import Evidence
import HashLists
import Reporting

struct ListShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows entries, where they came from and what became of them.",
        discussion: """
            Entries are named by their number, a digest, a fingerprint, or what their source calls them; those \
            that were withdrawn by their number.

              vestige list show known.vlist 17
            """
    )

    @Argument(
        help: ArgumentHelp(
            "The list as it stands now, or LIST@3 for a version.",
            valueName: "list"
        )
    )
    var listName: String

    @Argument(
        help: ArgumentHelp(
            "Numbers, digests, fingerprints or identifiers of entries.",
            valueName: "entry"
        )
    )
    var entries: [String]

    @OptionGroup var format: ListFormatOptions

    mutating func run() throws {
        let opened = try OpenedList(listName)
        let contents = try opened.contents()
        let histories = try EntryHistories(opened.list)
        var unknown = 0
        var shown = 0
        for name in entries {
            var numbers = try contents.entries(named: name)
            if numbers.isEmpty, let number = UInt64(name) { numbers = [number] }
            var isFound = false
            for number in numbers {
                guard let entry = try contents.entry(number), let json = try contents.line(number),
                    let history = try histories.history(of: number)
                else { continue }
                let line = ListEntryLine(
                    json: json,
                    entry: entry,
                    meaning: contents.description.meaning(of: entry),
                    history: history
                )
                if format.isTable {
                    StandardOutput.write((shown > 0 ? "\n" : "") + line.text)
                } else {
                    try StandardOutput.write(line.jsonLine())
                }
                shown += 1
                isFound = true
            }
            if !isFound {
                unknown += 1
                standardError("vestige: the list has no entry \(EvidencePath(name).display())\n")
            }
        }
        if unknown > 0 { throw ExitStatus.someFaulted }
    }
}
