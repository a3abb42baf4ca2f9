/// A drawing in SVG: an area with axes, and marks on it, given in the units of the axes.
struct Plot {
    /// An axis: the values at its ends, and those that are named.
    struct Axis {
        var from: Double
        var to: Double
        var ticks: [(value: Double, label: String)]
        var title = ""

        func share(_ value: Double) -> Double {
            to > from ? min(1, max(0, (value - from) / (to - from))) : 0
        }

        /// Radii, or other bits.
        ///
        /// - Parameter margin: room before and behind them, for marks beside each other.
        static func bits(
            upTo most: Int,
            every step: Int,
            title: String,
            margin: Double = 0
        ) -> Axis {
            Axis(
                from: -margin,
                to: Double(max(1, most)) + margin,
                ticks: stride(from: 0, through: most, by: step).map { (Double($0), "\($0)") },
                title: title
            )
        }
    }

    /// Colours that people who see few colours tell apart, too: M. Okabe and K. Ito, "Color universal design", 2008.
    enum Colour {
        static let blue = "#0072b2"
        static let orange = "#d55e00"
        static let gray = "#6b6b6b"
    }

    private let x: Axis
    private let y: Axis
    private let width: Double
    private let height: Double
    private var marks = ""

    private static let left = 46.0
    private static let top = 8.0
    private static let right = 10.0

    private var bottom: Double { x.title.isEmpty ? 20 : 34 }
    private var plotWidth: Double { width - Plot.left - Plot.right }
    private var plotHeight: Double { height - Plot.top - bottom }

    init(x: Axis, y: Axis, width: Double, height: Double) {
        (self.x, self.y, self.width, self.height) = (x, y, width, height)
    }

    private func place(_ valueX: Double, _ valueY: Double) -> (x: Double, y: Double) {
        (
            Plot.left + x.share(valueX) * plotWidth,
            Plot.top + (1 - y.share(valueY)) * plotHeight
        )
    }

    /// A length in the drawing, in tenths: more has no meaning, and no effect on what is seen.
    private static func text(_ value: Double) -> String { "\(value.rounded(places: 1))" }

    private func path(_ points: [(x: Double, y: Double)]) -> String {
        points.map { point in
            let place = place(point.x, point.y)
            return "\(Plot.text(place.x)),\(Plot.text(place.y))"
        }.joined(separator: " ")
    }

    private func line(
        _ from: (x: Double, y: Double),
        _ to: (x: Double, y: Double),
        _ colour: String,
        dash: String = "none"
    ) -> String {
        Markup.element(
            "line",
            [
                "x1": Plot.text(from.x), "x2": Plot.text(to.x), "y1": Plot.text(from.y),
                "y2": Plot.text(to.y), "stroke": colour, "stroke-dasharray": dash,
            ]
        )
    }

    private func circle(_ place: (x: Double, y: Double), _ radius: String, _ colour: String)
        -> String
    {
        Markup.element(
            "circle",
            ["cx": Plot.text(place.x), "cy": Plot.text(place.y), "r": radius, "fill": colour]
        )
    }

    private func words(
        _ text: String,
        at place: (x: Double, y: Double),
        anchor: String = "start"
    ) -> String {
        Markup.element(
            "text",
            [
                "x": Plot.text(place.x), "y": Plot.text(place.y), "text-anchor": anchor,
                "class": "t",
            ],
            Markup.escape(text)
        )
    }

    /// A line through points, and a dot on each.
    mutating func line(_ points: [(x: Double, y: Double)], _ colour: String) {
        marks += Markup.element(
            "polyline",
            ["points": path(points), "fill": "none", "stroke": colour, "stroke-width": "2"]
        )
        for point in points { marks += circle(place(point.x, point.y), "2.5", colour) }
    }

    /// The area between two values at each place.
    mutating func band(_ points: [(x: Double, low: Double, high: Double)], _ colour: String) {
        let around =
            points.map { (x: $0.x, y: $0.high) } + points.reversed().map { (x: $0.x, y: $0.low) }
        marks += Markup.element(
            "polygon",
            ["points": path(around), "fill": colour, "fill-opacity": "0.18"]
        )
    }

    /// From a value up to another, with a bar at each end.
    mutating func interval(x: Double, low: Double, high: Double, shift: Double, _ colour: String) {
        var ends = [place(x, high), place(x, low)]
        for index in ends.indices {
            ends[index].x += shift
            let end = ends[index]
            marks += line((end.x - 3, end.y), (end.x + 3, end.y), colour)
        }
        marks += line(ends[0], ends[1], colour)
    }

    /// A dot.
    mutating func dot(x: Double, y: Double, shift: Double, _ colour: String) {
        let place = place(x, y)
        marks += circle((place.x + shift, place.y), "3", colour)
    }

    /// A triangle that points down: it is less than that.
    mutating func below(x: Double, y: Double, shift: Double, _ colour: String) {
        let place = place(x, y)
        let (middle, top) = (place.x + shift, place.y)
        let points = [(middle - 4, top), (middle + 4, top), (middle, top + 7)].map {
            "\(Plot.text($0.0)),\(Plot.text($0.1))"
        }
        marks += Markup.element(
            "polygon",
            ["points": points.joined(separator: " "), "fill": "#fff", "stroke": colour]
        )
    }

    /// A bar that stands on the axis.
    mutating func bar(from: Double, to: Double, height: Double, _ colour: String) {
        let (low, high) = (place(from, 0), place(to, height))
        marks += Markup.element(
            "rect",
            [
                "x": Plot.text(low.x), "y": Plot.text(high.y),
                "width": Plot.text(max(0.5, high.x - low.x - 0.6)),
                "height": Plot.text(low.y - high.y), "fill": colour,
            ]
        )
    }

    /// A thin upright line with a word.
    mutating func rule(x value: Double, _ label: String) {
        let (low, high) = (place(value, y.from), place(value, y.to))
        marks += line(low, high, "#999", dash: "2 3")
        if !label.isEmpty { marks += words(label, at: (low.x + 3, high.y + 9)) }
    }

    /// The drawing, with words for those who do not see it.
    func svg(label: String) -> String {
        var axes = ""
        let (origin, corner) = (place(x.from, y.from), place(x.to, y.to))
        for tick in y.ticks {
            let height = place(x.from, tick.value).y
            axes += line((origin.x, height), (corner.x, height), "#e0e0e0")
            axes += words(tick.label, at: (origin.x - 5, height + 3.5), anchor: "end")
        }
        for tick in x.ticks {
            let across = place(tick.value, y.from).x
            axes += line((across, origin.y), (across, origin.y + 4), "#666")
            axes += words(tick.label, at: (across, origin.y + 15), anchor: "middle")
        }
        axes += line(origin, (corner.x, origin.y), "#666")
        if !x.title.isEmpty {
            let middle = (origin.x + corner.x) / 2
            axes += words(x.title, at: (middle, height - 4), anchor: "middle")
        }
        let name = Markup.escape(label)
        return """
            <svg viewBox="0 0 \(Plot.text(width)) \(Plot.text(height))" width="\(Plot.text(width))" \
            height="\(Plot.text(height))" role="img" aria-label="\(name)" xmlns="http://www.w3.org/2000/svg">\
            <title>\(name)</title>\(axes)\(marks)</svg>

            """
    }
}
