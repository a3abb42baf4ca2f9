import Fingerprinting
import Matching
import TestSupport
import Testing

/// What is told of films against what is known to be in them.
@Suite struct FilmAlignerTests {
    private typealias Part = PlantedFilm.Part

    private static let seeds: [UInt64] = [1, 2, 3, 4]

    /// A stretch that has to be told.
    private struct Truth {
        let left: ClosedRange<Int64>
        let right: ClosedRange<Int64>
        var speed = 1.0
    }

    /// Whether an alignment has a piece for each stretch, with its ends right within the stored interval, and
    /// no other.
    private func expect(
        _ alignment: FilmAlignment?,
        _ truths: [Truth],
        speed tolerance: Double = 0.007,
        ends interval: Int64 = 4_000,
        _ note: String = "",
        location: SourceLocation = #_sourceLocation
    ) {
        let pieces = alignment?.pieces ?? []
        let told = pieces.map { "\($0.left) ~ \($0.right) × \($0.speed) \($0.turn) \($0.score)" }
        let comment = Comment(rawValue: "\(note): \(told)")
        #expect(pieces.count == truths.count, comment, sourceLocation: location)
        for truth in truths {
            let found = pieces.contains { piece in
                abs(piece.left.lowerBound - truth.left.lowerBound) <= interval
                    && abs(piece.left.upperBound - truth.left.upperBound) <= interval
                    && abs(piece.right.lowerBound - truth.right.lowerBound) <= interval
                    && abs(piece.right.upperBound - truth.right.upperBound) <= interval
                    && abs(piece.speed - truth.speed) <= tolerance
                    && (truth.speed != 1 || piece.speed == 1)
            }
            #expect(found, "\(truth) in \(comment)", sourceLocation: location)
        }
        #expect(!(alignment?.isWeak ?? true), comment, sourceLocation: location)
    }

    @Test("a copy runs in step from beginning to end", arguments: seeds, [100, 4_000])
    func identity(seed: UInt64, interval: Int64) {
        let source = PlantedSource(seed: seed, length: 90_000)
        let comparison = PlantedComparison(
            left: .whole(source),
            right: .whole(source),
            leftInterval: interval,
            seed: seed
        )
        expect(comparison.align(), [Truth(left: 0...90_000, right: 0...90_000)])
    }

    @Test("a clip out of a long film", arguments: seeds, [100, 4_000])
    func clip(seed: UInt64, interval: Int64) {
        let source = PlantedSource(seed: seed, length: 600_000)
        let clip = PlantedFilm(Part(source: source, from: 211_300, to: 231_300))
        let comparison = PlantedComparison(
            left: clip,
            right: .whole(source),
            leftInterval: interval,
            seed: seed
        )
        expect(comparison.align(), [Truth(left: 0...20_000, right: 211_300...231_300)], ends: 4_100)
    }

    @Test("ten seconds", arguments: seeds)
    func tenSeconds(seed: UInt64) {
        let source = PlantedSource(seed: seed, length: 60_000)
        let clip = PlantedFilm(Part(source: source, from: 27_700, to: 37_700))
        let comparison = PlantedComparison(left: clip, right: .whole(source), seed: seed)
        expect(comparison.align(), [Truth(left: 0...10_000, right: 27_700...37_700)])
    }

    @Test("a film with an intro before and an outro behind it", arguments: seeds)
    func intro(seed: UInt64) {
        let source = PlantedSource(seed: seed, length: 60_000)
        let other = PlantedSource(seed: seed + 100, length: 60_000)
        let film = PlantedFilm(
            Part(source: other, from: 0, to: 12_300),
            Part(source: source, from: 0, to: 60_000),
            Part(source: other, from: 30_000, to: 38_000)
        )
        let comparison = PlantedComparison(left: film, right: .whole(source), seed: seed)
        expect(comparison.align(), [Truth(left: 12_300...72_300, right: 0...60_000)])
    }

    @Test(
        "something inserted in the middle makes two pieces",
        arguments: seeds,
        [5_000, 9_000, 30_000]
    )
    func inserted(seed: UInt64, length: Int64) {
        let source = PlantedSource(seed: seed, length: 80_000, liveliness: 2...6)
        let other = PlantedSource(seed: seed + 100, length: 60_000)
        let film = PlantedFilm(
            Part(source: source, from: 0, to: 37_300),
            Part(source: other, from: 0, to: length),
            Part(source: source, from: 37_300, to: 80_000)
        )
        let comparison = PlantedComparison(left: film, right: .whole(source), seed: seed)
        expect(
            comparison.align(),
            [
                Truth(left: 0...37_300, right: 0...37_300),
                Truth(left: (37_300 + length)...(80_000 + length), right: 37_300...80_000),
            ]
        )
    }

    @Test("something left out makes two pieces", arguments: seeds, [5_000, 12_000, 40_000])
    func leftOut(seed: UInt64, length: Int64) {
        let source = PlantedSource(seed: seed, length: 120_000, liveliness: 2...6)
        let film = PlantedFilm(
            Part(source: source, from: 0, to: 41_700),
            Part(source: source, from: 41_700 + length, to: 120_000)
        )
        let comparison = PlantedComparison(left: film, right: .whole(source), seed: seed)
        expect(
            comparison.align(),
            [
                Truth(left: 0...41_700, right: 0...41_700),
                Truth(left: 41_700...film.length, right: (41_700 + length)...120_000),
            ]
        )
    }

    @Test(
        "a film at another speed",
        arguments: seeds,
        [0.9, 0.93, 0.96, 0.97, 0.98, 1.02, 1.03, 1.04, 1.07, 1.1]
    )
    func speed(seed: UInt64, speed: Double) {
        // Over so long a time the films are seconds apart at the end, also at the speeds next to 1.
        let source = PlantedSource(seed: seed, length: 150_000)
        let comparison = PlantedComparison(
            left: .whole(source, speed: speed),
            right: .whole(source),
            seed: seed
        )
        let length = comparison.left.length
        expect(comparison.align(), [Truth(left: 0...length, right: 0...150_000, speed: speed)])
    }

    @Test(
        "a long film at the speed of another frame rate",
        arguments: [0.96, 1.0, 1.0427],
        [100, 4_000]
    )
    func frameRate(speed: Double, interval: Int64) {
        let source = PlantedSource(seed: 7, length: 900_000)
        let comparison = PlantedComparison(
            left: .whole(source, speed: speed),
            right: .whole(source),
            leftInterval: interval
        )
        let length = comparison.left.length
        expect(comparison.align(), [Truth(left: 0...length, right: 0...900_000, speed: speed)])
    }

    @Test("a compilation has a piece for each film that it is made of", arguments: seeds)
    func compilation(seed: UInt64) {
        let films = (0..<3).map {
            PlantedSource(seed: seed + 10 * UInt64($0), length: 100_000, liveliness: 2...6)
        }
        let compilation = PlantedFilm(
            Part(source: films[2], from: 20_000, to: 45_000),
            Part(source: films[0], from: 61_000, to: 90_000),
            Part(source: films[1], from: 5_000, to: 33_000),
            Part(source: films[0], from: 10_000, to: 31_000)
        )
        let comparison = PlantedComparison(left: compilation, right: .whole(films[0]), seed: seed)
        expect(
            comparison.align(),
            [
                Truth(left: 25_000...54_000, right: 61_000...90_000),
                Truth(left: 82_000...103_000, right: 10_000...31_000),
            ]
        )
    }

    @Test("a piece that is shown twice is told twice", arguments: seeds)
    func twice(seed: UInt64) {
        let source = PlantedSource(seed: seed, length: 100_000, liveliness: 2...6)
        let other = PlantedSource(seed: seed + 50, length: 100_000)
        let film = PlantedFilm(
            Part(source: source, from: 30_000, to: 60_000),
            Part(source: other, from: 0, to: 25_000),
            Part(source: source, from: 30_000, to: 60_000)
        )
        let comparison = PlantedComparison(left: film, right: .whole(source), seed: seed)
        expect(
            comparison.align(),
            [
                Truth(left: 0...30_000, right: 30_000...60_000),
                Truth(left: 55_000...85_000, right: 30_000...60_000),
            ]
        )
    }

    @Test("a turned film is told with its turn", arguments: seeds)
    func turned(seed: UInt64) {
        let source = PlantedSource(seed: seed, length: 60_000)
        let comparison = PlantedComparison(left: .whole(source), right: .whole(source), seed: seed)
        let alignment = comparison.align(turn: .flipX)
        expect(alignment, [Truth(left: 0...60_000, right: 0...60_000)])
        #expect(alignment?.pieces.first?.turn == .flipX)
    }

    @Test("a film that stands still", arguments: seeds)
    func still(seed: UInt64) {
        let source = PlantedSource(
            seed: seed,
            length: 120_000,
            sceneLength: 40_000...70_000,
            liveliness: 0...1
        )
        let clip = PlantedFilm(Part(source: source, from: 30_000, to: 90_000))
        let alignment = PlantedComparison(left: clip, right: .whole(source), seed: seed).align()
        #expect((1...2).contains(alignment?.pieces.count ?? 0), "\(String(describing: alignment))")
        #expect(alignment?.pieces.first?.speed == 1)
    }

    @Test("a picture that strangers share is no film in step", arguments: seeds)
    func sharedPicture(seed: UInt64) {
        // Both begin with the same logo, for four seconds, and show it once more.
        let logo = PlantedSource(
            seed: 99,
            length: 10_000,
            sceneLength: 10_000...10_000,
            liveliness: 0...0
        )
        let one = PlantedSource(seed: seed, length: 100_000)
        let other = PlantedSource(seed: seed + 1_000, length: 100_000)
        let left = PlantedFilm(
            Part(source: logo, from: 0, to: 4_000),
            Part(source: one, from: 0, to: 60_000),
            Part(source: logo, from: 0, to: 4_000)
        )
        let right = PlantedFilm(
            Part(source: logo, from: 0, to: 5_000),
            Part(source: other, from: 0, to: 80_000),
            Part(source: logo, from: 0, to: 4_000)
        )
        let alignment = PlantedComparison(left: left, right: right, seed: seed).align()
        #expect(alignment?.isWeak ?? true, "\(String(describing: alignment))")
    }

    @Test("the order of the pairs does not matter", arguments: seeds)
    func order(seed: UInt64) {
        let source = PlantedSource(seed: seed, length: 100_000)
        let other = PlantedSource(seed: seed + 1, length: 100_000)
        let film = PlantedFilm(
            Part(source: source, from: 0, to: 30_000),
            Part(source: other, from: 0, to: 20_000),
            Part(source: source, from: 50_000, to: 100_000, speed: 0.95)
        )
        let comparison = PlantedComparison(left: film, right: .whole(source), seed: seed)
        let first = comparison.align()
        #expect(first != nil)
        for shuffling in 1...5 {
            #expect(comparison.align(shuffling: UInt64(shuffling)) == first)
        }
    }

    @Test("seen from the other film it is the same", arguments: seeds)
    func swapped(seed: UInt64) throws {
        let source = PlantedSource(seed: seed, length: 100_000)
        let clip = PlantedFilm(Part(source: source, from: 20_000, to: 90_000, speed: 1.08))
        // The left film is the sparser one.
        let alignment = PlantedComparison(
            left: .whole(source),
            right: clip,
            leftInterval: 4_000,
            rightInterval: 100,
            seed: seed
        ).align()
        expect(
            alignment,
            [Truth(left: 20_000...90_000, right: 0...clip.length, speed: 1 / 1.08)]
        )
    }

    @Test("shares lie between nothing and all; what is told lies in the films", arguments: 10..<30)
    func ranges(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let source = PlantedSource(seed: seed, length: 60_000, sceneLength: 500...20_000)
        let parts = (0..<3).map { _ -> Part in
            let from = Int64.random(in: 0..<50_000, using: &generator)
            return Part(
                source: source,
                from: from,
                to: from + Int64.random(in: 300...10_000, using: &generator),
                speed: Double.random(in: 0.88...1.12, using: &generator)
            )
        }
        let film = PlantedFilm(parts[0], parts[1], parts[2], noise: 12)
        let comparison = PlantedComparison(
            left: film,
            right: .whole(source),
            leftInterval: [100, 1_000, 4_000][Int(seed % 3)],
            seed: seed
        )
        guard let alignment = comparison.align() else { return }
        #expect((0...1).contains(alignment.leftShare(of: film.length)))
        #expect((0...1).contains(alignment.rightShare(of: 60_000)))
        for piece in alignment.pieces {
            #expect(piece.left.lowerBound >= 0 && piece.left.upperBound <= film.length)
            #expect(piece.right.lowerBound >= 0 && piece.right.upperBound <= 60_000)
            #expect((0.87...1.13).contains(piece.speed))
            #expect(piece.medianDistance <= piece.worstDistance && piece.worstDistance <= 40)
            #expect(piece.scenes >= 1 && piece.scenes <= piece.pictures)
        }
    }
}
