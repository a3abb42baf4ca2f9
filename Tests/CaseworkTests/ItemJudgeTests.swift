import Evidence
import Foundation
import TestSupport
import Testing
import Unpacking

@testable import Casework

@Suite("Which items are decoded")
struct ItemJudgeTests {
    private let facts = FileFacts(size: 100, modifiedNanoseconds: 1)
    private let picture = Digests(
        md5: Array(repeating: 1, count: 16),
        sha1: Array(repeating: 2, count: 20),
        sha256: Array(repeating: 3, count: 32)
    )

    private func question(_ token: UInt64, asked: Bool = true) -> WorkerQuestion {
        WorkerQuestion(
            token: token,
            path: EvidencePath("/\(token)"),
            facts: facts,
            digests: picture,
            isAsked: asked
        )
    }

    private func outcome(
        _ token: UInt64,
        _ report: WorkerReport,
        isLeft: Bool = false
    ) -> WorkerPool.Outcome {
        var report = report
        report.digests = picture
        return WorkerPool.Outcome(
            token: token,
            path: EvidencePath("/\(token)"),
            facts: facts,
            report: report,
            isLeft: isLeft
        )
    }

    /// What became of the member with a number in the container 9.
    private func memberOutcome(
        _ number: UInt32,
        _ report: WorkerReport,
        isLeft: Bool = false
    ) -> WorkerPool.Outcome {
        var outcome = outcome(9, report, isLeft: isLeft)
        outcome.member = WorkerPool.MemberOrigin(
            file: EvidencePath("/9"),
            fileFacts: nil,
            place: MemberPlace([number]),
            next: MemberPlace([number + 1])
        )
        return outcome
    }

    private func member(_ number: UInt32) -> WorkerQuestion {
        var question = question(9)
        question.place = MemberPlace([number])
        return question
    }

    @Test(
        "a member gets what was decoded before, in a file or in a container, and waits for nobody"
    )
    func members() {
        let judge = ItemJudge(known: KnownFiles(), findsCopies: true)
        #expect(judge.decide(question(1)) == .decode)
        // The same bytes are being decoded: the member is decoded, too.
        #expect(judge.decide(member(0)) == .decode)
        let first = judge.settleMember(memberOutcome(0, decoded("png")))
        #expect(!first.isCopy && first.report.media?.format == "png")
        #expect(judge.decide(member(1)) == .leave)
        let second = judge.settleMember(memberOutcome(1, left, isLeft: true))
        #expect(second.isCopy && second.report.media?.format == "png")
        #expect(second.report.digests == picture)
        // And a file of this size is asked for from now on.
        #expect(judge.asksVerdict(facts))
        #expect(judge.decide(question(2)) != .decode)
    }

    @Test("what a limit kept from being read of a member is decoded in a file")
    func limitsOfMembers() {
        let judge = ItemJudge(known: KnownFiles(), findsCopies: true)
        #expect(judge.decide(member(0)) == .decode)
        let fault = WorkerReport.fault(Loss(stage: .unpack, code: "memberBytesLimit"))
        _ = judge.settleMember(memberOutcome(0, fault))
        #expect(judge.decide(question(1)) == .decode)
    }

    private let left = WorkerReport(state: .skipped)

    private func decoded(_ name: String) -> WorkerReport {
        WorkerReport(
            state: .partly,
            media: ItemMedia(
                isVideo: false,
                format: name,
                codec: name,
                width: 1,
                height: 1,
                orientation: 1,
                durationMilliseconds: nil
            ),
            losses: [Loss(stage: .decode, code: "truncated")]
        )
    }

    @Test("a file's size asks for a decision once another file had it")
    func sizes() {
        let judge = ItemJudge(known: KnownFiles(), findsCopies: true)
        #expect(!judge.asksVerdict(facts))
        #expect(judge.asksVerdict(facts))
        let empty = FileFacts(size: 0, modifiedNanoseconds: 1)
        #expect(!judge.asksVerdict(empty) && !judge.asksVerdict(empty))
        let plain = ItemJudge(known: KnownFiles(), findsCopies: false)
        #expect(!plain.asksVerdict(facts) && !plain.asksVerdict(facts))
    }

    @Test(
        "copies that come while the first is decoded, before or after their own end, get what it gave"
    )
    func followers() throws {
        let judge = ItemJudge(known: KnownFiles(), findsCopies: true)
        #expect(judge.decide(question(1, asked: false)) == .decode)
        #expect(judge.decide(question(2)) == .leave)
        #expect(judge.decide(question(3)) == .leave)
        #expect(judge.settle(outcome(3, left, isLeft: true)).isEmpty)
        let settled = judge.settle(outcome(1, decoded("jpeg")))
        #expect(settled.map(\.token) == [1, 2, 3])
        #expect(settled.map(\.isCopy) == [false, true, true])
        #expect(settled.map(\.path.text) == ["/1", "/2", "/3"])
        #expect(Set(settled.map(\.report)).count == 1)
        #expect(judge.settle(outcome(2, left, isLeft: true)).isEmpty)
        // And later ones at once.
        #expect(judge.decide(question(4)) == .leave)
        let late = try #require(judge.settle(outcome(4, left, isLeft: true)).first)
        #expect(late.report == settled[0].report && late.isCopy)
    }

    @Test("an item that is tried again after it ended its worker is still the one that decodes")
    func triedAgain() {
        let judge = ItemJudge(known: KnownFiles(), findsCopies: true)
        #expect(judge.decide(question(1)) == .decode)
        #expect(judge.decide(question(2)) == .leave)
        #expect(judge.decide(question(1)) == .decode)
        #expect(judge.settle(outcome(1, decoded("png"))).count == 2)
    }

    @Test("what a failing disk did to one file is not told of its copies: the next one is decoded")
    func failingDisk() throws {
        let judge = ItemJudge(known: KnownFiles(), findsCopies: true)
        let failed = WorkerReport.fault(Loss(stage: .read, code: "readFailed", status: 5))
        #expect(judge.decide(question(1)) == .decode)
        for token: UInt64 in 2...4 {
            #expect(judge.decide(question(token)) == .leave)
        }
        #expect(judge.settle(outcome(3, left, isLeft: true)).isEmpty)
        #expect(judge.settle(outcome(1, failed)).map(\.token) == [1])
        // The second one's worker has not come to its end yet: it cannot be handed out before.
        #expect(judge.takeAgain() == nil)
        #expect(judge.settle(outcome(2, left, isLeft: true)).isEmpty)
        let again = try #require(judge.takeAgain())
        #expect(again.token == 2 && judge.takeAgain() == nil)
        #expect(judge.decide(question(2, asked: false)) == .decode)
        #expect(judge.settle(outcome(2, decoded("gif"))).map(\.token) == [2, 3, 4])
        #expect(judge.settle(outcome(4, left, isLeft: true)).isEmpty)
    }

    @Test("a known file is a row with the list and the digest, and every item asks")
    func knownFile() throws {
        let folder = try TemporaryFolder()
        let known = KnownFiles()
        try known.read(
            folder.write("NSRL\u{1B}.txt", Array((picture.sha1.hexDigits + "\n").utf8))
        )
        let judge = ItemJudge(known: known, findsCopies: true)
        #expect(judge.asksVerdict(facts))
        #expect(judge.decide(question(1)) == .leave)
        let settled = try #require(judge.settle(outcome(1, left, isLeft: true)).first)
        #expect(settled.report.rule == .knownFile && settled.report.state == .skipped)
        #expect(settled.report.digests == picture && !settled.isCopy)
        let detail = try #require(settled.report.losses.first?.detail)
        #expect(detail == "sha1 \(picture.sha1.hexDigits) is on the list NSRL\\u{1B}.txt")
    }
}
