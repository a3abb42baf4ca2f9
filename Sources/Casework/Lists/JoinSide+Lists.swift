import HashLists
import Indexing
import Matching

extension JoinSide {
    /// The fingerprints of a list; the places are the numbers of its entries.
    ///
    /// - Parameter minimumQuality: those of a lower quality are left out; one that is not known counts as 100.
    init(entriesOf list: ListContents, minimumQuality: Int) throws(ListFault) {
        self.init(
            parts: list.segments.map { .segment($0) },
            kind: try list.description.fingerprintKind(),
            origin: .stored(list.segments, list.tombstones),
            description: CompletenessCertificate.Side(
                type: "list",
                name: list.name,
                identifier: list.description.identifier
            ),
            minimumQuality: minimumQuality,
            bases: nil
        )
    }
}
