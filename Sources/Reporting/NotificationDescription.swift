import Casework
import Evidence

/// What `notification.json` says: what the bundle is about, for a program.
struct NotificationDescription: Encodable {
    struct List: Encodable {
        let identifier, name: String
        let version: Int
        let digest, certificate, certificateSHA256: String
        let matchedFrom, matchedTo: String
        let matches, retractions: Int
        let caseHasChanged: Bool

        private enum CodingKeys: String, CodingKey {
            case identifier, name, version, digest, certificate, matches, retractions
            case certificateSHA256 = "certificate_sha256"
            case matchedFrom = "matched_from"
            case matchedTo = "matched_to"
            case caseHasChanged = "case_has_changed"
        }
    }

    let format = BundleFolder.format
    let version = 1
    let tool = CaseDescription.tool
    let date: String
    let caseIdentifier: String
    let owner: String
    let organisation, contact: String?
    let fingerprintKind: String
    let hasPaths: Bool
    let filter: NotificationFilter
    let signer: String?
    let counts: NotificationCounts
    let lists: [List]

    private enum CodingKeys: String, CodingKey {
        case format, version, tool, date, owner, organisation, contact, filter, signer, counts,
            lists
        case caseIdentifier = "case"
        case fingerprintKind = "fingerprint_kind"
        case hasPaths = "has_paths"
    }
}
