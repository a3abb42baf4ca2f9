import Crypto
import Evidence
import Foundation
import Matching

/// What a match of a case against a version of a hash list compared, how, and what came out: enough to do it again and see the same.
///
/// It holds a ``CompletenessCertificate`` for each part of the list whose fingerprints were joined with the case's.
public struct MatchCertificate: Codable, Hashable, Sendable {
    /// The case.
    public struct Casework: Codable, Hashable, Sendable {
        /// The folder.
        public var path: String
        /// Tells the case from every other.
        public var identifier: String
        /// A digest of its segments, its items and what is withdrawn.
        public var state: String
    }

    /// The list.
    public struct List: Codable, Hashable, Sendable {
        /// The folder.
        public var path: String
        /// Tells the list from every other.
        public var identifier: String
        /// What it is called.
        public var name: String
        /// Who answers for it.
        public var owner: String
        /// The version.
        public var version: Int
        /// The SHA-256 of the version's record.
        public var digest: String
        /// The SHA-256 of its entries.
        public var content: String
        /// The public key of whoever signed it.
        public var signer: String?
        /// The version since which entries were matched; `nil` if all were.
        public var since: Int?
        /// How many live entries were matched.
        public var entries: Int
    }

    /// The comparison of digests.
    public struct DigestWork: Codable, Hashable, Sendable {
        /// Items whose digests were looked up.
        public var items: Int
        /// The kinds of digests that the list has.
        public var kinds: [String]
    }

    /// The version of the format of these certificates.
    public static let currentVersion = 1

    /// The version of the format.
    public var version: Int
    /// `list-match`, which tells it from other certificates.
    public var operation: String
    /// The program and its version.
    public var tool: String
    /// When it was done, ISO 8601, UTC.
    public var created: String
    /// The case.
    public var casework: Casework
    /// The list.
    public var list: List
    /// Bits in which two pictures may differ.
    public var radius: Int
    /// … and pictures of two films, of which several have to agree.
    public var filmRadius: Int
    /// Whether turned and mirrored copies were looked for.
    public var turned: Bool
    /// Pictures of a lower quality were left out.
    public var minimumQuality: Int
    /// The comparison of digests.
    public var digests: DigestWork
    /// The joins of fingerprints.
    public var joins: [CompletenessCertificate]
    /// All matches that hold now, by kind.
    public var matches: [String: Int]
    /// The SHA-256 of all matches that hold now: see `Docs/Matching.md`.
    public var resultSHA256: String
    /// The SHA-256 of this certificate with this member empty, keys sorted, no space between.
    public var sha256: String

    /// What ``operation`` is.
    public static let listMatch = "list-match"

    private enum CodingKeys: String, CodingKey {
        case version, operation, tool, created
        case casework = "case"
        case list, radius
        case filmRadius = "film_radius"
        case turned
        case minimumQuality = "minimum_quality"
        case digests, joins, matches
        case resultSHA256 = "result_sha256"
        case sha256
    }

    /// Whether every sampled check found nothing missing and nothing wrong.
    public var isSound: Bool { joins.allSatisfy(\.isSound) }

    /// The certificate with its own digest.
    func sealed() -> MatchCertificate {
        var sealed = self
        sealed.sha256 = digest
        return sealed
    }

    private var digest: String {
        var bare = self
        bare.sha256 = ""
        return SHA256.hash(data: bare.json(pretty: false)).hexDigits
    }

    func json(pretty: Bool) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
        // Numbers, strings and lists of them: there is nothing that cannot be encoded.
        return (try? encoder.encode(self)) ?? Data()
    }

    /// The bytes of the certificate's file.
    public var file: Data { json(pretty: true) + Data("\n".utf8) }

    /// Writes the certificate whole or not at all.
    ///
    /// - Throws: ``CaseFault``.
    public func write(to path: String) throws(CaseFault) {
        do throws(WholeFile.Failure) {
            try WholeFile.write(file, to: path, isDurable: true)
        } catch {
            throw CaseFault(
                .system,
                "cannot write the certificate \(path): \(error.text)",
                status: error.status
            )
        }
    }

    /// Whether a file is one of these certificates.
    public static func isOne(_ path: String) -> Bool {
        struct Operation: Codable { var operation: String }
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else { return false }
        return (try? JSONDecoder().decode(Operation.self, from: data).operation) == listMatch
    }

    /// Reads a certificate, and checks that nobody changed it since it was written.
    ///
    /// - Throws: ``CaseFault``: `noSuchPath`, `newerFormat` or `damaged`.
    public init(reading path: String) throws(CaseFault) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw CaseFault(.noSuchPath, "cannot read \(path): \(error.localizedDescription)")
        }
        try self.init(data: data, path: path)
    }

    init(data: Data, path: String) throws(CaseFault) {
        struct Version: Codable { var version: Int }
        if let found = try? JSONDecoder().decode(Version.self, from: data),
            found.version > MatchCertificate.currentVersion
        {
            throw CaseFault(
                .newerFormat,
                "\(path) has the format version \(found.version); this program knows \(MatchCertificate.currentVersion). Use the "
                    + "newer vestige that wrote it"
            )
        }
        do {
            self = try JSONDecoder().decode(MatchCertificate.self, from: data)
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

    init(
        casework: Casework,
        list: List,
        settings: MatchSettings,
        digests: DigestWork,
        joins: [CompletenessCertificate],
        matches: [String: Int],
        resultSHA256: String
    ) {
        version = MatchCertificate.currentVersion
        operation = MatchCertificate.listMatch
        tool = CaseDescription.tool
        created = timestamp()
        self.casework = casework
        self.list = list
        radius = settings.radius
        filmRadius = settings.filmRadius
        turned = settings.turned
        minimumQuality = settings.minimumQuality
        self.digests = digests
        self.joins = joins
        self.matches = matches
        self.resultSHA256 = resultSHA256
        sha256 = ""
    }
}
