import Evidence
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Walking the evidence")
struct EvidenceWalkTests {
    private func names(_ entries: [EvidenceWalk.Entry], below folder: String) -> [String] {
        entries.map { entry in
            let (path, mark) =
                switch entry {
                case .file(let path, _): (path, "")
                case .skipped(let path, let rule): (path, " skipped \(rule.rawValue)")
                case .unreadable(let path, let loss): (path, " unreadable \(loss.code)")
                }
            return String(path.text.dropFirst(folder.count + 1)) + mark
        }
    }

    @Test("every file is seen once, in the order of the names' bytes")
    func order() throws {
        let folder = try TemporaryFolder()
        for name in ["b/2", "b/10", "a", "B", "b.txt", "c/d/e/f"] {
            try folder.write(name, [1])
        }
        let walk = EvidenceWalk(roots: [EvidencePath(folder.path)])
        #expect(
            names(Array(walk), below: folder.path) == ["B", "a", "b/10", "b/2", "b.txt", "c/d/e/f"]
        )
    }

    @Test("links are named and not followed, pipes are named and not opened")
    func linksAndPipes() throws {
        let folder = try TemporaryFolder()
        try folder.write("real/file", [1])
        symlink("real", folder.path + "/link-to-folder")
        symlink("/etc/passwd", folder.path + "/link-to-file")
        symlink("link-to-itself", folder.path + "/link-to-itself")
        mkfifo(folder.path + "/pipe", 0o644)
        let walk = EvidenceWalk(roots: [EvidencePath(folder.path)])
        #expect(
            names(Array(walk), below: folder.path) == [
                "link-to-file skipped symbolic-link",
                "link-to-folder skipped symbolic-link",
                "link-to-itself skipped symbolic-link",
                "pipe skipped special-file",
                "real/file",
            ]
        )
    }

    @Test("a name that is not UTF-8 keeps its bytes")
    func bytes() throws {
        let folder = try TemporaryFolder()
        let path = EvidencePath(folder.path).appending([0x6C, 0xE4, 0x2E, 0x6A])
        let descriptor = path.withCString { open($0, O_CREAT | O_WRONLY, 0o644) }
        try #require(descriptor >= 0)
        close(descriptor)
        let entries = Array(EvidenceWalk(roots: [EvidencePath(folder.path)]))
        guard case .file(let found, let facts)? = entries.first else {
            Issue.record("nothing was found")
            return
        }
        #expect(found == path)
        #expect(!found.isText)
        #expect(found.percentEncoded.hasSuffix("/l%E4.j"))
        #expect(facts.size == 0)
    }

    @Test("a root that is not there is a loss, not an end")
    func missingRoot() throws {
        let folder = try TemporaryFolder()
        try folder.write("z", [1])
        let roots = [EvidencePath(folder.path + "/none"), EvidencePath(folder.path + "/z")]
        #expect(
            names(Array(EvidenceWalk(roots: roots)), below: folder.path)
                == ["none unreadable cannotExamine", "z"]
        )
    }

    @Test("a file that turns into a link before it is opened is refused")
    func noFollowing() throws {
        let folder = try TemporaryFolder()
        try folder.write("target", [1])
        symlink("target", folder.path + "/link")
        #expect(throws: Loss.self) {
            _ = try EvidenceFile(opening: EvidencePath(folder.path + "/link"))
        }
        #expect(throws: Loss.self) {
            _ = try EvidenceFile(opening: EvidencePath(folder.path))
        }
    }
}
