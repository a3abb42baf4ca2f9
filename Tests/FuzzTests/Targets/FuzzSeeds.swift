import Decoding
import Evidence
import Fingerprinting
import Keyframing
import Unpacking

@testable import Casework

/// What sound workers and their parents say: the fuzzer begins with it.
enum FuzzSeeds {
    /// One packet of each sort, and some sorts more than once.
    static var messages: [WorkerMessage] {
        picture(7) + film(7) + archive(7) + unreadable(7) + [
            .ready(.nothing),
            .request(token: 7, size: 1000),
            .request(
                token: 8,
                size: 1000,
                name: Array("a.zip".utf8),
                from: MemberPlace([3, 1]),
                asksVerdict: true
            ),
            .verdict(token: 7, .decode),
            .verdict(token: 7, .leave),
        ]
    }

    /// Conversations as ``FuzzTarget/converse(_:)`` reads them.
    static var conversations: [[UInt8]] {
        [
            conversation(0, picture(7) + film(8)),
            conversation(0, archive(7) + picture(8)),
            conversation(0, archive(7, from: 4) + unreadable(8)),
            conversation(4, film(7) + picture(8)),
            // The second member ends its worker, twice; then it is passed over.
            conversation(0, Array(archive(7).prefix(7)), [.end])
                + conversation([.digests(token: 7, digests)] + member(7, [1]), [.end])
                + conversation(archive(7, from: 2) + picture(8)),
            // So many members end their workers that the others are given up.
            [0]
                + (0..<UInt32(WorkerConversation.maximumEnds)).flatMap { number in
                    let step = [.digests(token: 7, digests)] + member(7, [number])
                    return conversation(step, [.end]) + conversation(step, [.end])
                },
            conversation(1, Array(film(7).prefix(1)), [.decode])
                + conversation(Array(film(7).dropFirst()) + picture(8)),
            conversation(3, Array(picture(7).prefix(1)), [.leave])
                + conversation([.end(token: 7, WorkerReport(state: .skipped))])
                + conversation(Array(picture(8).prefix(1)), [.decode])
                + conversation(Array(picture(8).dropFirst())),
            conversation(0, Array(film(7).dropLast()), [.stall]) + conversation(picture(8)),
            conversation(8, [.digests(token: 7, digests)] + nested(7, from: 1) + [containerEnd(7)]),
            conversation(0, Array(archive(7).prefix(5)), [.drop])
                + conversation(picture(8) + archive(7, from: 1)),
            conversation(16, [.ready(.nothing)] + picture(7) + picture(8)),
        ]
    }

    /// A step that is a packet, or one that is an event.
    private static func conversation(
        _ messages: [WorkerMessage],
        _ events: [FuzzTarget.Event] = []
    ) -> [UInt8] {
        messages.flatMap { message in
            let packet = message.encoded
            return [UInt8(packet.count & 0xFF), UInt8(packet.count >> 8)] + packet
        } + events.flatMap { [$0.rawValue, 0xFF] }
    }

    private static func conversation(
        _ setup: UInt8,
        _ messages: [WorkerMessage],
        _ events: [FuzzTarget.Event] = []
    ) -> [UInt8] {
        [setup] + conversation(messages, events)
    }

    // MARK: - What a worker says of one file

    private static func picture(_ token: UInt64) -> [WorkerMessage] {
        [
            .digests(token: token, digests),
            .fingerprints(token: token, [fingerprint(nil)]),
            .end(token: token, WorkerReport(state: .indexed, media: media(isVideo: false))),
        ]
    }

    private static func film(_ token: UInt64) -> [WorkerMessage] {
        var coverage = FilmCoverage(sampling: .standard)
        coverage.take(0)
        coverage.lose(.damaged)
        coverage.take(20_000)
        coverage.finish(end: 21_000, claimed: 30_000)
        let report = WorkerReport(
            state: .partly,
            media: media(isVideo: true),
            losses: [Loss(stage: .decode, code: "corrupt", status: -7, detail: "a packet")]
        )
        return [
            .digests(token: token, digests),
            .progress(token: token, FilmProgress(position: 0, length: 30_000, pixels: 307_200)),
            .fingerprints(token: token, [fingerprint(0), fingerprint(2_000)]),
            .progress(token: token, FilmProgress(position: 9_000, length: nil, pixels: 307_200)),
            .fingerprints(token: token, [fingerprint(20_000)]),
            .coverage(token: token, coverage),
            .coverage(token: token, FilmCoverage(sampling: .keyframes, stream: 1)),
            .end(token: token, report),
        ]
    }

    /// Four members: a picture, a link, a film, and an archive of two.
    ///
    /// - Parameter from: the first of them that is told.
    private static func archive(_ token: UInt64, from: Int = 0) -> [WorkerMessage] {
        var link = WorkerReport(state: .skipped)
        link.rule = .symbolicLink
        let members: [[WorkerMessage]] = [
            member(token, [0]) + picture(token).dropLast()
                + [
                    .memberEnd(token: token, memberReport(.indexed)),
                    .unpacked(token: token, bytes: 70_000),
                ],
            member(token, [1], size: nil) + [.memberEnd(token: token, link)],
            member(token, [2]) + film(token).dropLast()
                + [.memberEnd(token: token, memberReport(.partly))],
            nested(token),
        ]
        return [.digests(token: token, digests)] + members.dropFirst(from).flatMap { $0 }
            + [containerEnd(token)]
    }

    private static func nested(_ token: UInt64, from: UInt32 = 0) -> [WorkerMessage] {
        var inner = memberReport(.indexed)
        inner.media = nil
        inner.container = ContainerFacts(format: "POSIX ustar format", members: 2)
        return member(token, [3]) + [.digests(token: token, digests)]
            + (from..<2).flatMap { number in
                member(token, [3, number]) + picture(token).dropLast()
                    + [.memberEnd(token: token, memberReport(.indexed))]
            } + [.memberEnd(token: token, inner)]
    }

    private static func containerEnd(_ token: UInt64) -> WorkerMessage {
        var report = WorkerReport(state: .indexed)
        report.container = ContainerFacts(format: "ZIP 2.0 (deflation)", members: 6)
        return .end(token: token, report)
    }

    private static func unreadable(_ token: UInt64) -> [WorkerMessage] {
        let loss = Loss(stage: .read, code: "readFailed", status: 5, detail: "at byte 0")
        return [.end(token: token, .fault(loss))]
    }

    // MARK: - Parts

    private static func member(
        _ token: UInt64,
        _ place: [UInt32],
        size: Int64? = 5000
    ) -> [WorkerMessage] {
        let member = UnpackedMember(
            place: MemberPlace(place),
            name: Array("folder/\(place.map(String.init).joined(separator: "/")).jpg".utf8),
            claimedSize: size,
            modifiedNanoseconds: 1_700_000_000_000_000_000
        )
        return [.member(token: token, member)]
    }

    private static func memberReport(_ state: ItemState) -> WorkerReport {
        var report = WorkerReport(state: state, media: media(isVideo: state == .partly))
        report.memberSize = 5000
        return report
    }

    private static var digests: Digests {
        Digests(
            md5: Array(repeating: 1, count: 16),
            sha1: Array(repeating: 2, count: 20),
            sha256: Array(repeating: 3, count: 32)
        )
    }

    private static func fingerprint(_ time: Int64?) -> ItemFingerprint {
        ItemFingerprint(
            fingerprint: Fingerprint(words: (1, 2, 3, 4)),
            quality: 100,
            timeMilliseconds: time,
            spanMilliseconds: time == nil ? 0 : 1500,
            origin: PictureOrigin(
                decoder: time == nil ? .jpeg : .ffmpeg,
                policy: .fast,
                scale: 1,
                background: .opaque,
                isDamaged: false
            ),
            variants: []
        )
    }

    private static func media(isVideo: Bool) -> ItemMedia {
        ItemMedia(
            isVideo: isVideo,
            format: isVideo ? "mov" : "jpeg",
            codec: isVideo ? "h264" : "jpeg",
            width: 640,
            height: 480,
            orientation: 1,
            durationMilliseconds: isVideo ? 30_000 : nil
        )
    }
}
