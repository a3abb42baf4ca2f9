import Casework
import Evidence
import HashLists

/// What `README.txt` of a bundle says: for a person who has never seen one.
enum NotificationText {
    static func text(_ description: NotificationDescription) -> String {
        func line(_ text: String) -> String { EvidencePath(text).display() }
        let counts = description.counts
        var text = """
            NOTIFICATION OF MATCHES WITH HASH LISTS

            To:      \(line(description.owner))
            From:    \(line(description.organisation ?? "(not named)"))
            Contact: \(line(description.contact ?? "(not named)"))
            Date:    \(description.date)
            Case:    \(description.caseIdentifier)
            Made by: \(description.tool)

            Files of the case were compared with the lists below, which you answer for. This bundle tells what matched. It holds digests,
            fingerprints, entries and times, and no media.

            LISTS

            """
        for list in description.lists {
            text += """
                - \(line(list.name)), version \(list.version)
                  identifier      \(line(list.identifier))
                  SHA-256 of it   \(list.digest)
                  matched         \(list.matchedFrom) to \(list.matchedTo)
                  matches         \(list.matches), retracted \(list.retractions)
                  certificate     \(list.certificate)

                """
            if list.caseHasChanged {
                text +=
                    "  The case has changed since then: something was indexed, withdrawn or compacted.\n"
            }
        }
        text += "\nWHAT IS TOLD\n\n"
        text +=
            "\(displayCount(counts.matches, "match", plural: "matches")) of \(displayCount(counts.files, "file")); "
            + "\(displayCount(counts.retractions, "match", plural: "matches")) retracted.\n"
        for (meaning, count) in counts.meanings.sorted(by: { $0.key < $1.key }) {
            text += "  meaning \(meaning): \(count)\n"
        }
        for (kind, count) in counts.kinds.sorted(by: { $0.key < $1.key }) {
            text += "  by \(kind): \(count)\n"
        }
        text += bounds(description)
        text += """

            WHAT A MATCH MEANS, AND WHAT IT DOES NOT

            A match is a candidate for a person to look at, and not a finding: nobody has judged the file for this bundle.
            - By digest: the bytes have the same MD5, SHA-1 or SHA-256 as the entry. Where "contradicted" is true, a stronger digest
              differs, so the bytes are not the same.
            - By picture: the two fingerprints (PDQ, 256 bits) differ in "distance" bits, at most "radius". Pictures that merely look alike
              may match; the greater the distance, the likelier.
            - By film: stretches of two films run in step.
            The category is what the list says of its entry, by the scheme and country that it names, and not a judgement of the file.
            That a file is not told here does not mean that it is harmless: fingerprints do not find crops, frames or turned pictures
            for certain. What was compared, and how completely, is in the certificates.

            FILES

            - matches.jsonl: a match a line, from the file (number, member, path, digests, time in a film) to the list, its version and
              digest, the entry and the line of the source from which it came.
            - retractions.jsonl: matches that you were told of before and that hold no more, in the same form; "standing" says why. Empty if
              there are none. Please take them back wherever you have acted on them.
            - case.jsonld: the same as CASE/UCO 1.x in JSON-LD. Docs/Notification.md of vestige has the terms of the name space "vestige".
            - fileinfo/: for each file a fileDetails document for the CyberTipline's fileinfo call. Its reportId is that of the command
              (0 if none was given), its fileId the number in the case: put those in that the service assigns.
            - certificate-*.json: what was compared with each list, and how, sealed by its own digest. They name the folders of the case
              and of the list.
            - notification.json: this page for a program.
            - SHA256SUMS: the digest of everything else.

            HOW TO VERIFY

              sha256sum -c SHA256SUMS

            """
        if let signer = description.signer {
            text += """

                The digests are signed (Ed25519, RFC 8032). The public key in hexadecimal digits is
                \(signer);
                get the key itself from the sender, not from here:

                  openssl pkeyutl -verify -pubin -inkey KEY.pub -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig

                """
        }
        return text
    }

    /// What was left out.
    private static func bounds(_ description: NotificationDescription) -> String {
        let filter = description.filter
        var lines: [String] = []
        if let meanings = filter.meanings {
            let names = meanings.map(\.rawValue).joined(separator: ", ")
            lines.append("Only matches with entries whose meaning is: \(names).")
        }
        if let kinds = filter.kinds {
            lines.append("Only matches by: \(kinds.map(\.rawValue).joined(separator: ", ")).")
        }
        if let least = filter.minimumDistance {
            lines.append("Only matches from a distance of \(least) bits on, and by digest.")
        }
        if let most = filter.maximumDistance {
            lines.append("Only matches up to a distance of \(most) bits, and by digest.")
        }
        if !description.hasPaths { lines.append("Names and paths of the files are left out.") }
        if description.counts.withdrawn > 0 {
            let count = displayCount(description.counts.withdrawn, "match", plural: "matches")
            lines.append("\(count) left out: the files were withdrawn from the case.")
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
