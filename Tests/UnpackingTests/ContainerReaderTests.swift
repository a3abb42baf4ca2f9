import Decoding
import TestSupport
import Testing
import Unpacking

@Suite("Members of containers")
struct ContainerReaderTests {
    private typealias Entry = ArchiveMaker.Entry

    private static let entries = [
        Entry("DCIM/one.bin", (0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }),
        Entry("DCIM/empty", []),
        Entry("notes/a b.txt", Array("hello".utf8)),
    ]

    /// Everything that a reader gives, until its end or a final fault.
    private func read(
        _ bytes: [UInt8],
        soleName: String = "sole"
    ) -> (members: [(ContainerMember, [UInt8])], faults: [ContainerFault]) {
        bytes.withUnsafeBytes { bytes in
            var members: [(ContainerMember, [UInt8])] = []
            var faults: [ContainerFault] = []
            let source = MediaSource(descriptor: -1, size: Int64(bytes.count), bytes: bytes)
            do throws(ContainerFault) {
                let reader = try ContainerReader(source, soleName: Array(soleName.utf8))
                while true {
                    do throws(ContainerFault) {
                        guard let member = try reader.next() else { break }
                        try members.append((member, content(reader)))
                    } catch  where !error.isFinal {
                        faults.append(error)
                    }
                }
            } catch {
                faults.append(error)
            }
            return (members, faults)
        }
    }

    private func content(_ reader: ContainerReader) throws(ContainerFault) -> [UInt8] {
        var content: [UInt8] = []
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 10_000, alignment: 16)
        defer { piece.deallocate() }
        while true {
            let count = try reader.read(into: piece)
            guard count > 0, content.count < 10 << 20 else { return content }
            content += piece[..<count]
        }
    }

    @Test("of a compressed file that begins with zeros are not taken for an empty tar")
    func leadingZeros() throws {
        let content = [UInt8](repeating: 0, count: 4096) + Array("a disk".utf8)
        let bytes = try ArchiveMaker.make(format: "raw", filter: "xz", [Entry("x", content)])
        let (members, faults) = read(bytes, soleName: "disk.img")
        #expect(faults.isEmpty)
        #expect(members.map { String(decoding: $0.0.name, as: UTF8.self) } == ["disk.img"])
        #expect(members.first?.1 == content)
    }

    @Test(
        "give back what was put in, in every format that can be made here",
        arguments: ["zip", "ustar", "pax", "gnutar", "newc", "odc", "7zip", "iso9660", "xar"]
    )
    func formats(format: String) throws {
        let bytes = try ArchiveMaker.make(format: format, ContainerReaderTests.entries)
        let (members, faults) = read(bytes)
        #expect(faults.isEmpty)
        let files = members.filter { $0.0.kind == .file }
        // Some formats keep their own order.
        let found = files.map {
            [String(decoding: $0.0.name, as: UTF8.self)] + $0.1.map(String.init)
        }
        let wanted = ContainerReaderTests.entries.map { [$0.name] + $0.content.map(String.init) }
        if ["iso9660", "7zip"].contains(format) {
            #expect(Set(found) == Set(wanted))
        } else {
            #expect(found == wanted)
        }
        #expect(files.allSatisfy { !$0.0.isEncrypted })
    }

    @Test(
        "are found behind every compression",
        arguments: ["gzip", "bzip2", "xz", "lzma", "lzip", "zstd", "lz4", "compress"]
    )
    func filters(filter: String) throws {
        let bytes = try ArchiveMaker.make(
            format: "ustar",
            filter: filter,
            ContainerReaderTests.entries
        )
        #expect(read(bytes).members.map(\.1) == ContainerReaderTests.entries.map(\.content))
        let sole = try ArchiveMaker.make(
            format: "raw",
            filter: filter,
            [ContainerReaderTests.entries[0]]
        )
        let (members, faults) = read(sole, soleName: "picture.jpg")
        #expect(faults.isEmpty)
        #expect(members.map(\.1) == [ContainerReaderTests.entries[0].content])
        #expect(members.map(\.0.name) == [Array("picture.jpg".utf8)])
    }

    @Test("are read from a rar")
    func rar() {
        let entries = ContainerReaderTests.entries.filter { !$0.content.isEmpty }
        let (members, faults) = read(ArchiveMaker.rar(entries))
        #expect(faults.isEmpty)
        #expect(members.map(\.1) == entries.map(\.content))
        #expect(
            members.map { String(decoding: $0.0.name, as: UTF8.self) } == entries.map(\.name)
        )
    }

    @Test("that are links are told as such, with times and sizes")
    func facts() throws {
        let bytes = try ArchiveMaker.make(
            format: "pax",
            link: (name: "link", target: "/etc/passwd"),
            ContainerReaderTests.entries
        )
        let members = read(bytes).members.map(\.0)
        #expect(members.map(\.kind) == [.file, .file, .file, .symbolicLink])
        #expect(members[0].claimedSize == 70_000)
        #expect(members[0].modifiedNanoseconds == 1_700_000_000_000_000_000)
    }

    @Test("that are encrypted are said to be", arguments: ["traditional", "aes256"])
    func encrypted(method: String) throws {
        let bytes: [UInt8]
        do {
            bytes = try ArchiveMaker.make(
                format: "zip",
                options: "zip:encryption=\(method)",
                passphrase: "secret",
                [ContainerReaderTests.entries[0]]
            )
        } catch is ArchiveMaker.Failure {
            // A libarchive without this cipher.
            return
        }
        try bytes.withUnsafeBytes { bytes in
            let reader = try ContainerReader(
                MediaSource(descriptor: -1, size: Int64(bytes.count), bytes: bytes),
                soleName: []
            )
            let member = try #require(try reader.next())
            #expect(member.isEncrypted)
            let fault = #expect(throws: ContainerFault.self) { try content(reader) }
            #expect(fault?.code == .encrypted)
        }
    }

    @Test("of what is no container are none")
    func noContainer() {
        for bytes in [Array("just some words, and more of them".utf8), [], [0x50, 0x4B, 3, 4]] {
            let (members, faults) = read(bytes)
            #expect(members.isEmpty)
            #expect(faults.count <= 1)
        }
        #expect(read(Array("just some words".utf8)).faults.map(\.code) == [.damagedContainer])
    }

    @Test("of a container that breaks off are those before the break")
    func truncated() throws {
        for format in ["zip", "ustar", "newc", "7zip"] {
            let bytes = try ArchiveMaker.make(format: format, ContainerReaderTests.entries)
            for count in stride(from: 1, to: bytes.count, by: max(1, bytes.count / 40)) {
                let (members, faults) = read(Array(bytes[..<count]))
                for (member, content) in members where !content.isEmpty {
                    let name = String(decoding: member.name, as: UTF8.self)
                    let whole = ContainerReaderTests.entries.first { $0.name == name }
                    #expect(whole?.content.starts(with: content) == true)
                }
                #expect(members.count == 3 || !faults.isEmpty || format != "7zip")
            }
        }
    }

    @Test("of a container with wrong bytes come to an end")
    func mutated() throws {
        var random = SplitMix64(seed: 5)
        for format in ["zip", "ustar", "newc", "7zip", "iso9660", "xar"] {
            let small = [
                Entry("a", Array("hello".utf8)), Entry("b/c", [UInt8](repeating: 7, count: 900)),
            ]
            let bytes = try ArchiveMaker.make(format: format, small)
            for _ in 0..<60 {
                var wrong = bytes
                for _ in 0..<Int.random(in: 1...6, using: &random) {
                    wrong[Int.random(in: 0..<wrong.count, using: &random)] = .random(
                        in: 0...255,
                        using: &random
                    )
                }
                #expect(read(wrong).members.count < 10_000)
            }
        }
    }
}
