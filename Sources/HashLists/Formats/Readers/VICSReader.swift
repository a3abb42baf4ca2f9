/// Reads Project VIC's VICS, 1.2, 1.3 and 2.0: lists of media, and of cases that list media.
struct VICSReader {
    private let input: ByteInput
    private let context: ImportContext
    private var photoDNA = EqualValues()

    init(_ input: ByteInput, context: ImportContext) {
        self.input = input
        self.context = context
    }

    mutating func read(into sink: some EntrySink) throws(ListFault) {
        var address = try VICSReader.addressAtFront(input)
        if address == nil, input.size != nil {
            // It may stand behind the list; what the entries mean depends on it.
            address = try VICSReader.addressAnywhere(input)
            guard input.rewind() else {
                throw ListFault(.system, "\(input.name): cannot be read twice")
            }
            try input.beginText()
        }
        let known = address.map(VICSContext.init)
        if known == nil {
            sink.omit("a context that stands behind the entries of a stream, or none", line: 1)
        }
        let categories = VICSCategories(known, context)
        var elements = JSONElements(
            input,
            list: "value",
            inner: known?.hasCases == false ? nil : "Media"
        )
        while let found = try elements.next() {
            switch found {
            case .element(let bytes):
                try take(bytes, categories, line: elements.line, into: sink)
            case .simple(let bytes):
                let line = elements.line
                try bytes.withUnsafeBufferPointer { bytes throws(ListFault) in
                    try take(UnsafeRawBufferPointer(bytes), categories, line: line, into: sink)
                }
            case .frame:
                sink.omit(
                    "what a case says of itself: number, contacts, application",
                    line: elements.line
                )
            case .member(let name, _):
                if name != "odata.metadata", name != "@odata.context" {
                    sink.omit("the file's own `\(name)`", line: elements.line)
                }
            case .tooLarge:
                sink.reject("longer than \(JSONElements.mostBytes >> 20) MB", line: elements.line)
            }
        }
        guard elements.hasList else {
            throw ListFault(.badInput, "\(input.name): no list `value`: not VICS")
        }
        if photoDNA.areEqual {
            sink.omit("PhotoDNA that is the same for every entry: it stands for none", line: 1)
        }
    }

    private mutating func take(
        _ bytes: UnsafeRawBufferPointer,
        _ categories: VICSCategories,
        line: Int,
        into sink: some EntrySink
    ) throws(ListFault) {
        var parser = JSONParser(bytes)
        guard case .object(let members) = parser.whole() else {
            return sink.reject("not an object of JSON in UTF-8", line: line)
        }
        if parser.isRepaired {
            sink.omit("back slashes that begin no escape were taken as they stand", line: line)
        }
        var media = VICSMedia(categories)
        do {
            try media.take(members)
        } catch {
            return sink.reject(error.message, line: line)
        }
        for what in media.omitted { sink.omit(what, line: line) }
        if let value = media.entry.other[VICSMedia.photoDNA] { photoDNA.take(value) }
        try sink.take(media.entry, line: line)
    }

    /// The context, if it stands in the first bytes, as it does in what tools write.
    private static func addressAtFront(_ input: ByteInput) throws(ListFault) -> String? {
        let head = try input.peek(4096)
        for name: StaticString in ["\"odata.metadata\"", "\"@odata.context\""] {
            var start = 0
            while let quote = head.offset(of: UInt8(ascii: "\""), from: start) {
                let rest = head.part(quote..<head.count)
                start = quote + 1
                guard rest.begins(with: name) else { continue }
                let value = rest.part(name.utf8CodeUnitCount..<rest.count)
                guard let open = value.offset(of: UInt8(ascii: "\"")),
                    let close = value.offset(of: UInt8(ascii: "\""), from: open + 1)
                else { continue }
                return value.part((open + 1)..<close).text
            }
        }
        return nil
    }

    /// The context, wherever it is; reads the file to its end.
    private static func addressAnywhere(_ input: ByteInput) throws(ListFault) -> String? {
        var elements = JSONElements(input, list: "value")
        while let found = try elements.next() {
            guard case .member(let name, let bytes) = found,
                name == "odata.metadata" || name == "@odata.context"
            else { continue }
            var parser = JSONParser(bytes)
            return parser.whole()?.scalar
        }
        return nil
    }
}

/// Whether all of many values are one.
struct EqualValues {
    private var first: String?
    private var count = 0
    private var differ = false

    /// Whether there were several, and all were the same.
    var areEqual: Bool { count > 1 && !differ }

    mutating func take(_ value: String) {
        count += 1
        guard !differ else { return }
        if let first { differ = first != value } else { first = value }
    }
}
