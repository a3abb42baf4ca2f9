import Crypto
import Evidence
import Foundation

extension ListSigning {
    /// Signs bytes with a private key: Ed25519, 64 bytes.
    ///
    /// - Parameter keyFile: the private key, as `vestige list keygen` or OpenSSL writes it.
    /// - Throws: ``ListFault``.
    public static func signature(of bytes: Data, keyFile: String) throws(ListFault) -> [UInt8] {
        let key = try privateKey(keyFile)
        do {
            return Array(try key.signature(for: bytes))
        } catch {
            throw ListFault(.system, "cannot sign with the key \(keyFile): \(error)")
        }
    }

    /// The public half of a private key, as hex digits.
    ///
    /// - Throws: ``ListFault``.
    public static func signer(keyFile: String) throws(ListFault) -> String {
        Array(try privateKey(keyFile).publicKey.rawRepresentation).hexDigits
    }
}
