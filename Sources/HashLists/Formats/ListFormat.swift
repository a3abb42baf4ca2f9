/// The formats in which curators and examiners exchange hash lists. `Docs/ListFormats.md` says what each can hold.
public enum ListFormat: String, CaseIterable, Hashable, Sendable {
    /// One PDQ fingerprint a line, in any of the forms that tools print.
    case pdq
    /// `hash,quality,name`, as the PDQ reference tool prints it; read by the reader of ``pdq``.
    case pdqCSV = "pdq-csv"
    /// The frames of one film, as vPDQ's tools print them.
    case vpdq
    /// Lines of JSON: the project's own form, which holds all that a list can say.
    case jsonl
    /// Project VIC's VICS of any version; only read.
    case vics
    /// VICS 1.3.
    case vics13
    /// VICS 2.0.
    case vics20
    /// NCMEC's hash sharing, version 2.
    case ncmec
    /// StopNCII.org's exchange of hashes.
    case stopncii
    /// A local file of ThreatExchange: `pdq HEX`, `video_md5 HEX`; read by the reader of ``pdq``.
    case threatexchange
    /// The table that ICSE exports.
    case icse
    /// The SQLite form of the NSRL's Reference Data Set, version 3; only read.
    case nsrl
    /// hashdeep's lists.
    case hashdeep
    /// MD5, SHA-1 or SHA-256, one a line: as `md5sum` and its kin print them, bare, or in a table.
    case digests

    /// Whether an export can be written in it.
    public var isWritten: Bool { self != .vics && self != .nsrl }

    /// Whether an export is a folder with a file for each film.
    public var isFolder: Bool { self == .vpdq }

    /// The names, for a sentence.
    static let names = allCases.map(\.rawValue).joined(separator: ", ")
}
