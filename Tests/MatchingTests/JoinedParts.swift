import Fingerprinting
import Foundation
import Keyframing
import Matching
import TestSupport

@testable import Indexing

/// Parts of a join, in a fresh folder where they are segments, and what the definition says of them.
struct JoinedParts {
    /// How a part is kept.
    enum Storage: CaseIterable {
        case tabled, untabled, list
    }

    let folder: TemporaryFolder
    private(set) var parts: [JoinPart] = []
    /// The fingerprints of each part, by row.
    private(set) var fingerprints: [[Fingerprint]] = []

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Adds a part.
    mutating func add(
        _ content: [Fingerprint],
        as storage: Storage,
        kind: FingerprintKind = .pdqFullResolution
    ) throws {
        if storage == .list {
            parts.append(.list(FingerprintList(kind: kind, content)))
        } else {
            var writer = SegmentWriter(
                kind: kind,
                folder: folder.path,
                tableThreshold: storage == .tabled ? 0 : Int.max
            )
            for (item, fingerprint) in content.enumerated() {
                let origin = PictureOrigin(decoder: .none, policy: .exact)
                try writer.append(
                    fingerprint,
                    Occurrence(item: UInt64(item), quality: 100, origin: origin)
                )
            }
            let name = "\(UUID().uuidString).seg"
            let description = try writer.write(name: name)
            parts.append(
                .segment(try Segment(opening: folder.path + "/" + name, description: description))
            )
        }
        let part = parts[parts.count - 1]
        fingerprints.append((0..<part.rows).map { part.fingerprint(ofRow: $0) })
    }

    /// All distances between the rows of two sets of parts, from which any radius can be answered.
    static func distances(_ left: JoinedParts, _ right: JoinedParts) -> [JoinPair] {
        pairs(left, right) { _, _ in true }
    }

    /// All distances between two rows of a set, the earlier row being the left one.
    static func distances(within parts: JoinedParts) -> [JoinPair] {
        pairs(parts, parts) { $0 < $1 }
    }

    private static func pairs(
        _ left: JoinedParts,
        _ right: JoinedParts,
        where isWanted: ((Int, Int), (Int, Int)) -> Bool
    ) -> [JoinPair] {
        var pairs: [JoinPair] = []
        for (leftPart, leftContent) in left.fingerprints.enumerated() {
            for (rightPart, rightContent) in right.fingerprints.enumerated()
            where left.parts[leftPart].kind == right.parts[rightPart].kind {
                for (leftRow, a) in leftContent.enumerated() {
                    for (rightRow, b) in rightContent.enumerated()
                    where isWanted((leftPart, leftRow), (rightPart, rightRow)) {
                        pairs.append(
                            JoinPair(
                                leftPart: UInt32(leftPart),
                                leftRow: UInt32(leftRow),
                                rightPart: UInt32(rightPart),
                                rightRow: UInt32(rightRow),
                                distance: UInt32(a.distance(to: b))
                            )
                        )
                    }
                }
            }
        }
        return pairs.sorted()
    }
}
