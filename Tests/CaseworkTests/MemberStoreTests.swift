import Decoding
import Evidence
import Foundation
import Glibc
import TestSupport
import Testing

@testable import Casework

@Suite("Contents of members")
struct MemberStoreTests {
    private let folder: TemporaryFolder
    private let spill: Int32

    init() throws {
        folder = try TemporaryFolder()
        spill = try SpillFile.open(in: folder.path)
    }

    /// Fills a store with `count` made bytes in pieces of uneven sizes.
    private func fill(_ store: MemberStore, _ count: Int, quota: Int64) throws -> Digests {
        var made = 0
        return try store.fill(quota: quota) { target in
            let wanted = min(target.count, count - made, 100_003)
            for place in 0..<wanted {
                target[place] = MemberStoreTests.byte(made + place)
            }
            made += wanted
            return wanted
        }
    }

    private static func byte(_ place: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: place &* 31 &+ place >> 8)
    }

    private func digests(_ count: Int) -> Digests {
        var pass = DigestPass()
        [UInt8]((0..<count).map(MemberStoreTests.byte)).withUnsafeBytes { pass.update($0) }
        return pass.finalize()
    }

    @Test(
        "are the same in memory and in the spill file",
        arguments: [0, 1, 300_000, (65 << 20) + 7]
    )
    func content(count: Int) throws {
        let store = MemberStore(spill: spill, start: 12_345)
        let found = try fill(store, count, quota: 1 << 30)
        #expect(found == digests(count))
        #expect(store.size == Int64(count))
        #expect(!store.isOverQuota)
        var read = [UInt8](repeating: 0, count: 1000)
        for place in [0, count / 2, count - 1000] where place >= 0 && count >= 1000 {
            let got = read.withUnsafeMutableBytes {
                store.source.read(at: Int64(place), into: $0.baseAddress!, count: 1000)
            }
            #expect(got == 1000)
            #expect(read == (place..<(place + 1000)).map(MemberStoreTests.byte))
        }
        #expect(store.end == (count > 64 << 20 ? 12_345 + Int64(count) : 12_345))
        // A small one behind a large one has nothing of it.
        let again = try fill(store, 10, quota: 1 << 30)
        #expect(again == digests(10))
        #expect(store.bytes.count == 10)
    }

    @Test("over the quota are digested and not kept")
    func quota() throws {
        let store = MemberStore(spill: spill, start: 0)
        let found = try fill(store, 2_000_000, quota: 1_000_000)
        #expect(found == digests(2_000_000))
        #expect(store.isOverQuota)
        #expect(store.size == 2_000_000)
    }

    @Test("that the disk has no room for are this machine's fault")
    func noRoom() throws {
        let full = open("/dev/full", O_RDWR)
        defer { close(full) }
        let store = MemberStore(spill: full, start: 0)
        let loss = #expect(throws: Loss.self) { try fill(store, 70 << 20, quota: 1 << 30) }
        #expect(loss?.code == Loss.spillFailed)
        #expect(loss?.status == ENOSPC)
    }

    @Test("names that occur twice are told apart, always in the same way")
    func names() {
        var names = MemberNames()
        let told = ["a", "a", "a#2", "b", "a", ""].map { name in
            String(decoding: names.unique(Array(name.utf8)), as: UTF8.self)
        }
        #expect(told == ["a", "a#2", "a#2#2", "b", "a#3", ""])
    }
}
