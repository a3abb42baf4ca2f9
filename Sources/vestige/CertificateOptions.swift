import ArgumentParser
import Casework
import Matching

/// Writing a certificate of completeness.
struct CertificateOptions: ParsableArguments {
    @Option(
        name: .customLong("certificate"),
        help: ArgumentHelp(
            """
            Write a certificate of completeness: what was compared, by which method, and a random sample \
            checked by comparing it with everything. `vestige verify --certificate` repeats it.
            """,
            valueName: "file"
        )
    )
    var path: String?

    @Option(
        name: .customLong("sample-seed"),
        help: ArgumentHelp(
            "The seed of the certificate's sample; by default random.",
            valueName: "n"
        )
    )
    var chosenSeed: UInt64?

    /// The seed to take, chosen or drawn; `nil` if no certificate is wanted.
    func drawSeed() -> UInt64? {
        path.map { _ in chosenSeed ?? UInt64.random(in: 0...UInt64(UInt32.max)) }
    }

    /// Writes the certificate, and says what it says.
    ///
    /// - Throws: `ExitStatus.couldNotRun`, if the sample shows that matches are missing: that must not pass.
    func write(_ certificate: CompletenessCertificate) throws {
        guard let path else { return }
        try certificate.write(to: path)
        let sample = certificate.sample
        standardError(
            "certificate: \(path): \(certificate.matches) matches; sample of \(sample.size) of "
                + "\(sample.population) (seed \(sample.seed)) compared with everything: "
                + "\(sample.expected) expected, \(sample.missing) missing, \(sample.extra) wrong\n"
        )
        guard certificate.isSound else {
            standardError(
                "vestige: the sampled check failed: the result is not complete. Run `vestige verify` on "
                    + "the case, and report this\n"
            )
            throw ExitStatus.couldNotRun
        }
    }
}
