import Decoding
import Evidence
import Glibc
import Unpacking

/// The content of one member of a container while it is examined: in memory, or in the spill file if it is large.
///
/// The spill file has no name. The members of one container use the same part of it, one after another; those of a
/// container inside it the part behind.
final class MemberStore {
    /// A member up to this size stays in memory.
    static let memoryLimit = 64 << 20
    private static let pieceBytes = 256 << 10

    private let spill: Int32
    /// Where in the spill file the member begins.
    let start: Int64
    private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var inMemory = 0
    private var isSpilled = false
    /// How many bytes the member has.
    private(set) var size: Int64 = 0
    /// Whether there were more than may be kept: then only the digests are of use.
    private(set) var isOverQuota = false

    /// A store whose large members go to the file `spill` from `start` on.
    init(spill: Int32, start: Int64) {
        self.spill = spill
        self.start = start
    }

    deinit {
        memory.deallocate()
    }

    /// The first free place in the spill file behind this member.
    var end: Int64 { isSpilled ? start + size : start }

    /// The bytes that are in memory: all, or the head of a large member.
    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(UnsafeMutableRawBufferPointer(rebasing: memory[..<inMemory]))
    }

    /// The content; valid until the next ``fill(quota:read:)``.
    var source: MediaSource {
        MediaSource(descriptor: spill, start: start, size: size, bytes: bytes)
    }

    /// Takes in a member, piece by piece, and digests it on the way.
    ///
    /// - Parameter quota: of a member with more bytes only the digests are made.
    /// - Parameter read: puts the next piece into the memory that it is given, and says how long it is; 0 at the end.
    /// - Throws: whatever `read` throws, or a loss of the stage `unpack` if the spill file cannot be written.
    func fill(
        quota: Int64,
        read: (UnsafeMutableRawBufferPointer) throws(Loss) -> Int
    ) throws(Loss) -> Digests {
        size = 0
        inMemory = 0
        isSpilled = false
        isOverQuota = false
        var digests = DigestPass()
        while true {
            let target = room()
            let count = try read(target)
            guard count > 0 else { return digests.finalize() }
            let piece = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(target)[..<count])
            digests.update(piece)
            if !isOverQuota {
                if size + Int64(count) > quota {
                    isOverQuota = true
                } else if isSpilled {
                    try write(piece, at: start + size)
                } else {
                    inMemory += count
                }
            }
            size += Int64(count)
        }
    }

    /// Where the next piece goes: behind the others, or, where nothing more is kept in memory, to a place behind what is.
    private func room() -> UnsafeMutableRawBufferPointer {
        if !isSpilled, !isOverQuota, inMemory + MemberStore.pieceBytes > MemberStore.memoryLimit {
            isSpilled = true
        }
        let needed = inMemory + MemberStore.pieceBytes
        if memory.count < needed {
            let larger = UnsafeMutableRawBufferPointer.allocate(
                byteCount: min(max(needed, memory.count * 2), MemberStore.memoryLimit * 2),
                alignment: 4096
            )
            larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<inMemory]))
            memory.deallocate()
            memory = larger
        }
        return UnsafeMutableRawBufferPointer(rebasing: memory[inMemory..<needed])
    }

    private func write(_ piece: UnsafeRawBufferPointer, at position: Int64) throws(Loss) {
        var done = 0
        while done < piece.count {
            let count = pwrite(
                spill,
                piece.baseAddress! + done,
                piece.count - done,
                off_t(position + Int64(done))
            )
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw Loss(
                    stage: .unpack,
                    code: Loss.spillFailed,
                    status: errno,
                    detail: "the spill file cannot be written: \(systemMessage(errno))"
                )
            }
            done += count
        }
    }
}

extension Loss {
    /// The code of a loss that says that this machine has no room, not that the evidence is bad.
    static let spillFailed = "spillFailed"
}
