import Fingerprinting

/// Writes `hashRecords`, as StopNCII.org's exchange gives them out: one hash for each entry.
final class StopNCIIExporter: EntryExporter {
    private let output: ByteOutput
    private var tally = ExportTally()
    private var newest: Int64 = 0

    var written: UInt64 { tally.written }
    var omitted: [String: Int] { tally.omitted }

    init(_ path: String) throws(ListFault) {
        output = try ByteOutput(path: path)
        output.write("{\"hashRecords\":[")
    }

    private static let time = StopNCIIReader.prefix + "lastModtimestamp"
    private static let status = StopNCIIReader.prefix + "hashStatus"

    func take(_ entry: ListEntry, number: UInt64) throws(ListFault) {
        let kind: String
        let hash: String
        let held: ExportTally.Parts
        if let print = entry.prints.first, entry.prints.count == 1, entry.medium != .film {
            (kind, hash, held) = ("ImagePDQ", print.fingerprint.hex, [.print, .medium])
        } else if let md5 = entry.md5, let medium = entry.medium {
            let name = medium == .film ? "VideoMD5" : "ImageMD5"
            (kind, hash, held) = (name, HexText.text(md5), [.md5, .medium])
        } else {
            return tally.omitEntry(
                "that are neither a picture's fingerprint nor an MD5 of a known medium"
            )
        }
        output.write(written == 0 ? "\n" : ",\n")
        var values: [String: JSONValue] = [:]
        for (name, value) in entry.other where name.hasPrefix(StopNCIIReader.prefix) {
            if name != StopNCIIExporter.status, let json = JSONValue(json: value) {
                values[name] = json
            }
        }
        let time = values.removeValue(forKey: StopNCIIExporter.time) ?? .number("0")
        newest = max(newest, time.scalar.flatMap { Int64($0) } ?? 0)
        let status = entry.other[StopNCIIExporter.status] ?? "Active"
        var members = [
            JSONValue.Member(name: "lastModtimestamp", value: time),
            .init(name: "signalType", value: .text(kind)),
            .init(name: "hashValue", value: .text(hash)),
            .init(name: "hashStatus", value: .text(status)),
        ]
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            members.append(
                .init(name: String(name.dropFirst(StopNCIIReader.prefix.count)), value: value)
            )
        }
        JSONValue.object(members).append(to: &output.bytes)
        tally.take(entry, held: held) { name in
            values[name] != nil || name == StopNCIIExporter.status
                || name == StopNCIIExporter.time
        }
        try output.spill()
    }

    func finish() throws(ListFault) {
        output.write(
            "\n],\"count\":\(written),\"nextPageToken\":null,\"nextSetTimestamp\":\(newest),\"hasMoreRecords\":false}\n"
        )
        try output.commit()
    }
}
