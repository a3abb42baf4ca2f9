import Casework
import Evidence
import Foundation
import HashLists

/// What a match of a case against a list found, for a person.
public enum MatchSummaryText {
    /// The summary: what means harm, what is known to be innocent, and what nobody declared, each by itself.
    public static func text(_ outcome: ListMatchRun.Outcome, case path: EvidencePath) -> String {
        let summary = outcome.summary
        var text = "\(path.display()) against \(summary.list)@\(summary.version)"
        if let since = summary.since { text += " (what came or went since version \(since))" }
        text += outcome.wasDone ? ": matched before, nothing has changed since\n" : "\n"
        func line(_ label: String, _ meaning: CategoryMeaning, _ what: String) -> String {
            let count = summary.count(meaning)
            guard count.matches > 0 else { return "" }
            return "  \(label): \(displayCount(count.items, "item")) in "
                + "\(displayCount(count.matches, "match", plural: "matches"))\(what)\n"
        }
        text += line("harm", .harm, "")
        text += line("known and innocent", .innocent, "")
        text += line(
            "of no declared meaning",
            .undeclared,
            ": `vestige list meaning` declares what categories mean"
        )
        if summary.kinds.values.allSatisfy({ $0 == 0 }) {
            text +=
                "  no match among \(displayCount(summary.entries, "entry", plural: "entries"))\n"
        } else {
            let kinds = [("digest", "by digest"), ("picture", "by picture"), ("film", "by film")]
                .compactMap { kind, words in
                    summary.kinds[kind].flatMap { $0 > 0 ? "\($0) \(words)" : nil }
                }
            text +=
                "  " + kinds.joined(separator: ", ")
                + "; \(summary.new) new, \(summary.gone) gone\n"
        }
        if summary.contested > 0 {
            text +=
                "  \(displayCount(summary.contested, "item")) on both sides, harm and innocent: look at them first\n"
        }
        if summary.contradicted > 0 {
            text +=
                "  \(displayCount(summary.contradicted, "match", plural: "matches")) by a weak digest although a stronger "
            text += "one differs: not the same bytes\n"
        }
        return text
    }
}

/// What a match of a case against a list found, as one object of JSON.
public struct MatchSummaryLine: Encodable {
    private struct Count: Encodable {
        let items, matches: Int
    }

    private let casePath: String
    private let list, owner, digest: String
    private let version: Int
    private let since: Int?
    private let entries, radius, filmRadius: Int
    private let turned: Bool
    private let harm, innocent, undeclared: Count
    private let kinds: [String: Int]
    private let new, gone, contested, contradicted: Int
    private let certificate: String
    private let doneBefore: Bool
    private let seconds: Double

    private enum CodingKeys: String, CodingKey {
        case casePath = "case"
        case list, owner, version, digest, since, entries, radius
        case filmRadius = "film_radius"
        case turned, harm, innocent, undeclared, kinds, new, gone, contested, contradicted
        case certificate = "certificate_sha256"
        case doneBefore = "done_before"
        case seconds
    }

    /// A line for what came out.
    public init(_ outcome: ListMatchRun.Outcome, case path: EvidencePath, seconds: Double) {
        let summary = outcome.summary
        func count(_ meaning: CategoryMeaning) -> Count {
            Count(items: summary.count(meaning).items, matches: summary.count(meaning).matches)
        }
        casePath = path.text
        list = summary.list
        owner = summary.owner
        version = summary.version
        digest = summary.digest
        since = summary.since
        entries = summary.entries
        radius = summary.settings.radius
        filmRadius = summary.settings.filmRadius
        turned = summary.settings.turned
        harm = count(.harm)
        innocent = count(.innocent)
        undeclared = count(.undeclared)
        kinds = summary.kinds
        new = summary.new
        gone = summary.gone
        contested = summary.contested
        contradicted = summary.contradicted
        certificate = outcome.certificate.sha256
        doneBefore = outcome.wasDone
        self.seconds = seconds.rounded(places: 3)
    }
}
