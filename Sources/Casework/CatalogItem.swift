import Evidence
import Keyframing

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
    /// What was lost.
    public var losses: [Loss]
}
