import Casework
import Evidence

/// What stands in a document once: the notification, and for each list what it is, and how the case was matched against it.
extension CaseOntology {
    /// Whoever tells it; `nil` if nobody is named.
    private var teller: JSONNode? {
        options.organisation.map { name("identity", "teller:\($0)") }
    }

    /// The notification itself.
    func notification(owner: String, lists: [MatchedList]) -> [JSONNode] {
        var nodes: [JSONNode] = [
            .object(present: [
                "@id": name("notification", "\(owner):\(options.date)"),
                "@type": .list([.text("vestige:Notification"), .text("uco-core:UcoObject")]),
                "uco-core:name": .text("notification of matches with hash lists"),
                "uco-core:description": .list([
                    .text(
                        "Every match is a candidate for a person to look at, and not a finding."
                    )
                ]),
                "uco-core:objectCreatedTime": CaseOntology.time(options.date),
                "uco-core:createdBy": teller.map(CaseOntology.reference),
                "vestige:caseIdentifier": .text(caseIdentifier),
                "vestige:listOwner": .text(owner),
                "vestige:list": .list(
                    lists.map { CaseOntology.reference(listName($0.identifier)) }
                ),
            ])
        ]
        if let teller, let organisation = options.organisation {
            nodes.append(
                .object(present: [
                    "@id": teller,
                    "@type": .text("uco-identity:Organization"),
                    "uco-core:name": .text(organisation),
                    "uco-core:description": options.contact.map { .list([.text($0)]) },
                ])
            )
        }
        return nodes
    }

    func listName(_ identifier: String) -> JSONNode { name("list", identifier) }

    func actionName(_ list: MatchedList) -> JSONNode {
        name("action", "\(list.identifier):\(list.run)")
    }

    /// A list, the certificate of the match against it, and the match as an action with its tool.
    func nodes(of list: MatchedList, certificateFile: String, certificateDigest: String)
        -> [JSONNode]
    {
        let certificate = list.certificate
        let about = "\(list.identifier):\(list.run)"
        let certificateName = name("certificate", about)
        return [
            .object([
                "@id": listName(list.identifier),
                "@type": .text("uco-observable:ObservableObject"),
                "uco-core:name": .text(list.name),
                "uco-core:hasFacet": .list([
                    .object(present: [
                        "@id": name("list-facet", list.identifier),
                        "@type": .list([.text("vestige:HashListFacet"), .text("uco-core:Facet")]),
                        "vestige:listIdentifier": .text(list.identifier),
                        "vestige:listName": .text(list.name),
                        "vestige:listOwner": .text(list.owner),
                        "vestige:listVersion": .integer(Int64(list.version)),
                        "vestige:listVersionDigest": CaseOntology.hexadecimal(list.digest),
                        "vestige:listVersionDate": .text(list.date),
                        "vestige:listContentDigest": .text(certificate.list.content),
                        "vestige:listSigner": certificate.list.signer.map { .text($0) },
                        "vestige:listEntries": .integer(Int64(certificate.list.entries)),
                    ])
                ]),
            ]),
            .object([
                "@id": certificateName,
                "@type": .text("uco-observable:File"),
                "uco-core:hasFacet": .list([
                    .object([
                        "@id": name("filefacet", "certificate:\(about)"),
                        "@type": .text("uco-observable:FileFacet"),
                        "uco-observable:fileName": .text(certificateFile),
                    ]),
                    .object([
                        "@id": name("content", "certificate:\(about)"),
                        "@type": .text("uco-observable:ContentDataFacet"),
                        "uco-observable:hash": .list([
                            hash("SHA256", certificateDigest, of: "certificate:\(about)")
                        ]),
                    ]),
                ]),
            ]),
            tool(certificate, about),
            .object(present: [
                "@id": actionName(list),
                "@type": .list([
                    .text("case-investigation:InvestigativeAction"), .text("uco-analysis:Analysis"),
                ]),
                "uco-core:name": .text("match with a hash list"),
                "uco-core:description": .list([
                    .text(
                        "All files of the case were compared with all entries of the list that the certificate names, by digests and "
                            + "by fingerprints."
                    )
                ]),
                "uco-action:startTime": CaseOntology.time(list.started),
                "uco-action:endTime": CaseOntology.time(list.ended),
                "uco-action:performer": teller.map(CaseOntology.reference),
                "uco-action:instrument": .list([CaseOntology.reference(name("tool", about))]),
                "uco-action:object": .list([CaseOntology.reference(listName(list.identifier))]),
                "uco-action:result": .list([CaseOntology.reference(certificateName)]),
                "vestige:caseIdentifier": .text(caseIdentifier),
                "vestige:caseState": .text(certificate.casework.state),
                "vestige:certificateDigest": CaseOntology.hexadecimal(certificate.sha256),
                "vestige:resultDigest": CaseOntology.hexadecimal(certificate.resultSHA256),
                "vestige:matchedSince": certificate.list.since.map { .integer(Int64($0)) },
            ]),
        ]
    }

    private func tool(_ certificate: MatchCertificate, _ about: String) -> JSONNode {
        let words = certificate.tool.split(separator: " ", maxSplits: 1).map(String.init)
        let settings = [
            ("radius", "\(certificate.radius)"),
            ("filmRadius", "\(certificate.filmRadius)"),
            ("turned", "\(certificate.turned)"),
            ("minimumQuality", "\(certificate.minimumQuality)"),
            ("fingerprintKind", fingerprintKind),
        ]
        return .object(present: [
            "@id": name("tool", about),
            "@type": .list([.text("uco-tool:AnalyticTool"), .text("uco-tool:ConfiguredTool")]),
            "uco-core:name": .text(words.first ?? certificate.tool),
            "uco-tool:version": words.count > 1 ? .text(words[1]) : nil,
            "uco-configuration:usesConfiguration": .object([
                "@id": name("configuration", about),
                "@type": .text("uco-configuration:Configuration"),
                "uco-configuration:configurationEntry": .list(
                    settings.map { setting, value in
                        .object([
                            "@id": name("configuration-entry", "\(about):\(setting)"),
                            "@type": .text("uco-configuration:ConfigurationEntry"),
                            "uco-configuration:itemName": .text(setting),
                            "uco-configuration:itemValue": .text(value),
                        ])
                    }
                ),
            ]),
        ])
    }
}
