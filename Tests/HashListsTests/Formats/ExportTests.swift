import Fingerprinting
import Foundation
import HashLists
import TestSupport
import Testing

@Suite("Lists out")
struct ExportTests {
    /// An entry that says all that there is, with texts that need escaping somewhere.
    static var full: ListEntry {
        var entry = ListEntry(prints: [Made.print(90)])
        entry.identifier = "42/image1"
        entry.medium = .picture
        entry.md5 = Made.bytes(Made.md5)
        entry.sha1 = Made.bytes(Made.sha1)
        entry.sha256 = Made.bytes(Made.sha256)
        entry.categories = [
            AssertedCategory(scheme: "VICS", country: "US", code: "1"),
            AssertedCategory(scheme: "NCMEC", code: "A1"),
            AssertedCategory(scheme: "ICSE", code: "baseline"),
        ]
        entry.series = "a; \"series\" <&>"
        entry.tags = ["x", "y, z"]
        entry.note = "two\nlines"
        entry.name = "a, \"b\"\\c.jpg"
        entry.size = 39
        entry.mime = "image/jpeg"
        entry.marks = ["distributed": true, "suspected": false, "baseline": true, "odd": true]
        entry.other = [
            "photodna": "AAECAw==", "vics.RelativeFilePath": "d\\a.jpg", "vics.json.Odd": "[1.50]",
            "vics.hash.eDonkey": "0b", "ncmec.member": "A & B", "stopncii.caseNumbers": "{\"c\":1}",
            "strange": "x",
        ]
        return entry
    }

    static var film: ListEntry {
        var entry = ListEntry(prints: [Made.print(100, ms: 0), Made.print(7, ms: 61_005)])
        entry.prints[1].fingerprint = Made.fingerprint(Made.pdq2)
        entry.medium = .film
        entry.md5 = Made.bytes(Made.md5)
        entry.name = "film.mp4"
        return entry
    }

    static let entries = [full, film, ListEntry(prints: [Made.print()])]

    /// What an export of entries has as its bytes, and what it could not hold.
    static func export(
        _ entries: [ListEntry],
        _ format: ListFormat,
        _ options: ExportOptions = ExportOptions(country: "US")
    ) throws -> (text: String, omitted: [String: Int]) {
        let folder = try TemporaryFolder()
        let path = folder.path + "/out"
        let exporter = try format.exporter(to: path, options: options)
        for (place, entry) in entries.enumerated() {
            try exporter.take(entry, number: UInt64(place + 1))
        }
        try exporter.finish()
        #expect(try folder.names() == ["out"])
        return (try String(contentsOfFile: path, encoding: .utf8), exporter.omitted)
    }

    @Test("The bytes of each format")
    func golden() throws {
        func text(_ format: ListFormat) throws -> String {
            try ExportTests.export(ExportTests.entries, format).text
        }
        let upper = (Made.md5.uppercased(), Made.sha1.uppercased())
        #expect(try text(.pdq) == "\(Made.pdq)\n\(Made.pdq)\n")
        #expect(try text(.pdqCSV) == "\(Made.pdq),90,a, \"b\"\\c.jpg\n\(Made.pdq),,\n")
        #expect(
            try text(.threatexchange) == "pdq \(Made.pdq)\nvideo_md5 \(Made.md5)\npdq \(Made.pdq)\n"
        )
        #expect(try text(.jsonl) == ExportTests.entries.map { $0.json + "\n" }.joined())
        #expect(
            try text(.hashdeep) == """
                %%%% HASHDEEP-1.0
                %%%% size,md5,sha1,sha256,filename
                ## Exported by vestige
                ##
                39,\(Made.md5),\(Made.sha1),\(Made.sha256),a, "b"\\c.jpg
                ,\(Made.md5),,,film.mp4

                """
        )
        #expect(try text(.digests) == "\\\(Made.sha256)  a, \"b\"\\\\c.jpg\n")
        #expect(
            try text(.icse) == "MD5;SHA1;PhotoDNA;Image ID;Is distributed;Victim identified;"
                + "Offender identified;Series name;Number of submissions;File Available;Media Type;Baseline\r\n"
                + "\(upper.0);\(upper.1);AAECAw==;42/image1;Y;;;\"a; \"\"series\"\" <&>\";;;image;Y\r\n"
                + "\(upper.0);;;;;;;;;;video;\r\n"
        )
        #expect(
            try text(.stopncii) == """
                {"hashRecords":[
                {"lastModtimestamp":0,"signalType":"ImagePDQ","hashValue":"\(Made.pdq)","hashStatus":"Active","caseNumbers":{"c":1}},
                {"lastModtimestamp":0,"signalType":"VideoMD5","hashValue":"\(Made.md5)","hashStatus":"Active"},
                {"lastModtimestamp":0,"signalType":"ImagePDQ","hashValue":"\(Made.pdq)","hashStatus":"Active"}
                ],"count":3,"nextPageToken":null,"nextSetTimestamp":0,"hasMoreRecords":false}

                """
        )
        #expect(
            try ExportTests.export(
                ExportTests.entries,
                .ncmec,
                ExportOptions(member: "9", timestamp: "T")
            ).text == """
                <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
                <queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">
                <images count="2" maxTimestamp="T">
                <image><member id="42">A &amp; B</member><timestamp>T</timestamp><id>image1</id><classification>A1</classification>\
                <fingerprints><md5>\(Made.md5)</md5><sha1>\(Made.sha1)</sha1><sha256>\(Made.sha256)</sha256><pdna>AAECAw==</pdna>\
                <pdq>\(Made.pdq)</pdq></fingerprints></image>
                <image><member id="9"/><timestamp>T</timestamp><id>3</id><fingerprints><pdq>\(Made.pdq)</pdq></fingerprints></image>
                </images>
                <videos count="1" maxTimestamp="T">
                <video><member id="9"/><timestamp>T</timestamp><id>2</id><fingerprints><md5>\(Made.md5)</md5>\
                <pdq>\(Made.pdq)</pdq><pdq>\(Made.pdq2)</pdq></fingerprints></video>
                </videos>
                </queryResult>

                """
        )
        let hashes =
            "{\"MD5\":\"\(upper.0)\",\"HashName\":\"SHA256\",\"HashValue\":\"\(Made.sha256)\"},"
            + "{\"MD5\":\"\(upper.0)\",\"HashName\":\"PDQ\",\"HashValue\":\"\(Made.pdq)\"},"
            + "{\"MD5\":\"\(upper.0)\",\"HashName\":\"eDonkey\",\"HashValue\":\"0b\"}]"
        let files =
            "\"MediaFiles\":[{\"MD5\":\"\(upper.0)\",\"FileName\":\"a, \\\"b\\\"\\\\c.jpg\",\"FilePath\":\"\"}]"
        let texts =
            "\"Series\":\"a; \\\"series\\\" <&>\",\"Tags\":\"x;y, z\",\"Comments\":\"two\\nlines\",\(files),\"AlternativeHashes\":["
        #expect(
            try ExportTests.export([ExportTests.full], .vics20).text
                == "{\"@odata.context\":\"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Media\",\"value\":[\n"
                + "{\"MediaID\":1,\"Category\":1,\"MD5\":\"\(upper.0)\",\"SHA1\":\"\(upper.1)\",\"PhotoDNA\":\"AAECAw==\","
                + "\"MediaSize\":39,\"MimeType\":\"image/jpeg\",\"RelativeFilePath\":\"d\\\\a.jpg\",\"IsDistributed\":true,"
                + "\"IsSuspected\":false,\(texts)\(hashes),\"Odd\":[1.50]}\n]}\n"
        )
        #expect(
            try ExportTests.export([ExportTests.full], .vics13).text
                == "{\"odata.metadata\":\"http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media\",\"value\":[\n"
                + "{\"MediaID\":1,\"Category\":1,\"MD5\":\"\(upper.0)\",\"SHA1\":\"\(upper.1)\","
                + "\"MediaSize\":\"39\",\"MimeType\":\"image/jpeg\",\"RelativeFilePath\":\"d\\\\a.jpg\",\"IsDistributed\":\"true\","
                + "\"IsSuspected\":\"false\",\(texts){\"MD5\":\"\(upper.0)\",\"HashName\":\"PhotoDNA\",\"HashValue\":\"AAECAw==\"},"
                + "\(hashes),\"Odd\":[1.50]}\n]}\n"
        )
    }

    @Test("What a format cannot hold is counted")
    func omitted() throws {
        func omitted(_ format: ListFormat) throws -> [String: Int] {
            try ExportTests.export(ExportTests.entries, format).omitted
        }
        #expect(try omitted(.jsonl).isEmpty)
        let pdq = try omitted(.pdq)
        #expect(pdq["entries that are films with many frames"] == 1)
        #expect(pdq["MD5"] == 1)
        #expect(pdq["`strange`"] == 1)
        #expect(pdq["the mark `odd`"] == 1)
        #expect(try omitted(.digests)["entries without SHA-256"] == 2)
        let vics = try omitted(.vics20)
        #expect(vics["entries without MD5"] == 1)
        #expect(vics["categories of another scheme or country, or that are no number"] == 2)
        #expect(vics["times of frames"] == 1)
        #expect(vics["qualities"] == 2)
        #expect(vics["`strange`"] == 1)
        #expect(vics["SHA-256"] == nil)
    }

    @Test(
        "What is read from a format goes out as it was, and the second export equals the first to the byte",
        arguments: ListFormat.allCases.filter { $0.isWritten && !$0.isFolder }
    )
    func roundTrip(_ format: ListFormat) throws {
        var entries = ExportTests.entries
        for (place, name) in ["", " a ", "\"a\"", "a\\n\nb", "\t", "%%%% x,y", "ü 😀;,"].enumerated()
        {
            var entry = ExportTests.full
            entry.name = name
            entry.series = name
            entry.note = name
            entry.tags = [name]
            entry.identifier = place % 2 == 0 ? "7/\(place)" : name
            entry.md5 = Made.bytes(String(Made.md5.dropLast()) + String(place))
            entries.append(entry)
        }
        let first = try ExportTests.export(entries, format).text
        // VICS 1.3 has no place for the country.
        let context = ImportContext(country: format == .vics13 ? "US" : nil)
        let found = try RecordingSink.reading(first.utf8, as: format, context: context)
        #expect(found.rejected.isEmpty)
        #expect(found.withdrawn.isEmpty)
        #expect(!found.entries.isEmpty)
        let second = try ExportTests.export(found.entries, format).text
        #expect(second == first)
        let again = try RecordingSink.reading(second.utf8, as: format, context: context)
        #expect(again.entries == found.entries)
        if format == .jsonl { #expect(found.entries == entries) }
        // Nothing but what the format has no place for was lost.
        let told = try ExportTests.export(found.entries, format).omitted
        #expect(told.keys.filter { $0.hasPrefix("entries") }.isEmpty)
    }

    @Test("An entry that says only what a format holds comes back the same")
    func identical() throws {
        func comesBack(_ entry: ListEntry, _ format: ListFormat) throws -> Bool {
            let export = try ExportTests.export([entry], format)
            let found = try RecordingSink.reading(export.text.utf8, as: format)
            return export.omitted.isEmpty && found.entries == [entry]
        }
        var vics = ExportTests.full
        vics.identifier = nil
        vics.medium = nil
        vics.prints[0].quality = nil
        vics.categories.removeLast(2)
        vics.marks = ["distributed": true, "suspected": false, "precategorized": true]
        vics.other = [
            "photodna": "AAECAw==", "vics.RelativeFilePath": "d\\a.jpg", "vics.json.Odd": "[1.50]",
            "vics.hash.eDonkey": "0b", "vics.MediaID": "1",
        ]
        #expect(try comesBack(vics, .vics20))
        vics.categories[0].country = nil
        let old = try ExportTests.export([vics], .vics13, ExportOptions())
        #expect(try RecordingSink.reading(old.text.utf8).entries == [vics])
        var ncmec = ExportTests.full
        ncmec.prints[0].quality = nil
        ncmec.categories = [AssertedCategory(scheme: "NCMEC", code: "A1")]
        ncmec.series = nil
        ncmec.tags = []
        ncmec.note = nil
        ncmec.name = nil
        ncmec.size = nil
        ncmec.mime = nil
        ncmec.marks = [:]
        ncmec.other = [
            "photodna": "00ff", "ncmec.member": "A & <B>", "ncmec.timestamp": "T",
            "ncmec.feedback": "<feedback a=\"1\"><x/>&amp;</feedback>",
            "ncmec.fingerprint.ssvh": "a b",
        ]
        ncmec.other["ncmec.feedback"] = "<feedback a=\"1\"><x>&amp;</x></feedback>"
        #expect(try comesBack(ncmec, .ncmec))
        var hashdeep = ListEntry()
        hashdeep.md5 = Made.bytes(Made.md5)
        hashdeep.name = " a,b "
        hashdeep.size = 0
        #expect(try comesBack(hashdeep, .hashdeep))
        var line = ListEntry(prints: [Made.print(5)])
        line.name = "\"a\","
        #expect(try comesBack(line, .pdqCSV))
    }

    @Test("Films are a folder with a file each, which comes back")
    func films() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/films"
        let exporter = try ListFormat.vpdq.exporter(to: path)
        var second = ExportTests.film
        second.prints[1].spanMilliseconds = 5
        var third = ExportTests.film
        third.name = "a/b"
        var untimed = ExportTests.film
        untimed.name = "untimed"
        for place in untimed.prints.indices { untimed.prints[place].timeMilliseconds = nil }
        for (place, entry) in [ExportTests.film, second, ExportTests.full, third, untimed]
            .enumerated()
        {
            try exporter.take(entry, number: UInt64(place + 1))
        }
        try exporter.finish()
        #expect(try folder.names() == ["films"])
        let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        #expect(names == ["film-2.txt", "film-4.txt", "film.mp4.txt", "untimed.txt"])
        #expect(
            try String(contentsOfFile: path + "/film.mp4.txt", encoding: .utf8)
                == "0,100,\(Made.pdq),0.000\n1,7,\(Made.pdq2),61.005\n"
        )
        #expect(exporter.written == 4)
        #expect(exporter.omitted["entries that are no film with fingerprints"] == 1)
        #expect(exporter.omitted["spans of frames"] == 1)
        #expect(exporter.omitted["names that no file can have, or that another film has"] == 2)
        let sink = RecordingSink()
        try ListReading(path: path + "/film.mp4.txt").read(into: sink)
        var film = ExportTests.film
        film.md5 = nil
        #expect(sink.entries == [film])
        #expect(throws: ListFault.self) { try ListFormat.vpdq.exporter(to: path) }
    }

    @Test("An export that is not finished leaves nothing, and one that only reads is refused")
    func unfinished() throws {
        let folder = try TemporaryFolder()
        for format in ListFormat.allCases where format.isWritten {
            let exporter = try format.exporter(to: folder.path + "/x")
            try exporter.take(ExportTests.film, number: 1)
        }
        #expect(try folder.names().isEmpty)
        for format in [ListFormat.vics, .nsrl] {
            #expect(throws: ListFault.self) { try format.exporter(to: folder.path + "/x") }
        }
        #expect(throws: ListFault.self) { try ListFormat.pdq.exporter(to: folder.path + "/no/x") }
        #expect(throws: ListFault.self) {
            try ListFormat.vics20.exporter(
                to: folder.path + "/x",
                options: ExportOptions(country: "us/../x")
            )
        }
        #expect(try folder.names().isEmpty)
    }

    @Test("VICS keeps to its data model: contexts, members, their order and their types")
    func vicsModel() throws {
        let order = [
            "MediaID", "Category", "MD5", "SHA1", "PhotoDNA", "MediaSize", "MimeType",
            "RelativeFilePath", "DateUpdated", "VictimIdentified", "OffenderIdentified",
            "IsDistributed", "IsSuspected", "SelfGenerated", "IsPrecategorized",
            "PrecategorizationSource", "Series", "Tags", "Comments", "MediaFiles", "Exifs",
            "MediaMetadata", "AlternativeHashes",
        ]
        var entry = ExportTests.full
        entry.other = ["photodna": "A", "vics.DateUpdated": "d", "vics.Exifs": "[{\"a\":1}]"]
        for (format, context, address) in [
            (ListFormat.vics13, "odata.metadata", "1.3.xml#Media"),
            (.vics20, "@odata.context", "2.0.xml/Default/$metadata#Media"),
        ] {
            let text = try ExportTests.export([entry, ExportTests.film], format, ExportOptions())
                .text
            let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            let file = try #require(parsed)
            #expect(Set(file.keys) == [context, "value"])
            #expect((file[context] as? String)?.hasSuffix(address) == true)
            let list = try #require(file["value"] as? [[String: Any]])
            #expect(list.count == 2)
            for media in list {
                #expect(Set(media.keys).isSubset(of: order))
                #expect(media["MediaID"] is Int)
                #expect(media["Category"] is Int || media["Category"] is NSNull)
                #expect((media["MD5"] as? String)?.count == 32)
                #expect(
                    format == .vics13
                        ? !(media["MediaSize"] is Int) : !(media["MediaSize"] is String)
                )
                #expect(media["PhotoDNA"] == nil || format == .vics20)
            }
            for line in text.split(separator: "\n").dropFirst().dropLast() {
                let places = order.compactMap { name in
                    line.firstRange(of: "\"\(name)\":").flatMap { range in
                        name == "MD5" ? nil : range.lowerBound
                    }
                }
                #expect(places == places.sorted())
            }
        }
    }
}
