import Glibc

/// The reading of one file of some format, entry by entry, in memory that does not grow with the file.
public struct ListReading {
    /// The file; `-` is standard input.
    public let path: String
    /// Its format.
    public let format: ListFormat
    private let context: ImportContext
    private let input: ByteInput

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: the file; `-` is standard input.
    ///   - format: its format; `nil` if its first bytes are to tell.
    ///   - context: what the file does not say of its categories.
    /// - Throws: ``ListFault``, if it cannot be opened, is text of a width that is not read, or its format cannot be told.
    public init(
        path: String,
        format: ListFormat? = nil,
        context: ImportContext = ImportContext()
    ) throws(ListFault) {
        self.path = path
        self.context = context
        input = try ByteInput(path: path)
        try input.beginText()
        if let format {
            self.format = format
        } else {
            let head = try input.peek(ListFormat.headBytes)
            self.format = try ListFormat.detect(head, path: path)
        }
    }

    /// Takes bytes that are there already, as though they came through a pipe: for tests.
    package init(
        bytes: [UInt8],
        format: ListFormat?,
        context: ImportContext = ImportContext()
    ) throws(ListFault) {
        path = "-"
        self.context = context
        input = ByteInput(bytes: bytes)
        try input.beginText()
        if let format {
            self.format = format
        } else {
            self.format = try ListFormat.detect(try input.peek(ListFormat.headBytes), path: path)
        }
    }

    /// Reads all of it.
    ///
    /// - Parameters:
    ///   - sink: takes what is found, in the file's order.
    ///   - progress: is told now and then how many bytes are read, of how many; of 0 where that cannot be known.
    /// - Throws: ``ListFault``: the sink's, or one with the code `badInput` where the file is cut off or is not of the format. What
    ///   came before was taken by then.
    public func read(
        into sink: some EntrySink,
        progress: @escaping (Int64, Int64) -> Void = { _, _ in }
    ) throws(ListFault) {
        input.progress = progress
        defer { input.progress = { _, _ in } }
        if format != .nsrl { try refuseDatabase() }
        switch format {
        case .pdq, .pdqCSV, .threatexchange:
            var reader = PDQTextReader(input)
            try reader.read(into: sink)
        case .vpdq:
            var reader = FilmFramesReader(input, name: path == "-" ? nil : FilmName.name(of: path))
            try reader.read(into: sink)
        case .jsonl:
            var reader = EntryLinesReader(input)
            try reader.read(into: sink)
        case .vics, .vics13, .vics20:
            var reader = VICSReader(input, context: context)
            try reader.read(into: sink)
        case .ncmec: try NCMECReader(input, context: context).read(into: sink)
        case .stopncii:
            var reader = StopNCIIReader(input)
            try reader.read(into: sink)
        case .icse:
            var reader = ICSEReader(input, context: context)
            try reader.read(into: sink)
        case .nsrl:
            try ListFormat.refuseStatements(input.peek(ListFormat.headBytes), path)
            try NSRLReader(path: path, context: context, progress: progress).read(into: sink)
        case .hashdeep:
            var reader = HashdeepReader(input)
            try reader.read(into: sink)
        case .digests:
            var reader = DigestLinesReader(input, context: context)
            try reader.read(into: sink)
        }
    }

    private func refuseDatabase() throws(ListFault) {
        if try input.peek(16).begins(with: "SQLite format 3") {
            throw ListFault(
                .badInput,
                "\(input.name): a database of SQLite; give --format nsrl if it is an RDS"
            )
        }
    }
}
