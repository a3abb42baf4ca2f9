import Fingerprinting
import Keyframing
import Synchronization
import Testing

@testable import Casework

@Suite("Fingerprints in packets")
struct FingerprintPacketsTests {
    private func made(_ number: Int) -> ItemFingerprint {
        ItemFingerprint(
            fingerprint: Fingerprint(words: (UInt64(number), 0, 0, 0)),
            quality: 100,
            origin: PictureOrigin(decoder: .ffmpeg, policy: .fast),
            variants: []
        )
    }

    @Test(
        "however many come at once, a packet holds no more than the parent takes, and none is lost",
        arguments: [1, 2, 3, 7, 159, 160, 161, 400]
    )
    func packets(atOnce: Int) {
        let sent = Mutex<[[ItemFingerprint]]>([])
        var packets = FingerprintPackets { packet in sent.withLock { $0.append(packet) } }
        var number = 0
        while number < 1_000 {
            packets.add((number..<(number + atOnce)).map(made))
            number += atOnce
        }
        packets.finish()
        packets.finish()
        let all = sent.withLock { $0 }
        #expect(all.allSatisfy { (1...WorkerMessage.fingerprintsPerPacket).contains($0.count) })
        #expect(all.flatMap { $0 } == (0..<number).map(made))
        for packet in all {
            let bytes = WorkerMessage.fingerprints(token: 1, packet).encoded
            #expect(throws: Never.self) { try WorkerMessage(decoding: bytes[...]) }
        }
    }
}
