import Decoding
import Evidence
import Fingerprinting
import Foundation
import Keyframing

/// What `case.json` holds: how a case was made. It is written once, when the case is made.
public struct CaseDescription: Codable, Hashable, Sendable {
    /// The version of the case's layout.
    public var formatVersion: Int
    /// A random identifier of the case.
    public var identifier: String
    /// When the case was made, ISO 8601, UTC.
    public var created: String
    /// The program that made it, with its version.
    public var tool: String
    /// The name of the fingerprints' kind: ``FingerprintKind/name``.
    public var fingerprintKind: String
    /// `fast` or `exact`.
    public var decodePolicy: String
    /// Pictures with more pixels were refused.
    public var maximumPixels: Int64
    /// The versions of the libraries that decoded.
    public var libraries: [String: String]

    /// The name and version of this program.
    public static let tool = "vestige 0.1.0"

    init(settings: WorkerSettings) {
        formatVersion = CaseFolder.formatVersion
        identifier = UUID().uuidString.lowercased()
        created = timestamp()
        tool = CaseDescription.tool
        fingerprintKind = settings.kind.name
        decodePolicy = settings.policy.name
        maximumPixels = settings.maximumPixels
        libraries = MediaDecoding.libraryVersions
    }

    /// The settings that workers of this case need.
    ///
    /// - Throws: ``CaseFault`` with the code `damaged`, if the case names what this program does not know.
    public func settings() throws(CaseFault) -> WorkerSettings {
        guard
            let kind = FingerprintKind(name: fingerprintKind),
            let policy = DecodePolicy(name: decodePolicy)
        else {
            throw CaseFault(
                .damaged,
                "case.json names the fingerprint kind '\(fingerprintKind)' and the decode policy "
                    + "'\(decodePolicy)', which this version does not know"
            )
        }
        return WorkerSettings(kind: kind, policy: policy, maximumPixels: maximumPixels)
    }

    static func read(_ folder: CaseFolder) throws(CaseFault) -> CaseDescription {
        struct Version: Codable {
            var formatVersion: Int
        }
        let data: Data
        let version: Version
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: folder.description))
            version = try JSONDecoder().decode(Version.self, from: data)
        } catch {
            throw CaseFault(
                .damaged,
                "\(folder.description) cannot be read: \(error.localizedDescription). "
                    + "Restore it from a copy of the case"
            )
        }
        // The version first: a newer layout may have other fields.
        guard version.formatVersion <= CaseFolder.formatVersion else {
            throw CaseFault(
                .newerFormat,
                "\(folder.path.text) has the format version \(version.formatVersion); this program "
                    + "knows \(CaseFolder.formatVersion). Use the newer vestige that wrote it"
            )
        }
        do {
            return try JSONDecoder().decode(CaseDescription.self, from: data)
        } catch {
            throw CaseFault(
                .damaged,
                "\(folder.description) lacks a field. Restore it from a copy of the case"
            )
        }
    }

    /// Writes `case.json` whole or not at all.
    func write(_ folder: CaseFolder) throws(CaseFault) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // Numbers, strings and lists of them: there is nothing that cannot be encoded.
        let data = (try? encoder.encode(self)) ?? Data()
        do throws(WholeFile.Failure) {
            try WholeFile.write(data, to: folder.description, isDurable: true)
        } catch {
            throw CaseFault(
                .system,
                "cannot write \(folder.description): \(error.text)",
                status: error.status
            )
        }
    }
}

extension DecodePolicy {
    /// The name in files and on the command line: `exact` or `fast`.
    public var name: String {
        switch self {
        case .exact: "exact"
        case .fast: "fast"
        }
    }

    /// The policy with a ``name``.
    public init?(name: some StringProtocol) {
        guard let policy = DecodePolicy.allCases.first(where: { $0.name == name }) else {
            return nil
        }
        self = policy
    }
}

/// The time now, ISO 8601, UTC, to the second.
func timestamp() -> String {
    Date().formatted(.iso8601)
}
