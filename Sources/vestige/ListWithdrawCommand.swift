import ArgumentParser
import Evidence
import Foundation
import HashLists
import Reporting

struct ListWithdrawCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "Takes entries out of a list; the next version does not have them.",
        discussion: """
            Entries are named by their number, a digest, a fingerprint, or what their source calls them. \
            Versions that are published stay as they are.

              vestige list withdraw known.vlist 17 d41d8cd98f00b204e9800998ecf8427e --note 'an empty file'
            """
    )

    @Argument(help: ArgumentHelp("The list's folder.", valueName: "list"))
    var listPath: String

    @Argument(
        help: ArgumentHelp(
            "Numbers, digests, fingerprints or identifiers of entries.",
            valueName: "entry"
        )
    )
    var entries: [String] = []

    @Option(
        help: ArgumentHelp(
            "Take out the entries that are named in this file, one on a line.",
            valueName: "file"
        )
    )
    var from: String?

    @Option(help: "Why: is kept in the list.")
    var note: String?

    @Flag(help: "Take out all entries that a name stands for, if there are several.")
    var all = false

    func validate() throws {
        if entries.isEmpty, from == nil {
            throw ValidationError("name entries, or a file with their names with --from")
        }
    }

    mutating func run() throws {
        let names = try entries + (from.map { try ListWithdrawCommand.names(in: $0) } ?? [])
        let writer = try ListWriter(listPath)
        let contents = try writer.workingContents()
        var chosen: Set<UInt64> = []
        var unknown = 0
        for name in names {
            let found = try contents.entries(named: name)
            if found.isEmpty {
                unknown += 1
                standardError(
                    "vestige: the list has no entry \(EvidencePath(name).display()), or it was withdrawn before\n"
                )
            }
            guard found.count < 2 || all else {
                let list = found.prefix(20).map(String.init).joined(separator: ", ")
                throw ListFault(
                    .badInput,
                    "\(EvidencePath(name).display()) stands for \(found.count) entries (\(list)\(found.count > 20 ? ", …" : "")): "
                        + "name their numbers, or give --all. Nothing was withdrawn"
                )
            }
            chosen.formUnion(found)
        }
        try writer.withdraw(chosen.sorted(), note: note)
        let outcome = "withdrew \(displayCount(chosen.count, "entry", plural: "entries"))"
        try writer.audit(outcome)
        StandardOutput.write("\(outcome)\n")
        if unknown > 0 { throw ExitStatus.someFaulted }
    }

    /// The lines of a file that are not empty.
    private static func names(in file: String) throws -> [String] {
        let text: String
        do {
            text = String(
                decoding: try Data(contentsOf: URL(fileURLWithPath: file)),
                as: UTF8.self
            )
        } catch {
            throw ListFault(.noSuchPath, "cannot read \(file): \(error.localizedDescription)")
        }
        return text.split(whereSeparator: \.isNewline).map { line in
            line.trimmingCharacters(in: CharacterSet(charactersIn: " \t\u{FEFF}"))
        }.filter { !$0.isEmpty }
    }
}
