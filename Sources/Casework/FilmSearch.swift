import Fingerprinting
import Keyframing
import Matching

/// Gathers what the pictures of one film match, and makes of it which stored films run in step with it.
public struct FilmSearch {
    /// A stored still picture that resembles a moment of the film.
    public struct StillMatch: Hashable, Sendable {
        /// The number of the film's picture that it resembles most.
        public let picture: Int
        /// The match.
        public let match: CaseMatch
    }

    private let reader: CaseReader
    private let radius: Int
    private let minimumQuality: Int
    private let turns: Int
    private let pictures: [ItemFingerprint]
    private let film: FilmOutline
    private var pairs: [UInt64: [Turn: [FilmPair]]] = [:]
    private var items: [UInt64: CatalogItem] = [:]
    private var stills: [UInt64: StillMatch] = [:]

    /// Of each of the film's pictures no more pictures of one stored film are kept, the nearest.
    static let maximumPerPicture = 64

    /// A search for a film.
    ///
    /// - Parameters:
    ///   - pictures: the film's pictures, as a worker gave them.
    ///   - sampling: how they were sampled.
    ///   - length: the film's length in milliseconds.
    ///   - turns: how many turns of each picture are looked for.
    ///   - minimumQuality: pictures of a lower quality, on either side, and flat ones do not count.
    public init(
        _ reader: CaseReader,
        pictures: [ItemFingerprint],
        sampling: FilmSampling,
        length: Int64?,
        turns: Int,
        radius: Int,
        minimumQuality: Int
    ) {
        self.reader = reader
        self.radius = radius
        self.minimumQuality = minimumQuality
        self.turns = turns
        self.pictures = pictures
        let last = pictures.compactMap { picture in
            picture.timeMilliseconds.map { $0 + Int64(picture.spanMilliseconds) }
        }.max()
        let length = max(length ?? 0, last ?? 0)
        film = FilmOutline(
            length: length,
            interval: sampling.fillMilliseconds
                ?? FilmOutline.interval(length: length, pictures: pictures.count),
            pictures: pictures.count
        )
    }

    /// Takes what one of the film's pictures matches.
    public mutating func take(_ matches: [CaseMatch], of picture: Int) {
        let asked = pictures[picture]
        guard Int(asked.quality) >= minimumQuality, asked.tone == .ordinary else { return }
        var counts: [UInt64: Int] = [:]
        // Nearest first, as the reader gives them.
        for match in matches where Int(match.quality) >= minimumQuality && match.tone == .ordinary {
            let item = match.item.identifier
            items[item] = match.item
            guard let time = match.timeMilliseconds, let from = asked.timeMilliseconds else {
                let isNearer = stills[item].map { match.distance < $0.match.distance } ?? true
                if isNearer { stills[item] = StillMatch(picture: picture, match: match) }
                continue
            }
            counts[item, default: 0] += 1
            guard counts[item, default: 0] <= FilmSearch.maximumPerPicture else { continue }
            pairs[item, default: [:]][match.turn, default: []].append(
                FilmPair(
                    left: picture,
                    right: Int(clamping: time),
                    leftSpan: from...(from + Int64(asked.spanMilliseconds)),
                    rightSpan: time...(time + Int64(match.spanMilliseconds)),
                    distance: match.distance
                )
            )
        }
    }

    /// The stored films that run in step with the film, the surest first.
    ///
    /// - Throws: ``CaseFault``, if the catalog cannot be read.
    public func films() throws(CaseFault) -> [FilmMatch] {
        let scenes = SceneCounter(pictures.map(\.fingerprint), radius: radius)
        var matches: [FilmMatch] = []
        for (identifier, pairs) in pairs {
            guard let item = items[identifier] else { continue }
            let stored = try reader.outline(of: item)
            let aligner = FilmAligner(
                left: film.aligned,
                right: stored.aligned,
                turns: turns,
                scenes: scenes.count
            )
            guard let alignment = aligner.align(pairs) else { continue }
            matches.append(
                FilmMatch(
                    item: item,
                    length: stored.length,
                    queryLength: film.length,
                    alignment: alignment
                )
            )
        }
        return matches.sorted { $0.sortKey < $1.sortKey }
    }

    /// The stored stills, and pictures without a time, that resemble a moment of the film, nearest first: of
    /// each item its best.
    public var stillMatches: [StillMatch] {
        stills.values.sorted {
            ($0.match.distance, $0.match.item.identifier)
                < ($1.match.distance, $1.match.item.identifier)
        }
    }
}

extension CaseReader {
    /// What the catalog knows of a film.
    func outline(of item: CatalogItem) throws(CaseFault) -> FilmOutline {
        let coverage = try catalog.read { database in
            try Catalog.coverage(of: item.identifier, database)
        }
        let length = max(
            item.media?.durationMilliseconds ?? 0,
            coverage.map(\.length).max() ?? 0
        )
        return FilmOutline(
            length: length,
            interval: coverage.compactMap(\.sampling.fillMilliseconds).max()
                ?? FilmOutline.interval(length: length, pictures: item.fingerprints),
            pictures: item.fingerprints
        )
    }
}
