import Evidence
import HashLists

/// What an addition to a list did, for a person.
public enum BatchText {
    /// Lines of one kind that are shown; JSON has all that are kept.
    private static let shownNotes = 10

    /// A few lines: what became of everything that was read, then what could not be taken.
    public static func text(of report: BatchReport) -> String {
        var text = "\(shown(report.source.name)) (\(report.source.format)): "
        text += displayCount(report.read, "entry", plural: "entries") + " read"
        let parts = [
            (report.added, "added"), (report.changed, "changed"), (report.duplicates, "duplicate"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        if !parts.isEmpty { text += " = " + parts.joined(separator: " + ") }
        text += "\n"
        if report.withdrawn > 0 { text += "withdrawn: \(report.withdrawn)\n" }
        if report.withdrawnUnknown > 0 {
            text += "withdrawn by the source, but not in the list: \(report.withdrawnUnknown)\n"
        }
        if report.conflicts > 0 {
            text += "contradicting others of the same source, both kept: \(report.conflicts)\n"
            text += notes(report.contradictions, of: report.conflicts)
        }
        if report.rejected > 0 {
            text += "rejected: \(displayCount(report.rejected, "line"))\n"
            text += notes(report.rejections, of: report.rejected)
        }
        for (what, omission) in report.omissions.sorted(by: { $0.key < $1.key }) {
            text +=
                "left out, a list cannot hold it: \(shown(what)), \(omission.count) times, first on line "
                + "\(omission.firstLine)\n"
        }
        return text
    }

    private static func notes(_ notes: [BatchReport.Note], of count: Int) -> String {
        var text = ""
        for note in notes.prefix(shownNotes) {
            text += "  line \(note.line): \(shown(note.text))\n"
        }
        if count > shownNotes { text += "  … and \(count - shownNotes) more\n" }
        return text
    }

    private static func shown(_ text: String) -> String { EvidencePath(text).display() }
}
