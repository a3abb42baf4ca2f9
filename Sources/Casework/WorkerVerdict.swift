import CMedia
import Evidence
import Glibc
import Unpacking

/// What the parent says of an item once it has the item's digests.
public enum WorkerVerdict: Hashable, Sendable {
    /// The item is to be decoded.
    case decode
    /// It need not be: the parent knows what becomes of it.
    case leave
}

/// An item whose digests have come, for the parent to decide on.
public struct WorkerQuestion: Hashable, Sendable {
    /// The number under which the item was submitted.
    public let token: UInt64
    /// Its path.
    public let path: EvidencePath
    /// Size and time as they were when it was opened.
    public let facts: FileFacts
    /// Its digests.
    public let digests: Digests
    /// Whether its worker waits for an answer. Otherwise it decodes already, and there is only something
    /// to learn.
    public let isAsked: Bool
}

/// What comes to a worker from its parent.
///
/// While the worker waits for a verdict, the parent may send the next request, with its open file: it is
/// kept until its turn comes.
final class WorkerInbox {
    /// An item to be worked on. Whoever takes it closes the descriptor.
    struct Request {
        let token: UInt64
        let size: Int64
        /// The file's own name.
        let name: [UInt8]
        /// The first member of a container that is to be examined.
        let from: MemberPlace
        /// Whether the parent wants to decide once it has the digests.
        let asksVerdict: Bool
        let descriptor: Int32
    }

    private let socket: Int32
    private var packet = [UInt8](repeating: 0, count: WorkerMessage.maximumBytes)
    private var waiting: [Request] = []
    /// A sound parent sends no more ahead than this.
    private static let maximumWaiting = 64

    init(socket: Int32) {
        self.socket = socket
    }

    deinit {
        for request in waiting {
            close(request.descriptor)
        }
    }

    /// The next item; `nil` when the parent is gone, or sends what it should not.
    func next() -> Request? {
        if !waiting.isEmpty { return waiting.removeFirst() }
        guard let (message, descriptor) = receive() else { return nil }
        return request(message, descriptor)
    }

    /// Waits for what the parent says of an item; `nil` when it is gone, or says what it should not.
    func verdict(for token: UInt64) -> WorkerVerdict? {
        while let (message, descriptor) = receive() {
            if case .verdict(token, let verdict) = message, descriptor < 0 { return verdict }
            guard waiting.count < WorkerInbox.maximumWaiting,
                let request = request(message, descriptor)
            else { return nil }
            waiting.append(request)
        }
        return nil
    }

    private func request(_ message: WorkerMessage, _ descriptor: Int32) -> Request? {
        guard descriptor >= 0 else { return nil }
        guard case .request(let token, let size, let name, let place, let asksVerdict) = message
        else {
            close(descriptor)
            return nil
        }
        return Request(
            token: token,
            size: size,
            name: name,
            from: place,
            asksVerdict: asksVerdict,
            descriptor: descriptor
        )
    }

    private func receive() -> (WorkerMessage, Int32)? {
        var descriptor: Int32 = -1
        let count = vestige_receive_message(socket, &packet, packet.count, &descriptor, 0)
        guard count > 0, let message = try? WorkerMessage(decoding: packet[..<count]) else {
            if descriptor >= 0 { close(descriptor) }
            return nil
        }
        return (message, descriptor)
    }
}
