import Evidence
import Foundation
import HashLists
import Matching

/// Does again what the certificate of a match against a hash list says was done, and compares.
public struct MatchCertificateReplay {
    /// What came out.
    public struct Report: Hashable, Sendable {
        /// What is not as the certificate says, a sentence each; empty if all is.
        public var problems: [String] = []
        /// Pairs of fingerprints that the joins found now.
        public var pairs = 0
        /// Left rows that were compared with everything, one by one.
        public var sampled = 0
    }

    private let certificate: MatchCertificate
    private let casePath: String
    private let threads: Int
    private let memory: Int

    /// A replay.
    ///
    /// - Parameter casePath: where the case is now, if it has been moved.
    public init(_ certificate: MatchCertificate, casePath: String?, threads: Int, memory: Int) {
        self.certificate = certificate
        self.casePath = casePath ?? certificate.casework.path
        self.threads = threads
        self.memory = memory
    }

    /// Verifies the list's version, does the joins again, and compares the matches in the case with the certificate.
    ///
    /// - Throws: ``CaseFault``, if something cannot be opened or read.
    public func run(progress: (Double) -> Void = { _ in }) throws -> Report {
        var report = Report()
        let list = try listed { () throws(ListFault) in try HashList(name: certificate.list.path) }
        let version = try listed { () throws(ListFault) in
            try list.version(certificate.list.version)
        }
        if version.digest != certificate.list.digest {
            report.problems.append(
                "version \(certificate.list.version) of \(certificate.list.path) is another one: its digest is not the certificate's"
            )
        }
        do {
            _ = try ListVerification(list, version: certificate.list.version).run(isThorough: false)
            {
                progress(0.3 * $0)
            }
        } catch {
            report.problems.append(error.message)
        }
        for (place, join) in certificate.joins.enumerated() {
            let replay = CertificateReplay(
                join,
                casePath: casePath,
                threads: threads,
                memory: memory
            )
            let share = 0.7 / Double(certificate.joins.count)
            let again = try replay.run { progress(0.3 + share * (Double(place) + $0)) }
            report.problems += again.problems
            report.pairs += again.matches
            report.sampled += again.sample?.size ?? 0
        }
        let reader = try CaseReader(name: casePath)
        if try reader.matchDigest(ofList: certificate.list.identifier) != certificate.resultSHA256 {
            report.problems.append(
                "the matches in \(casePath) are not those of the certificate: it was matched again since, or changed"
            )
        }
        progress(1)
        return report
    }
}
