import ArgumentParser
import Evidence
import HashLists

struct ListKeygenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Makes a pair of keys to sign versions with.",
        discussion: """
            FILE is the private key, readable by its owner alone: keep it secret. FILE.pub is the public key: \
            give it to whoever gets the list. Both are Ed25519 keys as OpenSSL writes and reads them.

              vestige list keygen unit7.key
            """
    )

    @Argument(
        help: ArgumentHelp("The private key's file, which must not exist.", valueName: "file")
    )
    var file: String

    mutating func run() throws {
        try ListSigning.makeKeys(at: file)
        let name = EvidencePath(file).display()
        StandardOutput.write(
            "made \(name), which signs: keep it secret; and \(name).pub, which checks\n"
        )
    }
}
