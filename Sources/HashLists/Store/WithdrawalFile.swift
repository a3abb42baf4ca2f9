import Indexing

/// The entries that a version withdraws, in the order of their numbers: `versions/NNN.withdrawn`. 24 bytes each: the entry and the one in
/// its place, or 0, as numbers of 64 bits, then the reason and 4 bytes of zeros.
enum WithdrawalFile {
    private static let recordBytes = 24

    static func write(_ withdrawals: [Withdrawal], _ folder: ListFolder, version: Int)
        throws(ListFault) -> FileRecord?
    {
        guard !withdrawals.isEmpty else { return nil }
        var file = try StreamedFile(
            folder: folder.versions,
            name: ListFolder.fileName(version, ".withdrawn")
        )
        for withdrawal in withdrawals.sorted(by: { $0.entry < $1.entry }) {
            try file.append(count: recordBytes) { bytes in
                let record = UnsafeMutableRawPointer(bytes)
                record.storeBytes(of: withdrawal.entry.littleEndian, as: UInt64.self)
                record.storeBytes(
                    of: (withdrawal.replacement ?? 0).littleEndian,
                    toByteOffset: 8,
                    as: UInt64.self
                )
                record.storeBytes(
                    of: withdrawal.reason.rawValue.littleEndian,
                    toByteOffset: 16,
                    as: UInt32.self
                )
                record.storeBytes(of: 0, toByteOffset: 20, as: UInt32.self)
            }
        }
        return try file.finish()
    }

    static func read(_ record: FileRecord, _ folder: ListFolder) throws(ListFault) -> [Withdrawal] {
        let path = folder.versions + "/" + record.name
        let file = try listFault { () throws(IndexFault) in try MappedFile(path) }
        let bytes = file.bytes
        func damaged() -> ListFault {
            ListFault(.damaged, "\(path) is not what was published: restore the list from a copy")
        }
        guard bytes.count == record.bytes, bytes.count % recordBytes == 0 else { throw damaged() }
        var withdrawals: [Withdrawal] = []
        withdrawals.reserveCapacity(bytes.count / recordBytes)
        for offset in stride(from: 0, to: bytes.count, by: recordBytes) {
            let replacement = bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
            guard
                let reason = WithdrawalReason(
                    rawValue: bytes.loadUnaligned(fromByteOffset: offset + 16, as: UInt32.self)
                )
            else { throw damaged() }
            withdrawals.append(
                Withdrawal(
                    entry: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self),
                    reason: reason,
                    replacement: replacement == 0 ? nil : replacement
                )
            )
        }
        return withdrawals
    }
}
