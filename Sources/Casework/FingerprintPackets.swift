/// Fingerprints on their way to the parent, in packets of no more than one message holds.
struct FingerprintPackets {
    private let send: ([ItemFingerprint]) -> Void
    private var pending: [ItemFingerprint] = []

    /// Packets that are given to `send`, each as soon as it is full.
    init(send: @escaping ([ItemFingerprint]) -> Void) {
        self.send = send
    }

    /// Takes fingerprints, any number at once.
    mutating func add(_ fingerprints: [ItemFingerprint]) {
        for fingerprint in fingerprints {
            pending.append(fingerprint)
            if pending.count == WorkerMessage.fingerprintsPerPacket { finish() }
        }
    }

    /// Sends what is left.
    mutating func finish() {
        guard !pending.isEmpty else { return }
        send(pending)
        pending.removeAll(keepingCapacity: true)
    }
}
