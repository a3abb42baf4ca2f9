import Casework
import Evidence
import Fingerprinting

/// What the places of a join's side are called: files of a case, or lines of a list.
public enum SideNames {
    /// Items of a case.
    case casework(CaseReader)
    /// Lines of a list of this name.
    case list(String)

    /// A place for a person: the file and the time in it, or the list and the line.
    ///
    /// - Throws: `CaseFault`, if the catalog cannot be read.
    public func text(
        of place: JoinSide.Place,
        relativeTo folder: EvidencePath?
    ) throws -> String {
        switch self {
        case .casework(let reader):
            let path = try reader.item(place.item)?.display(relativeTo: folder)
            let time = place.timeMilliseconds.map { " at " + displayTime(milliseconds: $0) } ?? ""
            return (path ?? "item \(place.item)") + time
        case .list(let name): return "\(EvidencePath(name).display()):\(place.item)"
        }
    }

    /// A place as an object of JSON.
    func line(of place: JoinSide.Place) throws -> PlaceLine {
        switch self {
        case .casework(let reader):
            let item = try reader.item(place.item)
            let path = item.map { JSONPath($0.path) }
            return PlaceLine(
                item: item?.name.file ?? place.item,
                member: item?.name.member,
                disk: DiskLine(item?.origin?.disk),
                path: path?.text,
                pathBytes: path?.encoded,
                sha256: item?.digests?.sha256.hexDigits,
                time: place.timeMilliseconds,
                quality: place.quality,
                list: nil,
                line: nil
            )
        case .list(let name):
            return PlaceLine(
                item: nil,
                member: nil,
                disk: nil,
                path: nil,
                pathBytes: nil,
                sha256: nil,
                time: nil,
                quality: place.quality,
                list: name,
                line: place.item
            )
        }
    }
}

extension PlaceLine: Comparable {
    /// By what is told of them: members of containers have numbers that depend on which worker was faster.
    static func < (left: PlaceLine, right: PlaceLine) -> Bool {
        left.sortKey < right.sortKey
    }

    private var sortKey: (UInt64, String, Int64, UInt64) {
        (item ?? 0, member ?? "", time ?? -1, line ?? 0)
    }
}

/// A place in a line of JSON: an item of a case, or a line of a list.
struct PlaceLine: Encodable, Hashable {
    let item: UInt64?
    let member: String?
    let disk: DiskLine?
    let path: String?
    let pathBytes: String?
    let sha256: String?
    let time: Int64?
    let quality: UInt8?
    let list: String?
    let line: UInt64?

    private enum CodingKeys: String, CodingKey {
        case item, member, disk, path
        case pathBytes = "path_bytes"
        case sha256
        case time = "time_ms"
        case quality, list, line
    }
}
