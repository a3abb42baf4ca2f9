extension ListFormat {
    /// Begins an export.
    ///
    /// - Parameters:
    ///   - path: the file, or for ``vpdq`` the folder, which must not exist; `-` is standard output.
    ///   - options: what the format needs beside the entries.
    /// - Throws: ``ListFault``, if it cannot be created, or the format is only read.
    public func exporter(
        to path: String,
        options: ExportOptions = ExportOptions()
    ) throws(ListFault) -> any EntryExporter {
        switch self {
        case .pdq: return try LineExporter(path, .pdq)
        case .pdqCSV: return try LineExporter(path, .pdqCSV)
        case .threatexchange: return try LineExporter(path, .threatExchange)
        case .jsonl: return try LineExporter(path, .json)
        case .hashdeep: return try LineExporter(path, .hashdeep)
        case .icse: return try LineExporter(path, .icse)
        case .digests: return try LineExporter(path, .digests(options.digest))
        case .vpdq: return try FilmExporter(folder: path)
        case .vics13: return try VICSExporter(path, .v13, options)
        case .vics20: return try VICSExporter(path, .v20, options)
        case .stopncii: return try StopNCIIExporter(path)
        case .ncmec: return try NCMECExporter(path, options)
        case .vics:
            throw ListFault(
                .badInput,
                "vics is the name for reading; to write, name vics13 or vics20"
            )
        case .nsrl:
            throw ListFault(
                .badInput,
                "the RDS of the NSRL is only read; export jsonl, hashdeep or digests instead"
            )
        }
    }
}
