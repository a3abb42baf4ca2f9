import CMedia
import Decoding
import Evidence
import Fingerprinting
import Glibc
import Indexing
import Keyframing
import Unpacking

/// A decode worker: the process that touches hostile bytes.
///
/// It takes open files from its parent, one after another, and answers with digests, facts and
/// fingerprints, never with pixels. It opens nothing itself.
public struct Worker: ~Copyable {
    /// The descriptor on which the parent's socket waits in a worker process.
    public static let socket: Int32 = 3
    /// The descriptor of the file that large members of containers are unpacked into.
    static let spill: Int32 = 4
    /// Files up to this size are read whole, digested on the way, and decoded from memory. What is
    /// larger is nearly always film, of which a decoder needs only pieces.
    static let wholeFileLimit: Int64 = 96 << 20
    /// A piece that is read and digested at once: it stays in the second-level cache.
    static let pieceBytes = 256 << 10
    /// Of a file over the limit this much is kept in memory, to recognise its content by.
    static let headBytes = 1 << 20

    let settings: WorkerSettings
    /// The file that large members of containers are unpacked into; -1 for a thread of the parent, whose descriptors
    /// are others.
    var spill: Int32 { settings.sandbox.isInProcess ? -1 : Worker.spill }
    private let socket: Int32
    private var fingerprinter: Fingerprinter
    private var buffer: ReadBuffer

    /// A worker that answers on `socket`.
    public init(settings: WorkerSettings, socket: Int32 = Worker.socket) {
        self.settings = settings
        self.socket = socket
        fingerprinter = Fingerprinter(kind: settings.kind)
        buffer = ReadBuffer()
    }

    /// Works until the parent closes its side.
    public mutating func run() {
        let inbox = WorkerInbox(socket: socket)
        while let request = inbox.next() {
            let report = examine(request, inbox)
            request.close()
            guard let report, send(.end(token: request.token, report)) else { return }
        }
    }

    func send(_ message: WorkerMessage) -> Bool {
        message.send(on: socket)
    }

    /// Reads, digests, decodes and fingerprints one item; `nil` when the parent is gone.
    private mutating func examine(
        _ request: WorkerInbox.Request,
        _ inbox: WorkerInbox
    ) -> WorkerReport? {
        let (descriptor, size, token) = (request.descriptor, request.size, request.token)
        do throws(Loss) {
            let digests = try read(descriptor: descriptor, size: size)
            _ = send(.digests(token: token, digests))
        } catch {
            return .fault(error)
        }
        if request.asksVerdict {
            guard let verdict = inbox.verdict(for: token) else { return nil }
            if verdict == .leave { return WorkerReport(state: .skipped) }
        }
        let source = MediaSource(descriptor: descriptor, size: size, bytes: buffer.bytes)
        var unpacking = Unpacking(
            token: token,
            size: size,
            name: request.name,
            from: request.from,
            limits: settings.unpacking ?? UnpackLimits()
        )
        unpacking.add(request.segments)
        if request.asksMembers {
            unpacking.ask = { inbox.verdict(for: token) }
        }
        return examine(
            source,
            head: buffer.bytes,
            token: token,
            unpacking: &unpacking,
            at: .outermost
        )
    }

    /// Recognises, decodes and fingerprints a file, or a member of a container, that has been digested.
    ///
    /// - Parameter head: its first bytes.
    mutating func examine(
        _ source: MediaSource,
        head: UnsafeRawBufferPointer,
        token: UInt64,
        unpacking: inout Unpacking,
        at place: MemberPlace,
        name: [UInt8] = []
    ) -> WorkerReport {
        var report = WorkerReport(state: .indexed)
        guard source.size > 0 else {
            report.state = .skipped
            report.rule = .empty
            return report
        }
        TestFault.injectIfAsked(head)
        if case .other(let format, let group) = Content.recognise(head) {
            if let number = DiskImage.segmentNumber(head), number > 1 {
                report.state = .skipped
                report.rule = .imageSegment
                report.losses = [
                    Loss(stage: .decode, code: "notMedia", detail: "file \(number) of an E01 image")
                ]
                return report
            }
            if group == .archive, settings.unpacking != nil, Containers.reads(format) {
                return unpack(source, of: format, at: place, name: name, in: &unpacking)
            }
            report.state = .skipped
            report.rule = SkipRule(group)
            report.losses = [Loss(stage: .decode, code: "notMedia", detail: format)]
            return report
        }
        decode(source, token: token, into: &report)
        return report
    }

    /// Reads the whole file once, through the digests, and keeps it, or its head, in the buffer.
    private mutating func read(descriptor: Int32, size: Int64) throws(Loss) -> Digests {
        let isWhole = size <= Worker.wholeFileLimit
        let kept = isWhole ? Int(size) : Worker.headBytes
        buffer.reserve(max(kept, Worker.pieceBytes) + Worker.pieceBytes, keeping: kept)
        var digests = DigestPass()
        var position: Int64 = 0
        while position < size {
            let wanted = Int(min(Int64(Worker.pieceBytes), size - position))
            // Past the part that is kept, pieces go to the spare room behind it.
            let place = position < kept ? Int(position) : kept
            let piece = buffer.piece(at: place, count: wanted)
            let count = pread(descriptor, piece.baseAddress, wanted, off_t(position))
            if count < 0 {
                if errno == EINTR { continue }
                throw Loss(
                    stage: .read,
                    code: "readFailed",
                    status: errno,
                    detail: "at byte \(position): \(systemMessage(errno))"
                )
            }
            guard count > 0 else {
                throw Loss(
                    stage: .read,
                    code: "shrank",
                    detail: "the file ended at byte \(position) of \(size) while it was read"
                )
            }
            digests.update(
                UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(piece)[..<count])
            )
            position += Int64(count)
        }
        return digests.finalize()
    }

    private mutating func decode(
        _ source: MediaSource,
        token: UInt64,
        into report: inout WorkerReport
    ) {
        var decoded = fingerprints(of: source, policy: settings.policy, token: token)
        if !decoded.isSettled, decoded.media?.isVideo == false {
            // Few pictures, and those whose bits hang by a hair: for them the decoder's short cuts
            // are not taken.
            decoded = fingerprints(of: source, policy: .exact, token: token)
        }
        report.state = decoded.state
        report.rule = decoded.rule
        report.media = decoded.media
        report.losses = Worker.bounded(decoded.losses)
        decoded.packets.finish()
    }

    /// What one decode of an item gave.
    private struct Decoded {
        var state = ItemState.indexed
        var rule: SkipRule?
        var media: ItemMedia?
        var losses: [Loss] = []
        /// Fingerprints on their way; a film's are sent whenever a packet is full.
        var packets: FingerprintPackets
        /// Whether every fingerprint stands firm against the errors of a fast decode.
        var isSettled = true
    }

    private mutating func fingerprints(
        of source: MediaSource,
        policy: DecodePolicy,
        token: UInt64
    ) -> Decoded {
        var options = DecodeOptions()
        options.policy = policy
        options.maximumPixels = settings.maximumPixels
        if settings.kind == .pdqNearest512 {
            // This kind picks single pixels out of the full picture: a scaled one lacks them.
            options.minimumShorterSide = .max
        }
        options.sampling = settings.sampling
        let socket = socket
        var result = Decoded(
            packets: FingerprintPackets {
                _ = WorkerMessage.fingerprints(token: token, $0).send(on: socket)
            }
        )
        let heartbeat = FilmHeartbeat(
            socket: socket,
            token: token,
            size: source.size,
            timeout: settings.timeout
        )
        var runs = PictureRuns(sampling: settings.sampling)
        do throws(MediaFault) {
            let decoded = try MediaDecoding.decode(
                source,
                options: options,
                onProgress: heartbeat.tell
            ) { keyframe in
                do throws(FingerprintFault) {
                    let made = try fingerprinter.fingerprint(of: keyframe.picture)
                    if policy == .fast, !made.isSettled,
                        made.quality >= Fingerprint.recommendedMinimumQuality
                    {
                        result.isSettled = false
                    }
                    result.packets.add(
                        runs.add(
                            ItemFingerprint(
                                fingerprint: made.fingerprint,
                                quality: made.quality,
                                // A segment tells no later times apart.
                                timeMilliseconds: keyframe.timeMilliseconds.map {
                                    min($0, Occurrence.latestMilliseconds)
                                },
                                tone: made.tone,
                                origin: keyframe.picture.origin,
                                variants: settings.wantsVariants
                                    ? Turn.allCases.map { made.turned($0) } : []
                            )
                        )
                    )
                } catch {
                    result.losses.append(
                        Loss(
                            stage: .fingerprint,
                            code: "refused",
                            detail: String(describing: error)
                        )
                    )
                }
            }
            result.packets.add(runs.finish())
            for coverage in decoded.coverage {
                _ = send(.coverage(token: token, coverage))
            }
            result.media = ItemMedia(decoded.facts)
            result.losses = decoded.losses.map(Loss.init) + result.losses
            result.state = result.losses.isEmpty ? .indexed : .partly
        } catch {
            result.losses.insert(Loss(error), at: 0)
            if error.code == .noVideoTrack {
                result.state = .skipped
                result.rule = .notMedia
            } else {
                result.state = .faulted
            }
        }
        return result
    }
}

extension Loss {
    /// A decoder's fault as a line of the ledger.
    init(_ fault: MediaFault) {
        self.init(
            stage: fault.code == .readFailed ? .read : .decode,
            code: fault.code.rawValue,
            status: fault.status,
            detail: fault.detail
        )
    }
}

extension SkipRule {
    /// The rule that leaves out content of a kind that is no media.
    init(_ group: ContentGroup) {
        switch group {
        case .archive: self = .archive
        case .document: self = .document
        case .audio, .executable, .text, .data: self = .notMedia
        }
    }
}

extension ItemMedia {
    /// What the decoder found out.
    init(_ facts: MediaFacts) {
        self.init(
            isVideo: facts.kind == .video,
            format: facts.format,
            codec: facts.codec,
            width: Int64(facts.width),
            height: Int64(facts.height),
            orientation: UInt8(clamping: facts.orientation),
            durationMilliseconds: facts.durationMilliseconds
        )
    }
}
