import Fingerprinting
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Indexing

/// Writing with each system call failing in turn.
@Suite("writing faults")
struct WritingFaultTests {
    private func writer(_ calls: FileCalls, count: Int = 100) -> SegmentWriter {
        var random = SplitMix64(seed: 0xFA17)
        var writer = SegmentWriter(kind: .pdqFullResolution, tableThreshold: 0, calls: calls)
        for item in 0..<UInt64(count) {
            writer.append(random.fingerprint(), random.occurrence(item: item))
        }
        return writer
    }

    @Test("a full disk leaves no file behind, whichever write it meets")
    func fullDisksLeaveNothing() throws {
        // Counts the writes of a run that works, then lets each of them fail.
        let total = Mutex(0)
        var counting = FileCalls.system
        counting.write = { descriptor, bytes in
            total.withLock { $0 += 1 }
            return FileCalls.system.write(descriptor, bytes)
        }
        let whole = TemporaryFolder()
        _ = try writer(counting).write(to: whole.path, name: "a.seg")
        let writes = total.withLock { $0 }
        #expect(writes > 50)
        for failing in 0..<writes {
            let folder = TemporaryFolder()
            let seen = Mutex(0)
            var calls = FileCalls.system
            calls.write = { descriptor, bytes in
                let number = seen.withLock { count in
                    count += 1
                    return count
                }
                if number > failing {
                    errno = ENOSPC
                    return -1
                }
                return FileCalls.system.write(descriptor, bytes)
            }
            let writer = writer(calls)
            let path = folder.path
            let found = fault { () throws(IndexFault) in
                _ = try writer.write(to: path, name: "a.seg")
            }
            #expect(found?.code == .system && found?.status == ENOSPC)
            #expect(found?.description.contains("free some space") == true)
            #expect(folder.names.isEmpty)
            // What was appended is still there: with room again the same writer succeeds.
            #expect(writer.occurrenceCount == 100)
        }
    }

    @Test("short and interrupted writes are continued")
    func shortWritesAreContinued() throws {
        let folder = TemporaryFolder()
        let expected = try writer(.system).write(to: folder.path, name: "a.seg")
        let count = Mutex(0)
        var calls = FileCalls.system
        calls.write = { descriptor, bytes in
            let number = count.withLock { value in
                value += 1
                return value
            }
            if number % 3 == 0 {
                errno = EINTR
                return -1
            }
            let part = UnsafeRawBufferPointer(rebasing: bytes.prefix(1 + bytes.count / 2))
            return FileCalls.system.write(descriptor, part)
        }
        let written = try writer(calls).write(to: folder.path, name: "b.seg")
        #expect(written.sha256 == expected.sha256)
        #expect(readBytes(folder.path + "/a.seg") == readBytes(folder.path + "/b.seg"))
    }

    @Test("a failing fsync, rename or open is a fault that leaves the old manifest")
    func failingCallsLeaveTheOldManifest() throws {
        let folder = TemporaryFolder()
        try Manifest(generation: 1).replace(in: folder.path)
        var fsync = FileCalls.system
        fsync.fsync = { _ in
            errno = EIO
            return -1
        }
        var rename = FileCalls.system
        rename.rename = { _, _ in
            errno = EROFS
            return -1
        }
        var open = FileCalls.system
        open.open = { _, _, _ in
            errno = EACCES
            return -1
        }
        for (calls, status) in [(fsync, EIO), (rename, EROFS), (open, EACCES)] {
            let path = folder.path
            let found = fault { () throws(IndexFault) in
                try Manifest(generation: 2).replace(in: path, calls: calls)
            }
            #expect(found?.code == .system && found?.status == status)
            let writer = writer(calls)
            #expect(throws: IndexFault.self) { try writer.write(to: path, name: "a.seg") }
            #expect(folder.names == ["MANIFEST"])
            #expect(try Manifest.load(from: folder.path).generation == 1)
        }
    }

    @Test("a missing folder and a folder without rights are named")
    func missingFolders() throws {
        let writer = writer(.system)
        let found = fault { () throws(IndexFault) in
            _ = try writer.write(to: "/nonexistent/segments", name: "a.seg")
        }
        #expect(found?.code == .system && found?.status == ENOENT)
        #expect(found?.path.contains("/nonexistent/segments") == true)
        // The superuser may write anywhere, so there is nothing to see for him.
        guard geteuid() != 0 else { return }
        let folder = TemporaryFolder()
        chmod(folder.path, 0o555)
        let path = folder.path
        let refused = fault { () throws(IndexFault) in _ = try writer.write(to: path, name: "a.seg")
        }
        #expect(refused?.status == EACCES)
    }

    @Test("a segment is never overwritten, and what a crash left half written is")
    func segmentsAreNotOverwritten() throws {
        let folder = TemporaryFolder()
        writeBytes([1, 2, 3], to: folder.path + "/a.seg.partial")
        let writer = writer(.system)
        let description = try writer.write(to: folder.path, name: "a.seg")
        #expect(folder.names == ["a.seg"])
        let path = folder.path
        let found = fault { () throws(IndexFault) in _ = try writer.write(to: path, name: "a.seg") }
        #expect(found?.code == .alreadyExists)
        try Segment(opening: folder.path + "/a.seg", description: description).verify()
    }
}
