import Foundation
import GRDB
import TestSupport
import Testing

@testable import Casework

@Suite("What is told and written down of the workers' sandbox")
struct SandboxRecordTests {
    private let report = SandboxReport(
        layers: SandboxLayer.allCases.map { layer in
            switch layer {
            case .landlock: SandboxReport.Layer(layer: layer, isActive: false, status: ENOSYS)
            case .limits: SandboxReport.Layer(layer: layer, isActive: false, status: nil)
            default: SandboxReport.Layer(layer: layer, isActive: true, status: nil)
            }
        },
        landlockVersion: 7,
        memory: 4 << 30
    )

    @Test("a report comes out of a message and of JSON as it went in")
    func roundTrip() throws {
        let bytes = WorkerMessage.ready(report).encoded
        guard case .ready(let told) = try WorkerMessage(decoding: bytes[...]) else {
            Issue.record("another message came out")
            return
        }
        #expect(told == report)
        #expect(SandboxReport(json: report.json) == report)
        #expect(SandboxReport(json: "{}") == nil)
        #expect(report.missing.map(\.layer) == [.limits, .landlock])
        #expect(report.missingText.contains("limits (switched off)"))
    }

    @Test("a message that passes over a layer, or is cut, is not believed")
    func malformed() throws {
        let bytes = WorkerMessage.ready(report).encoded
        for count in 0..<bytes.count {
            #expect(throws: WireReader.Malformed.self) {
                try WorkerMessage(decoding: bytes[..<count])
            }
        }
        var short = report
        short.layers.removeLast()
        #expect(throws: WireReader.Malformed.self) {
            try WorkerMessage(decoding: WorkerMessage.ready(short).encoded[...])
        }
        var twice = report
        twice.layers[8] = twice.layers[9]
        #expect(throws: WireReader.Malformed.self) {
            try WorkerMessage(decoding: WorkerMessage.ready(twice).encoded[...])
        }
    }

    @Test("a run's sandbox is kept; a case of a version that did not write it is read and written")
    func olderCase() throws {
        var random = SplitMix64(seed: 0x5A)
        var generated = try GeneratedCase()
        try generated.add("/e/1", [(random.fingerprint(), nil, 80)])
        try generated.commit()
        try generated.writer.endRun(outcome: "complete")
        let database = try DatabaseQueue(path: generated.path + "/catalog.sqlite")
        try database.write { try $0.execute(sql: "ALTER TABLE run DROP COLUMN sandbox") }
        try database.close()
        #expect(try generated.reader().contents().runs.map(\.sandbox) == [nil])
        try generated.reopen()
        try generated.writer.beginRun(arguments: ["test"], sandbox: report)
        try generated.writer.endRun(outcome: "complete")
        let runs = try generated.reader().contents().runs
        #expect(runs.first?.sandbox == nil)
        #expect(runs.last?.sandbox == report)
    }
}
