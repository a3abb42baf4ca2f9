import ArgumentParser
import Evidence
import Foundation
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

    @Option(help: "VICS: the country whose categories are written.")
    var country: String?

    @Option(help: "VICS: the scheme whose categories are written.")
    var scheme = "VICS"

    @Option(help: "digests: which, md5, sha1 or sha256.")
    var digest = ExportOptions.Digest.sha256

    @Option(help: "NCMEC: the number of the member whose entries they are.")
    var member = "0"

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
        let exporter = try format.exporter(
            to: output,
            options: ExportOptions(
                country: country,
                scheme: scheme,
                digest: digest,
                member: member,
                timestamp: contents.version?.record.date
            )
        )
        try contents.forEach { number, entry in try exporter.take(entry, number: number) }
        try exporter.finish()
        guard !exporter.omitted.isEmpty else { return }
        let name = EvidencePath(listName).display()
        standardError("vestige: \(name): \(format.rawValue) cannot hold all of it:\n")
        for (what, count) in exporter.omitted.sorted(by: { $0.key < $1.key }) {
            standardError("  \(EvidencePath(what).display()): of \(count) entries\n")
        }
        throw ExitStatus.someFaulted
    }
}

extension ExportOptions.Digest: ExpressibleByArgument {}
