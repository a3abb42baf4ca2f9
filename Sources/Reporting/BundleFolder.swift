import Casework
import Evidence
import Foundation
import Glibc
import HashLists

/// The folder of a bundle: written under another name, and given its own when it is whole.
final class BundleFolder {
    /// The name that the folder will have.
    let path: String
    private let partial: String
    private let old: String
    private let sums: BundleFile
    private var isPublished = false

    /// The file by which a bundle is known.
    static let description = "notification.json"
    static let digests = "SHA256SUMS"
    static let signature = "SHA256SUMS.sig"
    /// What `format` says in it.
    static let format = "vestige-notification"

    /// Makes the folder under its other name. What a run that was killed left of it is removed.
    ///
    /// - Parameters:
    ///   - parent: the folder in which it will lie, which is there.
    ///   - name: a slug.
    init(_ name: String, in parent: String) throws(CaseFault) {
        path = parent + "/" + name
        partial = parent + "/." + name + ".partial"
        old = parent + "/." + name + ".old"
        if access(partial, F_OK) == 0 { try BundleFolder.remove(partial) }
        guard mkdir(partial, 0o755) == 0 else { throw BundleFile.fault(partial, errno) }
        do throws(CaseFault) {
            sums = try BundleFile(BundleFolder.digests, in: partial)
        } catch {
            rmdir(partial)
            throw error
        }
    }

    deinit {
        if !isPublished { try? BundleFolder.remove(partial) }
    }

    /// Refuses if something has the name that a bundle is to have, unless it is a bundle and may be replaced.
    static func check(_ name: String, in parent: String, replaces: Bool) throws(CaseFault) {
        let path = parent + "/" + name
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard replaces else {
            throw CaseFault(
                .badInput,
                "\(path) is there already: name another folder, or give --replace"
            )
        }
        let known = [
            "README.txt", "matches.jsonl", "retractions.jsonl", "case.jsonld", "fileinfo",
            description, digests, signature,
        ]
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        struct Description: Decodable { var format: String }
        let file = URL(fileURLWithPath: path + "/" + description)
        let found = try? JSONDecoder().decode(Description.self, from: Data(contentsOf: file))
        let strange = names.first { !known.contains($0) && !$0.hasPrefix("certificate-") }
        guard status.st_mode & S_IFMT == S_IFDIR, found?.format == format, strange == nil else {
            throw CaseFault(
                .badInput,
                "\(path) is not replaced: "
                    + (strange.map { "it holds \($0), which no bundle has" } ?? "it is not a bundle")
                    + ". Move it away, or name another folder"
            )
        }
    }

    private static func remove(_ path: String) throws(CaseFault) {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw CaseFault(.system, "cannot remove \(path): \(error.localizedDescription)")
        }
    }

    /// Makes a folder in the bundle.
    func makeFolder(_ name: String) throws(CaseFault) {
        guard mkdir(partial + "/" + name, 0o755) == 0 else {
            throw BundleFile.fault(partial + "/" + name, errno)
        }
    }

    /// Makes a file, to be written and then given to ``close(_:)``.
    func file(_ name: String) throws(CaseFault) -> BundleFile {
        try BundleFile(name, in: partial)
    }

    /// Closes a file, and notes its digest.
    ///
    /// - Parameter isDurable: whether it is on the disk then; all files are when the bundle is sealed.
    /// - Returns: the digest.
    @discardableResult
    func close(_ file: BundleFile, isDurable: Bool = true) throws(CaseFault) -> String {
        let digest = try file.finish(isDurable: isDurable)
        try sums.append("\(digest)  \(file.name)\n")
        return digest
    }

    /// A small file as a whole.
    func write(_ text: String, to name: String, isDurable: Bool = true) throws(CaseFault) {
        let file = try file(name)
        try file.append(text)
        try close(file, isDurable: isDurable)
    }

    /// Ends the bundle: nothing can be added any more, and all is on the disk.
    ///
    /// - Parameter keyFile: the key that signs the digests.
    /// - Returns: the SHA-256 of the digests' file.
    func seal(keyFile: String?) throws(CaseFault) -> String {
        let digest = try sums.finish(isDurable: true)
        if let keyFile {
            let path = partial + "/" + BundleFolder.digests
            let bytes: Data
            do {
                bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
            } catch {
                throw CaseFault(.system, "cannot read \(path): \(error.localizedDescription)")
            }
            let signature: [UInt8]
            do throws(ListFault) {
                signature = try ListSigning.signature(of: bytes, keyFile: keyFile)
            } catch {
                throw CaseFault(list: error)
            }
            let file = try file(BundleFolder.signature)
            try file.append(Data(signature))
            _ = try file.finish(isDurable: true)
        }
        try makeDurable()
        return digest
    }

    /// A bundle may have a million small files: one call makes them all durable. It cannot tell of an error, so the large files are
    /// synced one by one, and the digests are there to check the small ones with.
    private func makeDurable() throws(CaseFault) {
        Glibc.sync()
        let descriptor = open(partial, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw BundleFile.fault(partial, errno) }
        let status = fsync(descriptor) == 0 ? 0 : errno
        Glibc.close(descriptor)
        guard status == 0 else { throw BundleFile.fault(partial, status) }
    }

    /// Gives the bundle its name. One that had it is removed, after it was checked with ``check(_:in:replaces:)``.
    func publish() throws(CaseFault) {
        if access(old, F_OK) == 0 { try BundleFolder.remove(old) }
        let replaces = rename(path, old) == 0
        if !replaces, errno != ENOENT { throw BundleFile.fault(path, errno) }
        guard rename(partial, path) == 0 else {
            let status = errno
            if replaces { rename(old, path) }
            throw BundleFile.fault(path, status)
        }
        isPublished = true
        if replaces { try? BundleFolder.remove(old) }
    }
}
