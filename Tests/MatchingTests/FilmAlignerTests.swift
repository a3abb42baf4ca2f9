import Fingerprinting
import Matching
import TestSupport
import Testing

/// Films that are made up, edited and sampled as the product does it, against what was done to them.
@Suite("Alignment of films")
struct FilmAlignerTests {
    typealias Part = EditedFilm.Part

    /// What was planted: which of the left film's milliseconds show which of the right one's.
    struct Truth {
        var left: ClosedRange<Double>
        var right: ClosedRange<Double>
        var speed = 1.0

        func away(from piece: FilmAlignment.Piece) -> Double {
            abs(Double(piece.left.lowerBound) - left.lowerBound)
                + abs(Double(piece.right.lowerBound) - right.lowerBound)
        }
    }

    static let seeds: [UInt64] = [11, 12, 13]
    /// At four seconds between stored pictures an end is told within them, and what a picture lasts.
    static let interval = 4_200.0

    private func whole(_ film: PlantedFilm, number: Int = 0, speed: Double = 1) -> Part {
        Part(film: number, from: 0, to: film.length, speed: speed)
    }

    /// The pieces are those that were planted, and no others.
    private func expect(
        _ alignment: FilmAlignment?,
        _ truth: [Truth],
        ends: Double = FilmAlignerTests.interval,
        speed: Double? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var pieces = alignment?.pieces ?? []
        #expect(pieces.count == truth.count, "\(pieces)", sourceLocation: sourceLocation)
        guard pieces.count == truth.count else { return }
        for truth in truth {
            let nearest = pieces.indices.min {
                truth.away(from: pieces[$0]) < truth.away(from: pieces[$1])
            }
            guard let nearest else { continue }
            let piece = pieces.remove(at: nearest)
            let errors = [
                Double(piece.left.lowerBound) - truth.left.lowerBound,
                Double(piece.left.upperBound) - truth.left.upperBound,
                Double(piece.right.lowerBound) - truth.right.lowerBound,
                Double(piece.right.upperBound) - truth.right.upperBound,
            ]
            #expect(
                errors.allSatisfy { abs($0) <= ends },
                "\(errors)",
                sourceLocation: sourceLocation
            )
            if let speed {
                #expect(abs(piece.speed - truth.speed) <= speed, sourceLocation: sourceLocation)
            } else {
                #expect(piece.speed == truth.speed, sourceLocation: sourceLocation)
            }
        }
        #expect(alignment?.isWeak == false, sourceLocation: sourceLocation)
    }

    @Test("a copy is the whole film at its own speed", arguments: seeds)
    func identity(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let film = PlantedFilm(seconds: 80, using: &generator)
        let planted = PlantedCase(
            [film],
            left: [whole(film)],
            right: [whole(film)],
            using: &generator
        )
        let alignment = planted.aligned()
        expect(
            alignment,
            [Truth(left: 0...film.length, right: 0...film.length)],
            ends: 500
        )
        let length = Int64(film.length)
        #expect((0.98...1).contains(alignment?.leftShare(of: length) ?? 0))
        #expect((0.98...1).contains(alignment?.rightShare(of: length) ?? 0))
    }

    @Test("a clip is found where it was taken", arguments: seeds)
    func clip(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let film = PlantedFilm(seconds: 400, using: &generator)
        for length in [9_000.0, 20_000, 45_000] {
            let from = Double.random(in: 20_000...300_000, using: &generator)
            let planted = PlantedCase(
                [film],
                left: [Part(film: 0, from: from, to: from + length)],
                right: [whole(film)],
                using: &generator
            )
            let alignment = planted.aligned()
            expect(alignment, [Truth(left: 0...length, right: from...(from + length))])
            let share = alignment?.rightShare(of: Int64(film.length)) ?? 0
            #expect(abs(share - length / film.length) < 0.03)
        }
    }

    @Test("the pieces of a compilation are told, of each film its own", arguments: seeds)
    func compilation(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let films = (0..<3).map { _ in PlantedFilm(seconds: 90, using: &generator) }
        let parts = (0..<3).map { film in
            let from = Double.random(in: 10_000...50_000, using: &generator)
            return Part(film: film, from: from, to: from + 25_000)
        }
        for film in 0..<3 {
            let planted = PlantedCase(
                films,
                left: parts,
                right: [whole(films[film], number: film)],
                using: &generator
            )
            let start = planted.left.starts[film]
            let part = parts[film]
            expect(
                planted.aligned(),
                [Truth(left: start...(start + part.length), right: part.from...part.to)]
            )
        }
    }

    @Test("what was added before and behind is left out", arguments: seeds)
    func introAndOutro(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let film = PlantedFilm(seconds: 60, using: &generator)
        let other = PlantedFilm(seconds: 30, using: &generator)
        let planted = PlantedCase(
            [film, other],
            left: [
                Part(film: 1, from: 0, to: 7_000), whole(film),
                Part(film: 1, from: 12_000, to: 20_000),
            ],
            right: [whole(film)],
            using: &generator
        )
        expect(
            planted.aligned(),
            [Truth(left: 7_000...(film.length + 7_000), right: 0...film.length)],
            ends: 700
        )
    }

    @Test("an advertisement breaks a film in two", arguments: seeds, [5_000.0, 12_000])
    func advertisement(seed: UInt64, length: Double) {
        var generator = SplitMix64(seed: seed)
        let film = PlantedFilm(seconds: 100, using: &generator)
        let other = PlantedFilm(seconds: 20, using: &generator)
        let time = Double.random(in: 0.3...0.7, using: &generator) * film.length
        let planted = PlantedCase(
            [film, other],
            left: [
                Part(film: 0, from: 0, to: time), Part(film: 1, from: 0, to: length),
                Part(film: 0, from: time, to: film.length),
            ],
            right: [whole(film)],
            using: &generator
        )
        expect(
            planted.aligned(),
            [
                Truth(left: 0...time, right: 0...time),
                Truth(
                    left: (time + length)...(film.length + length),
                    right: time...film.length
                ),
            ]
        )
    }

    @Test("what was cut out breaks a film in two", arguments: seeds, [6_000.0, 10_000, 25_000])
    func cut(seed: UInt64, length: Double) {
        var generator = SplitMix64(seed: seed)
        let film = PlantedFilm(seconds: 120, using: &generator)
        let time = Double.random(in: 0.3...0.6, using: &generator) * film.length
        let planted = PlantedCase(
            [film],
            left: [
                Part(film: 0, from: 0, to: time),
                Part(film: 0, from: time + length, to: film.length),
            ],
            right: [whole(film)],
            using: &generator
        )
        expect(
            planted.aligned(),
            [
                Truth(left: 0...time, right: 0...time),
                Truth(
                    left: time...(film.length - length),
                    right: (time + length)...film.length
                ),
            ],
            // A scene that goes on in what was cut out may be taken for the end of the first piece, and
            // what was cut out is hardly longer than that.
            ends: length < 10_000 ? length : FilmAlignerTests.interval
        )
    }

    @Test(
        "a speed is told",
        arguments: [0.9, 0.93, 0.96, 0.97, 0.98, 1.02, 1.03, 1.0427, 1.07, 1.1],
        seeds
    )
    func speed(speed: Double, seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let film = PlantedFilm(seconds: 100, using: &generator)
        let planted = PlantedCase(
            [film],
            left: [whole(film, speed: speed)],
            right: [whole(film)],
            using: &generator
        )
        expect(
            planted.aligned(),
            [Truth(left: 0...(film.length / speed), right: 0...film.length, speed: speed)],
            ends: 700,
            speed: 0.005
        )
    }

    @Test("in a long film a speed is told exactly", arguments: [0.99, 1.005])
    func speedOfLongFilm(speed: Double) {
        var generator = SplitMix64(seed: 21)
        let film = PlantedFilm(seconds: 500, using: &generator)
        let planted = PlantedCase(
            [film],
            left: [whole(film, speed: speed)],
            right: [whole(film)],
            using: &generator
        )
        expect(
            planted.aligned(),
            [Truth(left: 0...(film.length / speed), right: 0...film.length, speed: speed)],
            ends: 700,
            speed: 0.001
        )
    }

    @Test("a mirrored copy is told with its turn", arguments: seeds)
    func mirrored(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let film = PlantedFilm(seconds: 60, using: &generator)
        let planted = PlantedCase(
            [film],
            left: [Part(film: 0, from: 10_000, to: 50_000)],
            right: [whole(film)],
            using: &generator
        )
        // A scene that is nearly symmetrical agrees unturned as well, but worse.
        let some = planted.pairs.filter { $0.left % 7 == 0 }.map {
            FilmPair(
                left: $0.left,
                right: $0.right,
                leftSpan: $0.leftSpan,
                rightSpan: $0.rightSpan,
                distance: min(40, $0.distance + 15)
            )
        }
        let alignment = planted.aligner().align([.flipX: planted.pairs, .none: some])
        expect(alignment, [Truth(left: 0...40_000, right: 10_000...50_000)])
        #expect(alignment?.pieces.first?.turn == .flipX)
    }

    @Test("pieces in another order are told each", arguments: seeds)
    func shuffled(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let film = PlantedFilm(seconds: 250, using: &generator)
        let parts = [3, 0, 4, 1, 2].map { number in
            let from = Double(number) * 50_000 + Double.random(in: 0...20_000, using: &generator)
            let length = Double.random(in: 12_000...28_000, using: &generator)
            return Part(film: 0, from: from, to: from + length)
        }
        let planted = PlantedCase([film], left: parts, right: [whole(film)], using: &generator)
        expect(
            planted.aligned(),
            zip(parts, planted.left.starts).map { part, start in
                Truth(left: start...(start + part.length), right: part.from...part.to)
            }
        )
    }

    @Test("a piece that is shown twice is told twice, in either film", arguments: seeds)
    func repeated(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let film = PlantedFilm(seconds: 100, using: &generator)
        let other = PlantedFilm(seconds: 20, using: &generator)
        let piece = Part(film: 0, from: 30_000, to: 55_000)
        let twice = [piece, Part(film: 1, from: 0, to: 10_000), piece]
        let inLeft = PlantedCase(
            [film, other],
            left: twice,
            right: [whole(film)],
            using: &generator
        )
        expect(
            inLeft.aligned(),
            [
                Truth(left: 0...25_000, right: 30_000...55_000),
                Truth(left: 35_000...60_000, right: 30_000...55_000),
            ]
        )
        let inRight = PlantedCase(
            [film, other],
            left: [whole(film)],
            right: twice,
            using: &generator
        )
        expect(
            inRight.aligned(),
            [
                Truth(left: 30_000...55_000, right: 0...25_000),
                Truth(left: 30_000...55_000, right: 35_000...60_000),
            ]
        )
    }

    @Test("a film that repeats itself is one piece with its copy", arguments: seeds)
    func repeatedInBoth(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let film = PlantedFilm(seconds: 60, using: &generator)
        let piece = Part(film: 0, from: 10_000, to: 30_000)
        let parts = [piece, Part(film: 0, from: 35_000, to: 55_000), piece]
        let planted = PlantedCase([film], left: parts, right: parts, using: &generator)
        expect(planted.aligned(), [Truth(left: 0...60_000, right: 0...60_000)], ends: 700)
    }

    @Test("scenes that go on give no pieces of their own", arguments: seeds)
    func slowScenes(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let film = PlantedFilm(
            seconds: 200,
            scenes: 20...60,
            drift: 0.05...0.8,
            using: &generator
        )
        let planted = PlantedCase(
            [film],
            left: [Part(film: 0, from: 30_000, to: 120_000)],
            right: [whole(film)],
            using: &generator
        )
        expect(planted.aligned(), [Truth(left: 0...90_000, right: 30_000...120_000)])
    }

    @Test("a film that stands still is laid upon its copy", arguments: seeds)
    func still(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let film = PlantedFilm(seconds: 60, scenes: 60...60, drift: 0...0, using: &generator)
        let planted = PlantedCase(
            [film],
            left: [whole(film)],
            right: [whole(film)],
            using: &generator
        )
        let alignment = planted.aligned()
        #expect(alignment?.pieces.count == 1)
        #expect(alignment?.leftShare(of: Int64(film.length)) ?? 0 > 0.9)
        #expect(alignment?.pieces.first?.speed == 1)
    }

    @Test("a logo in two films does not make them more than weak", arguments: seeds)
    func logo(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let logo = PlantedFilm(seconds: 4, drift: 0...0, using: &generator).scenes[0]
        let films = (0..<2).map { _ in
            var film = PlantedFilm(seconds: 20, using: &generator)
            for _ in 0..<5 {
                film.add(logo)
                let scenes = PlantedFilm(
                    seconds: Double.random(in: 8...20, using: &generator),
                    using: &generator
                ).scenes
                for scene in scenes { film.add(scene) }
            }
            return film
        }
        let planted = PlantedCase(
            films,
            left: [whole(films[0])],
            right: [whole(films[1], number: 1)],
            using: &generator
        )
        let alignment = planted.aligned()
        #expect(alignment?.isWeak == true)
        #expect(alignment?.pieces.isEmpty == false)
        #expect(alignment?.pieces.allSatisfy { $0.score < FilmAlignment.weakScore } == true)
    }

    @Test("films without a picture in common have no alignment")
    func unrelated() {
        var generator = SplitMix64(seed: 5)
        let films = (0..<2).map { _ in PlantedFilm(seconds: 60, using: &generator) }
        let planted = PlantedCase(
            films,
            left: [whole(films[0])],
            right: [whole(films[1], number: 1)],
            using: &generator
        )
        #expect(planted.aligned() == nil)
    }

    @Test("it does not matter which film is the denser one", arguments: seeds)
    func denserRight(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let film = PlantedFilm(seconds: 150, using: &generator)
        for (left, right) in [(4_000.0, 100.0), (4_000, 4_000)] {
            let planted = PlantedCase(
                [film],
                left: [Part(film: 0, from: 30_000, to: 110_000)],
                right: [whole(film)],
                leftInterval: left,
                rightInterval: right,
                using: &generator
            )
            expect(planted.aligned(), [Truth(left: 0...80_000, right: 30_000...110_000)])
        }
    }

    @Test("the order of the pairs does not matter", arguments: seeds)
    func order(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let film = PlantedFilm(seconds: 100, scenes: 2...15, using: &generator)
        let planted = PlantedCase(
            [film],
            left: [
                Part(film: 0, from: 50_000, to: 80_000), Part(film: 0, from: 10_000, to: 70_000),
            ],
            right: [whole(film)],
            using: &generator
        )
        let pairs = planted.pairs
        let expected = planted.aligner().align([.none: pairs, .rotate180: pairs])
        for _ in 0..<3 {
            let shuffled = pairs.shuffled(using: &generator)
            #expect(
                planted.aligner().align([.rotate180: shuffled, .none: shuffled]) == expected
            )
        }
    }

    @Test("the more places there are, the lower the score", arguments: seeds)
    func score(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let film = PlantedFilm(seconds: 60, using: &generator)
        let planted = PlantedCase(
            [film],
            left: [Part(film: 0, from: 10_000, to: 30_000)],
            right: [whole(film)],
            using: &generator
        )
        let pairs = planted.pairs
        let scores = [0, 1_000, 100_000, 10_000_000].map { distractors in
            planted.aligner(distractors: distractors).align([.none: pairs])?.score ?? 0
        }
        #expect(zip(scores, scores.dropFirst()).allSatisfy { $0 > $1 })
    }

    @Test("no pairs at all give shares outside 0 … 1, or times outside the films")
    func anyPairs() {
        var generator = SplitMix64(seed: 31)
        for _ in 0..<15 {
            let lengths = (0..<2).map { _ in Int64.random(in: 0...200_000, using: &generator) }
            let aligner = FilmAligner(
                left: .init(
                    length: lengths[0],
                    interval: .random(in: 1...5_000, using: &generator),
                    pictures: 100
                ),
                right: .init(
                    length: lengths[1],
                    interval: .random(in: 1...5_000, using: &generator),
                    pictures: 100
                ),
                turns: 8
            ) { min($0.count, 5) }
            let pairs = (0..<Int.random(in: 1...100, using: &generator)).map { _ in
                // Some lie behind the ends of the films: a length in a catalog may be wrong.
                let left = Int64.random(in: 0...(lengths[0] + 1_000), using: &generator)
                let right = Int64.random(in: 0...(lengths[1] + 1_000), using: &generator)
                return FilmPair(
                    left: Int(left / 100),
                    right: Int(right),
                    leftSpan: left...(left + .random(in: 0...3_000, using: &generator)),
                    rightSpan: right...(right + .random(in: 0...10_000, using: &generator)),
                    distance: .random(in: 0...40, using: &generator)
                )
            }
            guard let alignment = aligner.align([.none: pairs, .flipY: pairs]) else {
                Issue.record("pairs, but no alignment")
                continue
            }
            #expect(!alignment.pieces.isEmpty)
            #expect((0...1).contains(alignment.leftShare(of: lengths[0])))
            #expect((0...1).contains(alignment.rightShare(of: lengths[1])))
            for piece in alignment.pieces {
                #expect((0.88...1.14).contains(piece.speed))
                #expect(piece.left.lowerBound >= 0 && piece.left.upperBound <= lengths[0])
                #expect(piece.right.lowerBound >= 0 && piece.right.upperBound <= lengths[1])
                #expect(piece.scenes >= 1 && piece.pictures >= piece.scenes)
            }
        }
    }

    @Test("more pairs than are looked at still tell the piece")
    func manyPairs() {
        var generator = SplitMix64(seed: 41)
        let film = PlantedFilm(seconds: 300, scenes: 3...10, using: &generator)
        let still = PlantedFilm(seconds: 60, scenes: 60...60, drift: 0...0, using: &generator)
        let parts = [whole(film), whole(still, number: 1)]
        let planted = PlantedCase(
            [film, still],
            left: parts,
            right: parts,
            rightInterval: 500,
            using: &generator
        )
        let pairs = planted.pairs
        #expect(pairs.count > 20_000)
        let alignment = planted.aligner().align([.none: pairs])
        expect(
            alignment,
            [Truth(left: 0...planted.left.length, right: 0...planted.left.length)],
            ends: 1_500
        )
    }
}
