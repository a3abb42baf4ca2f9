import CMedia
import Decoding
import Glibc

/// Reads the members of an archive one after another, in the order in which they are stored.
///
/// Nothing is written anywhere: contents are handed out piece by piece. The formats are those of
/// libarchive that a seized disk is likely to hold: zip (also the 64-bit kind), tar, cpio, 7z, rar (4 and
/// 5), ISO 9660, cab, lha, xar and ar, each also inside gzip, bzip2, xz, lzma, lzip, zstd, lz4 and compress; and
/// single files compressed by one of these.
public final class ContainerReader: MemberReader {
    private var archive: OpaquePointer
    private let input: ContainerInput
    private var ordinal = 0
    private var content = Content()
    /// Whether what is inside a compressed file is taken as it is.
    private var isBare = false
    /// What a compressed single file is called, since nothing in it says so.
    private let soleName: [UInt8]

    /// Opens the container that `source` holds; `source` must stay usable as long as the reader is.
    ///
    /// - Parameter soleName: the name of the member of a file that is merely compressed.
    public init(_ source: MediaSource, soleName: [UInt8]) throws(ContainerFault) {
        guard let archive = archive_read_new() else {
            throw ContainerFault(.noMemory, isFinal: true, "no memory for a reader")
        }
        self.archive = archive
        self.soleName = soleName
        input = ContainerInput(source)
        // From here on the archive is freed with the reader, also if opening fails.
        try open(ContainerReader.formats)
    }

    private func open(_ formats: [Support]) throws(ContainerFault) {
        for support in formats + ContainerReader.filters {
            // A format that the library was built without is one less.
            _ = support(archive)
        }
        let client = Unmanaged.passUnretained(input).toOpaque()
        archive_read_set_callback_data(archive, client)
        archive_read_set_read_callback(archive) { _, client, target in
            ContainerInput.of(client).read(target)
        }
        archive_read_set_skip_callback(archive) { _, client, count in
            ContainerInput.of(client).skip(count)
        }
        archive_read_set_seek_callback(archive) { archive, client, offset, whence in
            ContainerInput.of(client).seek(offset, whence) ?? Int64(ARCHIVE_FATAL)
        }
        guard archive_read_open1(archive) == ARCHIVE_OK else {
            throw fault(isFinal: true)
        }
    }

    /// Begins anew, and takes what is inside a compressed file as it is.
    private func openBare() throws(ContainerFault) {
        guard let bare = archive_read_new() else {
            throw ContainerFault(.noMemory, isFinal: true, "no memory for a reader")
        }
        archive_read_free(archive)
        archive = bare
        isBare = true
        _ = input.seek(0, SEEK_SET)
        try open([archive_read_support_format_raw])
    }

    deinit {
        archive_read_free(archive)
    }

    private typealias Support = @Sendable (OpaquePointer?) -> Int32

    private static let formats: [Support] = [
        archive_read_support_format_zip, archive_read_support_format_tar,
        archive_read_support_format_7zip, archive_read_support_format_rar,
        archive_read_support_format_rar5, archive_read_support_format_cpio,
        archive_read_support_format_iso9660, archive_read_support_format_cab,
        archive_read_support_format_lha, archive_read_support_format_xar,
        archive_read_support_format_ar, archive_read_support_format_raw,
    ]

    /// Those that the library does itself: the others would start programs.
    private static let filters: [Support] = [
        archive_read_support_filter_gzip, archive_read_support_filter_bzip2,
        archive_read_support_filter_xz, archive_read_support_filter_lzma,
        archive_read_support_filter_lzip, archive_read_support_filter_zstd,
        archive_read_support_filter_lz4, archive_read_support_filter_compress,
    ]

    /// The containers that are read, by the names that content is recognised under.
    private static let readable: Set<String> = [
        "zip", "tar", "7z", "rar", "cpio", "iso9660", "cab", "lha", "xar", "ar", "gzip", "bzip2",
        "xz", "lzma",
        "lzip", "zstd", "lz4", "compress",
    ]

    /// Whether content that was recognised as `format` is an archive that can be read.
    static func reads(_ format: String) -> Bool {
        readable.contains(format)
    }

    /// The version of libarchive that is used.
    public static var libraryVersion: String {
        String(cString: archive_version_string())
    }

    /// What the library calls the format: known once a member has been read.
    public var formatName: String {
        archive_format_name(archive).map { String(cString: $0) } ?? "unknown"
    }

    /// The header of the next member; `nil` behind the last.
    ///
    /// - Throws: a ``ContainerFault``. If it is not final, the next call goes on with another member.
    public func next() throws(ContainerFault) -> ContainerMember? {
        var entry: OpaquePointer?
        var result = ARCHIVE_RETRY
        for _ in 0..<ContainerReader.maximumRetries where result == ARCHIVE_RETRY {
            result = archive_read_next_header(archive, &entry)
        }
        if result == ARCHIVE_EOF {
            if let failure = input.failure { throw failure }
            if ordinal == 0, !isBare, archive_filter_count(archive) > 1 {
                // Zeros pass for the end of a tar without members; the image of a disk begins with them, too.
                try openBare()
                return try next()
            }
            return nil
        }
        guard result == ARCHIVE_OK || result == ARCHIVE_WARN, let entry else {
            throw fault(isFinal: result != ARCHIVE_FAILED)
        }
        if archive_format(archive) == vestige_archive_format_raw() {
            // Anything at all passes for raw data: that is only meant where a filter has unpacked it.
            guard archive_filter_count(archive) > 1 else {
                throw ContainerFault(
                    .damagedContainer,
                    isFinal: true,
                    "of no format that can be read"
                )
            }
        }
        ordinal += 1
        let member = member(entry)
        content = Content(claimedSize: member.claimedSize)
        return member
    }

    private static let maximumRetries = 16

    private func member(_ entry: OpaquePointer) -> ContainerMember {
        var name: [UInt8] = []
        if archive_format(archive) == vestige_archive_format_raw() {
            name = soleName
        } else if let text = archive_entry_pathname(entry) ?? archive_entry_pathname_utf8(entry) {
            let length = strnlen(text, ContainerMember.maximumNameBytes)
            name = Array(UnsafeRawBufferPointer(start: text, count: length))
        }
        if name.isEmpty {
            name = Array("unnamed-\(ordinal)".utf8)
        }
        let kind: ContainerMember.Kind
        if archive_entry_hardlink(entry) != nil {
            kind = .hardLink
        } else {
            // An archive of bare data says nothing of types.
            kind =
                switch archive_entry_filetype(entry) {
                case S_IFREG, 0: .file
                case S_IFDIR: .folder
                case S_IFLNK: .symbolicLink
                default: .special
                }
        }
        let seconds = archive_entry_mtime_is_set(entry) != 0 ? Int64(archive_entry_mtime(entry)) : 0
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let parts = Int64(archive_entry_mtime_nsec(entry))
        return ContainerMember(
            name: name,
            kind: kind,
            claimedSize: archive_entry_size_is_set(entry) != 0
                ? max(0, archive_entry_size(entry)) : nil,
            modifiedNanoseconds: overflow ? 0 : whole &+ (overflow ? 0 : parts),
            isEncrypted: archive_entry_is_data_encrypted(entry) == 1
        )
    }

    /// Reads on in the content of the member whose header was read last.
    ///
    /// - Returns: how many bytes were put into `target`; 0 at the content's end.
    /// - Throws: a ``ContainerFault``, behind all that could be read. If it is not final, the next member can still be
    ///   read.
    public func read(
        into target: UnsafeMutableRawBufferPointer
    ) throws(ContainerFault) -> Int {
        // Block by block: `archive_read_data` would throw away what it has got when the next block is damaged.
        while content.block.isEmpty, content.gap == 0 {
            guard try readBlock() else { return 0 }
        }
        var count = 0
        if content.gap > 0 {
            count = Int(min(content.gap, Int64(target.count)))
            target[..<count].withMemoryRebound(to: UInt8.self) { $0.update(repeating: 0) }
            content.gap -= Int64(count)
        } else {
            count = min(content.block.count, target.count)
            let piece = UnsafeRawBufferPointer(rebasing: content.block[..<count])
            target.copyMemory(from: piece)
            content.block = UnsafeRawBufferPointer(rebasing: content.block[count...])
        }
        content.position += Int64(count)
        return count
    }

    /// - Returns: whether there was another block.
    private func readBlock() throws(ContainerFault) -> Bool {
        var start: UnsafeRawPointer?
        var count = 0
        var offset: Int64 = 0
        var result = ARCHIVE_RETRY
        for _ in 0..<ContainerReader.maximumRetries where result == ARCHIVE_RETRY {
            result = archive_read_data_block(archive, &start, &count, &offset)
        }
        if result == ARCHIVE_EOF { return false }
        guard result == ARCHIVE_OK else {
            // A warning says that a checksum is wrong: the member is damaged, the container goes on.
            throw fault(isFinal: result == ARCHIVE_FATAL)
        }
        content.block = UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)
        // Sparse files have holes, which read as zeros. None reaches beyond the size of the file.
        let place = min(offset, content.claimedSize ?? offset)
        content.gap = max(0, place - content.position)
        return true
    }

    /// Where reading stands in the content of a member.
    private struct Content {
        var claimedSize: Int64?
        var position: Int64 = 0
        /// Zeros that come before the block.
        var gap: Int64 = 0
        /// libarchive's own memory, valid until the next call.
        var block = UnsafeRawBufferPointer(start: nil, count: 0)
    }

    private func fault(isFinal: Bool) -> ContainerFault {
        if let failure = input.failure { return failure }
        let status = archive_errno(archive)
        let detail = archive_error_string(archive).map { String(cString: $0) } ?? "no reason given"
        let lowered = detail.lowercased()
        // Before a first header libarchive would follow a pointer that nothing has set.
        let isEncrypted =
            ordinal > 0 && archive_read_has_encrypted_entries(archive) == 1
            || ["encrypt", "passphrase", "password"].contains { lowered.contains($0) }
        return ContainerFault(
            isEncrypted ? .encrypted : status == ENOMEM ? .noMemory : .damagedContainer,
            isFinal: isFinal,
            status: status,
            detail
        )
    }
}

/// What libarchive reads from: a source, and a place in it.
private final class ContainerInput {
    private let source: MediaSource
    private var position: Int64 = 0
    private let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    /// Set if the file itself could not be read.
    private(set) var failure: ContainerFault?

    init(_ source: MediaSource) {
        self.source = source
    }

    deinit {
        room.deallocate()
    }

    static func of(_ client: UnsafeMutableRawPointer?) -> ContainerInput {
        // The reader that gave the pointer keeps the object for as long as it lives.
        Unmanaged<ContainerInput>.fromOpaque(client!).takeUnretainedValue()
    }

    func read(_ target: UnsafeMutablePointer<UnsafeRawPointer?>?) -> Int {
        let count = source.read(at: position, into: room.baseAddress!, count: room.count)
        guard count >= 0 else {
            failure = ContainerFault(
                .readFailed,
                isFinal: true,
                status: errno,
                "reading stopped at byte \(position)"
            )
            return -1
        }
        target?.pointee = UnsafeRawPointer(room.baseAddress)
        position += Int64(count)
        return count
    }

    func skip(_ count: Int64) -> Int64 {
        let passed = max(0, min(count, source.size - position))
        position += passed
        return passed
    }

    func seek(_ offset: Int64, _ whence: Int32) -> Int64? {
        let start: Int64 =
            switch whence {
            case SEEK_SET: 0
            case SEEK_CUR: position
            default: source.size
            }
        let (place, overflow) = start.addingReportingOverflow(offset)
        guard !overflow, place >= 0, place <= source.size else { return nil }
        position = place
        return place
    }
}
