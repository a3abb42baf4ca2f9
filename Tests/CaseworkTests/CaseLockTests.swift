import Evidence
import Foundation
import Glibc
import TestSupport
import Testing

@testable import Casework

@Suite("The lock of a case, and what it tells")
struct CaseLockTests {
    private let temporary: TemporaryFolder
    private let folder: CaseFolder

    init() throws {
        temporary = try TemporaryFolder()
        folder = CaseFolder(path: EvidencePath(temporary.path))
    }

    private func content(_ change: (inout LockHolder) -> Void) -> [UInt8] {
        var holder = LockHolder.current
        change(&holder)
        return holder.content
    }

    private func refusal(of lock: [UInt8], number: Int32 = EWOULDBLOCK) -> CaseFault {
        CaseLock.refusal(number, folder, LockHolder(content: lock))
    }

    @Test("the second one is told who has it, since when, and what to do; later it is free")
    func second() throws {
        do {
            let lock = try CaseLock(folder)
            let fault = #expect(throws: CaseFault.self) { _ = try CaseLock(folder) }
            let message = try #require(fault?.message)
            #expect(fault?.code == .inUse)
            for part in [
                "process \(getpid())", "since 20", "kill \(getpid())", "vestige status",
                folder.path.text,
            ] {
                #expect(message.contains(part), "\(part): \(message)")
            }
            #expect(LockState(folder) == .held(readSmallFile(folder.lock).flatMap(LockHolder.init)))
            _ = consume lock
        }
        guard case .free(let last?) = LockState(folder) else {
            Issue.record("the lock is still held")
            return
        }
        #expect(last.pid == getpid())
        _ = try CaseLock(folder)
    }

    @Test("to look at the lock does not keep a writer out")
    func looking() throws {
        try Data().write(to: URL(fileURLWithPath: folder.lock))
        let descriptor = open(folder.lock, O_RDONLY)
        defer { close(descriptor) }
        try #require(flock(descriptor, LOCK_SH) == 0)
        let thread = Thread {
            usleep(30_000)
            flock(descriptor, LOCK_UN)
        }
        thread.start()
        _ = try CaseLock(folder)
    }

    @Test("a file system without locks is told as that, with the system's number")
    func withoutLocks() {
        for number in [ENOLCK, EOPNOTSUPP, EIO] {
            let fault = refusal(of: content { _ in }, number: number)
            #expect(fault.code == .system && fault.status == number)
            #expect(fault.message.contains("NFS") && fault.message.contains("flock"))
            #expect(!fault.message.contains("\(getpid())"))
        }
    }

    @Test("a number that another process has by now is not called the writer")
    func reusedNumber() {
        let ours = content { $0.startTicks += 1 }
        #expect(LockHolder(content: ours)?.presence == .gone)
        #expect(refusal(of: ours).message.contains("cannot be seen from here"))
        #expect(!refusal(of: ours).message.contains("kill"))
        #expect(LockHolder(content: content { $0.boot = "another" })?.presence == .gone)
        #expect(LockHolder(content: content { _ in })?.presence == .here)
    }

    @Test(
        "a writer on another host is named with its host, and nobody is told to kill its number here"
    )
    func otherHost() {
        let other = content { $0.host = "other\u{1B}[2Jhost" }
        let message = refusal(of: other).message
        #expect(LockHolder(content: other)?.presence == .elsewhere)
        #expect(message.contains("on the host other?[2Jhost") && !message.contains("kill"))
    }

    @Test("what earlier versions wrote, and what is cut or nonsense, is read as far as it goes")
    func oddContent() {
        #expect(LockHolder(content: Array("4711\n".utf8))?.pid == 4711)
        #expect(LockHolder(content: Array("4711\n{\"pid\":47".utf8))?.pid == 4711)
        let long = content { $0.arguments = ["index", "a\nb", "é"] }
        #expect(LockHolder(content: long)?.arguments == ["index", "a\nb", "é"])
        for count in 0..<long.count {
            let holder = LockHolder(content: Array(long[..<count]))
            #expect(holder == nil || "\(getpid())".hasPrefix("\(holder?.pid ?? 0)"))
        }
        for text in ["", "\n", "no number", "99999999999999999999"] {
            #expect(LockHolder(content: Array(text.utf8)) == nil)
            #expect(refusal(of: Array(text.utf8)).message.contains("has not given its number"))
        }
    }
}
