import Foundation
import Glibc

/// A fresh folder that disappears with the test.
struct TemporaryFolder: ~Copyable {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "vestige-index-" + UUID().uuidString
        mkdir(path, 0o755)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The names in it.
    var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }
}

/// The bytes of a file; empty if it cannot be read.
func readBytes(_ path: String) -> [UInt8] {
    FileManager.default.contents(atPath: path).map { Array($0) } ?? []
}

/// Writes a file as it is.
func writeBytes(_ bytes: [UInt8], to path: String) {
    _ = FileManager.default.createFile(atPath: path, contents: Data(bytes))
}
