import Fingerprinting
import Matching

/// A stretch of two films that runs in step, as an object of JSON.
struct PieceLine: Encodable {
    let queryFrom, queryTo, from, to: Int64
    let speed: Double
    let turned: String
    let pictures, scenes, medianDistance, worstDistance: Int
    let score: Double

    private enum CodingKeys: String, CodingKey {
        case queryFrom = "query_from_ms"
        case queryTo = "query_to_ms"
        case from = "from_ms"
        case to = "to_ms"
        case speed, turned, pictures, scenes
        case medianDistance = "median_distance"
        case worstDistance = "worst_distance"
        case score
    }

    init(_ piece: FilmAlignment.Piece) {
        queryFrom = piece.left.lowerBound
        queryTo = piece.left.upperBound
        from = piece.right.lowerBound
        to = piece.right.upperBound
        speed = piece.speed.rounded(places: 4)
        turned = piece.turn.name
        pictures = piece.pictures
        scenes = piece.scenes
        medianDistance = piece.medianDistance
        worstDistance = piece.worstDistance
        score = piece.score.rounded(places: 2)
    }
}
