import ArgumentParser
import Casework
import Indexing
import Matching
import Reporting

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks a case, or repeats what a certificate says was done.",
        discussion: """
            Reads every segment whole, compares it with its checksums and with the MANIFEST, checks the \
            catalog, and counts each item's fingerprints in the segments.

              vestige verify holiday.vestige

            With a certificate, checks that it was not changed and that the case is the one it speaks of, \
            does the search or the join again, and compares the result.

              vestige verify --certificate join.json
              vestige verify --certificate join.json /new/place/holiday.vestige
            """
    )

    @Argument(help: "The case's folder; with a certificate only if the case has been moved.")
    var casePath: String?

    @Option(
        help: ArgumentHelp(
            "The certificate of a query, join or match to repeat.",
            valueName: "file"
        )
    )
    var certificate: String?

    @OptionGroup var memory: MemoryOptions

    @Flag(help: "No progress on standard error.")
    var quiet = false

    func validate() throws {
        if casePath == nil, certificate == nil {
            throw ValidationError("name a case, or a certificate with --certificate")
        }
    }

    mutating func run() throws {
        if let certificate, MatchCertificate.isOne(certificate) {
            try repeatMatch(certificate)
        } else if let certificate {
            try repeatCertified(certificate)
        } else if let casePath {
            try verify(casePath)
        }
    }

    private func verify(_ name: String) throws {
        let reader = try CaseReader(name: name)
        let progress = ProgressLine(isQuiet: quiet)
        var checked = 0.0
        let all = reader.segments.reduce(0.0) { $0 + Double($1.description.bytes) }
        let found = try reader.verify { segment in
            progress.show(segment.name, fraction: checked / max(1, all))
            checked += Double(segment.bytes)
        }
        progress.finish()
        for problem in found.problems {
            standardError("vestige: \(problem)\n")
        }
        guard found.problems.isEmpty else {
            standardError(
                "vestige: the case is damaged: restore it from a copy, or index the evidence anew\n"
            )
            throw ExitStatus.couldNotRun
        }
        StandardOutput.write(
            """
            sound: \(displayCount(found.segments, "segment")) of \(displayBytes(found.bytes)), \
            \(displayCount(found.occurrences, "fingerprint")) of \(displayCount(found.items, "item"))

            """
        )
    }

    private func repeatMatch(_ file: String) throws {
        let certificate = try MatchCertificate(reading: file)
        let replay = MatchCertificateReplay(
            certificate,
            casePath: casePath,
            threads: SetJoin.cores,
            memory: memory.memory.bytes
        )
        let progress = ProgressLine(isQuiet: quiet)
        let report = try replay.run { progress.show("repeating", fraction: $0) }
        progress.finish()
        try VerifyCommand.require(file, report.problems)
        let list = certificate.list
        StandardOutput.write(
            """
            the certificate holds: match of \(certificate.created) against \(list.name)@\(list.version) of \(list.owner) at radius \
            \(certificate.radius): every byte of the version is as published, \
            \(displayCount(report.pairs, "pair")) of fingerprints, the same again; \
            \(displayCount(report.sampled, "fingerprint")) compared one by one with everything, none missing

            """
        )
    }

    private func repeatCertified(_ file: String) throws {
        let certificate = try CompletenessCertificate(reading: file)
        let replay = CertificateReplay(
            certificate,
            casePath: casePath,
            threads: SetJoin.cores,
            memory: memory.memory.bytes
        )
        let progress = ProgressLine(isQuiet: quiet)
        let report = try replay.run { progress.show("repeating", fraction: $0) }
        progress.finish()
        try VerifyCommand.require(file, report.problems)
        var text =
            "the certificate holds: \(certificate.operation.rawValue) of \(certificate.created) at radius "
            + "\(certificate.radius), \(displayCount(report.matches, "match", plural: "matches")), the same "
            + "again\n"
        if let sample = report.sample {
            text +=
                "sample of \(sample.size) of \(sample.population) (seed \(sample.seed)): "
                + "\(sample.compared) rows compared one by one, \(sample.expected) matches, none missing\n"
        }
        StandardOutput.write(text)
    }

    /// - Throws: `ExitStatus.couldNotRun`, if a certificate has any problem; each is told.
    private static func require(_ file: String, _ problems: [String]) throws {
        guard !problems.isEmpty else { return }
        for problem in problems {
            standardError("vestige: \(problem)\n")
        }
        standardError("vestige: \(file) does not hold\n")
        throw ExitStatus.couldNotRun
    }
}
