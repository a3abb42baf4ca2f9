import Evidence
import Keyframing

/// Knows which files hold the same bytes, so that these are decoded once.
///
/// What a decode gives depends on the bytes and the settings alone; so every copy gets what the one gave that
/// was decoded, and it does not matter which that was. `Docs/decisions/0004-exact-duplicates.md` has the
/// reasons.
final class ContentCopies {
    /// What tells the bytes of two files apart.
    struct Key: Hashable {
        let sha256: [UInt8]
    }

    /// A file whose bytes are being decoded under another path.
    struct Follower {
        let token: UInt64
        let path: EvidencePath
        let facts: FileFacts
        let digests: Digests
    }

    /// What is known of some bytes.
    enum Standing {
        case new
        case inFlight(owner: UInt64)
        case decoded(WorkerReport)
    }

    private var owners: [Key: UInt64] = [:]
    private var keys: [UInt64: Key] = [:]
    private var followers: [UInt64: [Follower]] = [:]
    /// What was decoded lately, and in which order.
    private var reports: [Key: WorkerReport] = [:]
    private var order: [Key] = []
    private var oldest = 0
    private var bytes = 0
    /// One bit for each value of a hash of the sizes that were seen.
    private var sizes = [UInt64](repeating: 0, count: 1 << 17)

    private static let maximumBytes = 64 << 20

    init() {}

    // MARK: - Sizes

    /// Takes note of a file's size, and says whether another file may have had it: only then can it be a copy.
    ///
    /// Of a million different sizes one in nine is taken for one that was there: that costs a question.
    func mayHaveBeenSeen(_ size: Int64) -> Bool {
        var hash = UInt64(bitPattern: size) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 32
        let place = Int(hash % UInt64(sizes.count * 64))
        let bit: UInt64 = 1 << (place % 64)
        defer { sizes[place / 64] |= bit }
        return sizes[place / 64] & bit != 0
    }

    // MARK: - Contents

    func standing(of key: Key) -> Standing {
        if let owner = owners[key] { return .inFlight(owner: owner) }
        return reports[key].map(Standing.decoded) ?? .new
    }

    /// What the decode of these bytes gave, if that is known.
    func report(of key: Key) -> WorkerReport? {
        reports[key]
    }

    /// From now on the item decodes these bytes for all.
    func begin(_ key: Key, token: UInt64) {
        owners[key] = token
        keys[token] = key
    }

    /// The item gets what another one's decode gives.
    func follow(_ owner: UInt64, _ follower: Follower) {
        followers[owner, default: []].append(follower)
    }

    /// Takes what an item's decode gave.
    ///
    /// - Returns: the items that get the same, or have to be decoded after all, if `mayBeCopied` is false.
    func end(
        _ token: UInt64,
        _ report: WorkerReport
    ) -> (key: Key, followers: [Follower], mayBeCopied: Bool)? {
        guard let key = keys.removeValue(forKey: token) else { return nil }
        owners[key] = nil
        let waiting = followers.removeValue(forKey: token) ?? []
        guard report.dependsOnBytesAlone else { return (key, waiting, false) }
        remember(report, key)
        return (key, waiting, true)
    }

    /// Takes what the decode of a member of a container gave, which nobody waits for.
    ///
    /// - Parameter size: in bytes, as it was read.
    func learn(_ key: Key, _ report: WorkerReport, size: Int64) {
        _ = mayHaveBeenSeen(size)
        // What a limit on containers has kept from being read does not concern files.
        guard report.dependsOnBytesAlone, !report.losses.contains(where: { $0.stage == .unpack })
        else { return }
        remember(report, key)
    }

    private func remember(_ report: WorkerReport, _ key: Key) {
        guard reports[key] == nil, report.copyBytes <= ContentCopies.maximumBytes / 4 else {
            return
        }
        reports[key] = report
        order.append(key)
        bytes += report.copyBytes
        while bytes > ContentCopies.maximumBytes, oldest < order.count {
            bytes -= reports.removeValue(forKey: order[oldest])?.copyBytes ?? 0
            oldest += 1
        }
        if oldest > 4096, oldest > order.count / 2 {
            order.removeFirst(oldest)
            oldest = 0
        }
    }
}

extension WorkerReport {
    /// Whether the same bytes would give the same again. A disk that failed, or memory that ran out, may have
    /// been there just once.
    var dependsOnBytesAlone: Bool {
        // The members of a container are items under its own path.
        container == nil
            && !losses.contains {
                $0.stage == .read || $0.stage == .open || $0.code == "outOfMemory"
            }
    }

    /// About what the report takes in memory.
    var copyBytes: Int {
        600 + fingerprints.count * MemoryLayout<ItemFingerprint>.stride
            + losses.count * 200 + coverage.reduce(0) { $0 + 100 + $1.gaps.count * 24 }
    }
}
