import Decoding
import Evidence
import Fingerprinting
import Keyframing
import Testing
import Unpacking

@testable import Casework

/// What a worker may say, and when. A worker that says anything else is ended.
@Suite("Conversations with a worker")
struct WorkerConversationTests {
    private let digests = Digests(
        md5: Array(repeating: 1, count: 16),
        sha1: Array(repeating: 2, count: 20),
        sha256: Array(repeating: 3, count: 32)
    )
    private let fault = WorkerReport.fault(Loss(stage: .read, code: "readFailed"))
    private let loss = Loss(stage: .worker, code: "crashed")

    /// A worker that is ready and has been given the file 1, and told its digests.
    private func conversation(
        asksVerdict: Bool = false,
        asksMembers: Bool = false,
        isRead: Bool = true,
        from next: MemberPlace = .outermost,
        limits: UnpackLimits? = UnpackLimits()
    ) -> WorkerConversation {
        var settings = WorkerSettings()
        settings.unpacking = limits
        var conversation = WorkerConversation(settings: settings)
        _ = conversation.take(.ready(.nothing))
        var assignment = WorkerAssignment(token: 1, path: EvidencePath("/a.zip"), from: next)
        assignment.asksVerdict = asksVerdict
        assignment.asksMembers = asksMembers
        assignment.open[0].facts = FileFacts(size: 1000, modifiedNanoseconds: 0)
        _ = conversation.add(assignment)
        if isRead { _ = conversation.take(.digests(token: 1, digests)) }
        return conversation
    }

    private func member(_ place: [UInt32], size: Int64? = nil) -> WorkerMessage {
        .member(
            token: 1,
            UnpackedMember(
                place: MemberPlace(place),
                name: Array("b.jpg".utf8),
                claimedSize: size,
                modifiedNanoseconds: 0
            )
        )
    }

    private func takes(_ conversation: inout WorkerConversation, _ message: WorkerMessage) -> Bool {
        conversation.take(message) != nil
    }

    @Test("nothing is taken before the worker is ready, nor twice that it is")
    func ready() {
        var conversation = WorkerConversation(settings: WorkerSettings())
        _ = conversation.add(
            WorkerAssignment(token: 1, path: EvidencePath("/a"), from: .outermost)
        )
        #expect(!takes(&conversation, .end(token: 1, fault)))
        #expect(takes(&conversation, .ready(.nothing)))
        #expect(!takes(&conversation, .ready(.nothing)))
        #expect(!takes(&conversation, .end(token: 2, fault)))
        #expect(takes(&conversation, .end(token: 1, fault)))
        #expect(!takes(&conversation, .end(token: 1, fault)))
    }

    @Test("a file's digests come first, and only a fault comes without them")
    func digestsFirst() {
        let film = FilmCoverage(sampling: .standard)
        for message in [
            WorkerMessage.fingerprints(token: 1, []), .coverage(token: 1, film), member([0]),
            .unpacked(token: 1, bytes: 1), .end(token: 1, WorkerReport(state: .indexed)),
            .end(token: 1, WorkerReport(state: .skipped)),
        ] {
            var conversation = conversation(isRead: false)
            #expect(!takes(&conversation, message))
        }
        var conversation = conversation(isRead: false)
        #expect(takes(&conversation, .end(token: 1, fault)))
    }

    @Test("a worker that waits for its verdict says nothing, and one that is to leave a file ends")
    func verdicts() {
        var waiting = conversation(asksVerdict: true)
        #expect(!takes(&waiting, .end(token: 1, WorkerReport(state: .skipped))))
        #expect(
            !takes(&waiting, .progress(token: 1, FilmProgress(position: 0, length: 1, pixels: 1)))
        )
        var leaving = waiting
        leaving.answered(.leave)
        #expect(!takes(&leaving, .fingerprints(token: 1, [])))
        #expect(!takes(&leaving, .unpacked(token: 1, bytes: 1)))
        #expect(takes(&leaving, .end(token: 1, WorkerReport(state: .skipped))))
        waiting.answered(.decode)
        #expect(takes(&waiting, .fingerprints(token: 1, [])))
    }

    @Test(
        "a worker that waits for a member's verdict says nothing, and goes on behind one that is to be left"
    )
    func memberVerdicts() throws {
        var waiting = conversation(asksMembers: true)
        #expect(takes(&waiting, member([0])))
        #expect(takes(&waiting, .digests(token: 1, digests)))
        let end = WorkerMessage.memberEnd(token: 1, WorkerReport(state: .skipped))
        #expect(!takes(&waiting, end))
        #expect(!takes(&waiting, .fingerprints(token: 1, [])))
        var leaving = waiting
        leaving.answered(.leave)
        #expect(!takes(&leaving, .fingerprints(token: 1, [])))
        #expect(!takes(&leaving, member([0, 0])))
        guard case .member(let outcome) = leaving.take(end) else {
            Issue.record("the member is not done")
            return
        }
        #expect(outcome.isLeft && outcome.report.digests == digests)
        #expect(takes(&leaving, member([1])))
        waiting.answered(.decode)
        #expect(takes(&waiting, .fingerprints(token: 1, [])))
        guard case .member(let decoded) = waiting.take(end) else {
            Issue.record("the member is not done")
            return
        }
        #expect(!decoded.isLeft)
    }

    @Test("what is done of a container are the members directly in it")
    func memberBytes() {
        let end = WorkerMessage.memberEnd(token: 1, fault)
        var conversation = conversation()
        #expect(takes(&conversation, member([0], size: 100)))
        #expect(conversation.queue[0].memberBytes == 0)
        #expect(takes(&conversation, end))
        #expect(conversation.queue[0].memberBytes == 100)
        // A container in it counts as a whole, and not its members as well.
        #expect(takes(&conversation, member([1], size: 70)))
        #expect(takes(&conversation, member([1, 0], size: 300)))
        #expect(takes(&conversation, end))
        #expect(conversation.queue[0].memberBytes == 100)
        #expect(takes(&conversation, end))
        #expect(conversation.queue[0].memberBytes == 170)
        #expect(takes(&conversation, member([2], size: .max)))
        #expect(takes(&conversation, end))
        #expect(conversation.queue[0].memberBytes == .max)
    }

    @Test("members come in their order, each once")
    func members() {
        let end = WorkerMessage.memberEnd(token: 1, fault)
        var conversation = conversation()
        #expect(takes(&conversation, member([4])))
        #expect(!takes(&conversation, member([5])))
        #expect(takes(&conversation, end))
        #expect(!takes(&conversation, end))
        #expect(!takes(&conversation, member([4])))
        #expect(!takes(&conversation, member([3])))
        #expect(!takes(&conversation, member([5, 0])))
        #expect(takes(&conversation, member([UnpackLimits.largestNumber])))
        #expect(takes(&conversation, end))
        // Behind the last number the first would come again.
        #expect(conversation.queue[0].next == MemberPlace([.max]))
        let last = member([.max]).encoded
        #expect(throws: WireReader.Malformed.self) { _ = try WorkerMessage(decoding: last[...]) }
    }

    @Test("a container that is gone on with is opened again, but no member of it that is safe")
    func goingOn() {
        var conversation = conversation(from: MemberPlace([3, 1]))
        #expect(!takes(&conversation, member([2])))
        #expect(takes(&conversation, member([3])))
        #expect(!takes(&conversation, member([3, 0])))
        #expect(takes(&conversation, member([3, 1])))
    }

    @Test("no more members, bytes and films than a sound worker tells of")
    func limits() {
        var limits = UnpackLimits()
        limits.members = 2
        limits.totalBytes = 500
        var conversation = conversation(limits: limits)
        for number: UInt32 in 0..<2 {
            #expect(takes(&conversation, member([number])))
            #expect(takes(&conversation, .memberEnd(token: 1, fault)))
        }
        #expect(!takes(&conversation, member([2])))
        #expect(takes(&conversation, .unpacked(token: 1, bytes: 500)))
        #expect(!takes(&conversation, .unpacked(token: 1, bytes: 499)))
        #expect(!takes(&conversation, .unpacked(token: 1, bytes: 501)))
        let film = FilmCoverage(sampling: .standard, stream: 3)
        #expect(takes(&conversation, .coverage(token: 1, film)))
        #expect(!takes(&conversation, .coverage(token: 1, film)))
        var closed = self.conversation(limits: nil)
        #expect(!takes(&closed, member([0])))
        #expect(!takes(&closed, .unpacked(token: 1, bytes: 1)))
    }

    @Test("what a worker claims of sizes and lengths, its time can be reckoned")
    func time() {
        for size in [0, .max] as [Int64] {
            var conversation = conversation()
            _ = conversation.take(member([0], size: size))
            #expect(conversation.millisecondsAllowed >= 120_000)
            let film = FilmProgress(position: .max, length: .max, pixels: .max)
            #expect(takes(&conversation, .progress(token: 1, film)))
            #expect(conversation.millisecondsAllowed >= 120_000)
        }
    }

    @Test("a member that ends its worker twice is written down, and what is behind it is tried")
    func crashes() throws {
        var conversation = conversation()
        _ = conversation.take(member([0]))
        let first = conversation.workerEnded(loss)
        #expect(first.outcomes.isEmpty && !first.isOver)
        var again = conversation.dropHead()
        again.restart()
        #expect(conversation.restart().isEmpty)
        _ = conversation.take(.ready(.nothing))
        _ = conversation.add(again)
        _ = conversation.take(.digests(token: 1, digests))
        _ = conversation.take(member([0]))
        let second = conversation.workerEnded(loss)
        let outcome = try #require(second.outcomes.first)
        #expect(second.outcomes.count == 1 && !second.isOver)
        #expect(outcome.member?.place == MemberPlace([0]))
        #expect(outcome.report.losses == [loss])
        #expect(conversation.queue[0].next == MemberPlace([1]))
    }

    @Test("numbers below nothing, and gaps that are none of the film's, are refused")
    func nonsense() {
        var report = WorkerReport(state: .indexed)
        report.memberSize = -1
        var container = WorkerReport(state: .indexed)
        container.container = ContainerFacts(format: "ZIP", members: -1)
        let coverage = { (gaps: [Range<Int64>]) in
            FilmCoverage(
                sampling: .standard,
                stream: 0,
                gaps: gaps.map {
                    FilmGap(from: $0.lowerBound, to: $0.upperBound, reason: .damaged)
                },
                length: 100,
                pictures: 1
            )
        }
        var late = ItemFingerprint(
            fingerprint: Fingerprint(words: (1, 2, 3, 4)),
            quality: 100,
            timeMilliseconds: -1,
            origin: PictureOrigin(
                decoder: .ffmpeg,
                policy: .fast,
                scale: 1,
                background: .opaque,
                isDamaged: false
            ),
            variants: []
        )
        var messages = [
            WorkerMessage.memberEnd(token: 1, report), .end(token: 1, container),
            member([0], size: -1), member([]),
            .unpacked(token: 1, bytes: -1),
            .progress(token: 1, FilmProgress(position: -1, length: nil, pixels: 1)),
            .coverage(token: 1, coverage([0..<10, 5..<20])),
            .coverage(token: 1, coverage([0..<10, 0..<10])),
            .coverage(token: 1, coverage([50..<101])),
            .coverage(token: 1, coverage([50..<50])),
            .fingerprints(token: 1, [late]),
        ]
        late.timeMilliseconds = .max
        messages.append(.fingerprints(token: 1, [late]))
        for message in messages {
            #expect(throws: WireReader.Malformed.self, "\(message)") {
                _ = try WorkerMessage(decoding: message.encoded[...])
            }
        }
        #expect(throws: Never.self) {
            let sound = WorkerMessage.coverage(token: 1, coverage([0..<10, 10..<20, 90..<100]))
            _ = try WorkerMessage(decoding: sound.encoded[...])
        }
    }
}
