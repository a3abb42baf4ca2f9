import Evaluating
import Evidence
import Fingerprinting
import Matching

/// Figures of `vestige bench` in words: the same on a terminal and on a page.
enum BenchWords {
    /// Text from a table or a file's name, made harmless for a terminal.
    static func plain(_ text: String) -> String { EvidencePath(text).display() }

    static func title(_ comparison: PairKind) -> String {
        switch comparison {
        case .pictures: "pictures"
        case .pictureInFilm: "pictures and films"
        case .films: "films"
        }
    }

    /// What the pairs have in common, as a name.
    static func title(_ figures: RecallFigures) -> String {
        let name = figures.name.isEmpty ? "(no name)" : plain(figures.name)
        return switch figures.level {
        case .all: "all"
        case .transform, .strength: name
        case .role, .tier: "\(figures.level.rawValue) \(name)"
        }
    }

    /// The figures with each transform's strengths behind it, where there are several.
    static func ordered(_ figures: [RecallFigures]) -> [RecallFigures] {
        let strengths = Dictionary(grouping: figures.filter { $0.level == .strength }, by: \.name)
        return figures.filter { $0.level != .strength }.flatMap { one -> [RecallFigures] in
            guard one.level == .transform, let own = strengths[one.name], own.count > 1 else {
                return [one]
            }
            return [one] + own
        }
    }

    static let stageHeader = [
        "stage", "s", "CPU s", "workers' CPU s", "what was done", "a second", "a core second",
    ]

    /// A row for each thing that a stage did.
    static func stageRows(_ stages: [StageFigures]) -> [[String]] {
        stages.flatMap { stage in
            stage.work.enumerated().map { number, work in
                let seconds = [stage.seconds, stage.ownCPUSeconds, stage.workerCPUSeconds]
                let head =
                    number == 0
                    ? [stage.stage.title] + seconds.map(BenchWords.number)
                    : ["", "", "", ""]
                return head + [
                    "\(BenchWords.number(work.amount)) \(work.unit.title)",
                    work.perSecond.map(BenchWords.number) ?? "-",
                    work.perCoreSecond.map(BenchWords.number) ?? "-",
                ]
            }
        }
    }

    static func settings(_ settings: BenchReport.Settings) -> String {
        let fill = settings.fillMilliseconds.map { " every \(number(Double($0) / 1000)) s" } ?? ""
        return
            "fingerprints \(settings.kind), decode policy \(settings.policy), films \(settings.sampling)\(fill), "
            + "quality from \(settings.minimumQuality), turned copies \(settings.turned ? "looked for" : "not looked for")"
            + (settings.unnamedUnrelated ? ", unnamed files are unrelated" : "")
    }

    static func files(_ counts: SampleSet.Counts) -> String {
        "\(counts.originals) originals, \(counts.variants) variants, \(counts.distractors) distractors; "
            + "\(counts.unnamed) more that no table names; \(counts.partly) decoded in part"
    }

    /// The figures at the radius that is used unless another is asked for, or else at the largest.
    static func usual(_ figures: RecallFigures) -> RecallFigures.Point? {
        let radius =
            figures.comparison == .films
            ? FilmAlignment.recommendedRadius : Fingerprint.recommendedRadius
        return figures.points.first { $0.radius == radius } ?? figures.points.last
    }

    /// What was left out of the figures, and what it comes to if it counts as missed.
    static func left(_ all: RecallFigures) -> String {
        guard all.named > all.compared, let point = usual(all) else { return "" }
        return
            "not compared: \(all.named - all.compared) of \(all.named) pairs: \(all.lowQuality) of too low a quality, "
            + "\(all.notDecoded) not decoded, \(all.notThere) not there; "
            + "counted as missed, recall at r = \(point.radius) is \(percent(point.ofNamed)) %\n"
    }

    static func ends(_ all: RecallFigures) -> String? {
        guard let point = usual(all), let ends = point.ends else {
            return nil
        }
        func seconds(_ milliseconds: Int64) -> String {
            "\(number(Double(milliseconds) / 1000)) s"
        }
        return
            "\(ends.ends) told at r = \(point.radius), off by \(seconds(ends.median)) in the median, "
            + "\(seconds(ends.nineOfTen)) in nine of ten, \(seconds(ends.worst)) at worst"
    }

    /// `97.5 (94.1–99.2)`.
    static func percent(_ estimate: Estimate) -> String {
        guard let share = estimate.share, let low = estimate.low, let high = estimate.high else {
            return "-"
        }
        func text(_ value: Double) -> String {
            let tenths = Int((value * 1000).rounded())
            return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
        }
        return "\(text(share)) (\(text(low))–\(text(high)))"
    }

    /// `1.2e-05 (3.1e-07–6.7e-05)`, or `under 3.0e-05`.
    static func rate(_ estimate: Estimate) -> String {
        guard let share = estimate.share, let low = estimate.low, let high = estimate.high else {
            return "-"
        }
        if estimate.count == 0 { return "under \(digits(high))" }
        return "\(digits(share)) (\(digits(low))–\(digits(high)))"
    }

    /// A share in two digits.
    static func digits(_ value: Double) -> String {
        guard value > 0 else { return "0" }
        if value >= 0.01 { return "\(value.rounded(places: 3))" }
        var (mantissa, exponent) = (value, 0)
        while mantissa < 0.995, exponent > -300 {
            mantissa *= 10
            exponent -= 1
        }
        return "\(mantissa.rounded(places: 1))e\(exponent)"
    }

    /// A number with so many digits as mean something.
    static func number(_ value: Double) -> String {
        if value >= 100 {
            var text = String(Int(min(value, 1e18).rounded()))
            var place = text.count - 3
            while place > 0 {
                text.insert("\u{202F}", at: text.index(text.startIndex, offsetBy: place))
                place -= 3
            }
            return text
        }
        let rounded = value.rounded(places: value >= 1 ? 2 : 4)
        return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }

    /// The places of the radii to show: all, or so many spread evenly with the first and the last.
    static func radii(of figures: RecallFigures, atMost count: Int) -> Set<Int> {
        let radii = figures.points.map(\.radius)
        guard radii.count > count else { return Set(radii.indices) }
        var places = Set(
            (0..<count).map { $0 * (radii.count - 1) / (count - 1) }
        )
        // The one that is used by default is never left out.
        if let usual = usual(figures), let place = radii.firstIndex(of: usual.radius) {
            places.insert(place)
        }
        return places
    }
}
