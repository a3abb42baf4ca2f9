#if DiskImages
    import CDiskImages

    /// A place in a disk image where a file system may begin.
    struct DiskVolume {
        /// In bytes from the beginning of the disk.
        let offset: Int64
        /// The name that begins its files' paths; empty for the disk as a whole.
        let name: String
        /// What the partition table says of it.
        let description: String
        /// Whether the lack of a file system is worth telling.
        let isExpected: Bool
        /// How many bytes it has by the partition table; `nil` for the disk as a whole.
        private var length: Int64?
        /// The kind of file system that was found; `nil` before it has been looked for.
        private(set) var kind: TSK_FS_TYPE_ENUM?

        private init(_ offset: Int64, _ name: String, _ description: String, isExpected: Bool) {
            self.offset = offset
            self.name = name
            self.description = description
            self.isExpected = isExpected
        }

        /// A hostile partition table has no end.
        private static let maximumParts: UInt32 = 1024

        /// The partition table of a disk; `nil` if there is none.
        ///
        /// - Parameter endless: the same disk, but without an end: The Sleuth Kit refuses a table of GPT of which a partition
        ///   begins behind the end, and an image that is not whole has such ones.
        private static func table(
            of image: UnsafeMutablePointer<TSK_IMG_INFO>,
            endless: UnsafeMutablePointer<TSK_IMG_INFO>
        ) -> UnsafeMutablePointer<TSK_VS_INFO>? {
            // If two tables compete, detecting fails, and the first one is taken that can be read. What a disk with GPT
            // has beside it is a table of the old kind that protects the whole.
            let found = tsk_vs_open(image, 0, TSK_VS_TYPE_DETECT)
            if let found, found.pointee.vstype != TSK_VS_TYPE_DOS { return found }
            if let table = tsk_vs_open(endless, 0, TSK_VS_TYPE_GPT) {
                tsk_vs_close(found)
                return table
            }
            if let found { return found }
            return [TSK_VS_TYPE_DOS, TSK_VS_TYPE_MAC, TSK_VS_TYPE_BSD].lazy
                .compactMap { tsk_vs_open(endless, 0, $0) }.first
        }

        /// The disk as a whole, and each part of it that some partition table tells of; and what is left out, if there are
        /// too many.
        static func all(
            of image: UnsafeMutablePointer<TSK_IMG_INFO>,
            endless: UnsafeMutablePointer<TSK_IMG_INFO>
        ) -> (volumes: [DiskVolume], omission: ContainerFault?) {
            var volumes = [DiskVolume(0, "", "the disk as a whole", isExpected: false)]
            guard let table = table(of: image, endless: endless) else {
                volumes[0] = DiskVolume(0, "", "the disk as a whole", isExpected: true)
                return (volumes, nil)
            }
            defer { tsk_vs_close(table) }
            for number in 0..<min(table.pointee.part_count, maximumParts) {
                guard let part = tsk_vs_part_get(table, number)?.pointee,
                    part.flags.rawValue & TSK_VS_PART_FLAG_META.rawValue == 0
                else { continue }
                let block = Int64(table.pointee.block_size)
                let (offset, overflow) = Int64(clamping: part.start).multipliedReportingOverflow(
                    by: block
                )
                guard !overflow else { continue }
                var volume = DiskVolume(
                    offset,
                    // The numbers that The Sleuth Kit's mmls prints.
                    "volume-\(number)",
                    part.desc.map { String(cString: $0) } ?? "",
                    isExpected: part.flags.rawValue & TSK_VS_PART_FLAG_ALLOC.rawValue != 0
                )
                volume.length = Int64(
                    clamping: part.len.multipliedReportingOverflow(by: UInt64(block)).partialValue
                )
                volumes.append(volume)
            }
            guard table.pointee.part_count > maximumParts else { return (volumes, nil) }
            let omission = ContainerFault(
                .damagedContainer,
                isFinal: false,
                "of \(table.pointee.part_count) parts of the disk only \(maximumParts) were looked at"
            )
            return (volumes, omission)
        }

        /// One after another, not all at once: detecting refuses a place at which two kinds are found.
        private static let kinds = [
            TSK_FS_TYPE_NTFS_DETECT, TSK_FS_TYPE_FAT_DETECT, TSK_FS_TYPE_EXT_DETECT,
            TSK_FS_TYPE_HFS_DETECT, TSK_FS_TYPE_FFS_DETECT,
        ]

        /// The kinds of file system that begin at this place.
        func fileSystems(of image: UnsafeMutablePointer<TSK_IMG_INFO>) -> [TSK_FS_TYPE_ENUM] {
            DiskVolume.kinds.filter { kind in
                guard let system = tsk_fs_open_img(image, offset, kind) else { return false }
                tsk_fs_close(system)
                return true
            }
        }

        /// The same place for a kind that was found there.
        func holding(_ kind: TSK_FS_TYPE_ENUM, isFurther: Bool) -> DiskVolume {
            let suffix = isFurther ? "also-" + DiskVolume.name(kind) : ""
            let path = [name, suffix].filter { !$0.isEmpty }.joined(separator: "-")
            var volume = DiskVolume(offset, path, description, isExpected: isExpected)
            volume.length = length
            volume.kind = kind
            return volume
        }

        private static func name(_ kind: TSK_FS_TYPE_ENUM) -> String {
            switch kind {
            case TSK_FS_TYPE_NTFS_DETECT: "ntfs"
            case TSK_FS_TYPE_FAT_DETECT: "fat"
            case TSK_FS_TYPE_EXT_DETECT: "ext"
            case TSK_FS_TYPE_HFS_DETECT: "hfs"
            default: "ufs"
            }
        }

        /// What it is called in a fault.
        private var title: String {
            name.isEmpty
                ? description
                : name + (description.isEmpty ? "" : " (\(description))") + " at byte \(offset)"
        }

        /// What is missing of it, if it reaches beyond the image's end.
        func missing(of image: UnsafeMutablePointer<TSK_IMG_INFO>) -> ContainerFault? {
            let size = image.pointee.size
            guard isExpected, let length, length > max(0, size - offset) else { return nil }
            return ContainerFault(
                .damagedContainer,
                isFinal: false,
                "the image is not whole: \(title) has \(length) bytes, and the disk ends at byte \(size)"
            )
        }

        /// Why no file of this place is read.
        func fault(of image: UnsafeMutablePointer<TSK_IMG_INFO>) -> ContainerFault {
            let place = title
            var head = [UInt8](repeating: 0, count: 0x10048)
            let count = head.withUnsafeMutableBytes {
                tsk_img_read(image, offset, $0.baseAddress, $0.count)
            }
            let known = head.withUnsafeBytes { bytes in
                DiskVolume.signatures.first {
                    $0.offset + $0.text.utf8.count <= max(0, count)
                        && bytes[$0.offset...].starts(with: $0.text.utf8)
                }
            }
            if let known {
                return ContainerFault(
                    known.isEncrypted ? .encrypted : .noFileSystem,
                    isFinal: false,
                    "\(place) holds \(known.name), which is not read"
                )
            }
            return ContainerFault(
                .noFileSystem,
                isFinal: false,
                "\(place) holds no file system that can be read"
            )
        }

        /// What volumes hold that cannot be read: so a reader of the ledger knows what to look for with other tools.
        private static let signatures:
            [(offset: Int, text: String, name: String, isEncrypted: Bool)] = [
                (3, "-FVE-FS-", "a BitLocker volume", true),
                (0, "LUKS", "a LUKS volume", true),
                (32, "NXSB", "an APFS container", false),
                (0, "XFSB", "an XFS file system", false),
                (0x10040, "_BHRfS_M", "a Btrfs file system", false),
                (0x218, "LVM2 001", "a physical volume of LVM", false),
                (4086, "SWAPSPACE2", "swap space", false),
                (1024, "BD", "an HFS file system of the kind before HFS+", false),
                (3, "ReFS", "a ReFS file system", false),
            ]
    }
#endif
