import Fingerprinting
import Matching

/// What every line of JSON tells of two films in step, whatever they are to each other: written into the line's
/// own object.
struct AlignmentFigures: Encodable {
    private enum Key: String, CodingKey {
        case score, weak, turned, pictures, scenes
        case medianDistance = "median_distance"
        case worstDistance = "worst_distance"
    }

    private let alignment: FilmAlignment

    init(_ alignment: FilmAlignment) {
        self.alignment = alignment
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(alignment.score.rounded(places: 2), forKey: .score)
        try container.encode(alignment.isWeak, forKey: .weak)
        try container.encode(alignment.pieces.first?.turn.name, forKey: .turned)
        try container.encode(alignment.pictures, forKey: .pictures)
        try container.encode(alignment.scenes, forKey: .scenes)
        try container.encode(alignment.medianDistance, forKey: .medianDistance)
        try container.encode(alignment.worstDistance, forKey: .worstDistance)
    }
}
