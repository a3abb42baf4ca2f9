import Casework
import Evidence
import Fingerprinting
import HashLists
import Matching

/// A match, and the entry of the list that it is with.
extension CaseOntology {
    private static func about(_ match: ReportedMatch) -> String {
        "\(match.listIdentifier):\(match.match.entry)"
    }

    private func entryName(_ match: ReportedMatch) -> JSONNode {
        name("entry", CaseOntology.about(match))
    }

    func resultName(_ match: ReportedMatch) -> JSONNode { name("result", "\(match.identifier)") }

    /// An entry of a list, as it was when it was matched.
    func entry(of match: ReportedMatch) -> JSONNode {
        let (entry, about) = (match.entry, CaseOntology.about(match))
        var facets: [JSONNode] = [
            .object(present: [
                "@id": name("entry-facet", about),
                "@type": .list([.text("vestige:HashListEntryFacet"), .text("uco-core:Facet")]),
                "vestige:list": CaseOntology.reference(listName(match.listIdentifier)),
                "vestige:entryNumber": .integer(Int64(bitPattern: match.match.entry)),
                "vestige:entryIdentifier": entry.identifier.map { .text($0) },
                "vestige:series": entry.series.map { .text($0) },
                "vestige:tag": CaseOntology.texts(entry.tags),
                "vestige:note": entry.note.map { .text($0) },
                "vestige:category": categories(entry),
                "vestige:meaning": .text(match.meaning.rawValue),
                "vestige:source": match.source.name.isEmpty ? nil : .text(match.source.name),
                "vestige:sourceDigest": match.source.sha256.map { .text($0) },
                "vestige:sourceLine": match.source.line.map { .integer(Int64($0)) },
            ])
        ]
        let content = content(
            of: "entry:" + about,
            hashes: [
                ("MD5", entry.md5?.hexDigits), ("SHA1", entry.sha1?.hexDigits),
                ("SHA256", entry.sha256?.hexDigits),
            ],
            size: entry.size.flatMap { Int64(exactly: $0) },
            mime: entry.mime
        )
        if let content { facets.append(content) }
        return .object([
            "@id": entryName(match), "@type": .text("uco-observable:ObservableObject"),
            "uco-core:hasFacet": .list(facets),
        ])
    }

    private func categories(_ entry: ListEntry) -> JSONNode? {
        guard !entry.categories.isEmpty else { return nil }
        return .list(
            entry.categories.map { category in
                .object(present: [
                    "@id": name("category", category.text),
                    "@type": .text("vestige:AssertedCategory"),
                    "vestige:scheme": .text(category.scheme),
                    "vestige:country": category.country.map { .text($0) },
                    "vestige:code": .text(category.code),
                ])
            }
        )
    }

    /// The match itself.
    func result(_ match: ReportedMatch) -> JSONNode {
        var members: [String: JSONNode?] = [
            "@id": resultName(match),
            "@type": .text("uco-analysis:AnalyticResult"),
            "uco-core:objectCreatedTime": CaseOntology.time(match.date),
            "uco-analysis:resultContent": .list([
                CaseOntology.reference(itemName(match.item)),
                CaseOntology.reference(entryName(match)),
            ]),
            "vestige:matchNumber": .integer(match.identifier),
            "vestige:matchKind": .text(match.match.kind.rawValue),
            "vestige:list": CaseOntology.reference(listName(match.listIdentifier)),
            "vestige:listIdentifier": .text(match.listIdentifier),
            "vestige:listName": .text(match.list),
            "vestige:listVersion": .integer(Int64(match.found.number)),
            "vestige:listVersionDigest": CaseOntology.hexadecimal(match.found.digest),
            "vestige:lastListVersion": .integer(Int64(match.seen.number)),
            "vestige:lastListVersionDigest": CaseOntology.hexadecimal(match.seen.digest),
            "vestige:entryNumber": .integer(Int64(bitPattern: match.match.entry)),
            "vestige:entryIdentifier": match.entry.identifier.map { .text($0) },
            "vestige:assertedCategory": CaseOntology.texts(match.entry.categories.map(\.text)),
            "vestige:category": categories(match.entry),
            "vestige:meaning": .text(match.meaning.rawValue),
        ]
        members.merge(evidence(match)) { $1 }
        return .object(present: members)
    }

    private func evidence(_ match: ReportedMatch) -> [String: JSONNode?] {
        switch match.match.evidence {
        case .digest(let kind, let isContradicted):
            return [
                "vestige:hashMethod": .text(kind.name.uppercased()),
                "vestige:contradicted": .truth(isContradicted),
            ]
        case .picture(let two):
            return [
                "vestige:hashMethod": .text("PDQ"),
                "vestige:fingerprintKind": .text(fingerprintKind),
                "vestige:distance": .integer(Int64(two.distance)),
                "vestige:radius": match.settings.map { .integer(Int64($0.radius)) },
                "vestige:turned": .text(two.turn.name),
                "vestige:itemFingerprint": CaseOntology.hexadecimal(two.item.hex),
                "vestige:entryFingerprint": CaseOntology.hexadecimal(two.entry.hex),
                "vestige:itemTimeMilliseconds": two.itemTime.map { .integer($0) },
                "vestige:entryTimeMilliseconds": two.entryTime.map { .integer($0) },
                "vestige:itemQuality": two.itemQuality.map { .integer(Int64($0)) },
            ]
        case .film(let films, let itemLength, let entryLength):
            return [
                "vestige:hashMethod": .text("PDQ"),
                "vestige:fingerprintKind": .text(fingerprintKind),
                "vestige:distance": .integer(Int64(films.medianDistance)),
                "vestige:radius": match.settings.map { .integer(Int64($0.filmRadius)) },
                "vestige:score": .number(films.score.rounded(places: 2)),
                "vestige:weak": .truth(films.isWeak),
                "vestige:itemShare": .number(films.leftShare(of: itemLength).rounded(places: 4)),
                "vestige:entryShare": .number(films.rightShare(of: entryLength).rounded(places: 4)),
                "vestige:stretch": .list(
                    films.pieces.enumerated().map { place, piece in
                        stretch(piece, about: "\(match.identifier):\(place)")
                    }
                ),
            ]
        }
    }

    private func stretch(_ piece: FilmAlignment.Piece, about: String) -> JSONNode {
        .object([
            "@id": name("stretch", about),
            "@type": .text("vestige:FilmStretch"),
            "vestige:itemFromMilliseconds": .integer(piece.left.lowerBound),
            "vestige:itemToMilliseconds": .integer(piece.left.upperBound),
            "vestige:entryFromMilliseconds": .integer(piece.right.lowerBound),
            "vestige:entryToMilliseconds": .integer(piece.right.upperBound),
            "vestige:speed": .number(piece.speed.rounded(places: 4)),
            "vestige:turned": .text(piece.turn.name),
            "vestige:pictures": .integer(Int64(piece.pictures)),
            "vestige:distance": .integer(Int64(piece.medianDistance)),
            "vestige:worstDistance": .integer(Int64(piece.worstDistance)),
        ])
    }
}
