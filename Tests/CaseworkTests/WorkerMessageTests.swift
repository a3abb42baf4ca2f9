import Evidence
import Fingerprinting
import Keyframing
import TestSupport
import Testing
import Unpacking

@testable import Casework

@Suite("Messages between the parent and its workers")
struct WorkerMessageTests {
    private let report = WorkerReport(
        state: .partly,
        rule: .archive,
        media: ItemMedia(
            isVideo: true,
            format: "mov",
            codec: "h264",
            width: 1920,
            height: 1080,
            orientation: 6,
            durationMilliseconds: 12_345
        ),
        losses: [
            Loss(stage: .decode, code: "corrupt", status: -7, detail: "größer"),
            Loss(stage: .read, code: "shrank"),
        ]
    )

    private var fingerprints: [ItemFingerprint] {
        (0..<3).map { number in
            ItemFingerprint(
                fingerprint: Fingerprint(words: (number, 1, 2, .max)),
                quality: UInt8(number * 50),
                timeMilliseconds: number == 0 ? nil : Int64(number) << 38,
                origin: PictureOrigin(
                    decoder: .heif,
                    policy: .fast,
                    scale: 8,
                    background: .white,
                    isDamaged: true
                ),
                variants: Array(
                    repeating: Fingerprint(words: (9, 8, 7, number)),
                    count: Int(number) * 4
                )
            )
        }
    }

    @Test("a report comes out as it went in")
    func reportRoundTrip() throws {
        let bytes = WorkerMessage.end(token: 7, report).encoded
        guard case .end(7, let decoded) = try WorkerMessage(decoding: bytes[...]) else {
            Issue.record("another message came out")
            return
        }
        #expect(decoded == report)
    }

    @Test("members come out as they went in, and no place is deeper than any limit")
    func members() throws {
        let member = UnpackedMember(
            place: MemberPlace([4, 0, 17]),
            name: Array("a/b.jpg".utf8),
            claimedSize: nil,
            modifiedNanoseconds: -3
        )
        let bytes = WorkerMessage.member(token: 9, member).encoded
        guard case .member(9, let decoded) = try WorkerMessage(decoding: bytes[...]) else {
            Issue.record("another message came out")
            return
        }
        #expect(decoded == member)
        var container = report
        container.container = ContainerFacts(format: "ZIP", members: 12)
        container.memberSize = 77
        guard
            case .memberEnd(1, let told) = try WorkerMessage(
                decoding: WorkerMessage.memberEnd(token: 1, container).encoded[...]
            )
        else {
            Issue.record("another message came out")
            return
        }
        #expect(told == container)
        let deep = MemberPlace(Array(repeating: 0, count: UnpackLimits.largestDepth + 1))
        let request = WorkerMessage.request(token: 1, size: 1, name: [], from: deep).encoded
        #expect(throws: WireReader.Malformed.self) {
            _ = try WorkerMessage(decoding: request[...])
        }
    }

    @Test("fingerprints come out as they went in")
    func fingerprintsRoundTrip() throws {
        let bytes = WorkerMessage.fingerprints(token: .max, fingerprints).encoded
        guard case .fingerprints(.max, let decoded) = try WorkerMessage(decoding: bytes[...]) else {
            Issue.record("another message came out")
            return
        }
        #expect(decoded == fingerprints)
    }

    @Test("a full packet of fingerprints with all variants fits the socket")
    func largestPacket() {
        var large = fingerprints[1]
        large.variants = Array(repeating: large.fingerprint, count: 8)
        let full = Array(repeating: large, count: WorkerMessage.fingerprintsPerPacket)
        #expect(
            WorkerMessage.fingerprints(token: 1, full).encoded.count <= WorkerMessage.maximumBytes
        )
        let loss = Loss(
            stage: .fingerprint,
            code: "refused",
            detail: String(repeating: "€", count: 400)
        )
        var long = report
        long.losses = Array(repeating: loss, count: WorkerMessage.maximumLosses)
        #expect(WorkerMessage.end(token: 1, long).encoded.count <= WorkerMessage.maximumBytes)
    }

    @Test("a message cut anywhere, or with anything behind it, is refused")
    func cut() {
        for message in [
            WorkerMessage.end(token: 1, report), .fingerprints(token: 2, fingerprints),
            .request(token: 3, size: 4, name: [65, 66], from: MemberPlace([1, 2])),
            .member(
                token: 4,
                UnpackedMember(
                    place: MemberPlace([7]),
                    name: [1, 2, 3],
                    claimedSize: 9,
                    modifiedNanoseconds: 5
                )
            ), .memberEnd(token: 4, report), .unpacked(token: 4, bytes: 5),
            .digests(
                token: 5,
                Digests(
                    md5: Array(repeating: 1, count: 16),
                    sha1: Array(repeating: 2, count: 20),
                    sha256: Array(repeating: 3, count: 32)
                )
            ),
        ] {
            let bytes = message.encoded
            for count in 0..<bytes.count {
                #expect(throws: WireReader.Malformed.self) {
                    _ = try WorkerMessage(decoding: bytes[..<count])
                }
            }
            #expect(throws: WireReader.Malformed.self) {
                _ = try WorkerMessage(decoding: (bytes + [0])[...])
            }
        }
    }

    @Test("bytes of chance are refused or read, and never end the program")
    func chance() {
        var generator = SplitMix64(seed: 0x5EED)
        for _ in 0..<20_000 {
            var bytes = WorkerMessage.end(token: 1, report).encoded
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[place] = UInt8.random(in: 0...255, using: &generator)
            }
            _ = try? WorkerMessage(decoding: bytes[...])
        }
    }
}
