import Casework
import Evidence
import HashLists
import Keyframing

/// What an addition of media to a list did, as one object of JSON or for a person.
public struct ListAdditionLine: Encodable {
    /// An item that was lost, wholly or in part.
    public struct Loss: Encodable {
        let path: String
        let state: String
        let reasons: [String]

        /// The loss of an item.
        public init(_ item: CatalogItem) {
            path = item.path.text
            state = item.state.rawValue
            reasons =
                item.losses.map { "\($0.stage.rawValue)/\($0.code) \($0.detail)" }
                + item.coverage.flatMap { coverage in
                    coverage.gaps.filter { $0.reason != .keyframesOnly }.map {
                        "film/\($0.reason.rawValue) \(displayTime(milliseconds: $0.from)) to "
                            + displayTime(milliseconds: $0.to)
                    }
                }
        }
    }

    private let report: BatchReport
    private let copies, leftOut, byDigests: Int
    private let losses: [Loss]

    /// The line of an addition.
    public init(_ report: BatchReport, _ counts: CaseEntries.Counts, _ losses: [Loss]) {
        self.report = report
        copies = counts.copies
        leftOut = counts.leftOut
        byDigests = counts.byDigests
        self.losses = losses
    }

    /// Losses that are shown to a person; JSON has all.
    private static let shownLosses = 20

    /// A few lines.
    public var text: String {
        var text = BatchText.text(of: report)
        if copies > 0 {
            text +=
                "\(displayCount(copies, "exact copy", plural: "exact copies")) of other files not added again\n"
        }
        if byDigests > 0 {
            text += "\(byDigests) gave no fingerprint and were added by their digests\n"
        }
        if leftOut > 0 { text += "\(leftOut) gave no fingerprint and were left out\n" }
        for loss in losses.prefix(ListAdditionLine.shownLosses) {
            text +=
                "  \(loss.state) \(EvidencePath(loss.path).display()): "
                + EvidencePath(loss.reasons.joined(separator: "; ")).display() + "\n"
        }
        if losses.count > ListAdditionLine.shownLosses {
            text += "  … and \(losses.count - ListAdditionLine.shownLosses) more: --json has all\n"
        }
        return text
    }
}
