import ArgumentParser
import Casework
import Evidence
import Fingerprinting
import Reporting

struct ClusterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "Groups near-duplicates, so that one picture of each group can stand for all.",
        discussion: """
            A group is what hangs together by pairs within the radius. It is represented by its medoid, the \
            picture nearest to all others. Where some two pictures of a group are farther apart than the radius \
            and hang together through others only, the group is marked as a chain.

              vestige cluster holiday.vestige --radius 20
              vestige cluster holiday.vestige --members
              vestige cluster holiday.vestige --format jsonl > groups.jsonl
            """
    )

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table
        case jsonl
    }

    @Argument(help: "The case's folder.")
    var casePath: String

    @Option(help: "Bits in which two pictures of a pair may differ, 0 to 64.")
    var radius = Fingerprint.recommendedRadius

    @OptionGroup var options: JoinOptions

    @Flag(help: "List every picture of each group, not only the one that stands for it.")
    var members = false

    @Option(help: "Groups that are listed, the largest first; by default all.")
    var limit: Int?

    @Option(help: "table or jsonl; by default a table on a terminal and JSON Lines on a pipe.")
    var format: Format?

    func validate() throws {
        try SearchThresholds.check(radius: radius)
        if let limit, limit < 1 {
            throw ValidationError("--limit must be at least 1")
        }
    }

    mutating func run() throws {
        let reader = try CaseReader(name: casePath)
        let clusters = CaseClusters(
            of: try JoinSide(reader, minimumQuality: options.minQuality),
            radius: radius,
            threads: options.threadCount,
            memory: options.memory.memory.bytes,
            name: { number throws(CaseFault) in try reader.name(of: number) }
        )
        let names = SideNames.casework(reader)
        let isTable = (format ?? (StandardOutput.isTerminal ? .table : .jsonl)) == .table
        let here = EvidencePath(".").canonical
        let progress = ProgressLine(isQuiet: options.quiet)
        let (radius, limit, wantsMembers) = (radius, limit, members)
        var number = 0
        var rows: [[String]] = []
        let summary = try clusters.run(
            progress: { progress.show("grouping", fraction: $0) },
            found: { group in
                number += 1
                guard number <= limit ?? Int.max else { return }
                guard isTable else {
                    let line = try ClusterLine(
                        group,
                        number: number,
                        radius: radius,
                        names: names
                    )
                    try StandardOutput.write(line.jsonLine())
                    return
                }
                rows.append([
                    "\(number)", "\(group.members.count)",
                    (group.isWidestExact ? "" : "≥ ") + "\(group.widest)",
                    group.isChain ? "chain" : "-", "",
                    try names.text(of: group.representative.place, relativeTo: here),
                ])
                for member in group.members.dropFirst() where wantsMembers {
                    rows.append([
                        "", "", "", "", "\(member.distance)",
                        try names.text(of: member.place, relativeTo: here),
                    ])
                }
            }
        )
        progress.finish()
        if isTable {
            if !rows.isEmpty {
                StandardOutput.write(
                    displayTable(
                        header: ["group", "pictures", "widest", "", "distance", "picture"],
                        rows: rows
                    ) + "\n"
                )
            }
            StandardOutput.write(text(of: summary))
        } else {
            standardError(text(of: summary))
        }
    }

    private func text(of summary: CaseClusters.Summary) -> String {
        let all = summary.grouped + summary.alone
        var text =
            "\(displayCount(all, "picture")): \(summary.grouped) in "
            + "\(displayCount(summary.groups, "group")), \(summary.alone) alone; one of each to look at: "
            + "\(summary.groups + summary.alone)\n"
        if summary.chains > 0 {
            text +=
                "\(displayCount(summary.chains, "group")) marked as chain: some pictures are more than "
                + "\(radius) bits apart and hang together through others\n"
        }
        if summary.lowQuality > 0 {
            text +=
                "\(displayCount(summary.lowQuality, "picture")) left out for a quality under "
                + "\(options.minQuality): --min-quality 0 takes them in\n"
        }
        return text
    }
}
