import ArgumentParser
import Evidence
import HashLists
import Reporting

struct ListVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks that a version is, byte by byte, what was published.",
        discussion: """
            Reads every file of the version and of those before it, and compares digests, sizes, the records' \
            chain and the signatures. With --key also whether the version is signed by one of these keys.

              vestige list verify known.vlist@3 --key unit7.key.pub
            """
    )

    @Argument(
        help: ArgumentHelp(
            "The list, or LIST@3 for a version; the newest by default.",
            valueName: "list"
        )
    )
    var listName: String

    @Option(
        help: ArgumentHelp(
            "A public key of an owner; may be given several times.",
            valueName: "file"
        )
    )
    var key: [String] = []

    @Flag(help: "Also check that entries, fingerprints and digests say the same of each other.")
    var thorough = false

    @Flag(help: "No progress on standard error.")
    var quiet = false

    @Flag(help: "The result as one object of JSON.")
    var json = false

    private struct Line: Encodable {
        let name, digest: String
        let version, versions, signed, files, bytes, entries: Int
        let signer: String?
        let keyChecked: Bool
    }

    mutating func run() throws {
        let keys = try key.map { file throws(ListFault) in try ListSigning.publicKey(file) }
        let opened = try OpenedList(listName)
        let version = try opened.list.version(opened.version)
        try version.require(signers: keys)
        let progress = ProgressLine(isQuiet: quiet)
        let report = try ListVerification(opened.list, version: opened.version).run(
            isThorough: thorough,
            progress: { progress.show("reading", fraction: $0) }
        )
        progress.finish()
        let record = version.record
        if json {
            let line = Line(
                name: record.name,
                digest: version.digest,
                version: record.number,
                versions: report.versions,
                signed: report.signed,
                files: report.files,
                bytes: report.bytes,
                entries: report.entries,
                signer: record.signer,
                keyChecked: !keys.isEmpty
            )
            try StandardOutput.write(line.jsonLine())
            return
        }
        var text = """
            sound: version \(record.number) of \(EvidencePath(record.name).display()), \
            \(displayCount(report.entries, "entry", plural: "entries")), \
            \(displayCount(report.files, "file")) of \(displayBytes(Int64(report.bytes)))
            version  SHA-256 \(version.digest)

            """
        switch (record.signer, keys.isEmpty) {
        case (let signer?, false): text += "signed by \(signer), a key that was named\n"
        case (let signer?, true):
            text +=
                "signed by \(signer); nobody checked whose key that is: name the owner's with --key\n"
        case (nil, _): text += "not signed\n"
        }
        StandardOutput.write(text)
    }
}
