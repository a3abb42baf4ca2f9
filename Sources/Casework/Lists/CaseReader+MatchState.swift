import Crypto
import Evidence
import Foundation
import Indexing

extension CaseReader {
    /// A digest of all in the case that a match depends on.
    func matchState() throws(CaseFault) -> String {
        let items = try catalog.itemState()
        var text = "\(description.identifier)\n\(items.count) \(items.highest) \(items.withdrawn)\n"
        for segment in segments {
            text += "\(segment.description.name) \(segment.description.sha256)\n"
        }
        var digest = SHA256()
        digest.update(data: Data(text.utf8))
        tombstones.items.withUnsafeBytes { digest.update(bufferPointer: $0) }
        return digest.finalize().hexDigits
    }
}
