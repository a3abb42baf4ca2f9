import CMedia
import Decoding
import Evidence
import Fingerprinting
import Indexing
import Keyframing
import Unpacking

/// The messages between the parent and its workers. Each fits one packet of the socket.
///
/// The parent sends a `request` with the item's descriptor attached, before it the `segments` of a disk image that goes on in further files; the worker answers with the
/// `digests`, any number of `fingerprints`, of a film its `coverage` and now and then its `progress`, and one `end`. The digests go first so that they are known
/// even of an item whose decoding ends the worker. Items are worked on in the order of the requests.
///
/// Of a container each member is told between `member` and `memberEnd`, in the same way as a file: what comes
/// between belongs to it. A member that is a container itself has its own members in between, too. The `unpacked`
/// bytes are told now and then, so that the parent knows that it goes on.
///
/// If the request asks for it, the worker waits after the digests, of the file or of each member, for the parent's
/// `verdict`, and ends at once if the item need not be decoded. The next requests may arrive before it.
enum WorkerMessage {
    /// The longest packet: well under the kernel's default socket buffer of 208 KB.
    static let maximumBytes = 64 * 1024
    /// How many fingerprints go into one packet, with eight variants each.
    static let fingerprintsPerPacket = 160
    /// How many losses of one item are told; a film with more is counted in the last of them.
    static let maximumLosses = 32

    /// How many open files go with one packet.
    static let filesPerPacket = Int(VESTIGE_FILES_PER_MESSAGE)

    /// How many bytes of a member's name are told.
    static let maximumNameBytes = 32 * 1024

    /// What a worker says first, before it takes a request.
    case ready(SandboxReport)
    /// - Parameter name: the file's own name, after which the content of a merely compressed file is called.
    /// - Parameter from: the first member of a container to be examined.
    case request(
        token: UInt64,
        size: Int64,
        name: [UInt8] = [],
        from: MemberPlace = .outermost,
        asksVerdict: Bool = false,
        asksMembers: Bool = false
    )
    /// Further files of the disk image that the next request begins, in order, with their sizes; each is attached.
    case segments(token: UInt64, sizes: [Int64])
    case digests(token: UInt64, Digests)
    case fingerprints(token: UInt64, [ItemFingerprint])
    case coverage(token: UInt64, FilmCoverage)
    case progress(token: UInt64, FilmProgress)
    case member(token: UInt64, UnpackedMember)
    case memberEnd(token: UInt64, WorkerReport)
    case unpacked(token: UInt64, bytes: Int64)
    case end(token: UInt64, WorkerReport)
    case verdict(token: UInt64, WorkerVerdict)

    /// The number of the file that it is about; 0 for `ready`.
    var token: UInt64 {
        switch self {
        case .ready: 0
        case .request(let token, _, _, _, _, _), .digests(let token, _),
            .fingerprints(let token, _),
            .coverage(let token, _), .progress(let token, _), .member(let token, _),
            .memberEnd(let token, _), .unpacked(let token, _), .end(let token, _),
            .verdict(let token, _), .segments(let token, _):
            token
        }
    }

    var encoded: [UInt8] {
        var writer = WireWriter()
        switch self {
        case .ready(let report):
            writer.write(UInt8(10))
            writer.write(UInt64(0))
            writer.write(report)
        case .request(let token, let size, let name, let place, let asksVerdict, let asksMembers):
            writer.write(UInt8(1))
            writer.write(token)
            writer.write(UInt8(asksVerdict ? 1 : 0))
            writer.write(UInt8(asksMembers ? 1 : 0))
            writer.write(size)
            writer.write(bytes: name)
            writer.write(place)
        case .fingerprints(let token, let fingerprints):
            writer.write(UInt8(2))
            writer.write(token)
            writer.write(UInt32(fingerprints.count))
            for fingerprint in fingerprints {
                writer.write(fingerprint)
            }
        case .digests(let token, let digests):
            writer.write(UInt8(4))
            writer.write(token)
            writer.write(digests)
        case .coverage(let token, let coverage):
            writer.write(UInt8(5))
            writer.write(token)
            writer.write(coverage)
        case .progress(let token, let progress):
            writer.write(UInt8(6))
            writer.write(token)
            writer.write(progress.position)
            writer.write(optional: progress.length)
            writer.write(progress.pixels)
        case .member(let token, let member):
            writer.write(UInt8(7))
            writer.write(token)
            writer.write(member.place)
            writer.write(bytes: member.name)
            writer.write(optional: member.claimedSize)
            writer.write(member.modifiedNanoseconds)
            writer.write(UInt8(member.disk == nil ? 0 : 1))
            if let disk = member.disk { writer.write(disk) }
        case .memberEnd(let token, let report):
            writer.write(UInt8(8))
            writer.write(token)
            writer.write(report)
        case .unpacked(let token, let bytes):
            writer.write(UInt8(9))
            writer.write(token)
            writer.write(bytes)
        case .segments(let token, let sizes):
            writer.write(UInt8(22))
            writer.write(token)
            writer.write(UInt32(sizes.count))
            for size in sizes {
                writer.write(size)
            }
        case .verdict(let token, let verdict):
            writer.write(UInt8(20))
            writer.write(token)
            writer.write(UInt8(verdict == .decode ? 1 : 0))
        case .end(let token, let report):
            writer.write(UInt8(3))
            writer.write(token)
            writer.write(report)
        }
        return writer.bytes
    }

    /// Sends the message without a descriptor; says whether the other side took it.
    func send(on socket: Int32) -> Bool {
        let bytes = encoded
        return vestige_send_message(socket, bytes, bytes.count, -1, 0) == 0
    }

    init(decoding bytes: ArraySlice<UInt8>) throws(WireReader.Malformed) {
        var reader = WireReader(bytes)
        let type = try reader.read(UInt8.self)
        let token = try reader.read(UInt64.self)
        switch type {
        case 1:
            let (asksVerdict, asksMembers) = try (reader.read(UInt8.self), reader.read(UInt8.self))
            self = try .request(
                token: token,
                size: reader.read(Int64.self),
                name: reader.readBytes(),
                from: reader.readPlace(),
                asksVerdict: asksVerdict != 0,
                asksMembers: asksMembers != 0
            )
        case 22:
            let count = try reader.read(UInt32.self)
            guard count <= WorkerMessage.filesPerPacket else { throw WireReader.Malformed() }
            var sizes: [Int64] = []
            for _ in 0..<count {
                try sizes.append(reader.read(Int64.self))
            }
            self = .segments(token: token, sizes: sizes)
        case 20:
            self = try .verdict(token: token, reader.read(UInt8.self) != 0 ? .decode : .leave)
        case 2:
            let count = try reader.read(UInt32.self)
            guard count <= WorkerMessage.fingerprintsPerPacket else { throw WireReader.Malformed() }
            var fingerprints: [ItemFingerprint] = []
            for _ in 0..<count {
                try fingerprints.append(reader.readFingerprint())
            }
            self = .fingerprints(token: token, fingerprints)
        case 3:
            self = try .end(token: token, reader.readReport())
        case 4:
            self = try .digests(token: token, reader.readDigests())
        case 5:
            self = try .coverage(token: token, reader.readCoverage())
        case 6:
            self = try .progress(
                token: token,
                FilmProgress(
                    position: reader.readNatural(),
                    length: reader.readOptional(Int64.self),
                    pixels: reader.read(Int64.self)
                )
            )
        case 7:
            self = try .member(token: token, reader.readMember())
        case 8:
            self = try .memberEnd(token: token, reader.readReport())
        case 9:
            self = try .unpacked(token: token, bytes: reader.readNatural())
        case 10:
            self = try .ready(reader.readSandbox())
        default:
            throw WireReader.Malformed()
        }
        guard reader.isAtEnd else { throw WireReader.Malformed() }
    }
}

/// A member of a container as a worker tells it.
struct UnpackedMember: Hashable, Sendable {
    /// Where it stands.
    var place: MemberPlace
    /// Its path from the outermost container on, in bytes.
    var name: [UInt8]
    /// The size that the container claims.
    var claimedSize: Int64?
    /// When it was modified last, in nanoseconds since 1970.
    var modifiedNanoseconds: Int64
    /// Of a file in a disk image, where it is there.
    var disk: DiskPlace?
}

extension WireWriter {
    mutating func write(_ place: MemberPlace) {
        write(UInt8(clamping: place.numbers.count))
        for number in place.numbers {
            write(number)
        }
    }

    mutating func write(_ disk: DiskPlace) {
        write(disk.volumeOffset)
        write(disk.inode)
        write(optional: disk.contentOffset)
        write(disk.fragments)
        write(UInt8(disk.isDeleted ? 1 : 0))
    }

    mutating func write(_ fingerprint: Fingerprint) {
        let words = fingerprint.words
        for word in [words.0, words.1, words.2, words.3] {
            write(word)
        }
    }

    mutating func write(_ digests: Digests) {
        write(bytes: digests.md5)
        write(bytes: digests.sha1)
        write(bytes: digests.sha256)
    }

    mutating func write(_ item: ItemFingerprint) {
        write(item.fingerprint)
        write(item.quality)
        write(optional: item.timeMilliseconds)
        write(item.spanMilliseconds)
        write(item.tone.rawValue)
        write(item.origin.decoder.rawValue)
        write(item.origin.policy.rawValue)
        write(item.origin.scale)
        write(item.origin.background.rawValue)
        write(UInt8(item.origin.isDamaged ? 1 : 0))
        write(UInt8(item.variants.count))
        for variant in item.variants {
            write(variant)
        }
    }

    mutating func write(_ coverage: FilmCoverage) {
        write(coverage.sampling.fillMilliseconds ?? 0)
        write(Int32(clamping: coverage.stream))
        write(coverage.length)
        write(Int64(coverage.pictures))
        write(UInt32(coverage.gaps.count))
        for gap in coverage.gaps {
            write(gap.from)
            write(gap.to)
            write(gap.reason.rawValue)
        }
    }

    mutating func write(_ report: WorkerReport) {
        write(report.state.rawValue)
        write(report.rule?.rawValue ?? "")
        write(UInt8(report.container == nil ? 0 : 1))
        if let container = report.container {
            write(container.format)
            write(container.members)
        }
        write(optional: report.memberSize)
        write(UInt8(report.media == nil ? 0 : 1))
        if let media = report.media {
            write(UInt8(media.isVideo ? 1 : 0))
            write(media.format)
            write(media.codec)
            write(media.width)
            write(media.height)
            write(media.orientation)
            write(optional: media.durationMilliseconds)
        }
        write(UInt8(report.losses.count))
        for loss in report.losses {
            write(loss.stage.rawValue)
            write(loss.code)
            write(optional: loss.status)
            write(loss.detail)
        }
    }
}

extension WireReader {
    mutating func readPlace() throws(Malformed) -> MemberPlace {
        let count = try read(UInt8.self)
        guard count <= UnpackLimits.largestDepth else { throw Malformed() }
        var numbers: [UInt32] = []
        for _ in 0..<count {
            try numbers.append(read(UInt32.self))
        }
        return MemberPlace(numbers)
    }

    mutating func readDiskPlace() throws(Malformed) -> DiskPlace {
        let place = try DiskPlace(
            volumeOffset: read(Int64.self),
            inode: read(UInt64.self),
            contentOffset: readOptional(Int64.self),
            fragments: read(Int64.self),
            isDeleted: read(UInt8.self) != 0
        )
        // SQLite keeps numbers up to this one.
        guard place.volumeOffset >= 0, place.contentOffset ?? 0 >= 0, place.fragments >= 0,
            place.inode <= UInt64(Int64.max)
        else { throw Malformed() }
        return place
    }

    mutating func readMember() throws(Malformed) -> UnpackedMember {
        let member = try UnpackedMember(
            place: readPlace(),
            name: readBytes(),
            claimedSize: readOptionalNatural(),
            modifiedNanoseconds: read(Int64.self),
            disk: read(UInt8.self) != 0 ? readDiskPlace() : nil
        )
        guard let number = member.place.numbers.last, number <= UnpackLimits.largestNumber,
            (1...WorkerMessage.maximumNameBytes).contains(member.name.count),
            !member.name.contains(0)
        else { throw Malformed() }
        return member
    }

    mutating func readFingerprintBits() throws(Malformed) -> Fingerprint {
        let words = try (
            read(UInt64.self), read(UInt64.self), read(UInt64.self), read(UInt64.self)
        )
        return Fingerprint(words: words)
    }

    mutating func readCoverage() throws(Malformed) -> FilmCoverage {
        let fill = try readNatural()
        let stream = try read(Int32.self)
        let length = try readNatural()
        let pictures = try readNatural()
        let count = try read(UInt32.self)
        guard stream >= 0, count <= FilmCoverage.maximumGaps else { throw Malformed() }
        var gaps: [FilmGap] = []
        var covered: Int64 = 0
        for _ in 0..<count {
            let (from, to) = try (read(Int64.self), read(Int64.self))
            // One behind the other, and none empty: so their sum is no longer than the film.
            guard let reason = try FilmGap.Reason(rawValue: readText()), from >= covered, to > from,
                to <= length
            else { throw Malformed() }
            covered = to
            gaps.append(FilmGap(from: from, to: to, reason: reason))
        }
        return FilmCoverage(
            sampling: fill > 0 ? .covering(fillMilliseconds: fill) : .keyframes,
            stream: Int(stream),
            gaps: gaps,
            length: length,
            pictures: Int(pictures)
        )
    }

    mutating func readDigests() throws(Malformed) -> Digests {
        let digests = try Digests(md5: readBytes(), sha1: readBytes(), sha256: readBytes())
        guard digests.md5.count == 16, digests.sha1.count == 20, digests.sha256.count == 32 else {
            throw Malformed()
        }
        return digests
    }

    mutating func readFingerprint() throws(Malformed) -> ItemFingerprint {
        let fingerprint = try readFingerprintBits()
        let quality = try read(UInt8.self)
        let time = try readOptionalNatural()
        let span = try read(UInt32.self)
        guard
            quality <= 100, time ?? 0 <= Occurrence.latestMilliseconds,
            span <= Occurrence.longestSpanMilliseconds,
            let tone = try PictureTone(rawValue: read(UInt8.self)),
            let decoder = try MediaDecoder(rawValue: read(UInt8.self)),
            let policy = try DecodePolicy(rawValue: read(UInt8.self))
        else { throw Malformed() }
        let scale = try read(UInt8.self)
        guard
            [1, 2, 4, 8].contains(scale),
            let background = try Background(rawValue: read(UInt8.self))
        else { throw Malformed() }
        let isDamaged = try read(UInt8.self) != 0
        var variants: [Fingerprint] = []
        for _ in try 0..<read(UInt8.self) {
            try variants.append(readFingerprintBits())
        }
        return ItemFingerprint(
            fingerprint: fingerprint,
            quality: quality,
            timeMilliseconds: time,
            spanMilliseconds: span,
            tone: tone,
            origin: PictureOrigin(
                decoder: decoder,
                policy: policy,
                scale: scale,
                background: background,
                isDamaged: isDamaged
            ),
            variants: variants
        )
    }

    mutating func readReport() throws(Malformed) -> WorkerReport {
        guard let state = try ItemState(rawValue: readText()) else { throw Malformed() }
        var report = WorkerReport(state: state)
        report.rule = try SkipRule(rawValue: readText())
        if try read(UInt8.self) != 0 {
            report.container = try ContainerFacts(format: readText(), members: readNatural())
        }
        report.memberSize = try readOptionalNatural()
        if try read(UInt8.self) != 0 {
            report.media = try ItemMedia(
                isVideo: read(UInt8.self) != 0,
                format: readText(),
                codec: readText(),
                width: read(Int64.self),
                height: read(Int64.self),
                orientation: read(UInt8.self),
                durationMilliseconds: readOptional(Int64.self)
            )
        }
        for _ in try 0..<read(UInt8.self) {
            guard let stage = try Stage(rawValue: readText()) else { throw Malformed() }
            try report.losses.append(
                Loss(
                    stage: stage,
                    code: readText(),
                    status: readOptional(Int32.self),
                    detail: readText()
                )
            )
        }
        return report
    }
}
