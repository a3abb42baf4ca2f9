import Fingerprinting

/// Takes what a reader of some format finds in a source, in its order.
///
/// `line` is the number, from 1, of the line of text on which the record begins; of a database, its row.
public protocol EntrySink: AnyObject {
    /// Takes an entry.
    func take(_ entry: ListEntry, line: Int) throws(ListFault)

    /// Takes an entry that is a fingerprint of a still picture and nothing else: millions of them come this way.
    func take(_ fingerprint: Fingerprint, quality: UInt8?, line: Int) throws(ListFault)

    /// Takes the source's word that an entry is not to be used any more.
    func withdraw(_ identity: EntryIdentity, reason: String, line: Int) throws(ListFault)

    /// Takes note of a line or record that cannot be understood; the rest goes on.
    func reject(_ reason: String, line: Int)

    /// Takes note of something that the source says and a list cannot hold, such as a field or a hash of an unknown kind.
    ///
    /// - Parameter what: the same words for the same thing: they are counted by it.
    func omit(_ what: String, line: Int)
}
