import Fingerprinting

/// Writes the formats that are one line for each entry, under a heading or none.
final class LineExporter: EntryExporter {
    private let form: LineForm
    private let output: ByteOutput
    private var tally = ExportTally()

    var written: UInt64 { tally.written }
    var omitted: [String: Int] { tally.omitted }

    init(_ path: String, _ form: LineForm) throws(ListFault) {
        self.form = form
        output = try ByteOutput(path: path)
        output.write(form.heading)
    }

    func take(_ entry: ListEntry, number: UInt64) throws(ListFault) {
        form.append(entry, to: &output.bytes, &tally)
        try output.spill()
    }

    func finish() throws(ListFault) {
        try output.commit()
    }
}
