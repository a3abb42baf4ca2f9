import Evaluating
import Evidence

/// A report of `vestige bench` as tables for a person at a terminal.
public enum BenchText {
    /// Lists of names are cut here; the JSON has all.
    private static let shownNames = 10
    /// No more radii than this fit beside each other.
    private static let shownRadii = 4

    /// The tables.
    public static func text(of report: BenchReport) -> String {
        let results = report.results
        var text = head(report)
        for comparison in PairKind.allCases {
            text += recall(results.recall.filter { $0.comparison == comparison }, results)
        }
        text += falseMatches(results)
        text += stages(report.measured)
        text += lists(results.sample)
        return text
    }

    private static func head(_ report: BenchReport) -> String {
        let (results, machine) = (report.results, report.measured.machine)
        let (sample, settings) = (results.sample, results.settings)
        let libraries = results.libraries.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        var text = """
            program     \(results.tool); \(libraries.joined(separator: ", "))
            machine     \(BenchWords.plain(machine.processor)), \(displayCount(machine.cores, "core")), \
            \(machine.system), kernels for \(machine.instructionSet)
            settings    \(BenchWords.settings(settings))
            sample set  \(BenchWords.files(sample.files))
                        SHA-256 \(sample.sha256)

            """
        for truth in sample.truth {
            text += """
                truth       \(BenchWords.plain(truth.name)), \(displayCount(truth.rows, "row")), \(truth.wrong) wrong; \
                SHA-256 \(truth.sha256)

                """
        }
        let check = results.check
        text +=
            "check       \(check.pairs) distances computed one by one: the join differs in "
            + "\(check.disagreements)\n"
        return text
    }

    private static func recall(
        _ figures: [RecallFigures],
        _ results: BenchReport.Results
    ) -> String {
        guard let all = figures.first(where: { $0.level == .all }) else { return "" }
        let shown = BenchWords.radii(of: all, atMost: shownRadii)
        var text =
            "\nrecall, \(BenchWords.title(all.comparison)): of the pairs that could be compared, % "
        text += "(95 % confidence)\n"
        let rows = BenchWords.ordered(figures).map { one in
            let cells = one.points.enumerated().filter { shown.contains($0.offset) }.map {
                BenchWords.percent($0.element.ofCompared)
            }
            return [
                BenchWords.title(one), one.strength.map(BenchWords.plain) ?? "", "\(one.named)",
                "\(one.compared)",
            ] + cells
        }
        let radii = all.points.enumerated().filter { shown.contains($0.offset) }.map {
            "r = \($0.element.radius)"
        }
        text += displayTable(
            header: ["", "strength", "pairs", "compared"] + radii,
            rows: rows
        )
        text += BenchWords.left(all)
        if all.comparison == .films {
            text += BenchWords.ends(all).map { "ends of films: \($0)\n" } ?? ""
        }
        return text
    }

    private static func falseMatches(_ results: BenchReport.Results) -> String {
        var text = ""
        for comparison in PairKind.allCases {
            let figures = results.falseMatches.filter { $0.comparison == comparison }
            guard !figures.isEmpty else { continue }
            text +=
                "\nfalse matches, \(BenchWords.title(comparison)): unrelated pairs, and files that matched any\n"
            var rows: [[String]] = []
            for one in figures {
                for point in one.points
                // Of each transform what is of interest is whether there were any.
                where one.group.isEmpty || point.ofPairs.count > 0 {
                    rows.append([
                        one.group.isEmpty ? "all" : BenchWords.plain(one.group),
                        "\(point.radius)", "\(point.ofPairs.count)", "\(point.ofPairs.total)",
                        BenchWords.rate(point.ofPairs), "\(point.ofQueries.count)",
                        "\(point.ofQueries.total)", BenchWords.rate(point.ofQueries),
                    ])
                }
            }
            text += displayTable(
                header: [
                    "what was looked for", "radius", "pairs", "of pairs", "rate (95 %)", "files",
                    "of files", "rate (95 %)",
                ],
                rows: rows
            )
            let silent = figures.dropFirst().count { one in
                one.points.allSatisfy { $0.ofPairs.count == 0 }
            }
            text += silent > 0 ? "\(silent) others: none at any radius\n" : ""
        }
        return text
    }

    private static func stages(_ measured: BenchReport.Measured) -> String {
        var text = "\nthroughput, \(displayCount(measured.workers, "worker")), "
        text += "\(displayCount(measured.threads, "thread"))\n"
        return text
            + displayTable(
                header: BenchWords.stageHeader,
                rows: BenchWords.stageRows(measured.stages)
            )
    }

    private static func lists(_ sample: BenchReport.Sample) -> String {
        var text = ""
        for (title, names) in [
            ("named, but not there", sample.notThere), ("not decoded", sample.notDecoded),
            ("of too low a quality", sample.lowQuality),
        ] where !names.isEmpty {
            text += "\n\(title): \(names.count)\n"
            for name in names.prefix(shownNames) {
                text += "  \(BenchWords.plain(name.path))\(name.reason.map { " (\($0))" } ?? "")\n"
            }
            if names.count > shownNames { text += "  … and \(names.count - shownNames) more\n" }
        }
        return text
    }
}
