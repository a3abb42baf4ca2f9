import Casework
import Evidence
import Foundation
import Glibc

/// A folder of this run alone, and where its case is.
struct ScratchFolder {
    /// The folder, absolute.
    let path: String
    /// The folder of the case.
    let casePath: String

    /// - Parameter name: where the case is kept, if it is; it must not be there yet.
    /// - Throws: `CaseFault`.
    init(keeping name: String?) throws(CaseFault) {
        if let name {
            var status = stat()
            guard lstat(name, &status) != 0 else {
                throw CaseFault(
                    .otherSettings,
                    "\(EvidencePath(name).display()) is there already: a measurement begins with a new case. Name "
                        + "another folder with --keep"
                )
            }
        }
        let parent = FileManager.default.temporaryDirectory.path
        var template = Array((parent + "/vestige-XXXXXX").utf8CString)
        // Readable for this user only, under a name that nobody could know.
        guard mkdtemp(&template) != nil else {
            throw CaseFault(
                .system,
                "cannot make a folder in \(EvidencePath(parent).display()): \(systemMessage(errno)). TMPDIR names "
                    + "another place",
                status: errno
            )
        }
        path = String(
            decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
        casePath = name ?? path + "/scratch.vestige"
    }

    /// Removes the folder with all that is in it.
    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}
