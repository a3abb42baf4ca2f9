import Evidence
import Keyframing
import Unpacking

/// A row of the catalog: one item of evidence and what became of it.
public struct CatalogItem: Hashable, Sendable {
    /// The item's number, never used again.
    public var identifier: UInt64
    /// Where it was found.
    public var path: EvidencePath
    /// Size and time when it was read; `nil` for what was never opened.
    public var facts: FileFacts?
    /// What became of it.
    public var state: ItemState
    /// The rule that left it out.
    public var rule: SkipRule?
    /// The digests of its bytes.
    public var digests: Digests?
    /// What it is.
    public var media: ItemMedia?
    /// Of a film, which parts its pictures represent, stream by stream.
    public var coverage: [FilmCoverage]
    /// How many fingerprints it has in the index.
    public var fingerprints: Int
    /// Of a container, what it is, and how many members it has.
    public var container: ContainerFacts?
    /// Of a member of a container, which file on disk it is in, and where.
    public var origin: Origin?
    /// What was lost.
    public var losses: [Loss]

    /// Where a member of a container is.
    public struct Origin: Hashable, Sendable {
        /// The number of the item that is the file on disk; its path begins the member's.
        public var file: UInt64
        /// Where in that file.
        public var place: MemberPlace
    }
}
