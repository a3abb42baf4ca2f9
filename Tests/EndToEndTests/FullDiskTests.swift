import Foundation
import Glibc
import TestSupport
import Testing

@Suite("A disk that fills while a case is compacted")
struct FullDiskTests {
    @Test("there is a clear message, the case answers as before, and nothing is left behind")
    func fullDisk() throws {
        let samples = try SampleCase()
        let answers = try samples.answers()
        let mount = samples.folder.path + "/small"
        mkdir(mount, 0o755)
        // Mounting takes rights that not every machine gives: then there is nothing to see here.
        guard try Shell.run("mount -t tmpfs -o size=1m tmpfs '\(mount)'") == 0 else { return }
        defer { _ = try? Shell.run("umount '\(mount)'") }
        let path = mount + "/small.vestige"
        let copy = samples.folder.path + "/copy.vestige"
        try FileManager.default.copyItem(atPath: samples.path, toPath: copy)
        var failures: Set<String> = []
        for pages in stride(from: 0, to: 36, by: 3) {
            _ = try Shell.run("rm -rf '\(path)' && cp -r '\(copy)' '\(path)'")
            _ = try Shell.run("cat /dev/zero > '\(mount)/filler' 2>/dev/null")
            // So many pages are free.
            let filler = "'\(mount)/filler'"
            _ = try Shell.run("truncate -s -\(4 * pages)K \(filler)")
            let result = try Program.run("compact", path)
            if result.status != 0 {
                #expect(result.status == 2, "\(pages) pages: \(result.errors)")
                #expect(result.errors.hasPrefix("vestige: "))
                let isClear = ["No space left", "full"].contains { result.errors.contains($0) }
                #expect(isClear, "\(pages) pages: \(result.errors)")
                failures.insert(result.errors.contains("segments/") ? "segment" : "other")
            }
            unlink(mount + "/filler")
            let query = try Program.run(
                "query",
                path,
                Program.samples + "/known/harbour.jpg",
                "--format",
                "jsonl"
            )
            #expect(query.lines.count == 6, "\(pages) pages: \(query.errors)")
            #expect(try Program.run("verify", path).status == 0)
            let again = try Program.run("compact", path)
            #expect(again.status == 0, "\(pages) pages: \(again.errors)")
            let files = try FileManager.default.contentsOfDirectory(atPath: path + "/segments")
            #expect(files.count == 1 && files[0].hasSuffix(".seg"))
            #expect(!FileManager.default.fileExists(atPath: path + "/MANIFEST.partial"))
        }
        #expect(failures == ["segment", "other"], "the disk was full at one kind of write only")
        let own = try Program.run("join", path, "--min-quality", "0", "--format", "jsonl")
        #expect(Set(own.lines).isSubset(of: answers) && own.lines.count > 30)
    }
}
