import Fingerprinting
import Keyframing
import TestSupport

@testable import Casework

/// A case of made-up films that share scenes, and of still pictures of these scenes.
struct GeneratedFilms {
    private(set) var generated: GeneratedCase
    private var lengths: [String: (length: Int64, interval: Int64)] = [:]
    private let scenes: [Fingerprint]
    private var random: SplitMix64

    /// Scenes that cases of the same seed share.
    static func scenes(seed: UInt64) -> [Fingerprint] {
        var random = SplitMix64(seed: seed)
        return (0..<60).map { _ in random.fingerprint() }
    }

    init(scenes: [Fingerprint], seed: UInt64) throws {
        self.scenes = scenes
        random = SplitMix64(seed: seed)
        generated = try GeneratedCase()
    }

    /// The films that are committed and neither superseded nor withdrawn.
    var films: [FilmJoinDefinition.Film] {
        let items = Dictionary(grouping: generated.pictures, by: \.item)
        return items.keys.sorted().compactMap { item in
            let pictures = items[item] ?? []
            guard pictures.contains(where: { $0.time != nil }) else { return nil }
            let known = lengths[generated.path(of: item) ?? ""]
            return FilmJoinDefinition.Film(
                item: item,
                length: known?.length ?? 0,
                interval: known?.interval ?? 0,
                pictures: pictures
            )
        }
    }

    /// Adds a film that shows a row of scenes, each for so long, with the noise of a copy.
    mutating func addFilm(
        _ path: String,
        scenes numbers: some Sequence<Int>,
        each step: Int64 = 4_000,
        turn: Turn = .none,
        noise: Int = 14
    ) throws {
        var time = Int64(random.next() % 300)
        var pictures: [GeneratedCase.Picture] = []
        for number in numbers {
            let scene = scenes[number].turned(turn)
            // Some pictures are those of the scene itself, so that films share fingerprints.
            let isExact = noise > 0 && random.next() % 4 == 0
            pictures.append(
                GeneratedCase.Picture(
                    fingerprint: isExact ? scene : random.near(scene, atMost: noise),
                    item: 0,
                    time: time,
                    quality: [30, 60, 90, 100, 100].randomElement(using: &random) ?? 100,
                    span: [0, 0, 700, 2_500].randomElement(using: &random) ?? 0,
                    tone: random.next() % 12 == 0 ? .flat : .ordinary
                )
            )
            time += step + Int64(random.next() % 200)
        }
        try add(path, pictures, length: time + 1_000, interval: step)
    }

    /// Adds a film of these pictures.
    mutating func add(
        _ path: String,
        _ pictures: [GeneratedCase.Picture],
        length: Int64,
        interval: Int64
    ) throws {
        lengths[path] = (length, interval)
        try generated.addFilm(path, pictures, length: length, interval: interval)
    }

    /// Adds a still picture of a scene.
    mutating func addStill(_ path: String, scene: Int) throws {
        try generated.add(path, [(random.near(scenes[scene], atMost: 10), nil, 90)])
    }

    mutating func commit() throws { try generated.commit() }

    mutating func withdraw(_ path: String) throws { try generated.withdraw(path) }

    mutating func compact() throws { try generated.compact() }

    /// Films that share stretches, as they are and turned, over several segments; one that is read again, one
    /// that is withdrawn; stills; and one that shows the same scene for longer than pairs of it are kept.
    static func standard(scenes: [Fingerprint], seed: UInt64) throws -> GeneratedFilms {
        var films = try GeneratedFilms(scenes: scenes, seed: seed)
        try films.addFilm("/f/whole", scenes: 0..<30)
        try films.addFilm("/f/clip", scenes: 8..<17)
        try films.addStill("/s/9", scene: 9)
        try films.commit()
        try films.addFilm("/f/again", scenes: 40..<50)
        try films.addFilm("/f/mirrored", scenes: 5..<15, turn: .flipX)
        try films.addFilm("/f/fast", scenes: 3..<27, each: 3_800)
        try films.commit()
        try films.addFilm("/f/quarter", scenes: 12..<24, turn: .rotate90)
        try films.addFilm("/f/pieces", scenes: [20, 21, 22, 23, 24, 50, 51, 52, 2, 3, 4, 5])
        try films.addFilm("/f/gone", scenes: 0..<30)
        try films.addStill("/s/41", scene: 41)
        try films.commit()
        try films.addFilm("/f/again", scenes: 18..<28, turn: .rotate270)
        try films.addFilm("/f/other", scenes: 53..<58)
        try films.addFilm("/f/few", scenes: [58, 57, 58, 57, 58, 57])
        try films.addFilm("/f/still", scenes: [Int](repeating: 57, count: 100), each: 900, noise: 6)
        try films.commit()
        try films.withdraw("/f/gone")
        return films
    }
}
