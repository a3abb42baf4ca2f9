import Evidence
import Unpacking

/// What the parent says of an item once it has the item's digests.
public enum WorkerVerdict: Hashable, Sendable {
    /// The item is to be decoded.
    case decode
    /// It need not be: the parent knows what becomes of it.
    case leave
}

/// An item whose digests have come, for the parent to decide on.
public struct WorkerQuestion: Hashable, Sendable {
    /// The number under which the item was submitted.
    public let token: UInt64
    /// Its path.
    public let path: EvidencePath
    /// Size and time as they were when it was opened.
    public let facts: FileFacts
    /// Its digests.
    public let digests: Digests
    /// Where it stands, if it is a member of a container.
    public var place = MemberPlace.outermost
    /// Whether its worker waits for an answer. Otherwise it decodes already, and there is only something
    /// to learn.
    public let isAsked: Bool
}
