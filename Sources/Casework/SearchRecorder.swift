import Crypto
import Evidence
import Fingerprinting
import Foundation
import Keyframing
import Matching

/// Writes down what a search does, for its certificate.
public final class SearchRecorder {
    private let reader: CaseReader
    private var certificate: CompletenessCertificate
    private var probes: [CompletenessCertificate.Probe] = []
    private var work: [CompletenessCertificate.Work]
    private var sample: SearchSample
    private var probeDigest = SHA256()
    private var resultDigest = SHA256()
    private var fingerprints = 0

    /// A recorder of searches in a case.
    ///
    /// - Parameters:
    ///   - radius: of most probes; one with another radius says so.
    ///   - seed: of the sample that is compared with everything.
    public init(_ reader: CaseReader, radius: Int, turned: Bool, seed: UInt64) throws(CaseFault) {
        self.reader = reader
        certificate = CompletenessCertificate(
            tool: CaseDescription.tool,
            created: timestamp(),
            operation: .search,
            kind: try reader.description.settings().kind.name,
            radius: radius,
            left: CompletenessCertificate.Side(type: "probes", name: ""),
            right: reader.certified
        )
        certificate.turned = turned
        work = reader.segments.indices.map { CompletenessCertificate.Work(right: $0) }
        sample = SearchSample(seed: seed, of: reader.search, radius: radius)
    }

    /// Takes what one fingerprint gave, looked for with a radius.
    func take(_ probe: Fingerprint, radius: Int, _ statistics: SearchStatistics, _ hits: [Hit]) {
        fingerprints += 1
        withUnsafeBytes(of: probe.words) { probeDigest.update(bufferPointer: $0) }
        for (index, figures) in statistics.segments.enumerated() {
            guard let figures else { continue }
            work[index].methods[figures.method.rawValue, default: 0] += 1
            work[index].probes += figures.lists
            work[index].postings += figures.postings
            work[index].candidates += figures.candidates
            work[index].verified += figures.comparedRows
            work[index].matches += figures.hits
        }
        sample.take(probe, radius: radius, hits)
    }

    /// Takes a picture with all that was found of it.
    func take(
        name: String,
        time: Int64?,
        radius: Int,
        _ variants: [(turn: Turn, fingerprint: Fingerprint)],
        _ matches: [CaseMatch]
    ) {
        var line = "probe \(probes.count)\n"
        for match in matches {
            line +=
                "\(match.item.identifier):\(match.timeMilliseconds ?? -1):"
                + "\(match.origin.background.rawValue) \(match.fingerprint.hex) \(match.distance) "
                + "\(match.turn.name)\n"
        }
        resultDigest.update(data: Data(line.utf8))
        certificate.matches += matches.count
        // Films are looked for turned unless that is declined, pictures only if it is asked for.
        certificate.turned = certificate.turned || variants.count > 1
        probes.append(
            CompletenessCertificate.Probe(
                name: name,
                time: time,
                radius: radius == certificate.radius ? nil : radius,
                fingerprints: Dictionary(
                    variants.map { ($0.turn.name, $0.fingerprint.hex) },
                    uniquingKeysWith: { first, _ in first }
                ),
                matches: matches.count
            )
        )
    }

    /// The certificate of all that was taken; compares the sample with everything.
    public func finish() -> CompletenessCertificate {
        var finished = certificate
        finished.left.fingerprints = fingerprints
        finished.left.sha256 = probeDigest.finalize().hexDigits
        finished.probes = probes
        finished.work = work
        finished.resultSHA256 = resultDigest.finalize().hexDigits
        finished.sample = sample.check()
        return finished.sealed()
    }
}
