import Decoding
import Unpacking

@testable import Casework

/// What is read of archives.
extension FuzzTarget {
    /// No input may cost more than this, in bytes that its members give.
    private static let maximumUnpacked = 4 << 20
    /// A member takes some bytes of the archive, if only for its header; a smaller one has fewer.
    private static let maximumMembers = 70_000

    static func unpack(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0 else { return }
        let source = MediaSource(descriptor: -1, size: Int64(bytes.count), bytes: bytes)
        guard let reader = try? ContainerReader(source, soleName: Array("content".utf8)) else {
            return
        }
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        defer { piece.deallocate() }
        var unpacked = 0
        var steps = 0
        while unpacked < maximumUnpacked {
            steps += 1
            precondition(steps <= maximumMembers, "an archive has no end")
            do throws(ContainerFault) {
                guard let member = try reader.next() else { break }
                check(member)
                unpacked += try read(reader, into: piece, atMost: maximumUnpacked - unpacked)
            } catch {
                if error.isFinal { break }
            }
        }
        precondition(!reader.formatName.isEmpty)
    }

    private static func check(_ member: ContainerMember) {
        precondition((1...4096).contains(member.name.count), "a name of \(member.name.count) bytes")
        precondition(!member.name.contains(0), "a name that ends before its end")
        precondition(member.claimedSize ?? 0 >= 0, "a size below nothing")
        checkTelling(
            .member(
                token: 1,
                UnpackedMember(
                    place: MemberPlace([0]),
                    name: member.name,
                    claimedSize: member.claimedSize,
                    modifiedNanoseconds: member.modifiedNanoseconds
                )
            )
        )
    }

    private static func read(
        _ reader: ContainerReader,
        into piece: UnsafeMutableRawBufferPointer,
        atMost limit: Int
    ) throws(ContainerFault) -> Int {
        var total = 0
        while total < limit {
            let count = try reader.read(into: piece)
            precondition((0...piece.count).contains(count), "\(count) bytes in a piece")
            guard count > 0 else { break }
            total += count
        }
        return total
    }
}
