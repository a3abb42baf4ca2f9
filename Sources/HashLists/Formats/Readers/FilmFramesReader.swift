import Fingerprinting

/// Reads the frames of one film, one a line: `frame,quality,HEX,seconds` as vPDQ's tools write them, `frame,HEX,quality,seconds`
/// as its Python package shows them, both also without the seconds, and `HEX,quality,seconds`, ThreatExchange's compact form.
struct FilmFramesReader {
    private var lines: LineReader
    private let name: String?

    /// Every frame of a day and a half at 60 a second.
    private static let mostFrames = 8_000_000

    /// - Parameter name: what the film is called, for want of a name within.
    init(_ input: ByteInput, name: String?) {
        lines = LineReader(input, limit: 4096)
        self.name = name
    }

    mutating func read(into sink: some EntrySink) throws(ListFault) {
        var frames: [(order: Int64, print: ListEntry.Print)] = []
        var first = 0
        var untimed = 0
        while let line = try lines.next() {
            let text = line.bytes.trimmed
            guard !line.isTooLong else {
                sink.reject(LineReader.tooLongReason, line: lines.number)
                continue
            }
            guard let byte = text.first, byte != UInt8(ascii: "#") else { continue }
            if frames.isEmpty, lines.number == 1, let heading = text.text?.lowercased(),
                heading.contains("hash"), heading.contains("quality")
            {
                continue
            }
            guard let frame = frame(text) else {
                sink.reject("not `frame,quality,fingerprint,seconds`", line: lines.number)
                continue
            }
            if frames.isEmpty { first = lines.number }
            if frame.print.timeMilliseconds == nil { untimed += 1 }
            frames.append(frame)
            guard frames.count <= FilmFramesReader.mostFrames else {
                throw ListFault(
                    .badInput,
                    "\(lines.input.name): over \(FilmFramesReader.mostFrames) frames; a file is one film"
                )
            }
        }
        guard !frames.isEmpty else { return }
        if untimed > 0 {
            // A frame's number is no time without the film's rate, which the file does not tell; some times are of no use.
            sink.omit("frame numbers of a film whose lines have no seconds", line: first)
            for place in frames.indices { frames[place].print.timeMilliseconds = nil }
        }
        // Stable, so that frames of one moment keep their order.
        let sorted = frames.enumerated().sorted { left, right in
            let times = (
                left.element.print.timeMilliseconds ?? left.element.order,
                right.element.print.timeMilliseconds ?? right.element.order
            )
            return times.0 != times.1 ? times.0 < times.1 : left.offset < right.offset
        }
        var entry = ListEntry(prints: sorted.map(\.element.print))
        entry.medium = .film
        entry.name = name
        try sink.take(entry, line: first)
    }

    private func frame(_ line: UnsafeRawBufferPointer) -> (order: Int64, print: ListEntry.Print)? {
        var fields: [UnsafeRawBufferPointer] = []
        var start = 0
        while true {
            let comma = line.offset(of: UInt8(ascii: ","), from: start)
            fields.append(line.part(start..<(comma ?? line.count)).trimmed)
            guard let comma else { break }
            start = comma + 1
        }
        if fields.count >= 2, let fingerprint = HexText.fingerprint(fields[0]) {
            guard fields.count == 3, let quality = fields[1].quality,
                let time = FilmFramesReader.milliseconds(fields[2])
            else { return nil }
            return (time, .init(fingerprint, quality: quality, timeMilliseconds: time))
        }
        guard (3...4).contains(fields.count), let number = fields[0].wholeNumber else { return nil }
        let isQualityFirst = fields[1].count != 64
        guard let fingerprint = HexText.fingerprint(fields[isQualityFirst ? 2 : 1]),
            let quality = fields[isQualityFirst ? 1 : 2].quality
        else { return nil }
        var print = ListEntry.Print(fingerprint, quality: quality)
        if fields.count == 4 {
            guard let time = FilmFramesReader.milliseconds(fields[3]) else { return nil }
            print.timeMilliseconds = time
        }
        return (number, print)
    }

    private static func milliseconds(_ text: UnsafeRawBufferPointer) -> Int64? {
        guard text.count <= 32, let text = text.text, let seconds = Double(text), seconds >= 0,
            seconds < 1e12
        else { return nil }
        return Int64((seconds * 1000).rounded())
    }
}
