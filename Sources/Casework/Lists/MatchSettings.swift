import Fingerprinting
import Foundation
import Matching

/// By what two pictures or films count as a match: part of every result.
public struct MatchSettings: Codable, Hashable, Sendable {
    /// Bits in which two pictures may differ.
    public var radius: Int
    /// … and pictures of two films, of which several have to agree.
    public var filmRadius: Int
    /// Whether turned and mirrored copies are looked for.
    public var turned: Bool
    /// Pictures of a lower quality are left out.
    public var minimumQuality: Int

    /// Settings; by default what is recommended.
    public init(
        radius: Int = Fingerprint.recommendedRadius,
        filmRadius: Int = FilmAlignment.recommendedRadius,
        turned: Bool = false,
        minimumQuality: Int = Int(Fingerprint.recommendedMinimumQuality)
    ) {
        self.radius = radius
        self.filmRadius = filmRadius
        self.turned = turned
        self.minimumQuality = minimumQuality
    }

    /// The same text for the same settings.
    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
