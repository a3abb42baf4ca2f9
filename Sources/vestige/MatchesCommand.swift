import ArgumentParser
import Casework
import Evidence
import HashLists
import Reporting

struct MatchesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "matches",
        abstract: "Lists what `vestige match` found in a case.",
        discussion: """
            Each match names the exhibit (path, member, digests, time in the film), the list with its version and \
            digest, the entry with its category and scheme and the line of the source that it came from, and the \
            distance, the radius and the turn.

              vestige matches holiday.vestige
              vestige matches holiday.vestige --meaning harm --sort distance --format csv > hits.csv
              vestige matches holiday.vestige --standing gone
            """
    )

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table
        case jsonl
        case csv
    }

    @Argument(help: "The case's folder.")
    var casePath: String

    @Option(help: ArgumentHelp("Only of this list: its name or identifier.", valueName: "name"))
    var list: String?

    @Option(
        name: .customLong("kind"),
        help: "Only by digest, picture or film; several: any of them."
    )
    var kinds: [ListMatch.Kind] = []

    @Option(name: .customLong("meaning"), help: "Only of this meaning; several: any of them.")
    var meanings: [CategoryMeaning] = []

    @Option(
        name: .customLong("category"),
        help: ArgumentHelp(
            "Only of this category, such as 'VICS/US 1'; several: any of them.",
            valueName: "category"
        )
    )
    var categories: [String] = []

    @Option(help: ArgumentHelp("Only of this item.", valueName: "number"))
    var item: UInt64?

    @Option(help: ArgumentHelp("Only of this entry of the lists.", valueName: "number"))
    var entry: UInt64?

    @Option(help: ArgumentHelp("Only up to this distance.", valueName: "bits"))
    var maxDistance: Int?

    @Flag(help: "Only those that the last run against their list found first.")
    var new = false

    @Option(help: "Those that hold now, those that held once, or all.")
    var standing = MatchQuery.Standing.current

    @Option(help: "By item, distance, entry, or when they were found.")
    var sort = MatchQuery.Order.item

    @Option(help: "No more than so many.")
    var limit: Int?

    @Option(help: "table, jsonl or csv; by default a table on a terminal and JSON Lines on a pipe.")
    var format: Format?

    @Option(
        help: ArgumentHelp(
            "Write the certificates of the last runs into this folder.",
            valueName: "folder"
        )
    )
    var certificates: String?

    func validate() throws {
        if let limit, limit < 0 {
            throw ValidationError("--limit must not be below 0")
        }
    }

    mutating func run() throws {
        let reader = try CaseReader(name: casePath)
        var query = MatchQuery()
        query.list = list
        query.kinds = kinds.isEmpty ? nil : Set(kinds)
        query.meanings = meanings.isEmpty ? nil : Set(meanings)
        query.categories = Set(categories)
        query.item = item
        query.entry = entry
        query.maximumDistance = maxDistance
        query.isNew = new
        query.standing = standing
        query.order = sort
        query.limit = limit
        if let certificates {
            let written = try reader.writeMatchCertificates(to: certificates)
            standardError("\(displayCount(written, "certificate")) written to \(certificates)\n")
        }
        switch format ?? (StandardOutput.isTerminal ? .table : .jsonl) {
        case .jsonl:
            try reader.forEachListMatch(query) {
                try StandardOutput.write(ListMatchLine($0).jsonLine())
            }
        case .csv:
            StandardOutput.write(ListMatchRow.header)
            try reader.forEachListMatch(query) { StandardOutput.write(ListMatchRow.row($0)) }
        case .table:
            let here = EvidencePath(".").canonical
            var (rows, count) = ([[String]](), 0)
            try reader.forEachListMatch(query) { match in
                count += 1
                rows.append(ListMatchRow.cells(match, relativeTo: here))
                if rows.count == 1000 {
                    StandardOutput.write(displayTable(header: ListMatchRow.titles, rows: rows))
                    rows.removeAll()
                }
            }
            if !rows.isEmpty {
                StandardOutput.write(displayTable(header: ListMatchRow.titles, rows: rows))
            }
            StandardOutput.write(displayCount(count, "match", plural: "matches") + "\n")
        }
    }
}

extension ListMatch.Kind: ExpressibleByArgument {}
extension CategoryMeaning: ExpressibleByArgument {}
extension MatchQuery.Standing: ExpressibleByArgument {}
extension MatchQuery.Order: ExpressibleByArgument {}
