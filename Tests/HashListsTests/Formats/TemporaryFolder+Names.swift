import Foundation
import TestSupport

extension TemporaryFolder {
    /// The names of what is in it, sorted.
    func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }
}
