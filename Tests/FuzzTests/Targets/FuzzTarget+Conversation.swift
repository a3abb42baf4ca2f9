import Decoding
import Evidence
import Keyframing
import Unpacking

@testable import Casework

/// What a worker says, message after message, and what its parent makes of that.
extension FuzzTarget {
    /// A conversation that is read as steps: two bytes, little-endian, say how long the packet is that follows; from
    /// 0xFF00 on they are an ``Event``. The first byte of all says how the conversation is set up.
    ///
    /// - Returns: how many packets were refused.
    @discardableResult
    static func converse(_ bytes: UnsafeRawBufferPointer) -> Int {
        var rest = bytes[...]
        guard let flags = rest.popFirst() else { return 0 }
        var parent = ConversationParent(ConversationParent.Setup(rawValue: flags))
        while let low = rest.popFirst(), let high = rest.popFirst() {
            let number = Int(high) << 8 | Int(low)
            if high == 0xFF {
                parent.meet(Event(rawValue: low % UInt8(Event.allCases.count)) ?? .end)
            } else {
                let packet = rest.prefix(min(number, WorkerMessage.maximumBytes))
                rest = rest.dropFirst(packet.count)
                parent.receive(Array(packet))
            }
        }
        parent.endEverything()
        return parent.refused
    }

    /// What happens to a worker that is not a message.
    enum Event: UInt8, CaseIterable {
        /// It ends.
        case end
        /// It took too long.
        case stall
        /// It is told to decode.
        case decode
        /// It is told not to.
        case leave
        /// The file that it works on is left as it is, and given out again later.
        case drop
    }
}

/// A pool with one worker, without any process, that believes nothing which it is told of outcomes: each file has one,
/// and each member at most one, in the order of their places.
private struct ConversationParent {
    /// How the conversation is set up.
    struct Setup: OptionSet {
        let rawValue: UInt8
        /// The first file is decided upon when its digests are there.
        static let asksFirst = Setup(rawValue: 1)
        static let asksSecond = Setup(rawValue: 2)
        /// Containers are left alone.
        static let leavesContainers = Setup(rawValue: 4)
        /// The first file is a container of which some is safe.
        static let goesOn = Setup(rawValue: 8)
        /// Each worker has to say itself that it is ready.
        static let waitsForReady = Setup(rawValue: 16)
    }

    /// What is known of a file outside the conversation.
    private struct File {
        var isDone = false
        /// Where it is gone on with.
        var next: MemberPlace
        let asksVerdict: Bool
    }

    private let setup: Setup
    private var conversation: WorkerConversation
    private var backlog: [WorkerAssignment] = []
    private var files: [UInt64: File]
    private var isAlone = false
    /// How many packets made no sense.
    private(set) var refused = 0

    init(_ setup: Setup) {
        self.setup = setup
        var settings = WorkerSettings()
        settings.unpacking = setup.contains(.leavesContainers) ? nil : UnpackLimits()
        conversation = WorkerConversation(settings: settings)
        files = [
            7: File(
                next: setup.contains(.goesOn) ? MemberPlace([3, 1]) : .outermost,
                asksVerdict: setup.contains(.asksFirst)
            ),
            8: File(next: .outermost, asksVerdict: setup.contains(.asksSecond)),
        ]
        greet()
        for token in files.keys.sorted() { submit(token) }
    }

    // MARK: - What happens

    mutating func receive(_ packet: [UInt8]) {
        guard let message = try? WorkerMessage(decoding: packet[...]) else {
            refused += 1
            end(code: "protocol")
            return
        }
        let head = conversation.queue.first
        let wasReady = conversation.sandbox != nil
        let reply = conversation.take(message)
        if case .ready = message {
            precondition((reply != nil) != wasReady, "a worker gets ready once")
        } else {
            precondition(
                reply == nil || wasReady && head.map(\.token) == message.token,
                "a message was taken that is about nothing in hand"
            )
        }
        switch reply {
        case nil:
            refused += 1
            end(code: "protocol")
        case .member(let outcome):
            take(outcome)
        case .item(let outcome):
            isAlone = false
            take(outcome)
        case .ready, .noted, .digested, .advanced:
            break
        }
        handOut()
    }

    mutating func meet(_ event: FuzzTarget.Event) {
        switch event {
        case .end:
            end(code: "crashed")
        case .stall:
            guard !conversation.queue.isEmpty else { return }
            goOn(conversation.blame(Loss(stage: .worker, code: "timeout")))
        case .decode, .leave:
            guard conversation.queue.first?.isWaiting == true else { return }
            conversation.answered(event == .leave ? .leave : .decode)
        case .drop:
            guard let head = conversation.queue.first, head.isContainer else { return }
            _ = conversation.dropHead()
            isAlone = false
            restart()
            submit(head.token)
        }
        handOut()
    }

    /// Whatever a worker said, its files come to an end if all further ones end.
    mutating func endEverything() {
        // Twice for each member that may be open, in each file, and for the file itself.
        var left = 4 * (UnpackLimits.largestDepth + 2)
        while !(conversation.queue.isEmpty && backlog.isEmpty) {
            left -= 1
            precondition(left > 0, "a file does not come to an end")
            end(code: "crashed")
            handOut()
        }
        precondition(files.values.allSatisfy(\.isDone), "a file was forgotten")
    }

    // MARK: - As the pool does it

    private mutating func submit(_ token: UInt64) {
        guard let file = files[token] else { return }
        var assignment = WorkerAssignment(
            token: token,
            path: EvidencePath("/evidence/\(token).zip"),
            from: file.next
        )
        assignment.asksVerdict = file.asksVerdict
        assignment.open[0].facts = FileFacts(size: 1_000_000, modifiedNanoseconds: 1)
        backlog.append(assignment)
        handOut()
    }

    private mutating func handOut() {
        while !backlog.isEmpty, !isAlone, conversation.queue.count < 2 {
            _ = conversation.add(backlog.removeFirst())
        }
        guard !conversation.queue.isEmpty else { return }
        // As a limit for the kernel, which takes no negative ones.
        precondition(conversation.millisecondsAllowed > 0, "no time is allowed")
        _ = conversation.millisecondsLeft
        precondition(
            conversation.queue[0].open.count <= UnpackLimits.largestDepth + 1,
            "deeper than any limit"
        )
    }

    private mutating func end(code: String) {
        guard !conversation.queue.isEmpty else {
            restart()
            return
        }
        goOn(conversation.workerEnded(Loss(stage: .worker, code: code)))
    }

    private mutating func goOn(_ ending: WorkerConversation.Ending) {
        for outcome in ending.outcomes { take(outcome) }
        if ending.isOver {
            isAlone = false
            restart()
        } else {
            var again = conversation.dropHead()
            again.restart()
            restart()
            isAlone = true
            _ = conversation.add(again)
        }
    }

    private mutating func restart() {
        backlog += conversation.restart()
        greet()
    }

    private mutating func greet() {
        guard !setup.contains(.waitsForReady) else { return }
        precondition(conversation.take(.ready(.nothing)) != nil, "a new worker may not get ready")
    }

    // MARK: - What comes of it

    private mutating func take(_ outcome: WorkerPool.Outcome) {
        guard let file = files[outcome.token] else {
            preconditionFailure("an outcome of a file that was not given")
        }
        precondition(!file.isDone, "a second outcome of one file")
        precondition(outcome.facts?.size ?? 0 >= 0, "a size below nothing")
        if let member = outcome.member {
            precondition(!setup.contains(.leavesContainers), "a member of what is no container")
            precondition(
                member.place >= file.next || file.next.isInside(member.place),
                "a second outcome of one member"
            )
            precondition(member.next > file.next, "a container that goes on where it was")
            precondition(
                outcome.path.isInside(member.file) && outcome.path != member.file,
                "a member that is not inside its file"
            )
            files[outcome.token]?.next = member.next
        } else {
            files[outcome.token]?.isDone = true
        }
        check(outcome.report)
    }

    /// What the catalog, the segments and a search do with a report.
    private func check(_ report: WorkerReport) {
        precondition(
            report.digests != nil || report.state != .indexed,
            "something was decoded whole that was not read"
        )
        precondition(
            Set(report.coverage.map(\.stream)).count == report.coverage.count,
            "a film is covered twice"
        )
        for coverage in report.coverage {
            precondition(
                (0...coverage.length).contains(coverage.represented),
                "more of a film is represented than there is"
            )
            precondition(
                Set(coverage.gaps.map(\.from)).count == coverage.gaps.count,
                "two gaps of a film begin at once"
            )
        }
        for made in report.fingerprints {
            let from = made.timeMilliseconds ?? 0
            precondition(from >= 0 && from + Int64(made.spanMilliseconds) >= from)
        }
    }
}
