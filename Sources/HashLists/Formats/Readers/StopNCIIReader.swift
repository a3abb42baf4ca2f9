import Fingerprinting

/// Reads what StopNCII.org's exchange gives out: `hashRecords`, each one hash of one kind.
struct StopNCIIReader {
    private let input: ByteInput

    /// What names of members that are kept begin with.
    static let prefix = "stopncii."

    init(_ input: ByteInput) {
        self.input = input
    }

    mutating func read(into sink: some EntrySink) throws(ListFault) {
        var elements = JSONElements(input, list: "hashRecords")
        while let found = try elements.next() {
            let line = elements.line
            switch found {
            case .element(let bytes): try take(bytes, line: line, into: sink)
            case .simple, .frame: break
            case .member(let name, let bytes):
                var parser = JSONParser(bytes)
                switch (name, parser.whole()) {
                case ("hasMoreRecords", .flag(true)):
                    sink.omit("further pages: the file is one page of several", line: line)
                case ("hasMoreRecords", _), ("count", _), ("nextPageToken", _),
                    ("nextSetTimestamp", _):
                    // They speak of the exchange, not of an entry.
                    break
                default: sink.omit("the file's own `\(name)`", line: line)
                }
            case .tooLarge:
                sink.reject("longer than \(JSONElements.mostBytes >> 20) MB", line: line)
            }
        }
        guard elements.hasList else {
            throw ListFault(.badInput, "\(input.name): no list `hashRecords`: not StopNCII")
        }
    }

    private func take(
        _ bytes: UnsafeRawBufferPointer,
        line: Int,
        into sink: some EntrySink
    ) throws(ListFault) {
        var parser = JSONParser(bytes)
        guard case .object(let members) = parser.whole() else {
            return sink.reject("not an object of JSON in UTF-8", line: line)
        }
        var kind = ""
        var hash = ""
        var status = ""
        var entry = ListEntry()
        for member in members where !member.value.isEmpty {
            switch member.name {
            case "signalType": kind = member.value.scalar ?? ""
            case "hashValue": hash = member.value.scalar ?? ""
            case "hashStatus": status = member.value.scalar ?? ""
            default:
                entry.other[StopNCIIReader.prefix + member.name] = member.value.json
            }
        }
        switch kind.lowercased() {
        case "imagepdq":
            guard let fingerprint = HexText.fingerprint(hash) else {
                return sink.reject("`hashValue` is not 64 hex digits", line: line)
            }
            entry.prints = [.init(fingerprint)]
            entry.medium = .picture
        case "videomd5", "imagemd5":
            guard let digest = HexText.digest(hash, bytes: 16) else {
                return sink.reject("`hashValue` is not 32 hex digits", line: line)
            }
            entry.md5 = digest
            entry.medium = kind.lowercased() == "videomd5" ? .film : .picture
        case "": return sink.reject("no `signalType`", line: line)
        default: return sink.omit("signals of the kind `\(kind)`", line: line)
        }
        switch status.lowercased() {
        case "withdrawn", "deleted":
            return try sink.withdraw(
                entry.identity,
                reason: "\(status.lowercased()) by the source",
                line: line
            )
        case "", "active": break
        default: entry.other[StopNCIIReader.prefix + "hashStatus"] = status
        }
        try sink.take(entry, line: line)
    }
}
