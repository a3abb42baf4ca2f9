import ArgumentParser
import HashLists
import Reporting

struct ListDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Lists what was added, withdrawn and changed between two versions.",
        discussion: """
            On a pipe one object of JSON for each entry; on a terminal a table of counts by category.

              vestige list diff known.vlist 2 3
              vestige list diff known.vlist
            """
    )

    @Argument(help: ArgumentHelp("The list's folder.", valueName: "list"))
    var listPath: String

    @Argument(help: "The earlier version, 0 for an empty list; by default the newest.")
    var from: Int?

    @Argument(help: "The later version; by default the list as it stands now.")
    var to: Int?

    @OptionGroup var format: ListFormatOptions

    func validate() throws {
        if let from, from < 0 { throw ValidationError("versions have numbers from 1 on") }
        if let to, to < 1 { throw ValidationError("versions have numbers from 1 on") }
    }

    mutating func run() throws {
        let list = try HashList(name: listPath)
        let difference = try ListDifference(list, from: from ?? list.versions.count, to: to)
        guard format.isTable else {
            try difference.forEach { change in
                try StandardOutput.write(ListChangeLine(change, in: difference.newer).jsonLine())
            }
            return
        }
        var counts = ListChangeCounts(difference.newer)
        try difference.forEach { try counts.take($0) }
        StandardOutput.write(counts.text)
    }
}
