import Decoding
import Evidence
import Keyframing
import Unpacking

/// A file that a worker has been given.
struct WorkerAssignment {
    /// A file or a member of a container while a worker examines it.
    struct Work {
        let place: MemberPlace
        let path: EvidencePath
        var facts: FileFacts?
        /// Where a member of a disk image is there.
        var disk: DiskPlace?
        var digests: Digests?
        var verdict: WorkerVerdict?
        var fingerprints: [ItemFingerprint] = []
        var coverage: [FilmCoverage] = []
        /// How far a film is.
        var progress: FilmProgress?

        init(_ path: EvidencePath, place: MemberPlace = .outermost, facts: FileFacts? = nil) {
            self.place = place
            self.path = path
            self.facts = facts
        }
    }

    let token: UInt64
    /// The first member that is still to be examined.
    var next: MemberPlace
    /// Where the worker before ended, and what was to come next then.
    var lastEnd: (at: MemberPlace, next: MemberPlace)?
    /// How many workers it has cost.
    var ends = 0
    /// The file, and in it the containers and the member that are open.
    var open: [Work]
    /// Bytes that its members have given; `nil` as long as nothing says that it is a container.
    var unpacked: Int64?
    /// Bytes of the files that go on where this one ends.
    var furtherBytes: Int64 = 0
    /// Bytes of the members directly in it that are done.
    var memberBytes: Int64 = 0
    /// When its worker began with it.
    var begun = MonotonicTime.now
    /// Members that its worker has begun with.
    var members = 0
    /// When it was heard of last.
    var heard = MonotonicTime.now
    /// Whether the worker waits for a verdict after the digests.
    var asksVerdict = false
    /// Whether it does so after those of each member.
    var asksMembers = false

    init(token: UInt64, path: EvidencePath, from next: MemberPlace) {
        self.token = token
        self.next = next
        open = [Work(path)]
    }

    /// As it is given to another worker.
    mutating func restart() {
        open = [Work(path, facts: facts)]
        unpacked = nil
        memberBytes = 0
        begun = .now
        members = 0
        heard = .now
    }

    var path: EvidencePath { open[0].path }
    var facts: FileFacts? { open[0].facts }

    /// Its bytes, with those of the files that go on where it ends.
    var size: Int64 {
        let (sum, overflow) = (facts?.size ?? 0).addingReportingOverflow(furtherBytes)
        return overflow ? .max : sum
    }

    /// What is worked on: the file itself, or the innermost member that is open.
    var current: Work { open[open.count - 1] }

    /// Whether it is known to be a container.
    var isContainer: Bool { unpacked != nil || open.count > 1 || next.depth > 0 }

    /// Whether the worker waits for a verdict now.
    var isWaiting: Bool {
        let asks = open.count > 1 ? asksMembers : asksVerdict
        return asks && current.digests != nil && current.verdict == nil
    }
}
