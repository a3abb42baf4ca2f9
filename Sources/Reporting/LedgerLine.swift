import Casework
import Evidence
import Keyframing

/// An item of the ledger as one object of JSON Lines, with every loss.
public struct LedgerLine: Encodable {
    private struct LossLine: Encodable {
        let stage: String
        let code: String
        let status: Int32?
        let detail: String
    }

    private struct GapLine: Encodable {
        enum CodingKeys: String, CodingKey {
            case from = "from_ms"
            case to = "to_ms"
            case reason
        }

        let from: Int64
        let to: Int64
        let reason: String
    }

    private struct CoverageLine: Encodable {
        enum CodingKeys: String, CodingKey {
            case stream
            case sampling
            case fill = "fill_ms"
            case length = "length_ms"
            case represented = "represented_ms"
            case pictures
            case gaps
        }

        let stream: Int
        let sampling: String
        let fill: Int64?
        let length: Int64
        let represented: Int64
        let pictures: Int
        let gaps: [GapLine]

        init(_ coverage: FilmCoverage) {
            stream = coverage.stream
            sampling = coverage.sampling.name
            fill = coverage.sampling.fillMilliseconds
            length = coverage.length
            represented = coverage.represented
            pictures = coverage.pictures
            gaps = coverage.gaps.map {
                GapLine(from: $0.from, to: $0.to, reason: $0.reason.rawValue)
            }
        }
    }

    private let item: CatalogItem

    private enum Key: String, CodingKey {
        case path
        case pathBytes = "path_bytes"
        case item, member, disk
        case state
        case rule
        case size
        case format
        case fingerprints
        case sha256
        case films
        case losses
    }

    /// A line for `item`.
    public init(item: CatalogItem) {
        self.item = item
    }

    /// Writes every key in every line, `null` where there is no value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        let path = JSONPath(item.path)
        try container.encode(path.text, forKey: .path)
        try container.encodeIfPresent(path.encoded, forKey: .pathBytes)
        try container.encode(item.name.file, forKey: .item)
        try container.encodeIfPresent(item.name.member, forKey: .member)
        try container.encodeIfPresent(DiskLine(item.origin?.disk), forKey: .disk)
        try container.encode(item.state.rawValue, forKey: .state)
        try container.encode(item.rule?.rawValue, forKey: .rule)
        try container.encode(item.facts?.size, forKey: .size)
        try container.encode(item.media?.format, forKey: .format)
        try container.encode(item.fingerprints, forKey: .fingerprints)
        try container.encode(item.digests?.sha256.hexDigits, forKey: .sha256)
        try container.encode(item.coverage.map(CoverageLine.init), forKey: .films)
        try container.encode(
            item.losses.map {
                LossLine(
                    stage: $0.stage.rawValue,
                    code: $0.code,
                    status: $0.status,
                    detail: $0.detail
                )
            },
            forKey: .losses
        )
    }
}
