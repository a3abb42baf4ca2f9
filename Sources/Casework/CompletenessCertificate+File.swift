import Crypto
import Evidence
import Foundation
import Matching

extension CompletenessCertificate {
    /// The certificate with its own digest.
    func sealed() -> CompletenessCertificate {
        var sealed = self
        sealed.sha256 = digest
        return sealed
    }

    /// The SHA-256 of the certificate with an empty digest: of its JSON, keys sorted, no space between.
    private var digest: String {
        var bare = self
        bare.sha256 = ""
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Numbers, strings and lists of them: there is nothing that cannot be encoded.
        let data = (try? encoder.encode(bare)) ?? Data()
        return SHA256.hash(data: data).hexDigits
    }

    /// Writes the certificate whole or not at all.
    ///
    /// - Throws: ``CaseFault``.
    public func write(to path: String) throws(CaseFault) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // There is nothing that cannot be encoded.
        let data = ((try? encoder.encode(self)) ?? Data()) + Data("\n".utf8)
        do throws(WholeFile.Failure) {
            try WholeFile.write(data, to: path, isDurable: true)
        } catch {
            throw CaseFault(
                .system,
                "cannot write the certificate \(path): \(error.text)",
                status: error.status
            )
        }
    }

    /// Reads a certificate, and checks that nobody changed it since it was written.
    ///
    /// - Throws: ``CaseFault``: `noSuchPath`, `newerFormat` or `damaged`.
    public init(reading path: String) throws(CaseFault) {
        struct Version: Codable {
            var version: Int
        }
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw CaseFault(.noSuchPath, "cannot read \(path): \(error.localizedDescription)")
        }
        guard let version = try? JSONDecoder().decode(Version.self, from: data) else {
            throw CaseFault(.damaged, "\(path) is not a completeness certificate")
        }
        guard version.version <= CompletenessCertificate.currentVersion else {
            throw CaseFault(
                .newerFormat,
                "\(path) has the format version \(version.version); this program knows "
                    + "\(CompletenessCertificate.currentVersion). Use the newer vestige that wrote it"
            )
        }
        do {
            self = try JSONDecoder().decode(CompletenessCertificate.self, from: data)
        } catch {
            throw CaseFault(
                .damaged,
                "\(path) lacks a member of a certificate, or holds a wrong one"
            )
        }
        guard sha256 == digest else {
            throw CaseFault(
                .damaged,
                "\(path) was changed after it was written: its digest does not fit"
            )
        }
    }
}
