#if DiskImages
    import CDiskImages
    import Glibc

    /// Goes through the files of one file system, folder by folder, in the order of their entries.
    final class FileSystemWalk {
        /// A folder that is being gone through.
        private struct Folder {
            let handle: UnsafeMutablePointer<TSK_FS_DIR>
            let path: [UInt8]
            let isDeleted: Bool
            var next = 0
        }

        /// One content of a file; a file of NTFS or HFS+ may have several.
        private struct Content {
            let name: [UInt8]
            let attribute: UnsafePointer<TSK_FS_ATTR>
        }

        private let system: UnsafeMutablePointer<TSK_FS_INFO>
        private let volumeOffset: Int64
        private var folders: [Folder] = []
        private var visited: Set<UInt64> = []
        /// Files with several names of which one was met.
        private var linked: Set<UInt64> = []
        private var file: UnsafeMutablePointer<TSK_FS_FILE>?
        /// What is still to come of the file, the next one last.
        private var contents: [Content] = []
        private var path: [UInt8] = []
        private var isDeleted = false
        private var current: UnsafePointer<TSK_FS_ATTR>?
        private var position: Int64 = 0

        /// Why a folder was not read, if that is so.
        private var refused: String?

        /// What the file system is called.
        let kindName: String

        /// Folders in folders beyond this are left: no real file system has them.
        private static let maximumDepth = 256
        private static let maximumFolderBytes: Int64 = 512 << 20

        /// Opens the file system at a place; `nil` if there is none.
        init?(
            _ image: UnsafeMutablePointer<TSK_IMG_INFO>,
            _ place: DiskVolume,
            _ kind: TSK_FS_TYPE_ENUM
        ) {
            guard let system = tsk_fs_open_img(image, place.offset, kind) else { return nil }
            self.system = system
            volumeOffset = place.offset
            kindName = tsk_fs_type_toname(system.pointee.ftype).map { String(cString: $0) } ?? ""
            root = Array(place.name.utf8)
        }

        private let root: [UInt8]
        private var isStarted = false

        deinit {
            tsk_fs_file_close(file)
            for folder in folders {
                tsk_fs_dir_close(folder.handle)
            }
            tsk_fs_close(system)
        }

        /// What is missing of the file system, if it reaches beyond the image's end.
        var missing: ContainerFault? {
            let (last, there) = (system.pointee.last_block, system.pointee.last_block_act)
            guard there < last else { return nil }
            return ContainerFault(
                .damagedContainer,
                isFinal: false,
                "the image is not whole: \(last - there) of the \(kindName) file system's \(last + 1) blocks are missing"
            )
        }

        /// The next file; `nil` behind the last.
        func next() throws(ContainerFault) -> ContainerMember? {
            if !isStarted {
                isStarted = true
                try enter(system.pointee.root_inum, root, isDeleted: false)
            }
            while true {
                if let content = contents.popLast() { return member(content) }
                tsk_fs_file_close(file)
                file = nil
                current = nil
                guard let folder = folders.last else { return nil }
                guard folder.next < tsk_fs_dir_getsize(folder.handle) else {
                    tsk_fs_dir_close(folders.removeLast().handle)
                    continue
                }
                folders[folders.count - 1].next += 1
                if let member = try take(folder.next, of: folder) { return member }
            }
        }

        /// Reads on in the content of the file that was met last.
        func read(into target: UnsafeMutableRawBufferPointer) throws(ContainerFault) -> Int {
            guard let current else { return 0 }
            let wanted = Int(clamping: min(current.pointee.size - position, Int64(target.count)))
            guard wanted > 0 else { return 0 }
            let count = tsk_fs_attr_read(
                current,
                position,
                target.baseAddress,
                wanted,
                TSK_FS_FILE_READ_FLAG_NONE
            )
            guard count > 0 else {
                throw fault("the content cannot be read from byte \(position) on")
            }
            position += Int64(count)
            return count
        }

        // MARK: - Entries

        /// Looks at one entry of a folder.
        ///
        /// - Returns: a member that has no content; the contents of others wait in ``contents``.
        private func take(_ index: Int, of folder: Folder) throws(ContainerFault)
            -> ContainerMember?
        {
            guard let file = tsk_fs_dir_get(folder.handle, index) else {
                throw fault("an entry of the folder \(text(folder.path)) cannot be read")
            }
            self.file = file
            guard let name = file.pointee.name?.pointee, let text = name.name else { return nil }
            let bytes = Array(
                UnsafeRawBufferPointer(start: text, count: strnlen(text, name.name_size))
            )
            // The virtual files are the file system's own structures.
            guard !bytes.isEmpty, bytes != [0x2E], bytes != [0x2E, 0x2E],
                name.type != TSK_FS_NAME_TYPE_VIRT
            else { return nil }
            path = folder.path.isEmpty ? bytes : folder.path + [UInt8(ascii: "/")] + bytes
            let isNameGone = name.flags.rawValue & TSK_FS_NAME_FLAG_UNALLOC.rawValue != 0
            guard let meta = file.pointee.meta?.pointee else {
                // The name is all that is left.
                isDeleted = true
                return FileSystemWalk.isFolder(name.type)
                    ? nil : bare(.gone, inode: name.meta_addr)
            }
            let isMetaGone = meta.flags.rawValue & TSK_FS_META_FLAG_UNALLOC.rawValue != 0
            isDeleted = isNameGone || isMetaGone || folder.isDeleted
            if meta.type == TSK_FS_META_TYPE_DIR || meta.type == TSK_FS_META_TYPE_VIRT_DIR {
                addStreams(of: file, isFolder: true)
                // A deleted folder's entry may have become another one's since.
                guard isNameGone == isMetaGone else { return nil }
                try enter(meta.addr, path, isDeleted: isNameGone || folder.isDeleted)
                return nil
            }
            if isNameGone, !isMetaGone {
                return FileSystemWalk.isFolder(name.type) ? nil : bare(.gone, inode: meta.addr)
            }
            switch meta.type {
            case TSK_FS_META_TYPE_LNK: return bare(.symbolicLink, inode: meta.addr)
            case TSK_FS_META_TYPE_FIFO, TSK_FS_META_TYPE_CHR, TSK_FS_META_TYPE_BLK,
                TSK_FS_META_TYPE_SOCK, TSK_FS_META_TYPE_SHAD, TSK_FS_META_TYPE_WHT:
                return bare(.special, inode: meta.addr)
            case TSK_FS_META_TYPE_VIRT: return nil
            default: break
            }
            if isOwn(meta.addr, bytes, in: folder) { return bare(.metadata, inode: meta.addr) }
            if meta.nlink > 1, !isDeleted, !linked.insert(meta.addr).inserted {
                return bare(.hardLink, inode: meta.addr)
            }
            addStreams(of: file, isFolder: false)
            if contents.isEmpty {
                return bare(isDeleted ? .gone : .file, inode: meta.addr)
            }
            return nil
        }

        private static func isFolder(_ type: TSK_FS_NAME_TYPE_ENUM) -> Bool {
            type == TSK_FS_NAME_TYPE_DIR || type == TSK_FS_NAME_TYPE_VIRT_DIR
        }

        /// Whether a file is one of those in which the file system keeps its own tables.
        private func isOwn(_ inode: UInt64, _ name: [UInt8], in folder: Folder) -> Bool {
            let kind = system.pointee.ftype
            // The MFT and its like; the catalog, extents, bitmap and so on.
            if kind == TSK_FS_TYPE_NTFS || kind == TSK_FS_TYPE_HFS { return inode < 16 }
            // The Sleuth Kit's names for entries of exFAT's root that have none.
            return kind == TSK_FS_TYPE_EXFAT && folders.count == 1
                && ["$ALLOC_BITMAP", "$UPCASE_TABLE"].contains { name.elementsEqual($0.utf8) }
        }

        private func enter(
            _ inode: UInt64,
            _ path: [UInt8],
            isDeleted: Bool
        ) throws(ContainerFault) {
            // A folder that is met twice is a loop, or a trap.
            guard visited.insert(inode).inserted else { return }
            guard folders.count < FileSystemWalk.maximumDepth,
                path.count < ContainerMember.maximumNameBytes
            else {
                throw ContainerFault(
                    .damagedContainer,
                    isFinal: false,
                    "folders lie too deep below \(text(Array(path.prefix(200))))"
                )
            }
            if inode == system.pointee.last_inum, let reason = refused {
                // To find what has no folder, The Sleuth Kit reads all folders itself.
                throw ContainerFault(
                    .damagedContainer,
                    isFinal: false,
                    "files without a folder were not looked for: \(reason)"
                )
            }
            if let size = claimedSize(ofFolder: inode), size > largestFolder {
                let reason = "the folder \(text(path)) claims to have \(size) bytes"
                refused = reason
                throw ContainerFault(.damagedContainer, isFinal: false, reason)
            }
            guard let handle = tsk_fs_dir_open_meta(system, inode) else {
                // Of a deleted folder hardly ever anything is left.
                if isDeleted { return }
                throw fault("the folder \(text(path)) cannot be read")
            }
            folders.append(Folder(handle: handle, path: path, isDeleted: isDeleted))
        }

        /// The Sleuth Kit takes as much memory for a folder as that claims to have: no more than its disk has, and than any
        /// real one needs.
        private var largestFolder: Int64 {
            min(system.pointee.img_info.pointee.size, FileSystemWalk.maximumFolderBytes)
        }

        private func claimedSize(ofFolder inode: UInt64) -> Int64? {
            guard inode != system.pointee.last_inum,
                let file = tsk_fs_file_open_meta(system, nil, inode)
            else { return nil }
            defer { tsk_fs_file_close(file) }
            return file.pointee.meta?.pointee.size
        }

        /// Puts the contents of a file that are its own into ``contents``.
        private func addStreams(of file: UnsafeMutablePointer<TSK_FS_FILE>, isFolder: Bool) {
            let count = tsk_fs_file_attr_getsize(file)
            guard count > 0 else { return }
            var found: [Content] = []
            for index in 0..<count {
                guard let attribute = tsk_fs_file_attr_get_idx(file, index) else { continue }
                let type = attribute.pointee.type
                let name = attribute.pointee.name.map { Array(String(cString: $0).utf8) } ?? []
                let isMain =
                    type == TSK_FS_ATTR_TYPE_DEFAULT || type == TSK_FS_ATTR_TYPE_HFS_DATA
                    || type == TSK_FS_ATTR_TYPE_NTFS_DATA && (name.isEmpty || name == mainName)
                if isMain, !isFolder, !found.contains(where: { $0.name.isEmpty }) {
                    if attribute.pointee.size > 0 || !isDeleted {
                        found.insert(Content(name: [], attribute: attribute), at: 0)
                    }
                } else if type == TSK_FS_ATTR_TYPE_NTFS_DATA, !name.isEmpty {
                    found.append(Content(name: name, attribute: attribute))
                } else if type == TSK_FS_ATTR_TYPE_HFS_RSRC, attribute.pointee.size > 0 {
                    found.append(Content(name: Array("rsrc".utf8), attribute: attribute))
                }
            }
            contents = found.reversed()
        }

        /// What The Sleuth Kit calls the content of a file that has no name of its own.
        private let mainName = Array("$Data".utf8)

        // MARK: - Members

        private func member(_ content: Content) -> ContainerMember {
            current = content.attribute
            position = 0
            let attribute = content.attribute.pointee
            let isEncrypted = attribute.flags.rawValue & TSK_FS_ATTR_ENC.rawValue != 0
            let name = content.name.isEmpty ? path : path + [UInt8(ascii: ":")] + content.name
            let (offset, fragments) = pieces(of: attribute)
            return ContainerMember(
                name: Array(name.prefix(ContainerMember.maximumNameBytes)),
                kind: .file,
                claimedSize: max(0, attribute.size),
                modifiedNanoseconds: modified,
                isEncrypted: isEncrypted,
                disk: DiskPlace(
                    volumeOffset: volumeOffset,
                    inode: file?.pointee.meta?.pointee.addr ?? 0,
                    contentOffset: offset,
                    fragments: fragments,
                    isDeleted: isDeleted
                )
            )
        }

        private func bare(_ kind: ContainerMember.Kind, inode: UInt64) -> ContainerMember {
            current = nil
            return ContainerMember(
                name: Array(path.prefix(ContainerMember.maximumNameBytes)),
                kind: kind,
                claimedSize: nil,
                modifiedNanoseconds: modified,
                isEncrypted: false,
                disk: DiskPlace(volumeOffset: volumeOffset, inode: inode, isDeleted: isDeleted)
            )
        }

        private var modified: Int64 {
            guard let meta = file?.pointee.meta?.pointee else { return 0 }
            let (whole, overflow) = Int64(meta.mtime).multipliedReportingOverflow(
                by: 1_000_000_000
            )
            return overflow ? 0 : whole &+ Int64(meta.mtime_nano % 1_000_000_000)
        }

        /// Where the content begins on the disk, and in how many pieces it lies there.
        private func pieces(of attribute: TSK_FS_ATTR) -> (offset: Int64?, fragments: Int64) {
            guard attribute.flags.rawValue & TSK_FS_ATTR_NONRES.rawValue != 0 else {
                return (nil, 0)
            }
            let block = UInt64(system.pointee.block_size)
            let unreal =
                TSK_FS_ATTR_RUN_FLAG_FILLER.rawValue | TSK_FS_ATTR_RUN_FLAG_SPARSE.rawValue
            var offset: Int64?
            var fragments: Int64 = 0
            var end: UInt64?
            var run = attribute.nrd.run
            while let piece = run?.pointee {
                run = piece.next
                guard piece.flags.rawValue & unreal == 0, piece.len > 0 else { continue }
                if offset == nil, piece.offset == 0 {
                    let (bytes, overflow) = piece.addr.multipliedReportingOverflow(by: block)
                    let start = Int64(clamping: bytes)
                        .addingReportingOverflow(volumeOffset + Int64(attribute.nrd.skiplen))
                    if !overflow, !start.overflow { offset = start.partialValue }
                }
                if end != piece.addr { fragments += 1 }
                end = piece.addr &+ piece.len
            }
            return (offset, fragments)
        }

        // MARK: - Faults

        private func text(_ path: [UInt8]) -> String {
            path.isEmpty ? "at the root" : String(decoding: path, as: UTF8.self)
        }

        private func fault(_ what: String) -> ContainerFault {
            let reason = tsk_error_get().map { String(cString: $0) } ?? ""
            tsk_error_reset()
            let line = reason.split(separator: "\n").joined(separator: " ")
            return ContainerFault(
                .damagedContainer,
                isFinal: false,
                line.isEmpty ? what : "\(what): \(line)"
            )
        }
    }
#endif
