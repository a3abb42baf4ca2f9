import Casework
import Glibc

/// How far something is, on standard error: a line that renews itself on a terminal, a line now and then
/// on a pipe.
final class ProgressLine {
    private struct Step: Encodable {
        let stage: String
        let share: Double
    }

    private let isQuiet: Bool
    private let isTerminal = isatty(2) == 1 && LogFormat.current == .text
    private let started = ProgressLine.milliseconds
    private var lastShown = ProgressLine.milliseconds
    private var hasShown = false

    init(isQuiet: Bool) {
        self.isQuiet = isQuiet
    }

    /// Shows a line if it is time.
    ///
    /// - Parameter fraction: 0 ... 1 of all work.
    func show(_ stage: String, fraction: Double) {
        let now = ProgressLine.milliseconds
        guard !isQuiet, now - lastShown >= (isTerminal ? 200 : 10_000) else { return }
        lastShown = now
        hasShown = true
        if LogFormat.current == .json {
            JSONLog.write(
                level: "info",
                label: "vestige",
                "progress",
                progress: Step(stage: stage, share: (fraction * 10_000).rounded() / 10_000)
            )
            return
        }
        let width = 20
        let filled = Int(fraction * Double(width))
        var text = "[" + String(repeating: "#", count: filled)
        text += String(repeating: ".", count: width - filled)
        text += "] \(Int(fraction * 100)) % · \(stage)"
        if fraction > 0.01 {
            let seconds = Double(now - started) / 1000
            text += " · ETA \(displayDuration(seconds / fraction * (1 - fraction)))"
        }
        standardError((isTerminal ? "\r\u{1B}[K" : "") + text + (isTerminal ? "" : "\n"))
    }

    /// Takes the line away that renews itself.
    func finish() {
        if isTerminal, hasShown {
            standardError("\r\u{1B}[K")
        }
    }

    private static var milliseconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
