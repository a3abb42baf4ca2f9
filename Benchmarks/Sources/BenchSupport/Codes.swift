import Fingerprinting
import Glibc

/// Files of 32 bytes per fingerprint, lowest bits first.
public enum Codes {
    private static let pieceCount = 1 << 16

    /// The fingerprints in a file.
    public static func all(in file: String) -> [Fingerprint] {
        var result: [Fingerprint] = []
        forEach(in: file) { result.append($0) }
        return result
    }

    /// Calls `body` with each fingerprint in a file; the file need not fit into memory.
    public static func forEach<Failure: Error>(
        in file: String,
        _ body: (Fingerprint) throws(Failure) -> Void
    ) throws(Failure) {
        guard let stream = fopen(file, "rb") else { Program.fail("cannot read \(file)") }
        defer { fclose(stream) }
        var words = [UInt64](repeating: 0, count: 4 * pieceCount)
        while true {
            let count = fread(&words, 32, pieceCount, stream)
            guard count > 0 else { return }
            for start in stride(from: 0, to: 4 * count, by: 4) {
                try body(
                    Fingerprint(
                        words: (
                            UInt64(littleEndian: words[start]),
                            UInt64(littleEndian: words[start + 1]),
                            UInt64(littleEndian: words[start + 2]),
                            UInt64(littleEndian: words[start + 3])
                        )
                    )
                )
            }
        }
    }
}
