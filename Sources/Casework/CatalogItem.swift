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

    /// Members of containers have numbers from here on, files those below.
    static let firstMember: UInt64 = 1 << 39

    /// What the item is called outside the case, the same however a run went: the number of its file, and of a member
    /// where that stands in it. A member's own number depends on which worker was faster.
    public var name: Name {
        Name(file: origin?.file ?? identifier, place: origin?.place ?? .outermost)
    }

    /// A file's number, and a place in it.
    public struct Name: Hashable, Sendable, Comparable {
        /// The number of the item that is the file on disk.
        public let file: UInt64
        /// Where in it; outermost for the file itself.
        public let place: MemberPlace

        /// A name; without a place, that of a file.
        public init(file: UInt64, place: MemberPlace = .outermost) {
            self.file = file
            self.place = place
        }

        /// The place as text; `nil` for a file.
        public var member: String? { place.depth > 0 ? place.text : nil }

        /// As a table shows it: `12`, or `12/3.0` for a member.
        public var text: String { member.map { "\(file)/\($0)" } ?? "\(file)" }

        /// In the order in which files were met, then of the members in them.
        public static func < (left: Name, right: Name) -> Bool {
            left.file == right.file ? left.place < right.place : left.file < right.file
        }
    }

    /// Where a member of a container is.
    public struct Origin: Hashable, Sendable {
        /// The number of the item that is the file on disk; its path begins the member's.
        public var file: UInt64
        /// Where in that file.
        public var place: MemberPlace
        /// Where on the disk, if that file is an image of one.
        public var disk: DiskPlace?
    }
}
