import Foundation
import Testing

/// What the fuzzer found once must not come back: see `Fuzzing/README.md`.
@Suite("Inputs that the fuzzer found")
struct RegressionTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fuzzing/Regressions")

    @Test("are answered or refused, and nothing else", arguments: FuzzTarget.allCases)
    func replay(target: FuzzTarget) throws {
        // None at all is common to every target.
        target.run(UnsafeRawBufferPointer(start: nil, count: 0))
        let place = RegressionTests.folder.appendingPathComponent(target.rawValue).path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
        for name in names.sorted() {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: place + "/" + name))
            bytes.withUnsafeBytes(target.run)
        }
    }
}
