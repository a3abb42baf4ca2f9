import Fingerprinting
import Matching
import TestSupport

/// A made-up film of which it is known what it shows: scenes of random pictures, each of which drifts slowly.
struct PlantedFilm {
    /// A scene: its picture changes bit after bit, in an order of its own.
    struct Scene {
        var length: Double
        var picture: Fingerprint
        var order: [Int]
        /// Bits a second.
        var drift: Double
    }

    private(set) var scenes: [Scene] = []
    private(set) var starts: [Double] = []
    /// In milliseconds.
    private(set) var length = 0.0

    /// A film of at least this length, in milliseconds.
    init(
        seconds: Double,
        scenes lengths: ClosedRange<Double> = 2...8,
        drift: ClosedRange<Double> = 0.2...4,
        using generator: inout SplitMix64
    ) {
        while length < seconds * 1_000 {
            var order = Array(0..<256)
            order.shuffle(using: &generator)
            add(
                Scene(
                    length: (Double.random(in: lengths, using: &generator) * 1_000).rounded(),
                    picture: generator.fingerprint(),
                    order: order,
                    drift: Double.random(in: drift, using: &generator)
                )
            )
        }
    }

    mutating func add(_ scene: Scene) {
        starts.append(length)
        scenes.append(scene)
        length += scene.length
    }

    /// What it shows at a time.
    func picture(at time: Double) -> Fingerprint {
        let number = max(0, (starts.firstIndex { $0 > time } ?? starts.count) - 1)
        let scene = scenes[number]
        let bits = Int(scene.drift * (time - starts[number]) / 1_000)
        var words = [
            scene.picture.words.0, scene.picture.words.1, scene.picture.words.2,
            scene.picture.words.3,
        ]
        for bit in scene.order.prefix(max(0, bits)) {
            words[bit / 64] ^= 1 << UInt64(bit % 64)
        }
        return Fingerprint(words: (words[0], words[1], words[2], words[3]))
    }
}

/// A film that is put together from stretches of others.
struct EditedFilm {
    /// A stretch of a film, from … to in its milliseconds, shown faster by a factor.
    struct Part {
        var film: Int
        var from: Double
        var to: Double
        var speed = 1.0
        var length: Double { (to - from) / speed }
    }
    struct Picture {
        var from: Int64
        var to: Int64
        var fingerprint: Fingerprint
    }

    var parts: [Part]
    var length: Double { parts.reduce(0) { $0 + $1.length } }

    /// Where each part begins, in milliseconds.
    var starts: [Double] {
        var sum = 0.0
        return parts.map { part in
            defer { sum += part.length }
            return sum
        }
    }

    /// Samples it at these times, re-encodes each picture, and makes one of neighbours that are nearly the same, as
    /// the product does.
    func pictures(
        of films: [PlantedFilm],
        at times: [Double],
        pause: Double,
        noise: ClosedRange<Int> = 2...6,
        using generator: inout SplitMix64
    ) -> [Picture] {
        var made: [Picture] = []
        let starts = starts
        for time in times {
            let number = max(0, (starts.firstIndex { $0 > time } ?? starts.count) - 1)
            let part = parts[number]
            let clean = films[part.film].picture(
                at: min(part.to - 1, part.from + (time - starts[number]) * part.speed)
            )
            let seen = EditedFilm.noisy(
                clean,
                bits: Int.random(in: noise, using: &generator),
                using: &generator
            )
            let now = Int64(time.rounded())
            if let last = made.last, last.fingerprint.distance(to: seen) <= 8,
                now - last.to <= Int64(pause)
            {
                made[made.count - 1].to = now
            } else {
                made.append(Picture(from: now, to: now, fingerprint: seen))
            }
        }
        return made
    }

    /// About so many bits are others; which ones is of no matter, so this is quick.
    private static func noisy(
        _ fingerprint: Fingerprint,
        bits: Int,
        using generator: inout SplitMix64
    ) -> Fingerprint {
        var words = fingerprint.words
        var random = generator.next()
        for _ in 0..<bits {
            let bit = UInt64(1) << (random & 63)
            switch random >> 6 & 3 {
            case 0: words.0 ^= bit
            case 1: words.1 ^= bit
            case 2: words.2 ^= bit
            default: words.3 ^= bit
            }
            random >>= 8
        }
        return Fingerprint(words: words)
    }

    /// Times as far apart as said.
    func times(every interval: Double) -> [Double] {
        Array(stride(from: 0, to: length, by: interval))
    }

    /// Times as the product takes them: some cuts have keyframes, and what lies between is filled evenly.
    func times(
        of films: [PlantedFilm],
        fill: Double,
        using generator: inout SplitMix64
    ) -> [Double] {
        var keyframes = [0.0]
        for (part, start) in zip(parts, starts) {
            let cuts =
                [part.from] + films[part.film].starts.filter { $0 > part.from && $0 < part.to }
            for cut in cuts where Bool.random(using: &generator) {
                let time = start + (cut - part.from) / part.speed
                if time - keyframes[keyframes.count - 1] >= fill * 0.6 {
                    keyframes.append(time + 20)
                }
            }
        }
        var times: [Double] = []
        for (number, key) in keyframes.enumerated() {
            let next = number + 1 < keyframes.count ? keyframes[number + 1] : length
            let count = max(1, ((next - key) / (fill * 1.05)).rounded(.up))
            times += (0..<Int(count)).map { key + Double($0) * (next - key) / count }
        }
        return times
    }
}

/// Two films, sampled, and what the aligner says of them.
struct PlantedCase {
    var films: [PlantedFilm]
    var left: EditedFilm
    var right: EditedFilm
    var leftPictures: [EditedFilm.Picture]
    var rightPictures: [EditedFilm.Picture]
    var leftInterval: Double
    var rightInterval: Double

    init(
        _ films: [PlantedFilm],
        left: [EditedFilm.Part],
        right: [EditedFilm.Part],
        leftInterval: Double = 100,
        rightInterval: Double = 4_000,
        noise: ClosedRange<Int> = 2...6,
        using generator: inout SplitMix64
    ) {
        self.films = films
        self.left = EditedFilm(parts: left)
        self.right = EditedFilm(parts: right)
        self.leftInterval = leftInterval
        self.rightInterval = rightInterval
        func sampled(_ film: EditedFilm, _ interval: Double) -> [EditedFilm.Picture] {
            let times =
                interval < 1_000
                ? film.times(every: interval)
                : film.times(of: films, fill: interval, using: &generator)
            return film.pictures(
                of: films,
                at: times,
                pause: interval * 1.25,
                noise: noise,
                using: &generator
            )
        }
        leftPictures = sampled(self.left, leftInterval)
        rightPictures = sampled(self.right, rightInterval)
    }

    /// The pairs within 40 bits.
    var pairs: [FilmPair] {
        var pairs: [FilmPair] = []
        for (number, left) in leftPictures.enumerated() {
            for right in rightPictures {
                let distance = left.fingerprint.distance(to: right.fingerprint)
                if distance <= FilmAlignment.recommendedRadius {
                    pairs.append(
                        FilmPair(
                            left: number,
                            right: Int(right.from),
                            leftSpan: left.from...left.to,
                            rightSpan: right.from...right.to,
                            distance: distance
                        )
                    )
                }
            }
        }
        return pairs
    }

    /// An aligner for them.
    ///
    /// - Parameter distractors: the right film is told to have so many pictures more.
    func aligner(distractors: Int = 0) -> FilmAligner {
        FilmAligner(
            left: FilmAligner.Film(
                length: Int64(left.length),
                interval: Int64(leftInterval),
                pictures: leftPictures.count
            ),
            right: FilmAligner.Film(
                length: Int64(right.length),
                interval: Int64(rightInterval),
                pictures: rightPictures.count + distractors
            ),
            turns: Turn.allCases.count
        ) { pictures in
            var scenes: [Fingerprint] = []
            for picture in pictures where scenes.count < 64 {
                let fingerprint = leftPictures[picture].fingerprint
                if !scenes.contains(where: {
                    $0.distance(to: fingerprint) <= FilmAlignment.recommendedRadius
                }) {
                    scenes.append(fingerprint)
                }
            }
            return scenes.count
        }
    }

    /// The alignment.
    func aligned(turn: Turn = .none) -> FilmAlignment? {
        aligner().align([turn: pairs])
    }
}
