import Decoding
import Evidence
import Glibc
import Unpacking

/// What is known while one file is unpacked, with all the containers in it.
struct Unpacking {
    /// Under which number the parent knows the file.
    let token: UInt64
    /// The size in bytes of the file, and of those that go on where it ends.
    private(set) var size: Int64
    /// The files that go on where this one ends.
    private(set) var segments: [MediaSource] = []
    /// The first member that is examined; those before it were, by an earlier worker or run.
    let from: MemberPlace
    let limits: UnpackLimits
    /// The file's own name.
    let name: [UInt8]
    /// The first free place in the spill file.
    var spillStart: Int64 = 0
    /// Bytes that members have given so far.
    var unpacked: Int64 = 0
    /// Members that were met so far.
    var members = 0
    /// Waits for what the parent says of a member once that has been digested; `nil` if it wants none. The answer is `nil`
    /// if the parent is gone.
    var ask: (() -> WorkerVerdict?)?
    /// Set once the parent is gone: nobody wants the rest.
    var isAbandoned = false
    /// Set once a limit on the whole is reached: nothing more is unpacked.
    var exceeded: UnpackLimits.Exceeded?
    private var lastTold = MonotonicTime.now

    init(token: UInt64, size: Int64, name: [UInt8], from: MemberPlace, limits: UnpackLimits) {
        self.name = name
        self.token = token
        self.size = size
        self.from = from
        self.limits = limits
    }

    private static let millisecondsBetween = 500

    /// Takes in the further files of a disk image.
    mutating func add(_ further: [WorkerInbox.Segment]) {
        for segment in further {
            segments.append(
                MediaSource(
                    descriptor: segment.descriptor,
                    size: segment.size,
                    bytes: UnsafeRawBufferPointer(start: nil, count: 0)
                )
            )
            let (sum, overflow) = size.addingReportingOverflow(segment.size)
            size = overflow ? .max : sum
        }
    }

    /// Takes account of bytes that a member gave; `tell` is called now and then with their sum.
    ///
    /// - Throws: a loss if there are too many.
    mutating func count(_ bytes: Int, tell: (Int64) -> Void) throws(Loss) {
        unpacked += Int64(bytes)
        if let found = limits.exceeded(bytes: unpacked, ofSize: size) {
            exceeded = found
            throw Loss(found, limits)
        }
        if lastTold.millisecondsAgo >= Unpacking.millisecondsBetween {
            lastTold = .now
            tell(unpacked)
        }
    }
}

extension Loss {
    /// A limit as a line of the ledger.
    init(_ exceeded: UnpackLimits.Exceeded, _ limits: UnpackLimits) {
        self.init(
            stage: .unpack,
            code: exceeded.rawValue,
            detail: limits.explanation(of: exceeded)
        )
    }

    /// A container's fault as a line of the ledger.
    init(_ fault: ContainerFault) {
        self.init(
            stage: fault.code == .readFailed ? .read : .unpack,
            code: fault.code.rawValue,
            status: fault.status,
            detail: fault.detail
        )
    }
}

extension Worker {
    /// Goes through the members of a container; each becomes an item of its own.
    ///
    /// - Parameter place: where the container stands, if it is a member itself.
    /// - Parameter name: its path from the outermost container on; empty for that one.
    /// - Returns: what became of the container itself.
    mutating func unpack(
        _ source: MediaSource,
        of format: String,
        at place: MemberPlace,
        name: [UInt8],
        in unpacking: inout Unpacking
    ) -> WorkerReport {
        var report = WorkerReport(state: .indexed)
        report.container = ContainerFacts(format: format, members: 0)
        guard place.depth < unpacking.limits.depth else {
            return .fault(Loss(.depth, unpacking.limits))
        }
        var losses: [Loss] = []
        var members: Int64 = 0
        do throws(ContainerFault) {
            let reader = try Containers.reader(
                of: source,
                format: format,
                segments: place.depth == 0 ? unpacking.segments : [],
                soleName: Worker.soleName(name.isEmpty ? unpacking.name : name)
            )
            let store = MemberStore(spill: spill, start: unpacking.spillStart)
            var names = MemberNames()
            var number: UInt32 = 0
            while unpacking.exceeded == nil, !unpacking.isAbandoned {
                let member: ContainerMember?
                do throws(ContainerFault) {
                    member = try reader.next()
                } catch  where !error.isFinal {
                    // One header is damaged: it is a member, of which nothing is known.
                    losses.append(Loss(error))
                    continue
                }
                guard let member else { break }
                guard member.kind != .folder else { continue }
                guard unpacking.members < unpacking.limits.members,
                    number <= UnpackLimits.largestNumber
                else {
                    unpacking.exceeded = .members
                    break
                }
                unpacking.members += 1
                members += 1
                let here = place.member(number)
                number += 1
                let path = names.unique(member.name)
                if here < unpacking.from, !unpacking.from.isInside(here) { continue }
                examine(
                    member,
                    of: reader,
                    named: name.isEmpty ? path : name + [UInt8(ascii: "/")] + path,
                    at: here,
                    store: store,
                    unpacking: &unpacking
                )
            }
            report.container = ContainerFacts(format: reader.formatName, members: members)
        } catch {
            losses.append(Loss(error))
            report.container?.members = members
        }
        if let exceeded = unpacking.exceeded {
            losses.append(Loss(exceeded, unpacking.limits))
        }
        if place.depth == 0 {
            // What large members took of the disk is given back.
            ftruncate(spill, 0)
        }
        if !losses.isEmpty {
            report.state = members == 0 ? .faulted : .partly
            if members == 0 { report.container = nil }
            report.losses = Worker.bounded(losses)
        }
        return report
    }

    /// Examines one member, and tells the parent what became of it.
    private mutating func examine(
        _ member: ContainerMember,
        of reader: any MemberReader,
        named name: [UInt8],
        at place: MemberPlace,
        store: MemberStore,
        unpacking: inout Unpacking
    ) {
        let token = unpacking.token
        _ = send(
            .member(
                token: token,
                UnpackedMember(
                    place: place,
                    name: Array(name.prefix(WorkerMessage.maximumNameBytes)),
                    claimedSize: member.claimedSize,
                    modifiedNanoseconds: member.modifiedNanoseconds,
                    disk: member.disk
                )
            )
        )
        var report = WorkerReport(state: .skipped)
        switch member.kind {
        case .file, .folder:
            report = content(
                of: member,
                of: reader,
                named: name,
                at: place,
                store: store,
                unpacking: &unpacking
            )
        case .symbolicLink: report.rule = .symbolicLink
        case .hardLink: report.rule = .hardLink
        case .special: report.rule = .specialFile
        case .gone: report.rule = .contentGone
        case .metadata: report.rule = .fileSystem
        }
        _ = send(.memberEnd(token: token, report))
    }

    private mutating func content(
        of member: ContainerMember,
        of reader: any MemberReader,
        named name: [UInt8],
        at place: MemberPlace,
        store: MemberStore,
        unpacking: inout Unpacking
    ) -> WorkerReport {
        let token = unpacking.token
        do throws(Loss) {
            let digests = try store.fill(quota: unpacking.limits.memberBytes) {
                target throws(Loss) in
                let count: Int
                do throws(ContainerFault) {
                    count = try reader.read(into: target)
                } catch {
                    throw Loss(error)
                }
                try unpacking.count(count) { _ = send(.unpacked(token: token, bytes: $0)) }
                return count
            }
            _ = send(.digests(token: token, digests))
        } catch {
            if member.isEncrypted, error.stage == .unpack, error.code != Loss.spillFailed {
                return .fault(
                    Loss(
                        stage: .unpack,
                        code: ContainerFault.Code.encrypted.rawValue,
                        status: error.status,
                        detail: "the member is encrypted"
                    )
                )
            }
            return damaged(error, of: store, named: name, at: place, unpacking: &unpacking)
        }
        if let ask = unpacking.ask {
            let verdict = ask()
            unpacking.isAbandoned = verdict == nil
            if verdict != .decode {
                var report = WorkerReport(state: .skipped)
                report.memberSize = store.size
                return report
            }
        }
        unpacking.spillStart = store.end
        defer { unpacking.spillStart = store.start }
        if store.isOverQuota {
            var report = WorkerReport.fault(Loss(.memberBytes, unpacking.limits))
            report.memberSize = store.size
            return report
        }
        var report = examine(
            store.source,
            head: store.bytes,
            token: token,
            unpacking: &unpacking,
            at: place,
            name: name
        )
        report.memberSize = store.size
        return report
    }

    /// What could be read of a member whose content breaks off is decoded; what it gives is kept, marked as partly.
    private mutating func damaged(
        _ loss: Loss,
        of store: MemberStore,
        named name: [UInt8],
        at place: MemberPlace,
        unpacking: inout Unpacking
    ) -> WorkerReport {
        guard unpacking.exceeded == nil, loss.code != Loss.spillFailed, store.size > 0,
            !store.isOverQuota
        else { return .fault(loss) }
        unpacking.spillStart = store.end
        defer { unpacking.spillStart = store.start }
        var report = examine(
            store.source,
            head: store.bytes,
            token: unpacking.token,
            unpacking: &unpacking,
            at: place,
            name: name
        )
        report.losses.insert(loss, at: 0)
        report.losses = Worker.bounded(report.losses)
        report.state = report.state == .indexed || report.state == .partly ? .partly : .faulted
        report.rule = nil
        return report
    }

    /// As many losses as one message holds; the last counts the others.
    static func bounded(_ losses: [Loss]) -> [Loss] {
        guard losses.count > WorkerMessage.maximumLosses else { return losses }
        let more = losses.count - WorkerMessage.maximumLosses + 1
        return losses.dropLast(more) + [
            Loss(
                stage: losses[losses.count - 1].stage,
                code: "moreLosses",
                detail: "and \(more) further losses"
            )
        ]
    }

    /// What the content of a file that is merely compressed is called: its name without the last extension.
    private static func soleName(_ path: [UInt8]) -> [UInt8] {
        let name = EvidencePath(bytes: path).lastComponent
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex else {
            return Array("content".utf8)
        }
        return Array(name[..<dot])
    }
}

/// Names of one container's members, told apart: a container may hold two members of one name.
struct MemberNames {
    /// Hashes instead of names, which millions of members would fill the memory with. Should two names have the same,
    /// one of them gets a number that it did not need.
    private var seen: Set<UInt64> = []

    /// The name itself, or, if it was there before, the name with `#2`, `#3`, … behind it.
    mutating func unique(_ name: [UInt8]) -> [UInt8] {
        var candidate = name
        var number = 2
        while !seen.insert(MemberNames.hash(candidate)).inserted {
            candidate = name + Array("#\(number)".utf8)
            number += 1
        }
        return candidate
    }

    /// FNV-1a: the same in every process, so that a member has the same name in every run.
    private static func hash(_ name: [UInt8]) -> UInt64 {
        name.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
