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
        static func bits(upTo most: Int, every step: Int, title: String) -> Axis {
            Axis(
                from: 0,
                to: Double(max(1, most)),
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

    /// A line through points, and a dot on each.
    mutating func line(_ points: [(x: Double, y: Double)], _ colour: String, dashed: Bool = false) {
        let dash = dashed ? " stroke-dasharray=\"5 3\"" : ""
        marks +=
            "<polyline points=\"\(path(points))\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\"\(dash)/>"
        for point in points {
            let place = place(point.x, point.y)
            marks +=
                "<circle cx=\"\(Plot.text(place.x))\" cy=\"\(Plot.text(place.y))\" r=\"2.5\" fill=\"\(colour)\"/>"
        }
    }

    /// The area between two values at each place.
    mutating func band(_ points: [(x: Double, low: Double, high: Double)], _ colour: String) {
        let around =
            points.map { ($0.x, $0.high) } + points.reversed().map { ($0.x, $0.low) }
        marks +=
            "<polygon points=\"\(path(around.map { (x: $0.0, y: $0.1) }))\" fill=\"\(colour)\" fill-opacity=\"0.18\"/>"
    }

    /// From a value down to another, with a bar at each end.
    mutating func interval(x: Double, low: Double, high: Double, shift: Double, _ colour: String) {
        let (top, end) = (place(x, high), place(x, low))
        let middle = top.x + shift
        let (from, to) = (Plot.text(middle - 3), Plot.text(middle + 3))
        for height in [top.y, end.y] {
            marks +=
                "<line x1=\"\(from)\" x2=\"\(to)\" y1=\"\(Plot.text(height))\" y2=\"\(Plot.text(height))\" stroke=\"\(colour)\"/>"
        }
        marks +=
            "<line x1=\"\(Plot.text(middle))\" x2=\"\(Plot.text(middle))\" y1=\"\(Plot.text(top.y))\" y2=\"\(Plot.text(end.y))\" stroke=\"\(colour)\"/>"
    }

    /// A dot.
    mutating func dot(x: Double, y: Double, shift: Double, _ colour: String) {
        let place = place(x, y)
        marks +=
            "<circle cx=\"\(Plot.text(place.x + shift))\" cy=\"\(Plot.text(place.y))\" r=\"3\" fill=\"\(colour)\"/>"
    }

    /// A triangle that points down: it is less than that.
    mutating func below(x: Double, y: Double, shift: Double, _ colour: String) {
        let place = place(x, y)
        let (middle, top) = (place.x + shift, place.y)
        let points = [(middle - 4, top), (middle + 4, top), (middle, top + 7)].map {
            "\(Plot.text($0.0)),\(Plot.text($0.1))"
        }.joined(separator: " ")
        marks += "<polygon points=\"\(points)\" fill=\"#fff\" stroke=\"\(colour)\"/>"
    }

    /// A bar that stands on the axis.
    mutating func bar(from: Double, to: Double, height: Double, _ colour: String) {
        let (left, right) = (place(from, 0), place(to, height))
        marks +=
            "<rect x=\"\(Plot.text(left.x))\" y=\"\(Plot.text(right.y))\" width=\"\(Plot.text(max(0.5, right.x - left.x - 0.6)))\" height=\"\(Plot.text(left.y - right.y))\" fill=\"\(colour)\"/>"
    }

    /// A thin upright line with a word.
    mutating func rule(x value: Double, _ label: String) {
        let (low, high) = (place(value, y.from), place(value, y.to))
        marks +=
            "<line x1=\"\(Plot.text(low.x))\" x2=\"\(Plot.text(low.x))\" y1=\"\(Plot.text(high.y))\" y2=\"\(Plot.text(low.y))\" stroke=\"#999\" stroke-dasharray=\"2 3\"/>"
        marks +=
            "<text x=\"\(Plot.text(low.x + 3))\" y=\"\(Plot.text(high.y + 9))\" class=\"t\">\(Markup.escape(label))</text>"
    }

    /// The drawing, with words for those who do not see it.
    func svg(label: String) -> String {
        var axes = ""
        let (origin, corner) = (place(x.from, y.from), place(x.to, y.to))
        for tick in y.ticks {
            let height = Plot.text(place(x.from, tick.value).y)
            axes +=
                "<line x1=\"\(Plot.text(origin.x))\" x2=\"\(Plot.text(corner.x))\" y1=\"\(height)\" y2=\"\(height)\" stroke=\"#e0e0e0\"/>"
            axes +=
                "<text x=\"\(Plot.text(origin.x - 5))\" y=\"\(height)\" dy=\"3.5\" text-anchor=\"end\" class=\"t\">\(Markup.escape(tick.label))</text>"
        }
        for tick in x.ticks {
            let across = Plot.text(place(tick.value, y.from).x)
            axes +=
                "<line x1=\"\(across)\" x2=\"\(across)\" y1=\"\(Plot.text(origin.y))\" y2=\"\(Plot.text(origin.y + 4))\" stroke=\"#666\"/>"
            axes +=
                "<text x=\"\(across)\" y=\"\(Plot.text(origin.y + 15))\" text-anchor=\"middle\" class=\"t\">\(Markup.escape(tick.label))</text>"
        }
        axes +=
            "<line x1=\"\(Plot.text(origin.x))\" x2=\"\(Plot.text(corner.x))\" y1=\"\(Plot.text(origin.y))\" y2=\"\(Plot.text(origin.y))\" stroke=\"#666\"/>"
        if !x.title.isEmpty {
            axes +=
                "<text x=\"\(Plot.text((origin.x + corner.x) / 2))\" y=\"\(Plot.text(height - 4))\" text-anchor=\"middle\" class=\"t\">\(Markup.escape(x.title))</text>"
        }
        let words = Markup.escape(label)
        return """
            <svg viewBox="0 0 \(Plot.text(width)) \(Plot.text(height))" width="\(Plot.text(width))" \
            height="\(Plot.text(height))" role="img" aria-label="\(words)" xmlns="http://www.w3.org/2000/svg">\
            <title>\(words)</title>\(axes)\(marks)</svg>

            """
    }
}
