/// Writes entries in some format, one after another, in memory that does not grow with their number.
public protocol EntryExporter: AnyObject {
    /// Writes an entry, or as much of it as the format can hold.
    ///
    /// - Parameter number: its number in the list, which stands in where a format wants a name for each.
    func take(_ entry: ListEntry, number: UInt64) throws(ListFault)

    /// Ends the export: what was written appears under its name.
    func finish() throws(ListFault)

    /// How many entries were written, at least in part.
    var written: UInt64 { get }

    /// What the format could not hold, and of how many entries.
    var omitted: [String: Int] { get }
}
