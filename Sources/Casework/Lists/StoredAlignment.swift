import Fingerprinting
import Foundation
import Matching

/// How two films run in step, as the catalog keeps it: JSON.
struct StoredAlignment: Codable {
    private struct Piece: Codable {
        var left: [Int64]
        var right: [Int64]
        var speed: Double
        var turn: String
        var pictures: Int
        var scenes: Int
        var median: Int
        var worst: Int
        var score: Double
    }

    private var pieces: [Piece]
    private var score: Double
    private var itemLength: Int64
    private var entryLength: Int64

    init(_ alignment: FilmAlignment, itemLength: Int64, entryLength: Int64) {
        score = alignment.score
        self.itemLength = itemLength
        self.entryLength = entryLength
        pieces = alignment.pieces.map {
            Piece(
                left: [$0.left.lowerBound, $0.left.upperBound],
                right: [$0.right.lowerBound, $0.right.upperBound],
                speed: $0.speed,
                turn: $0.turn.name,
                pictures: $0.pictures,
                scenes: $0.scenes,
                median: $0.medianDistance,
                worst: $0.worstDistance,
                score: $0.score
            )
        }
    }

    /// Reads what the catalog has; `nil` if that cannot be.
    init?(json: String) {
        guard let read = try? JSONDecoder().decode(StoredAlignment.self, from: Data(json.utf8))
        else { return nil }
        self = read
    }

    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// What it says; `nil` if that cannot be.
    var evidence: ListMatch.Evidence? {
        var read: [FilmAlignment.Piece] = []
        for piece in pieces {
            guard piece.left.count == 2, piece.right.count == 2, piece.left[0] <= piece.left[1],
                piece.right[0] <= piece.right[1], let turn = Turn(name: piece.turn)
            else { return nil }
            read.append(
                FilmAlignment.Piece(
                    left: piece.left[0]...piece.left[1],
                    right: piece.right[0]...piece.right[1],
                    speed: piece.speed,
                    turn: turn,
                    pictures: piece.pictures,
                    scenes: piece.scenes,
                    medianDistance: piece.median,
                    worstDistance: piece.worst,
                    score: piece.score
                )
            )
        }
        return .film(
            FilmAlignment(pieces: read, score: score),
            itemLength: itemLength,
            entryLength: entryLength
        )
    }
}
