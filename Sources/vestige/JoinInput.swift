import ArgumentParser
import Casework
import Evidence
import Fingerprinting
import Glibc
import HashLists
import Indexing
import Matching
import Reporting

/// One side of a join, as it is named on the command line: a case, or a list of fingerprints.
enum JoinInput {
    case casework(CaseReader)
    case list(FingerprintFile)
    case hashList(ListContents)

    /// Opens a case or a version of a hash list, if the name is that of a folder, else reads a list; `-` is a list on standard input.
    init(_ name: String, memory: Int) throws(CaseFault) {
        let reference = ListReference(name)
        if ListFolder.isList(reference.name) {
            do throws(ListFault) {
                self = .hashList(try HashList(name: reference.name).contents(of: reference.version))
            } catch {
                throw CaseFault(list: error)
            }
            return
        }
        var status = stat()
        let isFolder =
            name != "-" && stat(name, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        if isFolder {
            self = .casework(try CaseReader(name: name))
        } else {
            self = .list(try FingerprintFile(reading: name, memory: memory))
        }
    }

    /// The kind of the fingerprints, as far as it is known.
    var kind: FingerprintKind? {
        get throws(CaseFault) {
            switch self {
            case .casework(let reader): try reader.description.settings().kind
            case .list: nil
            case .hashList(let contents): FingerprintKind(name: contents.description.kind)
            }
        }
    }

    func side(kind: FingerprintKind, minimumQuality: Int) throws(CaseFault) -> JoinSide {
        switch self {
        case .casework(let reader):
            try JoinSide(reader, minimumQuality: minimumQuality)
        case .list(let file): JoinSide(file, kind: kind, minimumQuality: minimumQuality)
        case .hashList(let contents): try JoinSide(contents, minimumQuality: minimumQuality)
        }
    }

    /// The case; `nil` for a list.
    var reader: CaseReader? {
        if case .casework(let reader) = self { reader } else { nil }
    }

    var names: SideNames {
        switch self {
        case .casework(let reader): .casework(reader)
        case .list(let file): .list(file.name)
        case .hashList(let contents): .list(contents.name)
        }
    }

    /// Names the wrong lines of a list.
    ///
    /// - Returns: how many there are.
    func tellWrongLines() -> Int {
        guard case .list(let file) = self else { return 0 }
        for line in file.wrongLines {
            standardError("vestige: \(file.name): line \(line.number): \(line.reason)\n")
        }
        if file.wrongCount > file.wrongLines.count {
            standardError(
                "vestige: \(file.name): and \(file.wrongCount - file.wrongLines.count) more wrong lines\n"
            )
        }
        return file.wrongCount
    }
}

/// What every command that compares sets can be told.
struct JoinOptions: ParsableArguments {
    @Option(
        help: """
            Pictures of a lower quality, 0 to 100, are left out: they have little structure and resemble each \
            other by accident. 0 leaves none out.
            """
    )
    var minQuality = Int(Fingerprint.recommendedMinimumQuality)

    @Option(help: "Threads; by default as many as there are cores. The result is the same.")
    var threads: Int?

    @OptionGroup var memory: MemoryOptions

    @Flag(help: "No progress on standard error.")
    var quiet = false

    func validate() throws {
        try SearchThresholds.check(minQuality: minQuality)
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads must be from 1 to 1024")
        }
    }

    var threadCount: Int { threads ?? SetJoin.cores }
}
