import Casework
import Evaluating
import Evidence
import Fingerprinting

/// A report of `vestige bench` as one page with plots: HTML that is XML too, with nothing from elsewhere and no
/// scripts, fit for print.
public struct BenchPage {
    let report: BenchReport

    /// A page of a report.
    public init(_ report: BenchReport) {
        self.report = report
    }

    /// Writes the page whole or not at all.
    ///
    /// - Throws: `CaseFault` with the code `system`.
    public func write(to path: String) throws(CaseFault) {
        do throws(WholeFile.Failure) {
            try WholeFile.write(html.utf8, to: path, isDurable: true)
        } catch {
            throw CaseFault(
                .system,
                "cannot write the page \(EvidencePath(path).display()): \(error.text)",
                status: error.status
            )
        }
    }

    private static let style = """
        body { font: 15px/1.45 system-ui, sans-serif; color: #111; background: #fff; max-width: 66rem;
               margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; } h3 { font-size: 1rem; }
        table { border-collapse: collapse; margin: 0.8rem 0 1.4rem; font-size: 0.72rem; }
        caption { text-align: left; font-weight: 600; padding-bottom: 0.3rem; }
        th, td { text-align: left; padding: 0.15rem 0.3rem 0.15rem 0; border-bottom: 1px solid #ddd;
                 vertical-align: top; overflow-wrap: break-word; }
        th { border-bottom: 1px solid #666; }
        td { max-width: 34rem; }
        .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; padding-left: 0.4rem; }
        .t { font: 10px system-ui, sans-serif; fill: #333; }
        .panels { display: flex; flex-wrap: wrap; gap: 0.6rem 1rem; }
        figure { margin: 0; break-inside: avoid; } figcaption { font-size: 0.82rem; max-width: 19rem;
                 overflow-wrap: anywhere; }
        .wide figcaption { max-width: 40rem; }
        .key { font-size: 0.82rem; } .key span { margin-right: 1.2rem; }
        .note { color: #333; font-size: 0.88rem; max-width: 46rem; }
        code { font-size: 0.85em; overflow-wrap: anywhere; }
        @media print { body { margin: 0; max-width: none; font-size: 11px; } h2 { break-after: avoid; }
                       table { font-size: 8px; } tr { break-inside: avoid; } }
        """

    /// The page.
    public var html: String {
        """
        <!DOCTYPE html>
        <html xmlns="http://www.w3.org/1999/xhtml" lang="en">
        <head>
        <meta charset="utf-8"/>
        <title>vestige bench</title>
        <style>
        \(BenchPage.style)
        </style>
        </head>
        <body>
        <h1>What vestige finds, and what it matches falsely, on a sample set</h1>
        \(summary)
        \(recallSections)
        \(falseMatches)
        \(distances)
        \(throughput)
        \(losses)
        </body>
        </html>

        """
    }

    private var summary: String {
        let (results, measured) = (report.results, report.measured)
        let (sample, machine) = (results.sample, measured.machine)
        var rows = [
            ["program", results.tool],
            [
                "decoders",
                results.libraries.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
                    .joined(separator: ", "),
            ],
            ["settings", BenchWords.settings(results.settings)],
            ["sample set", BenchWords.files(sample.files)],
            ["its SHA-256", sample.sha256],
        ]
        for truth in sample.truth {
            rows.append([
                "ground truth",
                "\(truth.name), \(displayCount(truth.rows, "row")), \(truth.wrong) wrong; SHA-256 \(truth.sha256)",
            ])
        }
        rows += [
            [
                "check",
                "\(results.check.pairs) distances computed one by one; the join differs in "
                    + "\(results.check.disagreements)",
            ],
            [
                "machine",
                "\(machine.processor), \(displayCount(machine.cores, "core")), "
                    + "\(displayBytes(machine.memory)), \(machine.system), \(machine.architecture), kernels for "
                    + machine.instructionSet,
            ],
            ["measured", measured.created],
        ]
        return Markup.table(
            caption: "What was measured",
            header: ["", ""],
            rows: rows,
            numbersFrom: 2
        ) + """
            <p class="note">Intervals are of 95 % confidence: Wilson's for recall; for false matches exact \
            (Clopper and Pearson), and where there was none a one-sided bound, nearly 3 / n. They hold for files \
            like these. Pairs share files, and variants share originals, so that the true uncertainty is larger. A \
            match is a candidate for a person to look at, never a verdict.</p>
            """
    }

    // MARK: - Recall

    private var recallSections: String {
        PairKind.allCases.map { comparison in
            let figures = report.results.recall.filter { $0.comparison == comparison }
            return figures.isEmpty ? "" : recall(comparison, figures)
        }.joined()
    }

    private func recall(_ comparison: PairKind, _ figures: [RecallFigures]) -> String {
        let all = figures.filter { $0.level == .all || $0.level == .role || $0.level == .tier }
        let transforms = figures.filter { $0.level == .transform }
        var text = "<h2>Recall: \(BenchWords.title(comparison))</h2>\n"
        text +=
            "<p class=\"note\">Found, of the pairs that could be compared, by radius; the band is the "
        text +=
            "interval. Resemblance (role “whole”) and containment (“part”, “inset”, “host”) are different "
        text += "questions: look at them apart.</p>\n"
        text += panels(all) + "<h3>By transform</h3>\n" + panels(transforms)
        let shown = BenchWords.radii(of: figures[0], atMost: 7)
        let radii = figures[0].points.enumerated().filter { shown.contains($0.offset) }
        text += Markup.table(
            caption: "Recall in %, with intervals, of the pairs that could be compared",
            header: ["", "strength", "pairs", "compared"]
                + radii.map { "r = \($0.element.radius)" },
            rows: BenchWords.ordered(figures).map { one in
                [
                    BenchWords.title(one), one.strength ?? "", "\(one.named)",
                    "\(one.compared)",
                ]
                    + one.points.enumerated().filter { shown.contains($0.offset) }.map {
                        BenchWords.percent($0.element.ofCompared)
                    }
            },
            numbersFrom: 2
        )
        for line in [BenchWords.left(figures[0]), BenchWords.ends(figures[0])].compactMap({ $0 })
        where !line.isEmpty {
            text += "<p class=\"note\">\(Markup.escape(line.trimmingLineEnd))</p>\n"
        }
        if comparison == .films { text += filmTable(figures) }
        return text
    }

    private func filmTable(_ figures: [RecallFigures]) -> String {
        let rows = figures.filter { $0.level == .all || $0.level == .transform }.compactMap { one in
            BenchWords.usual(one).flatMap { $0.ends == nil ? nil : $0 }.map { point in
                let ends = point.ends
                return [
                    BenchWords.title(one), "\(point.radius)",
                    "\(point.ofCompared.count)", "\(point.weak ?? 0)", "\(ends?.ends ?? 0)",
                ]
                    + [ends?.median, ends?.nineOfTen, ends?.worst].map {
                        "\((Double($0 ?? 0) / 1000).rounded(places: 2))"
                    }
            }
        }
        return Markup.table(
            caption: "Told ends of films' stretches: seconds away from the true ones",
            header: [
                "transform", "radius", "found", "weak", "ends", "median", "nine of ten", "worst",
            ],
            rows: rows,
            numbersFrom: 1
        )
    }

    private func panels(_ figures: [RecallFigures]) -> String {
        let panels = figures.map { one -> String in
            let name = BenchWords.title(one)
            var plot = Plot(
                x: .bits(upTo: largestRadius, every: 8, title: ""),
                y: .init(
                    from: 0,
                    to: 1,
                    ticks: [(0, "0 %"), (0.5, "50 %"), (1, "100 %")]
                ),
                width: 216,
                height: 130
            )
            let points = one.points.compactMap { point in
                point.ofCompared.share.map {
                    (
                        x: Double(point.radius), y: $0, low: point.ofCompared.low ?? 0,
                        high: point.ofCompared.high ?? 1
                    )
                }
            }
            plot.rule(x: Double(Fingerprint.recommendedRadius), "")
            plot.band(points.map { ($0.x, $0.low, $0.high) }, Plot.Colour.blue)
            plot.line(points.map { ($0.x, $0.y) }, Plot.Colour.blue)
            let words = one.points.map { "\($0.radius): \(BenchWords.percent($0.ofCompared))" }
            return """
                <figure><figcaption>\(Markup.escape(name)), \(displayCount(one.compared, "pair"))</figcaption>\
                \(plot.svg(label: "Recall of \(name) by radius, %: \(words.joined(separator: "; "))"))</figure>

                """
        }
        return "<div class=\"panels\">\n\(panels.joined())</div>\n"
    }

    private var largestRadius: Int { report.results.settings.radii.last ?? 0 }
}

extension String {
    fileprivate var trimmingLineEnd: String { hasSuffix("\n") ? String(dropLast()) : self }
}
