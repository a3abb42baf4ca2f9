import Decoding
import TestSupport
import Testing

@testable import Unpacking

@Suite("Files of an image in several files")
struct ImageSegmentTests {
    private func after(_ name: String) -> String? {
        DiskImage.nameAfter(Array(name.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(
        "follow one another as the format says",
        arguments: [
            ("x.E01", "x.E02"), ("x.E09", "x.E10"), ("x.E99", "x.EAA"), ("x.EAZ", "x.EBA"),
            ("x.EZZ", "x.FAA"), ("x.e99", "x.eaa"), ("x.e01", "x.e02"), ("x.001", "x.002"),
            ("x.099", "x.100"), ("a.b.dd.009", "a.b.dd.010"),
        ]
    )
    func names(name: String, next: String) {
        #expect(after(name) == next)
    }

    @Test("end where no name is left", arguments: ["x.ZZZ", "x.999", "x.jpg1", "E01", ".E01", "x"])
    func ends(name: String) {
        #expect(after(name) == nil)
    }

    @Test("begin with a first one")
    func first() {
        #expect(DiskImage.isFirst(Array("x.E01".utf8)))
        #expect(DiskImage.isFirst(Array("x.001".utf8)))
        #expect(!DiskImage.isFirst(Array("x.E02".utf8)))
        #expect(!DiskImage.isFirst(Array("x.jpg".utf8)))
    }
}

#if DiskImages
    import CDiskImages
    import Foundation

    @Suite("Files of disk images")
    struct DiskImageTests {
        private struct Found {
            let member: ContainerMember
            let content: [UInt8]

            var name: String { String(decoding: member.name, as: UTF8.self) }
            var isDeleted: Bool { member.disk?.isDeleted ?? false }
        }

        /// Everything that a reader gives; `segments` are the image's files.
        private func read(
            _ segments: [[UInt8]],
            format: String = "disk image"
        ) -> (found: [Found], faults: [ContainerFault], format: String) {
            // Each in memory of its own, for as long as the reader reads.
            let held = segments.map { bytes in
                let copy = UnsafeMutableRawBufferPointer.allocate(
                    byteCount: bytes.count,
                    alignment: 16
                )
                copy.copyBytes(from: bytes)
                return copy
            }
            defer { held.forEach { $0.deallocate() } }
            let sources = held.map {
                MediaSource(
                    descriptor: -1,
                    size: Int64($0.count),
                    bytes: UnsafeRawBufferPointer($0)
                )
            }
            var found: [Found] = []
            var faults: [ContainerFault] = []
            var name = ""
            do throws(ContainerFault) {
                let reader = try DiskImage.reader(of: sources, format: format)
                while faults.count < 1000 {
                    do throws(ContainerFault) {
                        guard let member = try reader.next() else { break }
                        try found.append(Found(member: member, content: content(reader)))
                    } catch  where !error.isFinal {
                        faults.append(error)
                    }
                }
                name = reader.formatName
            } catch {
                faults.append(error)
            }
            return (found, faults, name)
        }

        private func content(_ reader: any MemberReader) throws(ContainerFault) -> [UInt8] {
            var content: [UInt8] = []
            let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 700, alignment: 16)
            defer { piece.deallocate() }
            while true {
                let count = try reader.read(into: piece)
                guard count > 0, content.count < 10 << 20 else { return content }
                content += piece[..<count]
            }
        }

        /// Those that are files, without what the file systems keep for themselves.
        private func files(_ found: [Found]) -> [String: Found] {
            var files: [String: Found] = [:]
            for one in found where one.member.kind == .file && !one.name.hasPrefix("$") {
                #expect(files[one.name] == nil)
                files[one.name] = one
            }
            return files
        }

        @Test(
            "are found in every file system, deleted ones too, with their place on the disk",
            arguments: [
                ("fat12", "DCIM/_wo.jpg", "FAT"), ("fat32", "DCIM/_wo.jpg", "FAT32"),
                ("exfat", "DCIM/two.jpg", "ExFAT"), ("ext2", "DCIM/two.jpg", "Ext2"),
                ("ext4", "DCIM/two.jpg", "Ext4"), ("ntfs", nil, "NTFS"), ("hfsplus", nil, "HFS"),
            ]
        )
        func everyFileSystem(name: String, deleted: String?, kind: String) throws {
            let image = try DiskFixture.image(name)
            let (found, faults, format) = read([image])
            #expect(faults.isEmpty)
            #expect(format.lowercased().contains(kind.lowercased()), "\(format)")
            let files = files(found)
            var expected = ["DCIM/one.jpg": "one.jpg", "three.jpg": "three.jpg"]
            if let deleted { expected[deleted] = "two.jpg" }
            for (path, original) in expected {
                let file = try #require(files[path], "\(path)")
                #expect(try file.content == DiskFixture.file(original))
                #expect(file.isDeleted == (original == "two.jpg"))
                #expect(file.member.claimedSize == Int64(file.content.count))
                let place = try #require(file.member.disk)
                let offset = try Int(#require(place.contentOffset))
                #expect(place.volumeOffset == 0)
                #expect(place.fragments == 1)
                #expect(Array(image[offset..<(offset + file.content.count)]) == file.content)
            }
        }

        @Test("have several contents and several names")
        func streamsAndNames() throws {
            let ntfs = try files(read([DiskFixture.image("ntfs")]).found)
            #expect(try ntfs["notes.txt:hidden.jpg"]?.content == DiskFixture.file("two.jpg"))
            let ext = try read([DiskFixture.image("ext4")]).found
            let kinds = Dictionary(uniqueKeysWithValues: ext.map { ($0.name, $0.member.kind) })
            #expect(kinds["link.jpg"] == .symbolicLink)
            #expect(
                Set([kinds["again.jpg"], kinds["DCIM/one.jpg"]]) == [.hardLink, .file]
            )
        }

        @Test("of a file system's own are told apart, and so are those of which nothing is left")
        func ownFiles() throws {
            let found = try read([DiskFixture.image("ntfs")]).found
            #expect(found.first { $0.name == "$MFT" }?.member.kind == .metadata)
            let gone = try #require(found.first { $0.name == "DCIM/two.jpg" })
            #expect(gone.member.kind == .gone)
            #expect(gone.isDeleted)
        }

        @Test("lie in the volumes of a partition table; what cannot be read of it is said")
        func partitions() throws {
            let image = try DiskFixture.image("gpt")
            let (found, faults, _) = read([image])
            let files = files(found)
            #expect(
                try files["volume-4/DCIM/one.jpg"]?.content == DiskFixture.file("one.jpg")
            )
            let deleted = try #require(files["volume-6/DCIM/two.jpg"])
            #expect(deleted.isDeleted)
            #expect(deleted.member.disk?.volumeOffset == 4 << 20)
            let offset = try Int(#require(deleted.member.disk?.contentOffset))
            #expect(
                Array(image[offset..<(offset + deleted.content.count)]) == deleted.content
            )
            #expect(faults.map(\.code) == [.encrypted])
            #expect(faults.first?.detail.contains("LUKS") == true)
        }

        @Test("are the same in an E01 image")
        func expertWitness() throws {
            let raw = try read([DiskFixture.image("hfsplus")])
            let (found, faults, format) = try read(
                [DiskFixture.file("hfsplus.E01")],
                format: "e01"
            )
            #expect(faults.isEmpty)
            #expect(format.hasPrefix("E01"))
            #expect(found.map(\.member) == raw.found.map(\.member))
            #expect(found.map(\.content) == raw.found.map(\.content))
        }

        @Test("are the same however many files the image is in")
        func segments() throws {
            // Noise behind the partitions, which no compression makes smaller.
            var random = SplitMix64(seed: 7)
            let noise = (0..<(3 << 17)).flatMap { _ in
                withUnsafeBytes(of: UInt64.random(in: 0 ... .max, using: &random)) { Array($0) }
            }
            let image = try DiskFixture.image("gpt") + noise
            let whole = read([image])
            let pieces = stride(from: 0, to: image.count, by: 1_000_001).map {
                Array(image[$0..<min($0 + 1_000_001, image.count)])
            }
            let split = read(pieces)
            #expect(split.found.map(\.member) == whole.found.map(\.member))
            #expect(split.found.map(\.content) == whole.found.map(\.content))
            let segments = try expertWitnessFiles(image)
            #expect(segments.count > 2)
            let witness = read(segments, format: "e01")
            #expect(witness.found.map(\.member) == whole.found.map(\.member))
            #expect(witness.found.map(\.content) == whole.found.map(\.content))
            #expect(witness.faults == whole.faults)
            // Without one of them what is there is read, and that it is not whole is said.
            let incomplete = read(Array(segments.dropLast()), format: "e01")
            #expect(incomplete.faults.first?.detail.contains("is missing") == true)
            #expect(incomplete.found.count > 0)
            var cut = segments
            cut[1].removeLast(1000)
            let damaged = read(cut, format: "e01")
            #expect(
                damaged.faults.contains { $0.detail.contains("number 2 is cut off") },
                "\(damaged.faults)"
            )
        }

        @Test("of damaged E01 images are read as far as they go, and the damage is said")
        func checksums() throws {
            var image = try DiskFixture.file("hfsplus.E01")
            let start = image.count / 3
            for place in start..<(start + 40) {
                image[place] ^= 0x5A
            }
            let (_, faults, _) = read([image], format: "e01")
            #expect(!faults.isEmpty)
        }

        @Test(
            "end well however early the image is cut off",
            arguments: ["fat12", "ext4", "hfsplus"]
        )
        func truncated(name: String) throws {
            let image = try DiskFixture.image(name)
            for length in stride(from: 512, to: image.count, by: image.count / 12) {
                let (found, faults, _) = read([Array(image[..<length])])
                #expect(found.count < 100)
                #expect(faults.count < 100)
                if !found.isEmpty {
                    #expect(faults.contains { $0.detail.contains("not whole") }, "\(length)")
                }
            }
        }

        @Test("in volumes that the image does not reach are said to be missing")
        func missingVolumes() throws {
            let image = try DiskFixture.image("gpt")
            let (found, faults, _) = read([Array(image[..<3_000_000])])
            #expect(files(found)["volume-4/DCIM/one.jpg"] != nil)
            #expect(faults.count == 3, "\(faults)")
            #expect(faults.allSatisfy { $0.detail.hasPrefix("the image is not whole: volume-") })
        }

        @Test("are none in bytes that hold no file system")
        func noFileSystem() {
            let (found, faults, _) = read([[UInt8](repeating: 0x41, count: 100_000)])
            #expect(found.isEmpty)
            #expect(faults.map(\.code) == [.noFileSystem])
        }

        /// The bytes of each file of an E01 image, which libewf writes.
        private func expertWitnessFiles(_ disk: [UInt8]) throws -> [[UInt8]] {
            let folder = try TemporaryFolder()
            var handle: UnsafeMutablePointer<libewf_handle_t>?
            #expect(libewf_handle_initialize(&handle, nil) == 1)
            defer { libewf_handle_free(&handle, nil) }
            var names = [strdup(folder.path + "/disk")]
            defer { names.forEach { free($0) } }
            let flags = Int32(LIBEWF_ACCESS_FLAG_WRITE.rawValue)
            #expect(libewf_handle_open(handle, &names, 1, flags, nil) == 1)
            #expect(libewf_handle_set_media_size(handle, UInt64(disk.count), nil) == 1)
            #expect(libewf_handle_set_maximum_segment_size(handle, 1 << 20, nil) == 1)
            #expect(libewf_handle_write_buffer(handle, disk, disk.count, nil) == disk.count)
            #expect(libewf_handle_write_finalize(handle, nil) >= 0)
            #expect(libewf_handle_close(handle, nil) == 0)
            var name = Array("disk.E01".utf8)
            var files: [[UInt8]] = []
            while let bytes = try? Data(
                contentsOf: URL(
                    fileURLWithPath: folder.path + "/" + String(decoding: name, as: UTF8.self)
                )
            ) {
                files.append(Array(bytes))
                name = try #require(DiskImage.nameAfter(name))
            }
            return files
        }
    }
#endif
