import Decoding

/// A worker's word to its parent, while it decodes a film, that it goes on.
final class FilmHeartbeat {
    private static let millisecondsBetween = 500

    private let socket: Int32
    private let token: UInt64
    private let size: Int64
    private let timeout: ItemTimeout
    private let started = MonotonicTime.now
    private var lastTold = MonotonicTime.now

    /// The word about an item of `size` bytes, whose decoding begins now.
    init(socket: Int32, token: UInt64, size: Int64, timeout: ItemTimeout) {
        self.socket = socket
        self.token = token
        self.size = size
        self.timeout = timeout
    }

    /// Tells how far the film is, if it is time; says whether there is time to go on.
    func tell(_ progress: FilmProgress) -> Bool {
        if lastTold.millisecondsAgo >= FilmHeartbeat.millisecondsBetween {
            lastTold = .now
            _ = WorkerMessage.progress(token: token, progress).send(on: socket)
        }
        return started.millisecondsAgo < timeout.ownMilliseconds(forBytes: size, film: progress)
    }
}
