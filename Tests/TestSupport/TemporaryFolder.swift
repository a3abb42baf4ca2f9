import Foundation

/// A fresh folder that is removed, with all that is in it, when the test lets go of it.
public final class TemporaryFolder: Sendable {
    /// Its path, absolute and without links.
    public let path: String

    /// Makes the folder.
    ///
    /// - Parameter parent: where, if not where temporary files usually are.
    public init(in parent: String? = nil) throws {
        let parent =
            parent.map { URL(fileURLWithPath: $0) } ?? FileManager.default.temporaryDirectory
        let base = parent.appendingPathComponent("vestige-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: base, withIntermediateDirectories: true)
        path = base.resolvingSymlinksInPath().path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Writes a file, and the folders on the way to it.
    @discardableResult
    public func write(_ name: String, _ content: some Sequence<UInt8>) throws -> String {
        let file = URL(fileURLWithPath: path).appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(content).write(to: file)
        return file.path
    }
}
