import Fingerprinting
import Matching
import TestSupport

/// Films of made-up pictures, of which it is known what shows what.
///
/// A source is a row of scenes of two to eight seconds. Within a scene the picture drifts, as fast as the scene is
/// lively; a new scene is another picture. A film is put together from stretches of sources, each at a speed; its
/// pictures are re-encoded, which moves a few bits.
struct PlantedSource {
    private struct Scene {
        let start: Int64
        /// The picture at each half second.
        let pictures: [Fingerprint]
    }

    private let scenes: [Scene]
    let length: Int64

    /// - Parameter liveliness: bits that a picture changes in half a second.
    init(
        seed: UInt64,
        length: Int64,
        sceneLength: ClosedRange<Int64> = 2_000...8_000,
        liveliness: ClosedRange<Int> = 0...6
    ) {
        var generator = SplitMix64(seed: seed)
        var scenes: [Scene] = []
        var start: Int64 = 0
        while start < length {
            let duration = Int64.random(in: sceneLength, using: &generator)
            let bits = Int.random(in: liveliness, using: &generator)
            var picture = Fingerprint.planted(&generator)
            var pictures: [Fingerprint] = []
            for _ in 0...(duration / 500) {
                pictures.append(picture)
                picture = picture.moved(bits, &generator)
            }
            scenes.append(Scene(start: start, pictures: pictures))
            start += duration
        }
        self.scenes = scenes
        self.length = length
    }

    /// What is shown at a time in milliseconds.
    func picture(at time: Int64) -> Fingerprint {
        let scene = scenes.last { $0.start <= time } ?? scenes[0]
        let position = max(0, time - scene.start)
        let place = min(Int(position / 500), scene.pictures.count - 1)
        guard place + 1 < scene.pictures.count else { return scene.pictures[place] }
        // Between two pictures the bits change one after another.
        var words = scene.pictures[place].bits
        let next = scene.pictures[place + 1].bits
        let different = (0..<256).filter { words[$0] != next[$0] }
        for bit in different.prefix(Int(position % 500) * different.count / 500) {
            words[bit] = next[bit]
        }
        return Fingerprint(bits: words)
    }
}

/// A film that was put together.
struct PlantedFilm {
    /// A stretch of a source.
    struct Part {
        let source: PlantedSource
        let from: Int64
        let to: Int64
        /// Milliseconds of the source for each of the film.
        var speed = 1.0
        /// Its length in the film.
        var length: Int64 { Int64((Double(to - from) / speed).rounded()) }
    }

    let parts: [Part]
    /// Bits that re-encoding moves.
    var noise = 4
    var length: Int64 { parts.reduce(0) { $0 + $1.length } }

    init(_ parts: Part..., noise: Int = 4) {
        self.parts = parts
        self.noise = noise
    }

    static func whole(_ source: PlantedSource, speed: Double = 1) -> PlantedFilm {
        PlantedFilm(Part(source: source, from: 0, to: source.length, speed: speed))
    }

    private func picture(at time: Int64, _ generator: inout SplitMix64) -> Fingerprint {
        var start: Int64 = 0
        for part in parts {
            if time < start + part.length || start + part.length >= length {
                let position = part.from + Int64(Double(time - start) * part.speed)
                return part.source.picture(at: min(position, part.to))
                    .moved(Int.random(in: 0...noise, using: &generator), &generator)
            }
            start += part.length
        }
        return parts[0].source.picture(at: 0)
    }

    /// A picture, or several that are nearly the same, as they are stored.
    struct Sample {
        var span: ClosedRange<Int64>
        let fingerprint: Fingerprint
    }

    /// The film's pictures every `interval` milliseconds, neighbours within 8 bits as one.
    func samples(every interval: Int64, from phase: Int64 = 0, seed: UInt64) -> [Sample] {
        var generator = SplitMix64(seed: seed)
        var samples: [Sample] = []
        for time in stride(from: phase, to: length, by: Int64.Stride(interval)) {
            let picture = picture(at: time, &generator)
            if let last = samples.last, last.fingerprint.distance(to: picture) <= 8 {
                samples[samples.count - 1].span = last.span.lowerBound...time
            } else {
                samples.append(Sample(span: time...time, fingerprint: picture))
            }
        }
        return samples
    }
}

extension Fingerprint {
    static func planted(_ generator: inout SplitMix64) -> Fingerprint {
        Fingerprint(
            words: (generator.next(), generator.next(), generator.next(), generator.next())
        )
    }

    var bits: [Bool] {
        [words.0, words.1, words.2, words.3].flatMap { word in (0..<64).map { word >> $0 & 1 == 1 }
        }
    }

    init(bits: [Bool]) {
        func word(_ number: Int) -> UInt64 {
            (0..<64).reduce(0) { $0 | (bits[number * 64 + $1] ? 1 << UInt64($1) : 0) }
        }
        self.init(words: (word(0), word(1), word(2), word(3)))
    }

    /// The fingerprint with some of its bits the other way.
    func moved(_ count: Int, _ generator: inout SplitMix64) -> Fingerprint {
        var moved = self
        for _ in 0..<count {
            let bit = Int.random(in: 0..<256, using: &generator)
            let mask = UInt64(1) << UInt64(bit % 64)
            switch bit / 64 {
            case 0: moved.words.0 ^= mask
            case 1: moved.words.1 ^= mask
            case 2: moved.words.2 ^= mask
            default: moved.words.3 ^= mask
            }
        }
        return moved
    }
}

/// Two planted films, compared as a query or a join compares them.
struct PlantedComparison {
    let left: PlantedFilm
    let right: PlantedFilm
    /// How far apart the left film's pictures are: a query's are dense, a join's as sparse as the other's.
    var leftInterval: Int64 = 100
    var rightInterval: Int64 = 4_000
    var seed: UInt64 = 1

    func pairs(_ lefts: [PlantedFilm.Sample], _ rights: [PlantedFilm.Sample]) -> [FilmPair] {
        var pairs: [FilmPair] = []
        for (number, one) in lefts.enumerated() {
            for (other, two) in rights.enumerated() {
                let distance = one.fingerprint.distance(to: two.fingerprint)
                if distance <= FilmAlignment.recommendedRadius {
                    pairs.append(
                        FilmPair(
                            left: number,
                            right: other,
                            leftSpan: one.span,
                            rightSpan: two.span,
                            distance: distance
                        )
                    )
                }
            }
        }
        return pairs
    }

    func align(turn: Turn = .none, shuffling: UInt64? = nil) -> FilmAlignment? {
        var generator = SplitMix64(seed: seed)
        let phase = Int64.random(in: 0..<rightInterval, using: &generator)
        let lefts = left.samples(every: leftInterval, seed: seed &+ 1)
        let rights = right.samples(every: rightInterval, from: phase, seed: seed &+ 2)
        var pairs = pairs(lefts, rights)
        if let shuffling {
            var order = SplitMix64(seed: shuffling)
            pairs.shuffle(using: &order)
        }
        let aligner = FilmAligner(
            left: FilmAligner.Film(
                length: left.length,
                interval: leftInterval,
                pictures: lefts.count
            ),
            right: FilmAligner.Film(
                length: right.length,
                interval: rightInterval,
                pictures: rights.count
            ),
            turns: 8,
            scenes: { places in
                var scenes: [Fingerprint] = []
                for place in places {
                    let picture = lefts[place].fingerprint
                    if !scenes.contains(where: { $0.distance(to: picture) <= 40 }) {
                        scenes.append(picture)
                    }
                }
                return scenes.count
            }
        )
        return aligner.align([turn: pairs])
    }
}
