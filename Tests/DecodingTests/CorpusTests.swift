import Decoding
import Foundation
import Testing

/// A corpus of real files, where the machine has one.
@Suite struct CorpusTests {
    static let folder = ProcessInfo.processInfo.environment["VESTIGE_CORPUS"]

    static func files(_ name: String) -> [URL] {
        guard let folder else { return [] }
        let place = URL(filePath: folder).appending(path: name)
        let found = try? FileManager.default.contentsOfDirectory(
            at: place,
            includingPropertiesForKeys: nil
        )
        return (found ?? []).sorted { $0.path < $1.path }
    }

    private func decodeFile(_ file: URL) throws -> (Int, Result<DecodeReport, MediaFault>) {
        let data = try Data(contentsOf: file)
        var count = 0
        let outcome = data.withUnsafeBytes { content in
            Result { () throws(MediaFault) in
                try MediaDecoding.decode(
                    MediaSource(descriptor: -1, size: Int64(content.count), bytes: content),
                    options: DecodeOptions(),
                    onKeyframe: { _ in count += 1 }
                )
            }
        }
        return (count, outcome)
    }

    @Test("every real file gives a picture", .enabled(if: folder != nil))
    func realFiles() throws {
        for file in CorpusTests.files("images") + CorpusTests.files("videos") {
            let (count, outcome) = try decodeFile(file)
            #expect(count > 0, "\(file.lastPathComponent): \(outcome)")
        }
    }

    @Test("every hostile file ends in a report or a fault", .enabled(if: folder != nil))
    func hostileFiles() throws {
        for file in CorpusTests.files("hostile") {
            let (count, outcome) = try decodeFile(file)
            switch outcome {
            case .success(let report): #expect(report.keyframes == count && count > 0)
            case .failure: #expect(count == 0, "\(file.lastPathComponent)")
            }
        }
    }
}
