import Decoding

/// What gives the members of a container one after another, in an order that is always the same.
public protocol MemberReader: AnyObject {
    /// What kind of container it is, as far as is known yet.
    var formatName: String { get }

    /// The header of the next member; `nil` behind the last.
    ///
    /// - Throws: a ``ContainerFault``. If it is not final, the next call goes on behind what is damaged.
    func next() throws(ContainerFault) -> ContainerMember?

    /// Reads on in the content of the member whose header was read last.
    ///
    /// - Returns: how many bytes were put into `target`; 0 at the content's end.
    /// - Throws: a ``ContainerFault``, behind all that could be read. If it is not final, the next member can still be
    ///   read.
    func read(into target: UnsafeMutableRawBufferPointer) throws(ContainerFault) -> Int
}

/// The containers that are opened.
public enum Containers {
    /// Whether content that was recognised as `format` is a container that can be read.
    public static func reads(_ format: String) -> Bool {
        ContainerReader.reads(format) || DiskImage.reads(format)
    }

    /// A reader of the container that `source` holds; `source` must stay usable as long as the reader is.
    ///
    /// - Parameter format: what its content was recognised as.
    /// - Parameter segments: the files that go on where `source` ends, in order.
    /// - Parameter soleName: the name of the member of a file that is merely compressed.
    public static func reader(
        of source: MediaSource,
        format: String,
        segments: [MediaSource],
        soleName: [UInt8]
    ) throws(ContainerFault) -> any MemberReader {
        if DiskImage.reads(format) {
            return try DiskImage.reader(of: [source] + segments, format: format)
        }
        return try ContainerReader(source, soleName: soleName)
    }
}
