import Crypto
import Foundation

/// Identifiers that are made of names: version 5 of RFC 9562, section 5.5. The same name has the same identifier wherever it is made.
struct NameUUID {
    /// The name space of an RFC's own example, `ns:DNS`.
    static let domainNames = NameUUID(
        bytes: [
            0x6B, 0xA7, 0xB8, 0x10, 0x9D, 0xAD, 0x11, 0xD1, 0x80, 0xB4, 0x00, 0xC0, 0x4F, 0xD4,
            0x30,
            0xC8,
        ]
    )

    private let bytes: [UInt8]

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The name space of what belongs to a case: the case's own identifier, which is a UUID.
    init(case identifier: String) {
        if let uuid = UUID(uuidString: identifier) {
            bytes = withUnsafeBytes(of: uuid.uuid) { Array($0) }
        } else {
            bytes = NameUUID.domainNames.named(identifier).bytes
        }
    }

    /// The identifier of a name in this name space.
    func named(_ name: String) -> NameUUID {
        var digest = Insecure.SHA1()
        digest.update(data: bytes)
        digest.update(data: Data(name.utf8))
        var made = Array(digest.finalize().prefix(16))
        made[6] = made[6] & 0x0F | 0x50
        made[8] = made[8] & 0x3F | 0x80
        return NameUUID(bytes: made)
    }

    /// As text: 36 lower-case characters.
    var text: String {
        var text = ""
        for (place, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(place) { text += "-" }
            text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return text
    }
}
