import Evidence
import Foundation

extension Encodable {
    /// The value as one line of JSON, its keys in alphabetical order, so that equal values give
    /// equal bytes.
    public func jsonLine() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try String(decoding: encoder.encode(self), as: UTF8.self) + "\n"
    }
}

/// A path in JSON: text always; and where the bytes are not UTF-8, all of them percent-encoded too.
struct JSONPath {
    let text: String
    let encoded: String?

    init(_ path: EvidencePath) {
        text = path.text
        encoded = path.isText ? nil : path.percentEncoded
    }
}

extension Double {
    /// The number with so many digits behind the point: JSON has no more of it than means something.
    func rounded(places: Int) -> Double {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        return (self * scale).rounded() / scale
    }
}
