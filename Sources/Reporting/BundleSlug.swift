import Crypto
import Evidence
import Foundation

/// Names of files and folders that are made of names which somebody else has chosen.
enum BundleSlug {
    /// A name of at most 61 characters of `a` to `z`, `0` to `9` and `-`: what can be read of `name`, and 12 digits of its SHA-256, by
    /// which names are told apart that look alike.
    ///
    /// - Parameter name: any text: what it holds of slashes, dots and control characters is gone.
    static func slug(_ name: String) -> String {
        var readable = ""
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                readable.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "A")...UInt8(ascii: "Z"):
                readable.unicodeScalars.append(Unicode.Scalar(byte + 32))
            default:
                if !readable.isEmpty, readable.last != "-" { readable += "-" }
            }
            if readable.utf8.count >= 48 { break }
        }
        while readable.last == "-" { readable.removeLast() }
        let digest = SHA256.hash(data: Data(name.utf8)).hexDigits.prefix(12)
        return (readable.isEmpty ? "" : readable + "-") + digest
    }
}
