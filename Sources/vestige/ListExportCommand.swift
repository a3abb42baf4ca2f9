import ArgumentParser
import HashLists

struct ListExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes a version of a list in a format that others read.",
        discussion: """
            jsonl holds all that a list can say; its SHA-256 is the content digest of the version. What another \
            format cannot hold is counted and listed on standard error.

            Exit status: 0 all was written, 1 something could not be, 2 could not run.

              vestige list export known.vlist@3 > known.jsonl
              vestige list export known.vlist --format vics20 --country US -o known.json
            """
    )

    @Argument(
        help: ArgumentHelp("The list's newest version, or LIST@3 for another.", valueName: "list")
    )
    var listName: String

    @Option(
        help:
            "The format: \(ListFormat.allCases.filter(\.isWritten).map(\.rawValue).joined(separator: ", "))."
    )
    var format = ListFormat.jsonl

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "The file, or for vpdq the folder; by default standard output.",
            valueName: "file"
        )
    )
    var output = "-"

    @Flag(help: "The list as it stands now, with what is not published yet.")
    var working = false

    func validate() throws {
        if !format.isWritten {
            throw ValidationError("\(format.rawValue) is only read: name another format to write")
        }
        if format.isFolder, output == "-" {
            throw ValidationError("\(format.rawValue) is a folder of files: name it with --output")
        }
    }

    mutating func run() throws {
        let opened = try OpenedList(listName)
        if working, opened.version != nil {
            throw ValidationError("--working and a version exclude each other")
        }
        let contents =
            try working ? opened.list.workingContents() : opened.list.contents(of: opened.version)
        if format == .jsonl, output == "-" {
            // The lines are the list's own.
            StandardOutput.flush()
            try contents.forEachPiece { (piece) throws(ListFault) in StandardOutput.write(piece) }
            return
        }
        throw ListFault(
            .badInput,
            "only jsonl is written, to standard output: leave out --format and --output"
        )
    }
}
