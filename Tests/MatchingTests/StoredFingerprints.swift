import Fingerprinting
import Foundation
import Keyframing
import Matching

@testable import Indexing

/// Segments in a fresh folder that disappears with the test, and what is in them.
struct StoredFingerprints: ~Copyable {
    let folder: String
    private(set) var segments: [Segment] = []
    private var contents: [[Fingerprint]] = []

    init() throws {
        folder = NSTemporaryDirectory() + "vestige-matching-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true
        )
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Writes a segment, with tables unless it is empty.
    mutating func add(
        _ fingerprints: [Fingerprint],
        kind: FingerprintKind = .pdqFullResolution
    ) throws {
        var writer = SegmentWriter(kind: kind, folder: folder, tableThreshold: 0)
        for (item, fingerprint) in fingerprints.enumerated() {
            let origin = PictureOrigin(decoder: .none, policy: .exact)
            try writer.append(
                fingerprint,
                Occurrence(item: UInt64(item), quality: 100, origin: origin)
            )
        }
        let name = "\(segments.count).seg"
        let description = try writer.write(name: name)
        segments.append(try Segment(opening: folder + "/" + name, description: description))
        contents.append(Array(Set(fingerprints)))
    }

    /// What the definition says is within the radius: segment, fingerprint and distance.
    func definition(_ probe: Fingerprint, radius: Int) -> Set<Found> {
        var found: Set<Found> = []
        for (segment, fingerprints) in contents.enumerated() {
            for fingerprint in fingerprints {
                let distance = fingerprint.distance(to: probe)
                if distance <= radius {
                    found.insert(
                        Found(segment: segment, fingerprint: fingerprint, distance: distance)
                    )
                }
            }
        }
        return found
    }

    /// A hit without its row, of which the definition knows nothing.
    struct Found: Hashable {
        var segment: Int
        var fingerprint: Fingerprint
        var distance: Int

        init(segment: Int, fingerprint: Fingerprint, distance: Int) {
            self.segment = segment
            self.fingerprint = fingerprint
            self.distance = distance
        }

        init(_ hit: Hit) {
            self.init(segment: hit.segment, fingerprint: hit.fingerprint, distance: hit.distance)
        }
    }
}
