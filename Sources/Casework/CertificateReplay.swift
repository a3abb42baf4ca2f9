import Evidence
import Fingerprinting
import Foundation
import HashLists
import Indexing
import Matching

/// Does again what a certificate says was done, and compares.
public struct CertificateReplay {
    /// What came out.
    public struct Report: Hashable, Sendable {
        /// What is not as the certificate says, a sentence each; empty if all is.
        public var problems: [String] = []
        /// The matches that were found now.
        public var matches = 0
        /// The sample that was compared with everything now.
        public var sample: CompletenessCertificate.Sample?
    }

    private let certificate: CompletenessCertificate
    private let casePath: String?
    private let threads: Int
    private let memory: Int

    /// A replay.
    ///
    /// - Parameter casePath: where the case is now, if it has been moved; only where one case was compared.
    public init(
        _ certificate: CompletenessCertificate,
        casePath: String?,
        threads: Int,
        memory: Int
    ) {
        self.certificate = certificate
        self.casePath = casePath
        self.threads = threads
        self.memory = memory
    }

    /// Opens what was compared, verifies its segments, does the search or join again, and compares.
    ///
    /// - Throws: ``CaseFault``, if something cannot be opened or read.
    public func run(progress: (Double) -> Void = { _ in }) throws -> Report {
        var report = Report()
        switch certificate.operation {
        case .search: try replaySearch(&report, progress)
        case .join, .selfJoin: try replayJoin(&report, progress)
        }
        if let sample = report.sample {
            if sample.missing > 0 || sample.extra > 0 {
                report.problems.append(
                    "the sample shows \(sample.missing) matches missing and \(sample.extra) wrong"
                )
            }
        }
        return report
    }

    // MARK: - Search

    private func replaySearch(_ report: inout Report, _ progress: (Double) -> Void) throws {
        guard let right = certificate.right, let probes = certificate.probes else {
            throw CaseFault(.damaged, "the certificate of a search lacks the case or the probes")
        }
        let reader = try open(right, &report)
        let recorder = try SearchRecorder(
            reader,
            radius: certificate.radius,
            turned: certificate.turned,
            seed: certificate.sample.seed
        )
        for (index, probe) in probes.enumerated() {
            let variants = Turn.allCases.compactMap { turn in
                probe.fingerprints[turn.name].flatMap { Fingerprint(hex: $0) }.map { (turn, $0) }
            }
            guard (0...64).contains(probe.radius ?? certificate.radius) else {
                throw CaseFault(
                    .damaged,
                    "the certificate's probe \(index) has no radius of 0 to 64"
                )
            }
            guard variants.count == probe.fingerprints.count else {
                throw CaseFault(.damaged, "the certificate's probe \(index) is not a fingerprint")
            }
            let found = try reader.matches(
                of: variants,
                radius: probe.radius ?? certificate.radius,
                name: probe.name,
                time: probe.time,
                recorder: recorder
            )
            if found.count != probe.matches {
                report.problems.append(
                    "probe \(index + 1) (\(probe.name)) had \(probe.matches) matches, now \(found.count)"
                )
            }
            progress(Double(index + 1) / Double(probes.count))
        }
        compare(recorder.finish(), &report)
    }

    // MARK: - Join

    private func replayJoin(_ report: inout Report, _ progress: (Double) -> Void) throws {
        let kind = FingerprintKind(name: certificate.kind) ?? .pdqFullResolution
        let left = try side(certificate.left, kind, &report)
        let right = try certificate.right.map { try side($0, kind, &report) }
        let join = try CaseJoin(
            left: left,
            right: right,
            radius: certificate.radius,
            wantsTurned: certificate.turned,
            minimumQuality: certificate.minimumQuality,
            threads: threads,
            memory: memory,
            scratch: FileManager.default.temporaryDirectory.path,
            sampleSeed: certificate.sample.seed
        )
        let outcome = try join.run(progress: progress, found: { _ in })
        if let again = outcome.certificate {
            compare(again, &report)
        }
    }

    private func side(
        _ side: CompletenessCertificate.Side,
        _ kind: FingerprintKind,
        _ report: inout Report
    ) throws(CaseFault) -> JoinSide {
        if side.type == CompletenessCertificate.Side.hashList {
            return try JoinSide(listed(side, &report), minimumQuality: certificate.minimumQuality)
        }
        guard side.type == "list" else {
            return try JoinSide(
                open(side, &report),
                minimumQuality: certificate.minimumQuality
            )
        }
        guard side.name != "-" else {
            throw CaseFault(
                .badInput,
                "the certificate's list came from standard input and is not there any more: join again "
                    + "from a file"
            )
        }
        let file = try FingerprintFile(reading: side.name, memory: memory)
        if file.sha256 != side.sha256 {
            report.problems.append("the list \(side.name) has changed: its digest is another one")
        }
        return JoinSide(file, kind: kind, minimumQuality: certificate.minimumQuality)
    }

    /// Opens the part of a hash list that was joined, and compares it with what the certificate says of it.
    private func listed(
        _ side: CompletenessCertificate.Side,
        _ report: inout Report
    ) throws(CaseFault) -> ListContents {
        let part = try Casework.listed { () throws(ListFault) in
            try HashList(name: side.name).contents(of: side.version)
                .part(withSegments: Set((side.segments ?? []).map(\.name)))
        }
        let now = part.certified
        if now.sha256 != side.sha256 || now.identifier != side.identifier {
            report.problems.append(
                "\(side.name) has another version \(side.version ?? 0): its digest is not the certificate's"
            )
        }
        if now.segments != side.segments {
            report.problems.append("\(side.name) has other segments than the certificate says")
        }
        for segment in part.segments {
            do throws(IndexFault) {
                try segment.verify()
            } catch {
                report.problems.append(String(describing: error))
            }
        }
        return part
    }

    // MARK: - What both need

    /// Opens a case, and compares it with what the certificate says of it.
    private func open(
        _ side: CompletenessCertificate.Side,
        _ report: inout Report
    ) throws(CaseFault) -> CaseReader {
        let name = casePath ?? side.name
        let reader = try CaseReader(name: name)
        let now = reader.certified
        if now.identifier != side.identifier {
            report.problems.append(
                "\(name) is another case: its identifier is not the certificate's"
            )
        }
        if now.segments != side.segments || now.withdrawn != side.withdrawn {
            report.problems.append(
                "\(name) has changed since: its segments or withdrawn items are not those of the "
                    + "certificate (a run, a compaction or a withdrawal came after it)"
            )
        }
        for segment in reader.segments {
            do throws(IndexFault) {
                try segment.verify()
            } catch {
                report.problems.append(String(describing: error))
            }
        }
        return reader
    }

    private func compare(_ again: CompletenessCertificate, _ report: inout Report) {
        report.matches = again.matches
        report.sample = again.sample
        if again.matches != certificate.matches {
            report.problems.append(
                "there were \(certificate.matches) matches, now there are \(again.matches)"
            )
        } else if again.resultSHA256 != certificate.resultSHA256 {
            report.problems.append("the matches are others: their digest does not fit")
        }
        if again.left.sha256 != certificate.left.sha256, again.operation == .search {
            report.problems.append("the probes are not those whose digest the certificate has")
        }
    }
}
