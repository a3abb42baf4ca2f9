import ArgumentParser
import Casework
import Evidence
import Fingerprinting
import HashLists

struct ListCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Makes an empty list.",
        discussion: """
              vestige list create known.vlist --owner 'Unit 7' --title 'Known material' \\
                  --meaning VICS/US:1=harm --meaning VICS/US:0=innocent
            """
    )

    @Argument(help: ArgumentHelp("The list's folder, which must not exist.", valueName: "list"))
    var listPath: String

    @Option(help: "Who answers for the list.")
    var owner: String

    @Option(help: "What the list is called; by default as its folder.")
    var title: String?

    @Option(help: "The kind of its fingerprints, pdq-b or pdq-a. A list holds one kind.")
    var kind = KindName.pdqB

    @Option(
        help: ArgumentHelp(
            """
            What a category means to whoever gets a hit on it: SCHEME/COUNTRY:CODE=harm, =innocent or \
            =undeclared; * for every code. May be given several times.
            """,
            valueName: "declaration"
        )
    )
    var meaning: [String] = []

    @Option(help: "Tells the list from every other; by default a new UUID.")
    var identifier: String?

    @Option(
        help: """
            When it was made, such as 2026-03-01T12:00:00Z; by default now, or SOURCE_DATE_EPOCH of the \
            environment.
            """
    )
    var date: String?

    func validate() throws {
        if owner.isEmpty { throw ValidationError("--owner must not be empty") }
        if identifier?.isEmpty == true { throw ValidationError("--identifier must not be empty") }
        _ = try ListDate.text(date)
    }

    mutating func run() throws {
        let meanings = try meaning.map { text throws(ListFault) in
            try ListDescription.Meaning(text)
        }
        try ListWriter.create(
            listPath,
            title: title ?? defaultTitle,
            owner: owner,
            kind: kind.kind,
            identifier: identifier,
            date: try ListDate.text(date),
            tool: CaseDescription.tool
        )
        let writer = try ListWriter(listPath)
        for meaning in meanings { try writer.declare(meaning) }
        try writer.audit("made")
        StandardOutput.write("made \(EvidencePath(listPath).display())\n")
    }

    /// The folder's name without its ending.
    private var defaultTitle: String {
        let name = String(decoding: EvidencePath(listPath).lastComponent, as: UTF8.self)
        return name.hasSuffix(".vlist") && name.count > 6 ? String(name.dropLast(6)) : name
    }
}
