/// The three digests that identify the bytes of an item.
public struct Digests: Hashable, Sendable {
    /// MD5, 16 bytes: what older hash lists carry.
    public let md5: [UInt8]
    /// SHA-1, 20 bytes.
    public let sha1: [UInt8]
    /// SHA-256, 32 bytes.
    public let sha256: [UInt8]

    /// Digests from their bytes.
    public init(md5: [UInt8], sha1: [UInt8], sha256: [UInt8]) {
        self.md5 = md5
        self.sha1 = sha1
        self.sha256 = sha256
    }
}

extension Sequence<UInt8> {
    /// The bytes as lower-case hex digits.
    public var hexDigits: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in self {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
