import Evidence
import Fingerprinting
import Glibc
import Indexing
import Logging
import Unpacking

/// A case open for writing: takes items one by one and commits them in batches.
///
/// A batch is safe in this order: its segment under a temporary name, synced, renamed, its folder
/// synced; then the MANIFEST, replaced in the same way; then the catalog's transaction with the items
/// and the segment's name. A crash between any two leaves either an unnamed file or a segment that the
/// catalog does not know: ``recover()`` removes both, and the batch's items are done again.
public final class CaseWriter {
    /// The folder of the case.
    public let folder: CaseFolder
    /// How the case was made.
    public let description: CaseDescription
    /// What its workers are told.
    public let settings: WorkerSettings

    let catalog: Catalog
    let logger: Logger
    var manifest: Manifest
    /// Bytes that a merge may take.
    let memory: Int
    /// The merge that goes on beside the run, if there is one.
    var merge: BackgroundMerge?
    /// Whether a merge has failed.
    var isMergingOff = false
    var run: Int64 = 0
    private let lock: CaseLock
    private var nextItem: UInt64
    private var nextMember: UInt64
    /// The numbers of items that are not committed yet; those of a run that was killed, too.
    private var reserved: [EvidencePath: UInt64]
    /// Items that this run has made safe on disk.
    public private(set) var committedItems = 0
    /// Whether the case had any item when it was opened: if not, nothing need be looked up.
    private let hadItems: Bool
    private var segment: SegmentWriter
    private var items: [CatalogItem] = []
    /// How far the containers are that are being worked on, by the numbers of their items.
    private var opened: [UInt64: OpenedContainer] = [:]
    private var batchStarted = MonotonicTime.now

    /// A batch is committed when it holds this many fingerprints: 15 MB of memory.
    private static let batchFingerprints = 262_144
    /// … or this many items.
    public static let defaultBatchItems = 20_000
    private let batchItems: Int
    /// … or is this old: no more than this much work is done again after a crash.
    private static let batchMilliseconds = 30_000

    /// Opens the case at `name`, and makes it with the settings that are wanted if there is none.
    ///
    /// - Parameter wanted: kind and policy must be those of a case that exists; what is `nil` is as the
    ///   case has it, or the default.
    /// - Parameter checkPlace: called with the case's folder before anything is written, to refuse a
    ///   place inside the evidence.
    /// - Parameter batchItems: a batch is committed when it holds this many items, or sooner.
    /// - Parameter memory: bytes that the making and merging of segments may take.
    /// - Throws: ``CaseFault``; nothing is changed then.
    public init(
        name: String,
        settings wanted: WantedSettings,
        batchItems: Int = CaseWriter.defaultBatchItems,
        memory: Int = SegmentWriter.defaultMemory,
        logger: Logger,
        checkPlace: (EvidencePath) throws(CaseFault) -> Void
    ) throws(CaseFault) {
        let folder = try CaseFolder(creatable: name)
        try checkPlace(folder.path)
        let isNew = access(folder.description, F_OK) != 0
        if isNew {
            try CaseWriter.makeFolders(folder)
        }
        let lock = try CaseLock(folder)
        let description: CaseDescription
        if isNew {
            description = CaseDescription(settings: wanted.settings(besides: WorkerSettings()))
        } else {
            description = try CaseDescription.read(folder)
            let settings = try description.settings()
            let asked = wanted.settings(besides: settings)
            guard settings.kind == asked.kind, settings.policy == asked.policy else {
                throw CaseFault(
                    .otherSettings,
                    "\(name) was made with --kind \(settings.kind.name) --policy "
                        + "\(settings.policy.name): a case holds one kind and one policy. Leave the "
                        + "options out, or start another case"
                )
            }
        }
        self.folder = folder
        self.description = description
        settings = wanted.settings(besides: try description.settings())
        self.lock = lock
        self.logger = logger
        self.batchItems = batchItems
        self.memory = memory
        catalog = try Catalog(folder, readOnly: false)
        manifest = try caseFault { () throws(IndexFault) in
            try Manifest.load(from: folder.path.text)
        }
        let highest = try catalog.highestItem()
        nextMember = try catalog.highestMember() + 1
        guard highest < CatalogItem.firstMember, nextMember < Occurrence.largestItem else {
            throw CaseFault(
                .damaged,
                "catalog.sqlite has an item of number \(max(highest, nextMember - 1)), which no segment can hold: restore "
                    + "the case from a copy"
            )
        }
        reserved = try catalog.reserved().filter { $0.value < CatalogItem.firstMember }
        nextItem = max(highest, reserved.values.max() ?? 0) + 1
        hadItems = highest > 0
        segment = SegmentWriter(kind: settings.kind, folder: folder.segments, memory: memory)
        try recover()
        if isNew {
            // Last, so that a folder with a case.json is a whole case.
            try description.write(folder)
        }
    }

    /// Opens a case that exists.
    ///
    /// - Throws: ``CaseFault``; nothing is changed then.
    public convenience init(
        existing name: String,
        memory: Int = SegmentWriter.defaultMemory,
        logger: Logger
    ) throws(CaseFault) {
        _ = try CaseFolder(existing: name)
        try self.init(
            name: name,
            settings: WantedSettings(),
            memory: memory,
            logger: logger
        ) { _ in }
    }

    private static func makeFolders(_ folder: CaseFolder) throws(CaseFault) {
        // What a first run left that was killed before it wrote case.json is taken over; anything else
        // in the folder is somebody's, and not ours to write beside. SQLite's logs and what a MANIFEST or
        // a case.json is written to first have longer names than the files that they belong to.
        let ours = ["segments", "LOCK", "catalog.sqlite", "MANIFEST", "case.json.", "run.json"]
        if access(folder.path.text, F_OK) == 0 {
            for name in try names(in: folder.path.text)
            where !ours.contains(where: { name.hasPrefix($0) }) {
                throw CaseFault(
                    .notACase,
                    "\(folder.path.text) holds other files (\(name)) and is not a case: "
                        + "name a new folder"
                )
            }
        }
        for path in [folder.path.text, folder.segments]
        where mkdir(path, 0o755) != 0 && errno != EEXIST {
            throw CaseFault(
                .system,
                "cannot make the folder \(path): \(systemMessage(errno))",
                status: errno
            )
        }
    }

    /// The names in a folder of the case.
    private static func names(in path: String) throws(CaseFault) -> [String] {
        guard let stream = opendir(path) else {
            throw CaseFault(
                .system,
                "cannot list \(path): \(systemMessage(errno))",
                status: errno
            )
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." {
                names.append(name)
            }
        }
        return names
    }

    /// Removes what a crash left behind: segments that the catalog does not know, and unnamed files.
    private func recover() throws(CaseFault) {
        let known = try catalog.segmentNames()
        let named = Set(manifest.segments.map(\.name))
        if let missing = known.subtracting(named).min() {
            throw CaseFault(
                .damaged,
                "the catalog names the segment \(missing), which the MANIFEST does not: the case was "
                    + "changed by something else. Restore it from a copy"
            )
        }
        if named != known {
            logger.notice(
                "dropping a batch that a crash left half committed",
                metadata: ["segments": "\(named.subtracting(known).sorted())"]
            )
            manifest.segments.removeAll { !known.contains($0.name) }
            manifest.generation += 1
            try replaceManifest()
        }
        for name in try CaseWriter.names(in: folder.segments) where !known.contains(name) {
            unlink(folder.segments + "/" + name)
        }
    }

    func replaceManifest() throws(CaseFault) {
        let manifest = manifest
        let path = folder.path.text
        try caseFault { () throws(IndexFault) in try manifest.replace(in: path) }
    }

    // MARK: - Items

    /// Starts a run: an entry in the case's audit trail.
    ///
    /// - Parameter sandbox: what the decode workers' sandbox is like; `nil` if the run decodes nothing.
    public func beginRun(
        arguments: [String],
        sandbox: SandboxReport? = nil
    ) throws(CaseFault) {
        run = try catalog.beginRun(arguments: arguments, sandbox: sandbox)
    }

    /// Commits what is left and closes the run's entry.
    ///
    /// A merge that is going on is waited for, unless the run was interrupted: then it is given up, and
    /// the next run begins it anew.
    public func endRun(outcome: String) throws(CaseFault) {
        try commit()
        try finishMerging(givingUp: outcome != "complete")
        try catalog.endRun(run, outcome: outcome)
        catalog.rest()
    }

    /// What the case had of a path before this run; `nil` if nothing.
    public func item(at path: EvidencePath) throws(CaseFault) -> CatalogItem? {
        hadItems ? try catalog.item(at: path) : nil
    }

    /// The number of an item that is about to be read: the next one, or the one that a run had given it that was
    /// killed before the item was done.
    ///
    /// Numbers are given in the order in which items are met, not in which workers end with them, so that they
    /// do not depend on the workers. They are remembered with each batch that is committed meanwhile: so they
    /// do not depend on crashes either.
    public func reserveItem(_ path: EvidencePath) -> UInt64 {
        if let number = reserved[path] { return number }
        defer { nextItem += 1 }
        reserved[path] = nextItem
        return nextItem
    }

    /// The number of the next member of a container. It depends on which worker is faster, so it is not shown: what a member
    /// is called is ``CatalogItem/name``.
    func reserveMember() -> UInt64 {
        defer { nextMember += 1 }
        return nextMember
    }

    /// Takes what became of an item into the batch.
    ///
    /// - Parameter identifier: from ``reserveItem(_:)``.
    public func add(
        _ identifier: UInt64,
        path: EvidencePath,
        facts: FileFacts?,
        report: WorkerReport,
        origin: CatalogItem.Origin? = nil
    ) throws(CaseFault) {
        opened[identifier] = nil
        for made in report.fingerprints {
            let occurrence = Occurrence(
                item: identifier,
                timeMilliseconds: made.timeMilliseconds,
                spanMilliseconds: made.spanMilliseconds,
                quality: made.quality,
                origin: made.origin,
                tone: made.tone
            )
            try caseFault { () throws(IndexFault) in
                try segment.append(made.fingerprint, occurrence)
            }
        }
        reserved[path] = nil
        items.append(
            CatalogItem(
                identifier: identifier,
                path: path,
                facts: facts,
                state: report.state,
                rule: report.rule,
                digests: report.digests,
                media: report.media,
                coverage: report.coverage,
                fingerprints: report.fingerprints.count,
                container: report.container,
                origin: origin,
                losses: report.losses
            )
        )
    }

    /// Takes what became of a member of a container into the batch.
    ///
    /// - Parameter file: the number of the file that it is in.
    public func add(
        path: EvidencePath,
        facts: FileFacts?,
        report: WorkerReport,
        origin member: WorkerPool.MemberOrigin,
        in file: UInt64
    ) throws(CaseFault) {
        try add(
            reserveMember(),
            path: path,
            facts: facts,
            report: report,
            origin: CatalogItem.Origin(file: file, place: member.place, disk: member.disk)
        )
        if let facts = member.fileFacts {
            opened[file] = OpenedContainer(
                item: file,
                path: member.file,
                facts: facts,
                next: member.next
            )
        }
    }

    /// Where the container at a path is to be gone on with: the number of its item, the first member that is not safe, and
    /// how many are, by state; `nil` if it is to be begun.
    public func resumption(
        of path: EvidencePath,
        facts: FileFacts
    ) throws(CaseFault) -> (item: UInt64, next: MemberPlace, safe: [ItemState: Int])? {
        guard hadItems, let opened = try catalog.opened(path) else { return nil }
        guard opened.facts == facts else {
            try catalog.forget(opened)
            return nil
        }
        return (opened.item, opened.next, try catalog.memberStates(of: opened.item))
    }

    /// Whether a file has a member that was left out because it was on a list of known files, and for which `body` holds.
    func hasKnownMember(
        of file: UInt64,
        where body: (CatalogItem) -> Bool
    ) throws(CaseFault) -> Bool {
        try catalog.hasKnownMember(of: file, where: body)
    }

    /// How many members of a file are in which state.
    public func memberStates(of file: UInt64) throws(CaseFault) -> [ItemState: Int] {
        try catalog.memberStates(of: file)
    }

    /// Commits the batch if it is large or old enough.
    public func commitIfDue() throws(CaseFault) {
        if items.count >= batchItems
            || segment.occurrenceCount >= CaseWriter.batchFingerprints
            || !items.isEmpty && batchStarted.millisecondsAgo >= CaseWriter.batchMilliseconds
        {
            try commit()
        }
    }

    /// Makes everything that was added safe on disk.
    public func commit() throws(CaseFault) {
        try takeUpMerge()
        guard !items.isEmpty else { return }
        var name: String?
        if segment.occurrenceCount > 0 {
            let file = nextSegmentName()
            let written = try caseFault { () throws(IndexFault) in try segment.write(name: file) }
            manifest.segments.append(written)
            try replaceManifest()
            name = file
        }
        try catalog.commit(
            items,
            opened: opened.values.sorted { $0.item < $1.item },
            segment: name,
            run: run,
            reserved: reserved
        )
        committedItems += items.count
        items.removeAll(keepingCapacity: true)
        segment = SegmentWriter(kind: settings.kind, folder: folder.segments, memory: memory)
        batchStarted = .now
        try startMergeIfDue()
    }

    /// A name that no segment of the case has had.
    func nextSegmentName() -> String {
        manifest.generation += 1
        let number = String(manifest.generation)
        return String(repeating: "0", count: max(0, 8 - number.count)) + number + ".seg"
    }
}

extension CaseFault {
    /// An index's fault in a case's words.
    init(index fault: IndexFault) {
        let code: Code =
            switch fault.code {
            case .system, .alreadyExists, .tooLarge: .system
            case .newerFormat: .newerFormat
            case .unrecognised, .damaged, .mismatch: .damaged
            }
        self.init(code, String(describing: fault), status: fault.status)
    }
}

/// Calls `body` and turns an index's fault into a case's.
func caseFault<Value: ~Copyable>(
    _ body: () throws(IndexFault) -> Value
) throws(CaseFault) -> Value {
    do throws(IndexFault) {
        return try body()
    } catch {
        throw CaseFault(index: error)
    }
}
