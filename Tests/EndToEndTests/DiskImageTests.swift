#if DiskImages
    import Foundation
    import TestSupport
    import Testing

    @Suite("Disk images")
    struct DiskImageTests {
        private let folder: TemporaryFolder
        private let caseFolder: String

        init() throws {
            folder = try TemporaryFolder()
            caseFolder = folder.path + "/test.vestige"
        }

        /// The ledger by path below the evidence.
        private func ledger() throws -> [String: [String: Any]] {
            try Program.ledger(of: caseFolder, below: folder.path + "/evidence/")
        }

        @Test("are opened, bare, compressed and as E01; matches say where on the disk they are")
        func everyKind() throws {
            try folder.write("evidence/card.dd", DiskFixture.image("fat12"))
            try folder.write("evidence/phone.img.xz", DiskFixture.file("ext4.img.xz"))
            try folder.write("evidence/mac.E01", DiskFixture.file("hfsplus.E01"))
            try folder.write("two.jpg", DiskFixture.file("two.jpg"))
            let result = try Program.run("index", caseFolder, folder.path + "/evidence", "--json")
            #expect(result.status == 0, "\(result.errors)")
            let items = try ledger()
            #expect(try result.objects()[0]["seen"] as? Int == items.count)
            for path in ["card.dd", "phone.img.xz/phone.img", "mac.E01"] {
                #expect(items[path]?["state"] as? String == "indexed", "\(path)")
                #expect(items[path + "/DCIM/one.jpg"]?["fingerprints"] as? Int == 1, "\(path)")
                #expect(items[path + "/three.jpg"]?["fingerprints"] as? Int == 1, "\(path)")
            }
            let query = try Program.run(
                "query",
                caseFolder,
                folder.path + "/two.jpg",
                "--format",
                "jsonl"
            )
            let found = try query.objects()
            #expect(found.count == 2)
            let card = try #require(
                found.first { ($0["path"] as? String)?.hasSuffix("card.dd/DCIM/_wo.jpg") == true }
            )
            let disk = try #require(card["disk"] as? [String: Any])
            #expect(disk["deleted"] as? Bool == true)
            #expect(disk["volume_offset"] as? Int == 0)
            #expect(disk["inode"] as? Int == 230)
            #expect(disk["fragments"] as? Int == 1)
            let offset = try #require(disk["content_offset"] as? Int)
            let picture = try DiskFixture.file("two.jpg")
            let image = try DiskFixture.image("fat12")
            #expect(Array(image[offset..<(offset + picture.count)]) == picture)
            let table = try Program.run(
                "query",
                caseFolder,
                folder.path + "/two.jpg",
                "--format",
                "table"
            )
            #expect(table.output.contains("_wo.jpg (deleted)"))
            #expect(try Program.run("verify", caseFolder).status == 0)
        }

        @Test("in several files are read as one, with their first")
        func segments() throws {
            let image = try DiskFixture.image("gpt")
            for (number, start) in stride(from: 0, to: image.count, by: 2_000_000).enumerated() {
                let end = min(start + 2_000_000, image.count)
                try folder.write("evidence/disk.00\(number + 1)", image[start..<end])
            }
            _ = try Program.run("index", caseFolder, folder.path + "/evidence")
            let items = try ledger()
            let disk = try #require(items["disk.001"])
            #expect(disk["state"] as? String == "partly")
            let losses = try #require(disk["losses"] as? [[String: Any]])
            #expect(losses.map { $0["code"] as? String } == ["encrypted"])
            let last = try #require(items["disk.001/volume-6/DCIM/two.jpg"])
            #expect(last["fingerprints"] as? Int == 1)
            let place = try #require(last["disk"] as? [String: Any])
            #expect(place["volume_offset"] as? Int == 4 << 20)
            #expect(items["disk.002"]?["state"] as? String == "skipped")
        }

        @Test("that are damaged in any way have their row, and the run goes on")
        func damaged() throws {
            var random = SplitMix64(seed: 11)
            let kinds = ["fat12", "exfat", "ntfs", "ext2", "ext4", "hfsplus"]
            for number in 0..<60 {
                var image = try DiskFixture.image(kinds[number % kinds.count])
                for _ in 0..<Int.random(in: 1...30, using: &random) {
                    // The structures of a file system lie near its beginning.
                    let place = Int.random(in: 0..<min(image.count, 80_000), using: &random)
                    image[place] = UInt8.random(in: 0...255, using: &random)
                }
                try folder.write("evidence/\(number).img", image)
            }
            let witness = try DiskFixture.file("hfsplus.E01")
            for number in 60..<90 {
                var image = witness
                for _ in 0..<Int.random(in: 1...5, using: &random) {
                    image[Int.random(in: 13..<image.count, using: &random)] ^= 0x81
                }
                try folder.write("evidence/\(number).E01", image)
            }
            let result = try Program.run(
                "index",
                caseFolder,
                folder.path + "/evidence",
                "--json",
                "--timeout",
                "20"
            )
            #expect(result.status == 0 || result.status == 1, "\(result.errors)")
            let items = try ledger()
            #expect(try result.objects()[0]["seen"] as? Int == items.count)
            for number in 0..<90 {
                #expect(items["\(number).\(number < 60 ? "img" : "E01")"] != nil)
            }
            #expect(try Program.run("verify", caseFolder).status == 0)
        }

        @Test("are left alone if asked")
        func leftAlone() throws {
            try folder.write("evidence/card.dd", DiskFixture.image("fat12"))
            _ = try Program.run(
                "index",
                caseFolder,
                folder.path + "/evidence",
                "--no-archives"
            )
            let items = try ledger()
            #expect(items.count == 1)
            #expect(items["card.dd"]?["rule"] as? String == "archive")
        }
    }
#endif
