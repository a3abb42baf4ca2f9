import Casework
import Evidence
import Fingerprinting
import Foundation
import Matching
import Reporting

/// Tells what a join finds: pairs of fingerprints, then films that run in step.
struct JoinAnswers {
    private let names: (left: SideNames, right: SideNames)
    private let radius: Int
    private let isTable: Bool
    private let here = EvidencePath(".").canonical
    private var pairs = 0
    private var films = 0
    private var weakFilms = 0
    /// The films that run in step with one left film, whose table is made when there are no more.
    private var gathered: [FilmMatch] = []
    private var gatheredLeft: CatalogItem?

    /// - Parameter radius: pairs that are farther apart are not told.
    init(left: SideNames, right: SideNames, radius: Int, isTable: Bool) {
        names = (left, right)
        self.radius = radius
        self.isTable = isTable
    }

    /// Tells a pair.
    mutating func show(_ match: CaseJoin.Match) throws {
        guard match.distance <= radius else { return }
        pairs += 1
        guard isTable else {
            let line = try JoinLine(match, left: names.left, right: names.right)
            try StandardOutput.write(line.jsonLine())
            return
        }
        if pairs == 1 {
            StandardOutput.write("distance  turned      left  —  right\n")
        }
        let turn = match.turn == .none ? "-" : match.turn.name
        let sides = try [
            text(of: match.leftPlaces, names.left), text(of: match.rightPlaces, names.right),
        ]
        StandardOutput.write(
            String(match.distance).padding(toLength: 10, withPad: " ", startingAt: 0)
                + turn.padding(toLength: 12, withPad: " ", startingAt: 0)
                + sides.joined(separator: "  —  ") + "\n"
        )
    }

    /// The first of the places, and how many more there are.
    private func text(of places: [JoinSide.Place], _ names: SideNames) throws -> String {
        let first = try names.text(of: places[0], relativeTo: here)
        return places.count == 1 ? first : "\(first) (and \(places.count - 1) more)"
    }

    /// Tells two films, of which the left one is the same as before or a later one.
    mutating func show(_ match: FilmJoin.Match) throws {
        films += 1
        weakFilms += match.right.alignment.isWeak ? 1 : 0
        guard isTable else {
            try StandardOutput.write(FilmPairLine(match).jsonLine())
            return
        }
        if match.left.identifier != gatheredLeft?.identifier {
            showGathered()
            gatheredLeft = match.left
        }
        gathered.append(match.right)
    }

    private mutating func showGathered() {
        guard let left = gatheredLeft else { return }
        gathered.sort { $0.sortKey < $1.sortKey }
        StandardOutput.write(
            "\n\(left.display(relativeTo: here))\n"
                + FilmTable.text(gathered, relativeTo: here, limit: nil)
        )
        gathered.removeAll()
        gatheredLeft = nil
    }

    /// Says how much was found: under the tables; where films were looked for, else to standard error.
    mutating func finish(tellsFilms: Bool) {
        showGathered()
        var text = "\(displayCount(pairs, "pair")) of fingerprints"
        if tellsFilms {
            text += ", \(displayCount(films, "pair")) of films in step"
            text += weakFilms > 0 ? ", \(weakFilms) of them weak" : ""
        }
        if isTable {
            StandardOutput.write((films > 0 ? "\n" : "") + text + "\n")
        } else if tellsFilms {
            standardError(text + "\n")
        }
    }
}
