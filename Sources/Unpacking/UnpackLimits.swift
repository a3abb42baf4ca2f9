/// How far containers are unpacked. Whatever lies beyond is a loss in the ledger, with the name of the limit.
public struct UnpackLimits: Hashable, Sendable {
    /// How many containers a member may be in.
    public var depth = 5
    /// How many members a file may have, those of containers inside it included.
    public var members = 10_000_000
    /// How many bytes a file may give in all.
    public var totalBytes: Int64 = 1 << 40
    /// How many times its own size a file may give; only counted beyond ``freeBytes``.
    public var ratio: Int64 = 500
    /// The largest member that is decoded; a larger one is read for its digests only.
    public var memberBytes: Int64 = 16 << 30

    /// Small files may unpack to this much at any ratio: it is soon read.
    public static let freeBytes: Int64 = 4 << 30

    /// The largest spill file that a worker may need, if large members of containers stand in large members.
    public var spillBytes: Int64 {
        let (bytes, overflow) = memberBytes.multipliedReportingOverflow(by: Int64(depth))
        return overflow ? .max : bytes
    }

    /// What ``depth`` may be set to at most.
    public static let largestDepth = 32

    /// The highest number that a member may have in its container; there is one behind it.
    public static let largestNumber: UInt32 = .max - 1

    /// The limits that hold by default.
    public init() {}

    /// Of which limit there is too much.
    public enum Exceeded: String, Hashable, Sendable, CaseIterable {
        /// Containers inside containers.
        case depth = "depthLimit"
        /// Members.
        case members = "memberLimit"
        /// Bytes in all.
        case totalBytes = "totalBytesLimit"
        /// Bytes in all, compared with the file's size.
        case ratio = "ratioLimit"
        /// Bytes of one member.
        case memberBytes = "memberBytesLimit"
    }

    /// What is exceeded once a file of `size` bytes has given `bytes`; `nil` if nothing is.
    public func exceeded(bytes: Int64, ofSize size: Int64) -> Exceeded? {
        if bytes > totalBytes { return .totalBytes }
        let (allowed, overflow) = size.multipliedReportingOverflow(by: ratio)
        if !overflow, bytes > max(allowed, UnpackLimits.freeBytes) { return .ratio }
        return nil
    }

    /// A sentence on what is exceeded, and the option that allows more.
    public func explanation(of exceeded: Exceeded) -> String {
        switch exceeded {
        case .depth: "inside more than \(depth) containers: --max-archive-depth"
        case .members: "more than \(members) members: --max-archive-members"
        case .totalBytes: "unpacks to more than \(totalBytes) bytes: --max-archive-bytes"
        case .ratio: "unpacks to more than \(ratio) times its size: --max-archive-ratio"
        case .memberBytes: "a member of more than \(memberBytes) bytes: --max-member-bytes"
        }
    }

    /// The limits in one word, for a worker's command line.
    public var text: String {
        [Int64(depth), Int64(members), totalBytes, ratio, memberBytes].map(String.init)
            .joined(separator: ",")
    }

    /// Limits from ``text``; `nil` if it is none.
    public init?(text: String) {
        let values = text.split(separator: ",").compactMap { Int64($0) }
        guard values.count == 5 else { return nil }
        depth = Int(values[0])
        members = Int(values[1])
        totalBytes = values[2]
        ratio = values[3]
        memberBytes = values[4]
    }
}
