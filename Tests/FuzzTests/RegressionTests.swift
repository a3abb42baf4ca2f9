import Foundation
import Testing

@testable import Casework

/// What the fuzzer found once must not come back, and what it has reached is reached by each test run: see
/// `Fuzzing/README.md`.
@Suite("Inputs that the fuzzer found")
struct RegressionTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fuzzing")

    @Test("are answered or refused, and nothing else", arguments: FuzzTarget.allCases)
    func replay(target: FuzzTarget) throws {
        // None at all is common to every target.
        target.run(UnsafeRawBufferPointer(start: nil, count: 0))
        _ = try replay(target, in: "Regressions")
        #expect(try replay(target, in: "Corpus") > 0, "of each target some inputs are kept")
    }

    private func replay(_ target: FuzzTarget, in folder: String) throws -> Int {
        let place = RegressionTests.folder.appendingPathComponent("\(folder)/\(target)").path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
        for name in names.sorted() {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: place + "/" + name))
            bytes.withUnsafeBytes(target.run)
        }
        return names.count
    }

    @Test("what sound workers say is taken, every word of it")
    func soundConversations() {
        for message in FuzzSeeds.messages {
            let again = try? WorkerMessage(decoding: message.encoded[...])
            #expect(again?.encoded == message.encoded)
        }
        for (number, conversation) in FuzzSeeds.conversations.enumerated() {
            let refused = conversation.withUnsafeBytes(FuzzTarget.converse)
            #expect(refused == 0, "conversation \(number)")
        }
    }
}
