import Crypto

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

/// One pass over an item's bytes that computes its three digests together.
///
/// - Complexity: about 2.5 ns a byte, more than half of it MD5, which no instruction set helps.
public struct DigestPass {
    private var md5 = Insecure.MD5()
    private var sha1 = Insecure.SHA1()
    private var sha256 = SHA256()

    /// A pass that has seen no bytes.
    public init() {}

    /// Takes the next bytes into all three digests.
    ///
    /// Callers give pieces that fit the second-level cache, so that memory is read once, not thrice.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        md5.update(bufferPointer: bytes)
        sha1.update(bufferPointer: bytes)
        sha256.update(bufferPointer: bytes)
    }

    /// The digests of the bytes seen.
    public func finalize() -> Digests {
        Digests(
            md5: Array(md5.finalize()),
            sha1: Array(sha1.finalize()),
            sha256: Array(sha256.finalize())
        )
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
