import Casework
import Fingerprinting
import Matching

/// Joins a sample set with itself, once, at the largest radius; and aligns its films at each.
public struct SampleJoin {
    private let reader: CaseReader
    private let radii: [Int]
    private let wantsTurned: Bool
    private let minimumQuality: Int
    private let threads: Int
    private let memory: Int
    private let scratch: String

    /// A join.
    ///
    /// - Parameters:
    ///   - radii: ascending, not empty.
    ///   - scratch: a folder for what does not fit the memory.
    public init(
        _ reader: CaseReader,
        radii: [Int],
        wantsTurned: Bool,
        minimumQuality: Int,
        threads: Int,
        memory: Int,
        scratch: String
    ) {
        self.reader = reader
        self.radii = radii
        self.wantsTurned = wantsTurned
        self.minimumQuality = minimumQuality
        self.threads = threads
        self.memory = memory
        self.scratch = scratch
    }

    private func join(radius: Int, memory: Int) throws(CaseFault) -> CaseJoin {
        try CaseJoin(
            left: JoinSide(reader, minimumQuality: minimumQuality),
            right: nil,
            radius: radius,
            wantsTurned: wantsTurned,
            minimumQuality: minimumQuality,
            threads: threads,
            memory: memory,
            scratch: scratch,
            sampleSeed: nil
        )
    }

    /// Joins and aligns.
    ///
    /// - Parameters:
    ///   - progress: called now and then with what is done and the share of it.
    ///   - proceed: called for each match; throws to end the run.
    /// - Returns: what was found, and how long it took.
    /// - Throws: `CaseFault`, `IndexFault`, or what `proceed` throws.
    public func run(
        _ sample: SampleSet,
        progress: @escaping (String, Double) -> Void = { _, _ in },
        proceed: () throws -> Void = {}
    ) throws -> (hits: SampleHits, stages: [StageFigures]) {
        var hits = SampleHits(radii: radii)
        let side = try JoinSide(reader, minimumQuality: minimumQuality)
        let rows = side.rows
        let hasFilms = try side.hasFilms()
        let largest = try join(radius: radii.last ?? 0, memory: memory)
        // What lies within a smaller radius is what a join at that radius would have found: it is exact.
        let films =
            hasFilms
            ? try radii.map { radius in
                try FilmJoin(
                    join(radius: radius, memory: memory / radii.count),
                    left: reader,
                    right: nil
                )
            } : []
        let joining = StageClock()
        let outcome = try largest.run(
            progress: { progress("joining", $0) },
            found: { match in
                try proceed()
                SampleJoin.take(match, of: sample, into: &hits)
                for (radius, film) in zip(radii, films) where match.distance <= radius {
                    _ = try film.take(match)
                }
            }
        )
        let counts = outcome.statistics.counts
        var stages = [
            joining.stage(
                .join,
                work: [
                    .init(.queries, Double(rows)),
                    .init(.pairsOfRows, Double(rows) * Double(rows - 1) / 2),
                    .init(.pairsCompared, Double(counts.extensionPairs + counts.rowPairs)),
                ]
            )
        ]
        guard hasFilms else { return (hits, stages) }
        let aligning = StageClock()
        var aligned = 0
        for (index, film) in films.enumerated() {
            try film.align(
                progress: {
                    progress("aligning films", (Double(index) + $0) / Double(films.count))
                },
                found: { match in
                    try proceed()
                    aligned += 1
                    SampleJoin.take(match, of: sample, into: &hits.films[index])
                }
            )
        }
        stages.append(aligning.stage(.align, work: [.init(.filmPairs, Double(aligned))]))
        return (hits, stages)
    }

    private static func take(
        _ match: CaseJoin.Match,
        of sample: SampleSet,
        into hits: inout SampleHits
    ) {
        for left in match.leftPlaces {
            guard let one = sample.places[left.item] else { continue }
            for right in match.rightPlaces {
                // Two moments are the alignment's.
                let areMoments = left.timeMilliseconds != nil && right.timeMilliseconds != nil
                guard !areMoments, let other = sample.places[right.item], one != other else {
                    continue
                }
                let pair = ItemPair(one, other)
                if match.distance < hits.distances[pair] ?? .max {
                    hits.distances[pair] = match.distance
                }
            }
        }
    }

    private static func take(
        _ match: FilmJoin.Match,
        of sample: SampleSet,
        into hits: inout [ItemPair: FilmHit]
    ) {
        guard let one = sample.places[match.left.identifier],
            let other = sample.places[match.right.item.identifier], one != other
        else { return }
        let alignment = match.right.alignment
        hits[ItemPair(one, other)] = FilmHit(
            isWeak: alignment.isWeak,
            pieces: alignment.pieces.map { piece in
                one < other
                    ? FilmHit.Piece(first: piece.left, second: piece.right)
                    : FilmHit.Piece(first: piece.right, second: piece.left)
            }
        )
    }
}
