/// Where an item of evidence was found: the bytes of a path, exactly as the file system gave them.
///
/// A path on Linux is a string of bytes, not of characters; seized disks hold names in every
/// encoding. So the bytes are what is stored and compared, and ``text`` is only how they are shown.
public struct EvidencePath: Hashable, Sendable, Comparable {
    /// The path's bytes, without a terminating zero.
    public let bytes: [UInt8]

    /// A path from its bytes.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// A path from text, as UTF-8.
    public init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// Whether the bytes are valid UTF-8, so that ``text`` holds the name unchanged.
    public var isText: Bool {
        String(validating: bytes, as: UTF8.self) != nil
    }

    /// The path as text. What is not UTF-8 is shown as U+FFFD: see ``percentEncoded`` for all bytes.
    public var text: String {
        String(decoding: bytes, as: UTF8.self)
    }

    /// The path with every byte that is not printable ASCII, and the percent sign, as `%XX`: lossless.
    public var percentEncoded: String {
        var result = ""
        for byte in bytes {
            if byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "%") {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = Array("0123456789ABCDEF")
                result.append("%")
                result.append(digits[Int(byte >> 4)])
                result.append(digits[Int(byte & 15)])
            }
        }
        return result
    }

    /// The path of an entry inside this folder.
    public func appending(_ name: some Sequence<UInt8>) -> EvidencePath {
        var joined = bytes
        if joined.last != UInt8(ascii: "/") {
            joined.append(UInt8(ascii: "/"))
        }
        joined.append(contentsOf: name)
        return EvidencePath(bytes: joined)
    }

    /// The bytes after the last slash.
    public var lastComponent: ArraySlice<UInt8> {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return bytes[...] }
        return bytes[(slash + 1)...]
    }

    /// Whether this path is `folder` or lies below it.
    public func isInside(_ folder: EvidencePath) -> Bool {
        guard bytes.starts(with: folder.bytes) else { return false }
        return bytes.count == folder.bytes.count
            || folder.bytes.last == UInt8(ascii: "/")
            || bytes[folder.bytes.count] == UInt8(ascii: "/")
    }

    /// The order of the bytes, which is the same on every machine and in every locale.
    public static func < (left: EvidencePath, right: EvidencePath) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
