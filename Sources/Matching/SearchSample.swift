import Fingerprinting
import Indexing

/// A random sample of the probes of a search, compared with every row by a plain loop: a check that shares
/// nothing with the search but the rows.
///
/// How many probes come is not known before: each has the same chance to be kept (reservoir sampling).
public struct SearchSample {
    /// The most probes that are kept.
    public static let mostProbes = 32

    private struct Kept {
        var probe: Fingerprint
        var radius: Int
        var hits: Set<Hit>
        var repeated: Int
    }

    private let segments: [Segment]
    private let kind: FingerprintKind?
    private let radius: Int
    private let seed: UInt64
    private var generator: SampleGenerator
    private var kept: [Kept] = []
    private var population = 0

    /// A sample of searches; the same one whenever the probes are the same.
    ///
    /// - Parameter radius: of probes that are taken without one of their own.
    public init(seed: UInt64, of search: RadiusSearch, radius: Int) {
        segments = search.segments
        kind = search.kind
        self.radius = radius
        self.seed = seed
        generator = SampleGenerator(state: seed)
    }

    /// Takes a probe with all that the search found.
    ///
    /// - Parameter radius: with which it was looked for; `nil` if it is the sample's.
    public mutating func take(_ probe: Fingerprint, radius: Int? = nil, _ hits: [Hit]) {
        population += 1
        let place =
            kept.count < SearchSample.mostProbes
            ? kept.count : Int.random(in: 0..<population, using: &generator)
        guard place < SearchSample.mostProbes else { return }
        let set = Set(hits)
        let new = Kept(
            probe: probe,
            radius: radius ?? self.radius,
            hits: set,
            repeated: hits.count - set.count
        )
        if place == kept.count {
            kept.append(new)
        } else {
            kept[place] = new
        }
    }

    /// Compares the sample with everything, and what that gives with what the search found.
    ///
    /// - Complexity: O(sample × rows).
    public func check() -> CompletenessCertificate.Sample {
        var sample = CompletenessCertificate.Sample(
            seed: seed,
            size: kept.count,
            population: population,
            compared: 0,
            expected: 0,
            missing: 0,
            extra: 0
        )
        for entry in kept {
            var expected: Set<Hit> = []
            for (number, segment) in segments.enumerated() where segment.kind == kind {
                // The stored bits themselves, not those that the search permuted.
                for row in 0..<segment.rows {
                    let fingerprint = segment.fingerprint(ofRow: row)
                    let distance = fingerprint.distance(to: entry.probe)
                    if distance <= entry.radius {
                        expected.insert(
                            Hit(
                                segment: number,
                                row: row,
                                fingerprint: fingerprint,
                                distance: distance
                            )
                        )
                    }
                }
                sample.compared += segment.rows
            }
            sample.expected += expected.count
            sample.missing += expected.subtracting(entry.hits).count
            sample.extra += entry.hits.subtracting(expected).count + entry.repeated
        }
        return sample
    }
}
