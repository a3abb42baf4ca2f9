import CMedia
import Evidence
import Foundation
import Glibc
import TestSupport
import Testing

@testable import Casework

@Suite("What parent and worker say about an item that need not be decoded")
struct WorkerVerdictTests {
    /// A worker on a thread of this process, and the parent's side of its socket.
    private final class Peer {
        let socket: Int32
        private let hasEnded = DispatchSemaphore(value: 0)
        private let folder: TemporaryFolder

        init() throws {
            folder = try TemporaryFolder()
            var pair: [Int32] = [-1, -1]
            // Programs that other tests start must not hold the parent's side open.
            let type = Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            try #require(socketpair(AF_UNIX, type, 0, &pair) == 0)
            socket = pair[0]
            let (other, hasEnded) = (pair[1], hasEnded)
            let thread = Thread {
                var worker = Worker(settings: WorkerSettings(), socket: other)
                worker.run()
                close(other)
                hasEnded.signal()
            }
            thread.stackSize = 8 << 20
            thread.start()
        }

        func request(_ token: UInt64, _ content: String, asks: Bool) throws {
            let path = try folder.write("\(token)", Array(content.utf8))
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            defer { close(descriptor) }
            let bytes = WorkerMessage.request(
                token: token,
                size: Int64(content.utf8.count),
                asksVerdict: asks
            ).encoded
            try #require(vestige_send_message(socket, bytes, bytes.count, descriptor, 0) == 0)
        }

        func receive() throws -> WorkerMessage {
            var packet = [UInt8](repeating: 0, count: WorkerMessage.maximumBytes)
            var descriptor: Int32 = -1
            let count = vestige_receive_message(socket, &packet, packet.count, &descriptor, 0)
            try #require(count > 0)
            return try WorkerMessage(decoding: packet[..<count])
        }

        /// Closes the parent's side, and says whether the worker ended.
        func end() -> Bool {
            close(socket)
            return hasEnded.wait(timeout: .now() + 60) == .success
        }
    }

    private func isDigests(_ message: WorkerMessage, of token: UInt64) -> Bool {
        if case .digests(token, _) = message { return true }
        return false
    }

    private func report(_ message: WorkerMessage, of token: UInt64) -> WorkerReport? {
        if case .end(token, let report) = message { return report }
        return nil
    }

    @Test("requests that come before the verdict are kept, and done in their order")
    func order() throws {
        let peer = try Peer()
        try peer.request(1, "Dear reader one,\n", asks: true)
        try peer.request(2, "Dear reader two,\n", asks: false)
        try peer.request(3, "Dear reader three,\n", asks: true)
        #expect(isDigests(try peer.receive(), of: 1))
        #expect(WorkerMessage.verdict(token: 1, .decode).send(on: peer.socket))
        #expect(report(try peer.receive(), of: 1)?.rule == .notMedia)
        #expect(isDigests(try peer.receive(), of: 2))
        #expect(report(try peer.receive(), of: 2)?.rule == .notMedia)
        #expect(isDigests(try peer.receive(), of: 3))
        #expect(WorkerMessage.verdict(token: 3, .leave).send(on: peer.socket))
        let left = try #require(report(try peer.receive(), of: 3))
        #expect(left.state == .skipped && left.rule == nil && left.losses.isEmpty)
        #expect(peer.end())
    }

    @Test(
        "a parent that is gone, or answers about another item, ends the worker",
        arguments: [0, 1, 2]
    )
    func nonsense(kind: Int) throws {
        let peer = try Peer()
        try peer.request(1, "Dear reader one,\n", asks: true)
        #expect(isDigests(try peer.receive(), of: 1))
        switch kind {
        case 0: break
        case 1: #expect(WorkerMessage.verdict(token: 2, .decode).send(on: peer.socket))
        default:
            let message = WorkerMessage.end(token: 1, WorkerReport(state: .skipped))
            #expect(message.send(on: peer.socket))
        }
        #expect(peer.end())
    }
}
