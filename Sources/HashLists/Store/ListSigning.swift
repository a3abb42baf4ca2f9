import Crypto
import Evidence
import Foundation
import Glibc

/// Keys and signatures: Ed25519 (RFC 8032), in the files that OpenSSL writes and reads.
///
/// A signature is of the bytes of a version's record, 64 bytes in `versions/NNN.sig`: so
/// `openssl pkeyutl -verify -pubin -inkey KEY -rawin -in NNN.json -sigfile NNN.sig` checks it, too.
public enum ListSigning {
    /// What stands before the 32 bytes of a key in the two forms (RFC 8410, section 7 and 4).
    private static let privatePrefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ]
    private static let publicPrefix: [UInt8] = [
        0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
    ]

    /// Makes a pair of keys: `PATH`, readable by its owner alone, and `PATH.pub`.
    ///
    /// - Throws: ``ListFault``, also if a file of either name exists.
    public static func makeKeys(at path: String) throws(ListFault) {
        for name in [path, path + ".pub"] where access(name, F_OK) == 0 {
            throw ListFault(
                .badInput,
                "\(name) exists, and a key is never overwritten: choose another name"
            )
        }
        let key = Curve25519.Signing.PrivateKey()
        try write(privatePrefix + key.rawRepresentation, "PRIVATE KEY", to: path, mode: 0o600)
        try write(
            publicPrefix + key.publicKey.rawRepresentation,
            "PUBLIC KEY",
            to: path + ".pub",
            mode: 0o644
        )
    }

    private static func write(_ der: [UInt8], _ label: String, to path: String, mode: mode_t)
        throws(ListFault)
    {
        let text =
            "-----BEGIN \(label)-----\n\(Data(der).base64EncodedString())\n-----END \(label)-----\n"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else {
            let status = errno
            throw ListFault(
                .system,
                "cannot make the key \(path): \(systemMessage(status))"
                    + (status == EEXIST ? ". A key is never overwritten: choose another name" : ""),
                status: status
            )
        }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let status = errno
                unlink(path)
                throw ListFault(
                    .system,
                    "cannot write the key \(path): \(systemMessage(status))",
                    status: status
                )
            }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else {
            throw ListFault(
                .system,
                "cannot save the key \(path): \(systemMessage(errno))",
                status: errno
            )
        }
    }

    /// Reads a private key.
    static func privateKey(_ path: String) throws(ListFault) -> Curve25519.Signing.PrivateKey {
        let bytes = try read(
            path,
            privatePrefix,
            "a private key for Ed25519 (`vestige list keygen` or `openssl genpkey -algorithm ed25519`)"
        )
        do {
            return try Curve25519.Signing.PrivateKey(rawRepresentation: bytes)
        } catch {
            throw ListFault(.badInput, "\(path) is not a private key for Ed25519")
        }
    }

    /// Reads a public key: its 32 bytes.
    public static func publicKey(_ path: String) throws(ListFault) -> [UInt8] {
        try read(
            path,
            publicPrefix,
            "a public key for Ed25519 (`KEY.pub` of `vestige list keygen`, or `openssl pkey -pubout`)"
        )
    }

    private static func read(_ path: String, _ prefix: [UInt8], _ wanted: String) throws(ListFault)
        -> [UInt8]
    {
        let text: String
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            guard data.count <= 1 << 16 else { throw CocoaError(.fileReadTooLarge) }
            text = String(decoding: data, as: UTF8.self)
        } catch {
            throw ListFault(
                .noSuchPath,
                "cannot read the key \(path): \(error.localizedDescription)"
            )
        }
        let body = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") }
            .joined()
        guard let der = Data(base64Encoded: body), der.count == prefix.count + 32,
            der.starts(with: prefix)
        else {
            throw ListFault(.badInput, "\(path) is not \(wanted)")
        }
        return Array(der.dropFirst(prefix.count))
    }
}

extension PublishedVersion {
    /// Whether it is signed, by whichever key.
    public var isSigned: Bool { record.signer != nil }

    /// Checks the signature, if the record says that there is one.
    func checkSignature(in folder: ListFolder) throws(ListFault) {
        guard let signer = record.signer else { return }
        guard let signature else {
            throw HashList.damaged(folder, record.number, "its signature is missing")
        }
        let path = folder.versions + "/" + ListFolder.fileName(record.number, ".json")
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)),
            let bytes = HexDigits.bytes(signer.utf8),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes),
            key.isValidSignature(Data(signature), for: data)
        else {
            throw HashList.damaged(folder, record.number, "its signature does not fit its record")
        }
    }

    /// Checks that it is signed by one of some keys.
    ///
    /// - Throws: ``ListFault`` with the code `unsigned`.
    public func require(signers keys: [[UInt8]]) throws(ListFault) {
        guard !keys.isEmpty else { return }
        guard let signer = record.signer else {
            throw ListFault(
                .unsigned,
                "version \(record.number) of \(record.name) is not signed: get it from its owner again, or leave --key out"
            )
        }
        guard keys.contains(where: { $0.hexDigits == signer }) else {
            throw ListFault(
                .unsigned,
                "version \(record.number) of \(record.name) is signed by another key (\(signer)): it is refused"
            )
        }
    }
}
