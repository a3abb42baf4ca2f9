import Casework
import Glibc
import Reporting

/// How far `vestige index` is, on standard error: a line that renews itself on a terminal, a line now and
/// then on a pipe, an object of JSON if the log is JSON.
final class IndexDisplay {
    private let isTerminal = isatty(2) == 1 && LogFormat.current == .text
    private var hasShown = false

    private static let terminalMilliseconds = 200
    private static let pipeMilliseconds = 30_000

    /// The display; `nil` if nothing is to be seen.
    func display(isQuiet: Bool) -> IndexProgress.Display? {
        guard !isQuiet else { return nil }
        return IndexProgress.Display(
            everyMilliseconds: isTerminal
                ? IndexDisplay.terminalMilliseconds : IndexDisplay.pipeMilliseconds
        ) { [self] in show($0) }
    }

    private func show(_ figures: RunFigures) {
        if LogFormat.current == .json {
            tell("progress", figures)
        } else if isTerminal {
            hasShown = true
            // A line that is longer than the terminal is wide would be left behind at every turn.
            let line = figures.progressLine().prefix(max(20, IndexDisplay.columns - 1))
            standardError("\r\u{1B}[K" + line)
        } else {
            standardError(figures.progressLine(withBar: false) + "\n")
        }
    }

    /// Takes the line away that renews itself, or tells the last figures.
    func finish(_ figures: RunFigures, isQuiet: Bool) {
        if LogFormat.current == .json, !isQuiet {
            tell("ended", figures)
        } else if hasShown {
            standardError("\r\u{1B}[K")
        }
    }

    private func tell(_ message: String, _ figures: RunFigures) {
        JSONLog.write(level: "info", label: "vestige.index", message, progress: figures)
    }

    private static var columns: Int {
        var size = winsize()
        guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
