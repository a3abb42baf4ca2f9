import CMedia
import Evidence
import Glibc
import Unpacking

/// What comes to a worker from its parent.
///
/// While the worker waits for a verdict, the parent may send the next request, with its open file: it is
/// kept until its turn comes.
final class WorkerInbox {
    /// An item to be worked on. Whoever takes it closes the descriptors.
    struct Request {
        let token: UInt64
        let size: Int64
        /// The file's own name.
        let name: [UInt8]
        /// The first member of a container that is to be examined.
        let from: MemberPlace
        /// Whether the parent wants to decide once it has the digests.
        let asksVerdict: Bool
        /// Whether it wants to decide on each member, too.
        let asksMembers: Bool
        let descriptor: Int32
        /// The further files of a disk image.
        let segments: [Segment]

        func close() {
            Glibc.close(descriptor)
            segments.forEach { Glibc.close($0.descriptor) }
        }
    }

    /// A further file of a disk image.
    struct Segment {
        let descriptor: Int32
        let size: Int64
    }

    private let socket: Int32
    private var packet = [UInt8](repeating: 0, count: WorkerMessage.maximumBytes)
    private var waiting: [Request] = []
    /// Those of the request that comes next.
    private var segments: [Segment] = []
    /// A sound parent sends no more ahead than this.
    private static let maximumWaiting = 64

    init(socket: Int32) {
        self.socket = socket
    }

    deinit {
        waiting.forEach { $0.close() }
        segments.forEach { close($0.descriptor) }
    }

    /// The next item; `nil` when the parent is gone, or sends what it should not.
    func next() -> Request? {
        if !waiting.isEmpty { return waiting.removeFirst() }
        while let (message, files) = receive() {
            if takeSegments(message, files) { continue }
            return request(message, files)
        }
        return nil
    }

    /// Waits for what the parent says of an item; `nil` when it is gone, or says what it should not.
    func verdict(for token: UInt64) -> WorkerVerdict? {
        while let (message, files) = receive() {
            if case .verdict(token, let verdict) = message, files.isEmpty { return verdict }
            if takeSegments(message, files) { continue }
            guard waiting.count < WorkerInbox.maximumWaiting, let request = request(message, files)
            else { return nil }
            waiting.append(request)
        }
        return nil
    }

    private func takeSegments(_ message: WorkerMessage, _ files: [Int32]) -> Bool {
        guard case .segments(_, let sizes) = message, sizes.count == files.count,
            segments.count + files.count < DiskImage.maximumSegments
        else { return false }
        segments += zip(files, sizes).map { Segment(descriptor: $0, size: $1) }
        return true
    }

    private func request(_ message: WorkerMessage, _ files: [Int32]) -> Request? {
        guard files.count == 1,
            case .request(
                let token,
                let size,
                let name,
                let place,
                let asksVerdict,
                let asksMembers
            ) = message
        else {
            files.forEach { close($0) }
            return nil
        }
        defer { segments = [] }
        return Request(
            token: token,
            size: size,
            name: name,
            from: place,
            asksVerdict: asksVerdict,
            asksMembers: asksMembers,
            descriptor: files[0],
            segments: segments
        )
    }

    private func receive() -> (WorkerMessage, [Int32])? {
        var descriptors = [Int32](repeating: -1, count: WorkerMessage.filesPerPacket)
        var number: Int32 = 0
        let count = vestige_receive_files(
            socket,
            &packet,
            packet.count,
            &descriptors,
            &number,
            0
        )
        let files = Array(descriptors.prefix(Int(number)))
        guard count > 0, let message = try? WorkerMessage(decoding: packet[..<count]) else {
            files.forEach { close($0) }
            return nil
        }
        return (message, files)
    }
}
