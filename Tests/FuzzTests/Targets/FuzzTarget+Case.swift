import CKernels
import Crypto
import Fingerprinting
import Foundation
import Matching

@testable import Casework
@testable import Indexing

/// What is read of a case and of lists.
extension FuzzTarget {
    static func readMessage(_ bytes: UnsafeRawBufferPointer) {
        guard let message = try? WorkerMessage(decoding: ArraySlice(bytes)) else { return }
        // Not the same bytes, since a flag has several forms; but what is written is read as the same.
        let encoded = message.encoded
        let again = try? WorkerMessage(decoding: encoded[...])
        precondition(again?.encoded == encoded, "a message changes when it is written and read")
    }

    static func readManifest(_ bytes: UnsafeRawBufferPointer) {
        _ = try? Manifest(parsing: Array(bytes), path: "MANIFEST")
        // With the digest that belongs to it: else hardly anything behind it is ever reached.
        let digest = SHA256.hash(data: bytes).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        let line = "vestige-manifest 1 \(digest)\n"
        guard
            let manifest = try? Manifest(
                parsing: Array(line.utf8) + Array(bytes),
                path: "MANIFEST"
            ),
            let written = try? manifest.serialized(path: "MANIFEST")
        else { return }
        let again = try? Manifest(parsing: written, path: "MANIFEST")
        precondition(again == manifest, "a MANIFEST changes when it is written and read")
    }

    static func readList(_ bytes: UnsafeRawBufferPointer) {
        withFile(bytes) { _ = try? FingerprintFile(reading: $0, memory: 16 << 20) }
    }

    static func readCertificate(_ bytes: UnsafeRawBufferPointer) {
        withFile(bytes) { _ = try? CompletenessCertificate(reading: $0) }
    }

    static func withFile(_ bytes: UnsafeRawBufferPointer, _ body: (String) -> Void) {
        let file = FuzzFile()
        file.fill(bytes)
        body(file.path)
    }

    // MARK: - Segments

    static func useSegment(_ bytes: UnsafeRawBufferPointer) {
        var image = Array(bytes)
        image.withUnsafeBytes { content in withFile(content, readSegment) }
        guard image.count > headerBytes else { return }
        sealContents(&image)
        put(checksum(image, 0..<(headerBytes - 4)), at: headerBytes - 4, in: &image)
        image.withUnsafeBytes { content in withFile(content, readSegment) }
    }

    private static func readSegment(_ path: String) {
        guard let segment = try? Segment(opening: path) else { return }
        let isSound = (try? segment.verify()) != nil
        guard segment.rows <= 100_000 else { return }
        for row in 0..<segment.rows {
            _ = segment.fingerprint(ofRow: row)
            _ = try? segment.occurrences(ofRow: row)
        }
        guard segment.rows > 0 else { return }
        let probe = segment.fingerprint(ofRow: segment.rows / 2)
        let scan = try? RadiusSearch(segments: [segment], forcing: .scan).search(probe, radius: 31)
        if segment.hasTables {
            let tables = try? RadiusSearch(segments: [segment], forcing: .tables).search(
                probe,
                radius: 31
            )
            precondition(!isSound || scan == tables, "tables and scan differ")
        }
    }

    private static let headerBytes = 4096

    /// Puts the checksums of all pieces right, as far as the header tells where they are.
    private static func sealContents(_ image: inout [UInt8]) {
        let sections = Int(number(image, 16, bytes: 4))
        guard (1...80).contains(sections) else { return }
        let entry = 64 + 24 * (sections - 1)
        let piece = number(image, 8, bytes: 4) == 1 ? 1 << 20 : 4096
        guard let start = Int(exactly: number(image, entry + 8, bytes: 8)),
            start >= headerBytes, start < image.count
        else { return }
        let pieces = (start + piece - 1) / piece
        guard image.count >= start + 4 * pieces + 4 else { return }
        // The header's own checksum is part of the first piece.
        put(checksum(image, 0..<(headerBytes - 4)), at: headerBytes - 4, in: &image)
        for index in 0..<pieces {
            let end = min((index + 1) * piece, start)
            put(checksum(image, (index * piece)..<end), at: start + 4 * index, in: &image)
        }
        put(checksum(image, start..<(start + 4 * pieces)), at: start + 4 * pieces, in: &image)
    }

    private static func checksum(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
        bytes.withUnsafeBytes { all in
            let part = UnsafeRawBufferPointer(rebasing: all[range])
            return vestige_crc32c(vestige_best_kernel_level(), 0, part.baseAddress, part.count)
        }
    }

    private static func number(_ bytes: [UInt8], _ offset: Int, bytes count: Int) -> UInt64 {
        (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
    }

    private static func put(_ value: UInt32, at offset: Int, in bytes: inout [UInt8]) {
        for index in 0..<4 {
            bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index))
        }
    }
}
