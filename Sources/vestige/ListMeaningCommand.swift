import ArgumentParser
import Evidence
import HashLists

struct ListMeaningCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "meaning",
        abstract: "Declares what categories mean, or lists what is declared.",
        discussion: """
            A category's code means nothing without the scheme and the country whose law it follows. The most \
            particular declaration that fits counts: with a code before one with *, with a country before one \
            without. What nobody declared is undeclared.

              vestige list meaning known.vlist VICS/US:1=harm 'NSRL:*=innocent'
              vestige list meaning known.vlist
            """
    )

    @Argument(help: ArgumentHelp("The list's folder.", valueName: "list"))
    var listPath: String

    @Argument(
        help: ArgumentHelp(
            "SCHEME/COUNTRY:CODE=harm, =innocent or =undeclared; without any, what is declared is listed.",
            valueName: "declaration"
        )
    )
    var declarations: [String] = []

    mutating func run() throws {
        let meanings = try declarations.map { text throws(ListFault) in
            try ListDescription.Meaning(text)
        }
        guard !meanings.isEmpty else {
            let opened = try OpenedList(listPath)
            for meaning in try opened.contents().description.meanings {
                StandardOutput.write(EvidencePath(meaning.text).display() + "\n")
            }
            return
        }
        let writer = try ListWriter(listPath)
        for meaning in meanings { try writer.declare(meaning) }
        try writer.audit("declared " + meanings.map(\.text).joined(separator: " "))
    }
}
