import Fingerprinting
import HashLists
import Indexing
import Matching

/// Makes of what a join of two cases, or of one with itself, finds which of their films run in step.
///
/// The pairs of films' pictures are sorted by films, in bounded memory, so that what comes out does not
/// depend on threads, on how the fingerprints are spread over segments, or on the method.
public final class FilmJoin {
    /// Two films that run in step.
    public struct Match: Hashable, Sendable {
        /// The item that holds the left film; in a join of a case with itself, the one with the lower number.
        public let left: CatalogItem
        /// The right film, and how it runs.
        public let right: FilmMatch
    }

    /// Two films that run in step, whatever they are: items of a case or entries of a list.
    struct Aligned {
        /// The left film's number.
        var left: UInt64
        /// The right film's.
        var right: UInt64
        /// The left film's length in milliseconds.
        var leftLength: Int64
        /// The right film's.
        var rightLength: Int64
        /// How they run.
        var alignment: FilmAlignment
    }

    /// The films of one side.
    private struct Side {
        let origin: Origin
        var outlines: [UInt64: FilmOutline] = [:]

        enum Origin {
            case casework(CaseReader)
            case list(ListContents)
        }

        /// More outlines than this are read again.
        private static let cachedOutlines = 100_000

        /// What is known of a film; `nil` if nothing is.
        mutating func outline(_ identifier: UInt64) throws(CaseFault) -> FilmOutline? {
            if let known = outlines[identifier] { return known }
            if outlines.count >= Side.cachedOutlines {
                outlines.removeAll(keepingCapacity: true)
            }
            let outline: FilmOutline?
            switch origin {
            case .casework(let reader):
                guard let item = try reader.item(identifier) else { return nil }
                outline = try reader.outline(of: item)
            case .list(let contents):
                outline = try listed { () throws(ListFault) in try contents.entry(identifier) }.map
                { FilmOutline(of: $0) }
            }
            outlines[identifier] = outline
            return outline
        }
    }

    private let join: CaseJoin
    private var sorter: FilmPairSorter
    private var left: Side
    /// `nil` in a join of a case with itself.
    private var right: Side?

    /// A join of films.
    ///
    /// - Parameters:
    ///   - join: the join whose matches ``take(_:)`` gets; a sixth of its memory is taken.
    ///   - left: the case of its left side.
    ///   - right: the case of its right side; `nil` if it joins the left one with itself.
    public convenience init(_ join: CaseJoin, left: CaseReader, right: CaseReader?) {
        self.init(join, Side(origin: .casework(left)), right.map { Side(origin: .casework($0)) })
    }

    /// A join of a case's films with those of a list.
    ///
    /// - Parameter join: of the two, as above.
    convenience init(_ join: CaseJoin, left: CaseReader, right: ListContents) {
        self.init(join, Side(origin: .casework(left)), Side(origin: .list(right)))
    }

    private init(_ join: CaseJoin, _ left: Side, _ right: Side?) {
        self.join = join
        self.left = left
        self.right = right
        sorter = FilmPairSorter(memory: join.memory / 6, folder: join.scratch)
    }

    /// Takes a match of the join: keeps what it says of films.
    ///
    /// - Returns: what is not said of two films: the match without the moments of films that resemble
    ///   nothing but moments of films; `nil` if there is nothing else.
    /// - Throws: `IndexFault`, if something cannot be written.
    public func take(_ match: CaseJoin.Match) throws(IndexFault) -> CaseJoin.Match? {
        let lefts = FilmJoin.runs(match.leftPlaces)
        let rights = FilmJoin.runs(match.rightPlaces)
        for first in lefts {
            for second in rights {
                try keep(first, second, match)
            }
        }
        return FilmJoin.rest(of: match)
    }

    /// The moments of films among the places, item by item.
    private static func runs(_ places: [JoinSide.Place]) -> [ArraySlice<JoinSide.Place>] {
        let moments = places.filter(\.isFilmEvidence)
        var runs: [ArraySlice<JoinSide.Place>] = []
        var start = 0
        while start < moments.count {
            var end = start
            while end < moments.count, moments[end].item == moments[start].item { end += 1 }
            runs.append(moments[start..<end])
            start = end
        }
        return runs
    }

    /// Keeps each pair of a moment of one film with one of another.
    private func keep(
        _ first: ArraySlice<JoinSide.Place>,
        _ second: ArraySlice<JoinSide.Place>,
        _ match: CaseJoin.Match
    ) throws(IndexFault) {
        var (lefts, rights, turn) = (first, second, match.leftTurn)
        guard let left = lefts.first?.item, let right = rights.first?.item else { return }
        if join.isWithin {
            // That a film resembles itself is no news, and what two films share is told from one side.
            let isTwice = match.left == match.right && left > right
            if left == right || isTwice { return }
            if left > right {
                swap(&lefts, &rights)
                turn = turn.inverse
            }
        }
        for left in lefts {
            // All are equally near: later ones would not be kept anyway.
            for right in rights.prefix(FilmSearch.maximumPerPicture) {
                guard let leftTime = left.timeMilliseconds, let rightTime = right.timeMilliseconds
                else { continue }
                try sorter.append(
                    FilmPairSorter.Pair(
                        leftItem: left.item,
                        rightItem: right.item,
                        leftTime: leftTime,
                        leftSpan: left.spanMilliseconds,
                        rightTime: rightTime,
                        rightSpan: right.spanMilliseconds,
                        distance: match.distance,
                        turn: turn,
                        leftRow: left.row
                    )
                )
            }
        }
    }

    private static func rest(of match: CaseJoin.Match) -> CaseJoin.Match? {
        func isStill(_ place: JoinSide.Place) -> Bool { place.timeMilliseconds == nil }
        // A moment of a film is told where a still picture on the other side resembles it.
        let leftPlaces =
            match.rightPlaces.contains(where: isStill)
            ? match.leftPlaces : match.leftPlaces.filter(isStill)
        let rightPlaces =
            match.leftPlaces.contains(where: isStill)
            ? match.rightPlaces : match.rightPlaces.filter(isStill)
        guard !leftPlaces.isEmpty, !rightPlaces.isEmpty else { return nil }
        return CaseJoin.Match(
            left: match.left,
            right: match.right,
            distance: match.distance,
            turn: match.turn,
            leftTurn: match.leftTurn,
            leftPlaces: leftPlaces,
            rightPlaces: rightPlaces
        )
    }

    /// Aligns every two films of which pictures agree. Nothing can be taken after it.
    ///
    /// - Parameters:
    ///   - progress: called now and then with the share of the work that is done.
    ///   - found: gets the films that run in step, ordered by the left item, then by the right one.
    /// - Throws: ``CaseFault``, `IndexFault`, or what `found` throws.
    public func align(
        progress: (Double) -> Void = { _ in },
        found: (Match) throws -> Void
    ) throws {
        try alignNumbers(progress: progress) { films in
            guard case .casework(let first) = left.origin,
                case .casework(let second) = (right ?? left).origin,
                let item = try first.item(films.left), let other = try second.item(films.right)
            else { return }
            try found(
                Match(
                    left: item,
                    right: FilmMatch(
                        item: other,
                        length: films.rightLength,
                        queryLength: films.leftLength,
                        alignment: films.alignment
                    )
                )
            )
        }
    }

    /// The same by the films' numbers.
    func alignNumbers(
        progress: (Double) -> Void = { _ in },
        found: (Aligned) throws -> Void
    ) throws {
        let all = Double(sorter.count)
        var group = FilmPairGroup()
        var items: (left: UInt64, right: UInt64)?
        var done = 0
        try sorter.forEach { pair in
            if let (left, right) = items, (left, right) != (pair.leftItem, pair.rightItem) {
                try tell(group, left, right, found)
                group = FilmPairGroup()
                progress(Double(done) / all)
            }
            items = (pair.leftItem, pair.rightItem)
            group.add(pair)
            done += 1
        }
        if let (left, right) = items {
            try tell(group, left, right, found)
        }
        progress(1)
    }

    private func tell(
        _ group: FilmPairGroup,
        _ left: UInt64,
        _ right: UInt64,
        _ found: (Aligned) throws -> Void
    ) throws {
        let first = try self.left.outline(left)
        let second = try self.right == nil ? self.left.outline(right) : self.right?.outline(right)
        guard let first, let second else { return }
        let (pairs, fingerprints) = group.contents { join.left.fingerprint(ofBase: $0) }
        let scenes = SceneCounter(fingerprints, radius: join.radius)
        let aligner = FilmAligner(
            left: first.aligned,
            right: second.aligned,
            turns: join.turned == nil ? 1 : Turn.allCases.count,
            scenes: scenes.count
        )
        guard let alignment = aligner.align(pairs) else { return }
        try found(
            Aligned(
                left: left,
                right: right,
                leftLength: first.length,
                rightLength: second.length,
                alignment: alignment
            )
        )
    }
}
