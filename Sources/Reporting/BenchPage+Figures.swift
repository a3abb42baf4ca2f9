import Evaluating
import Fingerprinting

extension BenchPage {
    // MARK: - False matches

    var falseMatches: String {
        var text =
            "<h2>False matches</h2>\n<p class=\"note\">Unrelated files that were taken for related ones: of "
        text +=
            "all pairs of a file that was looked for and an original that it does not come from; and of the files "
        text +=
            "that were looked for, those that matched any such original. A triangle is a bound: there was none.</p>\n"
        for comparison in PairKind.allCases {
            let figures = report.results.falseMatches.filter { $0.comparison == comparison }
            guard let all = figures.first(where: { $0.group.isEmpty }) else { continue }
            text += "<h3>\(BenchWords.title(comparison))</h3>\n"
            text += rates(all)
            text += table(comparison, figures)
        }
        return text
    }

    private func rates(_ all: FalseMatchFigures) -> String {
        let estimates = all.points.flatMap { [$0.ofPairs, $0.ofQueries] }
        let smallest = estimates.compactMap { $0.count == 0 ? $0.high : $0.low }.filter { $0 > 0 }
            .min()
        let floor = BenchPage.exponent(below: (smallest ?? 0.1) / 2)
        let powers = (floor...0).filter { floor > -6 || $0 % 2 == 0 }
        let ticks = powers.map { power in
            (value: Double(power), label: power == 0 ? "1" : "1e\(power)")
        }
        let largest = report.results.settings.radii.last ?? 0
        var plot = Plot(
            x: .bits(upTo: largest, every: 8, title: "radius, bits", margin: 2),
            y: Plot.Axis(from: Double(floor), to: 0, ticks: ticks),
            width: 640,
            height: 240
        )
        plot.rule(x: Double(Fingerprint.recommendedRadius), "31, the usual radius")
        for point in all.points {
            for (estimate, colour, shift) in [
                (point.ofPairs, Plot.Colour.blue, -5.0),
                (point.ofQueries, Plot.Colour.orange, 5.0),
            ] {
                guard let share = estimate.share, let low = estimate.low, let high = estimate.high
                else { continue }
                let x = Double(point.radius)
                if estimate.count == 0 {
                    plot.below(
                        x: x,
                        y: BenchPage.logarithm(high, floor),
                        shift: shift,
                        colour
                    )
                } else {
                    plot.interval(
                        x: x,
                        low: BenchPage.logarithm(low, floor),
                        high: BenchPage.logarithm(high, floor),
                        shift: shift,
                        colour
                    )
                    plot.dot(x: x, y: BenchPage.logarithm(share, floor), shift: shift, colour)
                }
            }
        }
        let words = all.points.map {
            "\($0.radius): \(BenchWords.rate($0.ofPairs)) of pairs, \(BenchWords.rate($0.ofQueries)) of files"
        }
        return """
            <figure class="wide">\(plot.svg(label: "Rates of false matches by radius: \(words.joined(separator: "; "))"))\
            <figcaption class="key"><span style="color:\(Plot.Colour.blue)">● of pairs, left</span>\
            <span style="color:\(Plot.Colour.orange)">● of files that were looked for, right</span></figcaption></figure>

            """
    }

    private static func exponent(below value: Double) -> Int {
        var exponent = 0
        var power = 1.0
        while power > value, exponent > -18 {
            power /= 10
            exponent -= 1
        }
        return min(-1, exponent)
    }

    /// The decimal logarithm, by halving: enough for a drawing.
    private static func logarithm(_ value: Double, _ floor: Int) -> Double {
        var (rest, result) = (value, 0.0)
        guard value > 0 else { return Double(floor) }
        while rest < 0.1, result > Double(floor) {
            rest *= 10
            result -= 1
        }
        var step = 0.5
        for _ in 0..<12 {
            rest *= rest
            if rest < 0.1 {
                rest *= 10
                result -= step
            }
            step /= 2
        }
        return max(Double(floor), result)
    }

    private func table(_ comparison: PairKind, _ figures: [FalseMatchFigures]) -> String {
        let rows = figures.flatMap { one in
            one.points.map { point in
                [
                    one.group.isEmpty ? "all" : one.group, "\(point.radius)",
                    "\(point.ofPairs.count)", "\(point.ofPairs.total)",
                    BenchWords.rate(point.ofPairs), "\(point.ofQueries.count)",
                    "\(point.ofQueries.total)", BenchWords.rate(point.ofQueries),
                ] + (comparison == .films ? ["\(point.weak ?? 0)"] : [])
            }
        }
        // Where there was none at any radius the largest says it all.
        let largest = "\(report.results.settings.radii.last ?? 0)"
        let loud = Set(rows.filter { $0[2] != "0" }.map { $0[0] })
        return Markup.table(
            caption: "False matches; a transform without any has its largest radius only",
            header: [
                "what was looked for", "radius", "false pairs", "of pairs", "rate",
                "files with one", "of files", "rate",
            ] + (comparison == .films ? ["weak"] : []),
            rows: rows.filter { $0[0] == "all" || loud.contains($0[0]) || $0[1] == largest },
            numbersFrom: 1
        )
    }

    // MARK: - Distances

    var distances: String {
        guard !report.results.distances.isEmpty else { return "" }
        var text =
            "<h2>Distances</h2>\n<p class=\"note\">How far apart the files of true pairs are, and unrelated "
        text +=
            "ones; bars of four bits, each drawing to its own height. What lies left of the line is found at "
        text += "the usual radius.</p>\n"
        for figures in report.results.distances {
            text += "<h3>\(BenchWords.title(figures.comparison))</h3>\n"
            let unrelated =
                figures.unrelatedEvery > 1
                ? "unrelated (one file of \(figures.unrelatedEvery))" : "unrelated"
            for (name, bins, colour) in [
                ("true pairs, whole", figures.whole, Plot.Colour.blue),
                ("true pairs, part, inset or host", figures.contained, Plot.Colour.orange),
                (unrelated, figures.unrelated, Plot.Colour.gray),
            ] where !bins.isEmpty {
                text += histogram(name, bins, colour)
            }
        }
        return text
    }

    private func histogram(
        _ name: String,
        _ bins: [DistanceFigures.Bin],
        _ colour: String
    ) -> String {
        let width = 4
        var bars = [Int](repeating: 0, count: 256 / width + 1)
        for bin in bins { bars[bin.distance / width] += bin.pairs }
        let all = bars.reduce(0, +)
        let highest = bars.max() ?? 1
        var plot = Plot(
            x: .bits(upTo: 256, every: 32, title: "distance, bits"),
            y: .init(
                from: 0,
                to: Double(highest),
                ticks: [(0, "0"), (Double(highest), "\(highest)")]
            ),
            width: 640,
            height: 130
        )
        for (number, count) in bars.enumerated() where count > 0 {
            plot.bar(
                from: Double(number * width),
                to: Double(min(256, (number + 1) * width)),
                height: Double(count),
                colour
            )
        }
        plot.rule(x: Double(Fingerprint.recommendedRadius), "31")
        let least = bins.first?.distance ?? 0
        let most = bins.last?.distance ?? 0
        let words = "\(name): \(displayCount(all, "pair")), from \(least) to \(most) bits"
        return """
            <figure class="wide">\(plot.svg(label: "Distances of \(words)"))<figcaption>\(Markup.escape(words))\
            </figcaption></figure>

            """
    }

    // MARK: - Throughput

    var throughput: String {
        let measured = report.measured
        var text =
            "<h2>Throughput</h2>\n<p class=\"note\">\(displayCount(measured.workers, "worker")) and "
        text +=
            "\(displayCount(measured.threads, "thread")) on \(displayCount(measured.machine.cores, "core")); "
        text +=
            "sandbox \(measured.sandboxComplete ? "complete" : "not complete"). Times are of this run alone, and "
        text += "of everything else that the machine was doing.</p>\n"
        text += bars(measured.stages)
        text += Markup.table(
            caption: "Stages",
            header: BenchWords.stageHeader,
            rows: BenchWords.stageRows(measured.stages),
            numbersFrom: 1
        )
        return text
    }

    private func bars(_ stages: [StageFigures]) -> String {
        let most = stages.flatMap { [$0.seconds, $0.cpuSeconds] }.max() ?? 1
        let (left, width, row) = (230.0, 640.0, 46.0)
        var marks = ""
        for (number, stage) in stages.enumerated() {
            let top = Double(number) * row
            marks += Markup.element(
                "text",
                ["x": "\(left - 8)", "y": "\(top + 22)", "text-anchor": "end", "class": "t"],
                Markup.escape(stage.stage.title)
            )
            let lines = [
                (stage.seconds, Plot.Colour.gray), (stage.cpuSeconds, Plot.Colour.blue),
            ]
            for (line, (seconds, colour)) in lines.enumerated() {
                let share = most > 0 ? seconds / most : 0
                let length = max(1, share * (width - left - 80)).rounded(places: 1)
                let y = top + 4 + Double(line) * 17
                marks += Markup.element(
                    "rect",
                    [
                        "x": "\(left)", "y": "\(y)", "width": "\(length)", "height": "14",
                        "fill": colour,
                    ]
                )
                marks += Markup.element(
                    "text",
                    ["x": "\(left + length + 5)", "y": "\(y + 11)", "class": "t"],
                    "\(BenchWords.number(seconds)) s"
                )
            }
        }
        let words = stages.map {
            "\($0.stage.title) \(BenchWords.number($0.seconds)) s, \(BenchWords.number($0.cpuSeconds)) CPU s"
        }
        let label = Markup.escape("Time by stage: \(words.joined(separator: "; "))")
        let height = Double(stages.count) * row
        return """
            <figure class="wide"><svg viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" role="img" \
            aria-label="\(label)" xmlns="http://www.w3.org/2000/svg"><title>\(label)</title>\(marks)</svg>\
            <figcaption class="key"><span style="color:\(Plot.Colour.gray)">■ seconds</span>\
            <span style="color:\(Plot.Colour.blue)">■ CPU seconds, with the workers'</span></figcaption></figure>

            """
    }

    // MARK: - What was left out

    var losses: String {
        let sample = report.results.sample
        var text = "<h2>What is not in the figures</h2>\n"
        let lists = [
            ("Named, but not there", sample.notThere), ("Not decoded", sample.notDecoded),
            ("Of too low a quality", sample.lowQuality),
        ]
        for (title, names) in lists where !names.isEmpty {
            text += Markup.table(
                caption: "\(title): \(names.count)",
                header: ["file", "why"],
                rows: names.map { [$0.path, $0.reason ?? ""] },
                numbersFrom: 2
            )
        }
        for truth in sample.truth where truth.wrong > 0 {
            text += Markup.table(
                caption: "Wrong lines of \(truth.name): \(truth.wrong)",
                header: ["line", "what is wrong"],
                rows: truth.wrongLines.map { ["\($0.line)", $0.reason] },
                numbersFrom: 2
            )
        }
        if lists.allSatisfy(\.1.isEmpty), sample.truth.allSatisfy({ $0.wrong == 0 }) {
            text +=
                "<p class=\"note\">Every file that is named was there, was decoded and has a picture that counts.</p>\n"
        }
        return text
    }
}
