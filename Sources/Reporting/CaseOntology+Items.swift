import Casework
import Evidence
import Unpacking

/// A file of the evidence, and the file that it was found in.
extension CaseOntology {
    func itemName(_ item: CatalogItem) -> JSONNode { name("file", item.name.text) }

    /// A file: its name, its bytes, and where it lies.
    ///
    /// - Parameter prints: fingerprints of the file, which is a still picture then.
    func node(of item: CatalogItem, prints: [String] = []) -> JSONNode {
        let about = item.name.text
        var facets: [JSONNode] = [exhibit(item, about)]
        let facts: [String: JSONNode?] = [
            "uco-observable:sizeInBytes": item.facts.map { .integer($0.size) },
            "uco-observable:modifiedTime": CaseOntology.time(
                nanoseconds: item.facts?.modifiedNanoseconds
            ),
            "uco-observable:fileName": options.showsPaths
                ? .text(String(decoding: item.path.lastComponent, as: UTF8.self)) : nil,
            "uco-observable:filePath": options.showsPaths ? .text(item.path.text) : nil,
            "uco-observable:allocationStatus": item.origin?.disk.map {
                .text($0.isDeleted ? "Unallocated" : "Allocated")
            },
            "@id": name("filefacet", about),
            "@type": .text("uco-observable:FileFacet"),
        ]
        facets.append(.object(present: facts))
        let hashes: [(method: String, digits: String?)] =
            [
                ("MD5", item.digests?.md5.hexDigits), ("SHA1", item.digests?.sha1.hexDigits),
                ("SHA256", item.digests?.sha256.hexDigits),
            ]
        let content = content(of: about, hashes: hashes, size: item.facts.map { $0.size })
        if let content { facets.append(content) }
        if !prints.isEmpty { facets.append(fingerprints(prints, about)) }
        return .object([
            "@id": itemName(item), "@type": .text("uco-observable:File"),
            "uco-core:hasFacet": .list(facets),
        ])
    }

    /// UCO's vocabulary of hashes has no PDQ, and its validator says so of each: so they are no `uco-types:Hash`.
    private func fingerprints(_ prints: [String], _ about: String) -> JSONNode {
        .object([
            "@id": name("fingerprints", about),
            "@type": .list([.text("vestige:FingerprintFacet"), .text("uco-core:Facet")]),
            "vestige:hashMethod": .text("PDQ"),
            "vestige:fingerprintKind": .text(fingerprintKind),
            "vestige:fingerprint": .list(prints.map { CaseOntology.hexadecimal($0) }),
        ])
    }

    private func exhibit(_ item: CatalogItem, _ about: String) -> JSONNode {
        let disk = item.origin?.disk
        return .object(present: [
            "@id": name("exhibit", about),
            "@type": .list([.text("vestige:ExhibitFacet"), .text("uco-core:Facet")]),
            "vestige:caseIdentifier": .text(caseIdentifier),
            "vestige:itemNumber": .integer(Int64(bitPattern: item.name.file)),
            "vestige:memberPlace": item.name.member.map { .text($0) },
            "vestige:pathBytes": options.showsPaths && !item.path.isText
                ? .text(item.path.percentEncoded) : nil,
            "vestige:volumeOffset": disk.map { .integer($0.volumeOffset) },
            "vestige:inode": disk.map { .text("\($0.inode)") },
            "vestige:contentOffset": disk?.contentOffset.map { .integer($0) },
            "vestige:fragments": disk.map { .integer($0.fragments) },
            "vestige:deleted": disk.map { .truth($0.isDeleted) },
            "vestige:itemState": .text(item.state.rawValue),
            "vestige:durationMilliseconds": item.media?.durationMilliseconds.map { .integer($0) },
        ])
    }

    /// That a member is in a file on disk, and where in it.
    func containment(_ item: CatalogItem, in exhibit: CatalogItem) -> JSONNode {
        let about = "\(item.name.text):\(exhibit.name.text)"
        let offset = item.origin?.disk?.contentOffset
        return .object(present: [
            "@id": name("containment", about),
            "@type": .text("uco-observable:ObservableRelationship"),
            "uco-core:source": CaseOntology.reference(itemName(item)),
            "uco-core:target": CaseOntology.reference(itemName(exhibit)),
            "uco-core:kindOfRelationship": .text("Contained_Within"),
            "uco-core:isDirectional": .truth(true),
            "uco-core:hasFacet": offset.map { offset in
                .object(present: [
                    "@id": name("range", about),
                    "@type": .text("uco-observable:DataRangeFacet"),
                    "uco-observable:rangeOffset": .integer(offset),
                    "uco-observable:rangeOffsetType": .text("byte"),
                    "uco-observable:rangeSize": item.origin?.disk?.fragments == 1
                        ? item.facts.map { .integer($0.size) } : nil,
                ])
            },
        ])
    }
}
