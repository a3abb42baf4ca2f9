import Crypto
import Fingerprinting
import Foundation
import Indexing

/// Gathers the digests of a batch's entries and writes them sorted, in bounded memory: `NNN.digests`.
struct DigestIndexWriter: ~Copyable {
    private var sha256: RecordSorter
    private var sha1: RecordSorter
    private var md5: RecordSorter
    private var identity: RecordSorter

    /// - Parameter memory: bytes that the digests may take before they are put on disk.
    init(_ folder: ListFolder, memory: Int) {
        let share = memory / DigestKind.allCases.count
        sha256 = RecordSorter(memory: share, folder: folder.digests)
        sha1 = RecordSorter(memory: share, folder: folder.digests)
        md5 = RecordSorter(memory: share, folder: folder.digests)
        identity = RecordSorter(memory: share, folder: folder.digests)
    }

    /// Takes the digests of an entry, and what makes it the same one elsewhere, unless that is its fingerprint: segments have that.
    mutating func append(_ entry: ListEntry, number: UInt64) throws(ListFault) {
        do throws(IndexFault) {
            if let digest = entry.sha256 { try sha256.append(DigestIndex.record(digest, number)) }
            if let digest = entry.sha1 { try sha1.append(DigestIndex.record(digest, number)) }
            if let digest = entry.md5 { try md5.append(DigestIndex.record(digest, number)) }
            if let key = entry.identity.key { try identity.append(DigestIndex.record(key, number)) }
        } catch {
            throw ListFault(index: error)
        }
    }

    /// Makes the file durable.
    ///
    /// - Returns: `nil` if there is no digest at all; then there is no file either.
    consuming func finish(_ folder: ListFolder, number: Int) throws(ListFault) -> FileRecord? {
        let counts: [(kind: DigestKind, count: Int)] = [
            (.sha256, sha256.count), (.sha1, sha1.count), (.md5, md5.count),
            (.identity, identity.count),
        ]
        guard counts.contains(where: { $0.count > 0 }) else { return nil }
        var file = try StreamedFile(
            folder: folder.digests,
            name: ListFolder.fileName(number, ".digests")
        )
        try file.append(DigestIndex.signature)
        try file.append([UInt32(counts.count), 0])
        var offset = DigestIndex.headerBytes
        for (kind, count) in counts {
            let entries = DigestIndex.aligned(offset + count * kind.width)
            try file.append([kind.rawValue, UInt16(kind.width), 0, 0])
            try file.append([UInt64(count), UInt64(offset), UInt64(entries)])
            offset = entries + 8 * count
        }
        try DigestIndexWriter.write(&sha256, .sha256, to: &file)
        try DigestIndexWriter.write(&sha1, .sha1, to: &file)
        try DigestIndexWriter.write(&md5, .md5, to: &file)
        try DigestIndexWriter.write(&identity, .identity, to: &file)
        return try file.finish()
    }

    private static func write(
        _ sorter: inout RecordSorter,
        _ kind: DigestKind,
        to file: inout StreamedFile
    ) throws(ListFault) {
        guard sorter.count > 0 else { return }
        do throws(IndexFault) {
            try sorter.finish()
        } catch {
            throw ListFault(index: error)
        }
        try each(sorter) { (record) throws(ListFault) in
            let words = (
                record.words.3.bigEndian, record.words.2.bigEndian, record.words.1.bigEndian,
                record.words.0.bigEndian
            )
            try file.append(count: kind.width) { bytes in
                withUnsafeBytes(of: words) { digest in
                    UnsafeMutableRawBufferPointer(start: bytes, count: kind.width)
                        .copyMemory(from: UnsafeRawBufferPointer(rebasing: digest[..<kind.width]))
                }
            }
        }
        try file.align(to: 8)
        try each(sorter) { (record) throws(ListFault) in
            try file.append(count: 8) { bytes in
                UnsafeMutableRawPointer(bytes).storeBytes(
                    of: record.occurrence.low.littleEndian,
                    as: UInt64.self
                )
            }
        }
    }

    private static func each(
        _ sorter: borrowing RecordSorter,
        _ body: (IndexedRecord) throws(ListFault) -> Void
    ) throws(ListFault) {
        var fault: ListFault?
        do throws(IndexFault) {
            try sorter.forEach { (record) throws(IndexFault) in
                guard fault == nil else { return }
                do throws(ListFault) {
                    try body(record)
                } catch {
                    fault = error
                }
            }
        } catch {
            throw ListFault(index: error)
        }
        if let fault { throw fault }
    }
}

extension EntryIdentity {
    /// 16 bytes that stand for it; `nil` for the fingerprint of a still picture, which segments are searched for.
    var key: [UInt8]? {
        var digest = SHA256()
        switch self {
        case .fingerprint: return nil
        case .identifier(let name): digest.update(data: Array("id:\(name)".utf8))
        case .sha256(let bytes): digest.update(data: Array("sha256:".utf8) + bytes)
        case .sha1(let bytes): digest.update(data: Array("sha1:".utf8) + bytes)
        case .md5(let bytes): digest.update(data: Array("md5:".utf8) + bytes)
        case .prints(let prints):
            digest.update(data: Array("prints:".utf8))
            for print in prints {
                withUnsafeBytes(of: print.words) { digest.update(bufferPointer: $0) }
            }
        }
        return Array(digest.finalize().prefix(DigestKind.identity.width))
    }
}
