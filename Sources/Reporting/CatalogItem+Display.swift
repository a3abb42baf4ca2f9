import Casework
import Evidence
import Unpacking

extension CatalogItem {
    /// The item's path for a person, who has to know if the file was deleted.
    public func display(relativeTo folder: EvidencePath?) -> String {
        path.display(relativeTo: folder) + (origin?.disk?.isDeleted == true ? " (deleted)" : "")
    }
}
