import Evidence
import Fingerprinting

/// Writes an object of JSON, member by member, straight into bytes: entries come by the million.
struct JSONObjectWriter {
    private var bytes: [UInt8]
    private var isEmpty = true

    /// Begins an object at the end of `bytes`, which are taken over until ``finish()``.
    init(_ bytes: inout [UInt8]) {
        self.bytes = []
        swap(&self.bytes, &bytes)
        self.bytes.append(UInt8(ascii: "{"))
    }

    /// Ends the object, and gives the bytes back.
    consuming func finish() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private mutating func begin(_ name: String) {
        if !isEmpty { bytes.append(UInt8(ascii: ",")) }
        isEmpty = false
        JSONObjectWriter.append(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
    }

    /// A member whose value `body` appends.
    mutating func member(_ name: String, _ body: (inout [UInt8]) -> Void) {
        begin(name)
        body(&bytes)
    }

    mutating func member(_ name: String, text: String?) {
        guard let text else { return }
        begin(name)
        JSONObjectWriter.append(text, to: &bytes)
    }

    mutating func member(_ name: String, number: Int64) {
        begin(name)
        bytes.append(contentsOf: String(number).utf8)
    }

    mutating func member(_ name: String, flag: Bool) {
        begin(name)
        bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    }

    mutating func member(_ name: String, hexDigits digest: [UInt8]?) {
        guard let digest else { return }
        begin(name)
        bytes.append(UInt8(ascii: "\""))
        for byte in digest { JSONObjectWriter.appendHex(byte, to: &bytes) }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func member(_ name: String, hex fingerprint: Fingerprint) {
        begin(name)
        bytes.append(UInt8(ascii: "\""))
        JSONObjectWriter.append(hex: fingerprint, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Appends a list.
    static func array<Element>(
        _ elements: [Element],
        _ bytes: inout [UInt8],
        _ body: (Element, inout [UInt8]) -> Void
    ) {
        bytes.append(UInt8(ascii: "["))
        for (place, element) in elements.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            body(element, &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// Appends 64 hex digits, most significant first.
    static func append(hex fingerprint: Fingerprint, to bytes: inout [UInt8]) {
        for word in [
            fingerprint.words.3, fingerprint.words.2, fingerprint.words.1, fingerprint.words.0,
        ] {
            for shift in stride(from: 56, through: 0, by: -8) {
                appendHex(UInt8(truncatingIfNeeded: word >> UInt64(shift)), to: &bytes)
            }
        }
    }

    private static func appendHex(_ byte: UInt8, to bytes: inout [UInt8]) {
        for half in [byte >> 4, byte & 15] {
            bytes.append(half < 10 ? 48 + half : 87 + half)
        }
    }

    /// Appends text in quotation marks; quotation marks, back slashes and control characters are escaped, and nothing else.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0A: bytes.append(contentsOf: "\\n".utf8)
            case 0x0D: bytes.append(contentsOf: "\\r".utf8)
            case 0x09: bytes.append(contentsOf: "\\t".utf8)
            case 0..<0x20:
                bytes.append(contentsOf: "\\u00".utf8)
                appendHex(byte, to: &bytes)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
