import Evidence
import Fingerprinting
import Glibc

/// Writes a folder with a file for each film, of the form that vPDQ's tools write: `frame,quality,HEX,seconds`.
final class FilmExporter: EntryExporter {
    private let folder: String
    private var tally = ExportTally()
    private var isCommitted = false

    var written: UInt64 { tally.written }
    var omitted: [String: Int] { tally.omitted }

    private var partial: String { folder + ".partial" }

    /// - Parameter folder: must not exist.
    init(folder: String) throws(ListFault) {
        guard folder != "-" else {
            throw ListFault(.badInput, "vpdq is a folder with a file for each film; name one")
        }
        self.folder = folder
        var facts = stat()
        guard lstat(folder, &facts) != 0 else {
            throw ListFault(.badInput, "\(folder): exists already; name a folder that does not")
        }
        // One that a killed run left is in the way, with its files.
        FilmExporter.remove(folder + ".partial")
        guard mkdir(folder + ".partial", 0o755) == 0 else {
            let status = errno
            throw ListFault(
                .system,
                "\(folder): cannot create the folder: \(systemMessage(status))",
                status: status
            )
        }
    }

    deinit {
        if !isCommitted { FilmExporter.remove(partial) }
    }

    /// Removes a folder and the files in it; it has no folders.
    private static func remove(_ path: String) {
        guard let folder = opendir(path) else { return }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { unlink(path + "/" + name) }
        }
        closedir(folder)
        rmdir(path)
    }

    func take(_ entry: ListEntry, number: UInt64) throws(ListFault) {
        let isFilm =
            entry.medium == .film || entry.prints.count > 1
            || entry.prints.first?.timeMilliseconds != nil
        guard isFilm, !entry.prints.isEmpty else {
            return tally.omitEntry("that are no film with fingerprints")
        }
        guard entry.prints.allSatisfy({ $0.quality != nil }) else {
            return tally.omitEntry("with frames whose quality is not known")
        }
        var name = entry.name.flatMap(FilmName.file)
        var facts = stat()
        if let taken = name, lstat(partial + "/" + taken, &facts) == 0 { name = nil }
        if name == nil, entry.name != nil {
            tally.omit("names that no file can have, or that another film has")
        }
        // Numbers of frames are not kept: what stands in their column is the order.
        let hasTimes = entry.prints.allSatisfy { $0.timeMilliseconds ?? -1 >= 0 }
        let output = try ByteOutput(path: partial + "/" + (name ?? "film-\(number).txt"))
        for (place, print) in entry.prints.enumerated() {
            output.write("\(place),\(print.quality ?? 0),")
            JSONObjectWriter.append(hex: print.fingerprint, to: &output.bytes)
            if hasTimes, let time = print.timeMilliseconds {
                let thousandths = String(time % 1000)
                let zeros = String(repeating: "0", count: max(0, 3 - thousandths.utf8.count))
                output.write(",\(time / 1000).\(zeros)\(thousandths)")
            }
            output.write("\n")
            try output.spill()
        }
        try output.commit()
        tally.take(
            entry,
            held: [
                .print, .frames, .quality, .name, hasTimes ? .times : [],
                entry.medium == .film ? .medium : [],
            ]
        )
    }

    func finish() throws(ListFault) {
        guard rename(partial, folder) == 0 else {
            let status = errno
            throw ListFault(
                .system,
                "\(folder): cannot give the folder its name: \(systemMessage(status))",
                status: status
            )
        }
        isCommitted = true
        try ByteOutput.saveFolder(of: folder)
    }
}
