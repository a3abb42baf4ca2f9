#if DiskImages
    import CDiskImages
    import Decoding
    import Glibc

    /// Reads the files of all file systems in a disk image, one after another: those of FAT, exFAT, NTFS, ext 2 to 4, HFS+
    /// and UFS, with or without a partition table around them; deleted files, too, as far as their entries are still there.
    ///
    /// The Sleuth Kit finds the partitions, file systems, folders and contents. Every partition is tried, also where the
    /// table says that there is none, and every kind of file system at each place, so that one cannot be hidden behind
    /// another.
    final class DiskImageReader: MemberReader {
        private let input: DiskImageInput
        private let image: UnsafeMutablePointer<TSK_IMG_INFO>
        private var places: [DiskVolume] = []
        private var volume: FileSystemWalk?
        private var kinds: [String] = []
        private var opened = 0
        /// What is told once all places have been tried.
        private var unread: [ContainerFault] = []
        private var toldChecksums = false

        init(_ segments: [MediaSource], isExpertWitness: Bool) throws(ContainerFault) {
            input = try DiskImageInput(segments, isExpertWitness: isExpertWitness)
            guard
                let image = vestige_image_new(
                    input.size,
                    input.sector,
                    DiskImageInput.read,
                    Unmanaged.passUnretained(input).toOpaque()
                )
            else { throw ContainerFault(.noMemory, isFinal: true, "no memory for an image") }
            self.image = image
            unread = input.missing
            let endless = vestige_image_new(
                DiskImageReader.endlessBytes,
                input.sector,
                DiskImageInput.read,
                Unmanaged.passUnretained(input).toOpaque()
            )
            guard let endless else {
                throw ContainerFault(.noMemory, isFinal: true, "no memory for an image")
            }
            defer { vestige_image_free(endless) }
            let (volumes, omission) = DiskVolume.all(of: image, endless: endless)
            places = volumes.reversed()
            if let omission { unread.append(omission) }
        }

        /// More than any disk has.
        private static let endlessBytes: Int64 = 1 << 56

        deinit {
            // File systems and files refer to the image.
            volume = nil
            vestige_image_free(image)
        }

        var formatName: String {
            let name = input.isExpertWitness ? "E01 disk image" : "disk image"
            return kinds.isEmpty ? name : "\(name) of \(kinds.joined(separator: ", "))"
        }

        func next() throws(ContainerFault) -> ContainerMember? {
            while true {
                if let walk = volume {
                    let member: ContainerMember?
                    do throws(ContainerFault) {
                        member = try walk.next()
                    } catch {
                        throw input.takeFailure() ?? error
                    }
                    if let member { return member }
                    volume = nil
                }
                if let place = places.popLast() {
                    open(place)
                } else if opened == 0, !unread.isEmpty {
                    // There is no file at all: with the last of the reasons it ends.
                    let fault = unread.removeFirst()
                    throw ContainerFault(fault.code, isFinal: unread.isEmpty, fault.detail)
                } else if opened == 0 {
                    throw ContainerFault(
                        .noFileSystem,
                        isFinal: true,
                        "no file system that can be read"
                    )
                } else if !unread.isEmpty {
                    throw unread.removeFirst()
                } else if !toldChecksums, let errors = input.checksumErrors {
                    toldChecksums = true
                    throw ContainerFault(
                        .damagedContainer,
                        isFinal: false,
                        "\(errors) chunks of the image differ from their checksums"
                    )
                } else {
                    return nil
                }
            }
        }

        func read(into target: UnsafeMutableRawBufferPointer) throws(ContainerFault) -> Int {
            guard let volume else { return 0 }
            do throws(ContainerFault) {
                return try volume.read(into: target)
            } catch {
                throw input.takeFailure() ?? error
            }
        }

        private func open(_ place: DiskVolume) {
            guard let kind = place.kind else {
                // Opened by the kinds that this stands for; only then is it known if there are any.
                let missing = place.missing(of: image)
                if let missing { unread.append(missing) }
                guard place.offset < input.size else { return }
                let found = place.fileSystems(of: image)
                if found.isEmpty, place.isExpected, missing == nil {
                    unread.append(place.fault(of: image))
                }
                for (number, kind) in found.enumerated().reversed() {
                    places.append(place.holding(kind, isFurther: number > 0))
                }
                return
            }
            guard let walk = FileSystemWalk(image, place, kind) else { return }
            opened += 1
            volume = walk
            if let missing = walk.missing { unread.append(missing) }
            if !kinds.contains(walk.kindName) { kinds.append(walk.kindName) }
        }
    }

    /// The bytes of a disk, out of one file or several.
    final class DiskImageInput {
        private let segments: [MediaSource]
        private var expertWitness: OpaquePointer?
        let isExpertWitness: Bool
        /// How many bytes the disk has.
        private(set) var size: Int64 = 0
        /// How many bytes a sector has.
        private(set) var sector: UInt32 = 512
        private var failure: ContainerFault?

        init(_ segments: [MediaSource], isExpertWitness: Bool) throws(ContainerFault) {
            self.segments = segments
            self.isExpertWitness = isExpertWitness
            guard isExpertWitness else {
                size = segments.reduce(0) { $0 + $1.size }
                if holdsLargeSectors() { sector = 4096 }
                return
            }
            var error = [CChar](repeating: 0, count: 300)
            let image = vestige_ewf_open(
                Int32(segments.count),
                segments.map(\.size),
                { client, file, offset, target, count in
                    DiskImageInput.of(client).readFile(Int(file), offset, target, count)
                },
                Unmanaged.passUnretained(self).toOpaque(),
                &error,
                error.count
            )
            guard let image else {
                let text = error.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
                throw failure
                    ?? ContainerFault(
                        .damagedContainer,
                        isFinal: true,
                        String(decoding: text, as: UTF8.self)
                    )
            }
            expertWitness = image
            size = vestige_ewf_size(image)
            let claimed = vestige_ewf_sector(image)
            // The Sleuth Kit divides by it.
            if claimed >= 512, claimed <= 65536, claimed & (claimed - 1) == 0 { sector = claimed }
        }

        deinit {
            vestige_ewf_close(expertWitness)
        }

        private static func of(_ client: UnsafeMutableRawPointer?) -> DiskImageInput {
            // The reader that gave the pointer keeps the object for as long as it lives.
            Unmanaged<DiskImageInput>.fromOpaque(client!).takeUnretainedValue()
        }

        /// The type of a section stands in a descriptor of this size, and the last one of each file of an E01 image is empty.
        private static let descriptorBytes: Int64 = 76

        /// What an E01 image lacks: libewf makes do with the files that it gets, as far as they go.
        var missing: [ContainerFault] {
            guard isExpertWitness else { return [] }
            var faults: [ContainerFault] = []
            for (number, segment) in segments.enumerated() {
                var type = [UInt8](repeating: 0, count: 5)
                let place = segment.size - DiskImageInput.descriptorBytes
                let count = segment.read(at: place, into: &type, count: type.count)
                let isLast = number == segments.count - 1
                let wanted = isLast ? "done\0" : "next\0"
                if count == type.count, type.elementsEqual(wanted.utf8) { continue }
                let goesOn = count == type.count && type.elementsEqual("next\0".utf8)
                faults.append(
                    ContainerFault(
                        .damagedContainer,
                        isFinal: false,
                        goesOn
                            ? "the image is not whole: the file behind number \(number + 1) is missing"
                            : "the image is not whole: its file number \(number + 1) is cut off or damaged"
                    )
                )
            }
            return faults
        }

        /// What The Sleuth Kit reads through.
        static let read: vestige_image_read = { client, _, offset, target, count in
            DiskImageInput.of(client).readDisk(offset, target, count)
        }

        /// The fault of a read that failed since this was asked last.
        func takeFailure() -> ContainerFault? {
            defer { failure = nil }
            return failure
        }

        /// How many chunks that were read differ from their checksums; `nil` if none does.
        var checksumErrors: UInt32? {
            guard let expertWitness else { return nil }
            let errors = vestige_ewf_checksum_errors(expertWitness)
            return errors > 0 ? errors : nil
        }

        private func readDisk(
            _ offset: Int64,
            _ target: UnsafeMutableRawPointer?,
            _ count: Int
        ) -> Int {
            if let expertWitness {
                let count = vestige_ewf_read(expertWitness, offset, target, count)
                if count < 0, failure == nil {
                    failure = ContainerFault(
                        .damagedContainer,
                        isFinal: false,
                        "the image's data at byte \(offset) of the disk cannot be read"
                    )
                }
                return count
            }
            var start: Int64 = 0
            for (number, segment) in segments.enumerated() {
                if offset < start + segment.size {
                    return readFile(number, offset - start, target, count)
                }
                start += segment.size
            }
            return 0
        }

        private func readFile(
            _ number: Int,
            _ offset: Int64,
            _ target: UnsafeMutableRawPointer?,
            _ count: Int
        ) -> Int {
            guard let target, segments.indices.contains(number) else { return -1 }
            let read = segments[number].read(at: offset, into: target, count: count)
            if read < 0, failure == nil {
                failure = ContainerFault(
                    .readFailed,
                    isFinal: false,
                    status: errno,
                    "reading stopped at byte \(offset)"
                        + (number > 0 ? " of the file number \(number + 1)" : "")
                )
            }
            return read
        }

        /// Whether a partition table stands where it does on disks whose sectors have 4,096 bytes.
        private func holdsLargeSectors() -> Bool {
            var name = [UInt8](repeating: 0, count: 8)
            let count = readDisk(4096, &name, name.count)
            return count == name.count && name.elementsEqual("EFI PART".utf8)
        }
    }
#endif
