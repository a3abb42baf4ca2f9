import Fingerprinting
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Indexing

/// Writing with each system call failing in turn.
@Suite("writing faults")
struct WritingFaultTests {
    /// - Parameter memory: so little that most of the records are spilled.
    private func writer(
        _ calls: FileCalls,
        in folder: String,
        count: Int = 100,
        memory: Int = SegmentWriter.defaultMemory
    ) throws -> SegmentWriter {
        var random = SplitMix64(seed: 0xFA17)
        var writer = SegmentWriter(
            kind: .pdqFullResolution,
            folder: folder,
            memory: memory,
            tableThreshold: 0,
            calls: calls
        )
        for item in 0..<UInt64(count) {
            try writer.append(random.fingerprint(), random.occurrence(item: item))
        }
        return writer
    }

    /// The system's calls, of which the first writes succeed and all others meet a full disk.
    private func fullDisk(after writes: Int) -> FileCalls {
        final class Count: Sendable {
            let value = Mutex(0)
        }
        let seen = Count()
        var calls = FileCalls.system
        calls.write = { descriptor, bytes, offset in
            let number = seen.value.withLock { count in
                count += 1
                return count
            }
            if number > writes {
                errno = ENOSPC
                return -1
            }
            return FileCalls.system.write(descriptor, bytes, offset)
        }
        return calls
    }

    @Test("a full disk leaves no file behind, whichever write it meets")
    func fullDisksLeaveNothing() throws {
        // Counts the writes of a run that works, then lets each of them fail.
        let total = Mutex(0)
        var counting = FileCalls.system
        counting.write = { descriptor, bytes, offset in
            total.withLock { $0 += 1 }
            return FileCalls.system.write(descriptor, bytes, offset)
        }
        let whole = TemporaryFolder()
        var counted = try writer(counting, in: whole.path)
        _ = try counted.write(name: "a.seg")
        let writes = total.withLock { $0 }
        #expect(writes > 50)
        for failing in 0..<writes {
            let folder = TemporaryFolder()
            let calls = fullDisk(after: failing)
            var writer = try writer(calls, in: folder.path)
            let found = fault { () throws(IndexFault) in
                _ = try writer.write(name: "a.seg")
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
        var plain = try writer(.system, in: folder.path)
        let expected = try plain.write(name: "a.seg")
        let count = Mutex(0)
        var calls = FileCalls.system
        calls.write = { descriptor, bytes, offset in
            let number = count.withLock { value in
                value += 1
                return value
            }
            if number % 3 == 0 {
                errno = EINTR
                return -1
            }
            let part = UnsafeRawBufferPointer(rebasing: bytes.prefix(1 + bytes.count / 2))
            return FileCalls.system.write(descriptor, part, offset)
        }
        var interrupted = try writer(calls, in: folder.path)
        let written = try interrupted.write(name: "b.seg")
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
            var writer = try writer(calls, in: path)
            #expect(throws: IndexFault.self) { try writer.write(name: "a.seg") }
            #expect(folder.names == ["MANIFEST"])
            #expect(try Manifest.load(from: folder.path).generation == 1)
        }
    }

    @Test("a missing folder and a folder without rights are named")
    func missingFolders() throws {
        var lost = try writer(.system, in: "/nonexistent/segments")
        let found = fault { () throws(IndexFault) in
            _ = try lost.write(name: "a.seg")
        }
        #expect(found?.code == .system && found?.status == ENOENT)
        #expect(found?.path.contains("/nonexistent/segments") == true)
        // The superuser may write anywhere, so there is nothing to see for him.
        guard geteuid() != 0 else { return }
        let folder = TemporaryFolder()
        chmod(folder.path, 0o555)
        var writer = try writer(.system, in: folder.path)
        let refused = fault { () throws(IndexFault) in _ = try writer.write(name: "a.seg") }
        #expect(refused?.status == EACCES)
    }

    @Test("a disk that fills while records are spilled is a fault that leaves nothing")
    func fullDisksWhileSpilling() throws {
        for failing in 0..<6 {
            let folder = TemporaryFolder()
            let calls = fullDisk(after: failing)
            let path = folder.path
            #expect(throws: IndexFault.self) {
                var writer = try writer(calls, in: path, count: 1000, memory: 10_000)
                _ = try writer.write(name: "a.seg")
            }
            #expect(folder.names.isEmpty)
        }
    }

    @Test("a segment is never overwritten, and what a crash left half written is")
    func segmentsAreNotOverwritten() throws {
        let folder = TemporaryFolder()
        writeBytes([1, 2, 3], to: folder.path + "/a.seg.partial")
        var writer = try writer(.system, in: folder.path)
        let description = try writer.write(name: "a.seg")
        #expect(folder.names == ["a.seg"])
        let found = fault { () throws(IndexFault) in _ = try writer.write(name: "a.seg") }
        #expect(found?.code == .alreadyExists)
        try Segment(opening: folder.path + "/a.seg", description: description).verify()
    }
}
