import Fingerprinting
import Matching

/// A stretch of two films that runs in step, as an object of JSON.
struct PieceLine: Encodable {
    /// What the two films are to each other.
    enum Films {
        /// One is asked for, the other is stored.
        case queryAndStored
        /// Both are stored: the sides of a join.
        case leftAndRight
        /// Both are compared without a case.
        case aAndB
        /// One is an item of a case, the other an entry of a hash list.
        case itemAndEntry
    }

    private enum Key: String, CodingKey {
        case queryFrom = "query_from_ms"
        case queryTo = "query_to_ms"
        case from = "from_ms"
        case to = "to_ms"
        case leftFrom = "left_from_ms"
        case leftTo = "left_to_ms"
        case rightFrom = "right_from_ms"
        case rightTo = "right_to_ms"
        case aFrom = "a_from_ms"
        case aTo = "a_to_ms"
        case bFrom = "b_from_ms"
        case bTo = "b_to_ms"
        case itemFrom = "item_from_ms"
        case itemTo = "item_to_ms"
        case entryFrom = "entry_from_ms"
        case entryTo = "entry_to_ms"
        case speed, turned, pictures, scenes
        case medianDistance = "median_distance"
        case worstDistance = "worst_distance"
        case score
    }

    private let piece: FilmAlignment.Piece
    private let films: Films

    init(_ piece: FilmAlignment.Piece, of films: Films) {
        self.piece = piece
        self.films = films
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        let keys: (left: (Key, Key), right: (Key, Key)) =
            switch films {
            case .queryAndStored: ((.queryFrom, .queryTo), (.from, .to))
            case .leftAndRight: ((.leftFrom, .leftTo), (.rightFrom, .rightTo))
            case .aAndB: ((.aFrom, .aTo), (.bFrom, .bTo))
            case .itemAndEntry: ((.itemFrom, .itemTo), (.entryFrom, .entryTo))
            }
        try container.encode(piece.left.lowerBound, forKey: keys.left.0)
        try container.encode(piece.left.upperBound, forKey: keys.left.1)
        try container.encode(piece.right.lowerBound, forKey: keys.right.0)
        try container.encode(piece.right.upperBound, forKey: keys.right.1)
        try container.encode(piece.speed.rounded(places: 4), forKey: .speed)
        try container.encode(piece.turn.name, forKey: .turned)
        try container.encode(piece.pictures, forKey: .pictures)
        try container.encode(piece.scenes, forKey: .scenes)
        try container.encode(piece.medianDistance, forKey: .medianDistance)
        try container.encode(piece.worstDistance, forKey: .worstDistance)
        try container.encode(piece.score.rounded(places: 2), forKey: .score)
    }
}
