import Fingerprinting
import HashLists
import Matching

/// A stored film that shows what another film shows.
public struct FilmMatch: Hashable, Sendable {
    /// The item that holds the film.
    public let item: CatalogItem
    /// The stored film's length in milliseconds.
    public let length: Int64
    /// The other film's length in milliseconds.
    public let queryLength: Int64
    /// Which seconds of the other film, the left one, are which of the stored one, the right one.
    public let alignment: FilmAlignment

    /// Strong ones first, then by score, then by item.
    package var sortKey: (Int, Double, UInt64) {
        (alignment.isWeak ? 1 : 0, -alignment.score, item.identifier)
    }
}

/// What is known of a stored film without reading its pictures.
struct FilmOutline: Hashable, Sendable {
    /// Its length in milliseconds.
    var length: Int64
    /// How far apart its pictures are at most, in milliseconds.
    var interval: Int64
    /// How many pictures of it are stored.
    var pictures: Int

    var aligned: FilmAligner.Film {
        FilmAligner.Film(length: length, interval: interval, pictures: pictures)
    }

    /// What a list says of a film.
    init(of entry: ListEntry) {
        let last =
            entry.prints.map { ($0.timeMilliseconds ?? 0) + Int64($0.spanMilliseconds) }.max() ?? 0
        length = max(entry.durationMilliseconds ?? 0, last)
        pictures = entry.prints.count
        interval = FilmOutline.interval(length: length, pictures: pictures)
    }

    /// What is known of a film.
    init(length: Int64, interval: Int64, pictures: Int) {
        self.length = length
        self.interval = interval
        self.pictures = pictures
    }

    /// The interval of a film of which only keyframes were taken, or of which nothing is known.
    static func interval(length: Int64, pictures: Int) -> Int64 {
        min(10_000, max(1_000, length / Int64(max(1, pictures))))
    }
}

/// Counts scenes: pictures of which none resembles another.
struct SceneCounter {
    private let fingerprints: [Fingerprint]
    private let radius: Int

    /// No more scenes than this are told apart: more add nothing to what a score can say.
    private static let maximumScenes = 64

    init(_ fingerprints: [Fingerprint], radius: Int) {
        self.fingerprints = fingerprints
        self.radius = max(radius, 1)
    }

    /// How many scenes these pictures show.
    func count(_ pictures: [Int]) -> Int {
        var scenes: [Fingerprint] = []
        for picture in pictures where scenes.count < SceneCounter.maximumScenes {
            let fingerprint = fingerprints[picture]
            if !scenes.contains(where: { $0.distance(to: fingerprint) <= radius }) {
                scenes.append(fingerprint)
            }
        }
        return scenes.count
    }
}
