/// A parser that is given bytes which may be anything.
///
/// What a target does ends with an answer or a fault of its stage; whatever else happens is a mistake: a trap,
/// a bad access, an endless loop, or two answers that contradict each other, which trap here.
enum FuzzTarget: String, CaseIterable {
    /// A packet from a worker, or to one.
    case message
    /// Packet after packet from a worker, with what else may happen to it.
    case conversation
    /// A segment, as it is and with checksums put right.
    case segment
    /// The MANIFEST, as it is and with its digest put right.
    case manifest
    /// A list of fingerprints.
    case list
    /// A completeness certificate.
    case certificate
    /// The readers of containers' structure that are our own.
    case structure
    /// The short cut through a JPEG's samples, compared with libjpeg.
    case jpeg
    /// A picture or film, through the libraries.
    case media
    /// An archive, through libarchive.
    case container

    func run(_ bytes: UnsafeRawBufferPointer) {
        switch self {
        case .message: FuzzTarget.readMessage(bytes)
        case .conversation: FuzzTarget.converse(bytes)
        case .segment: FuzzTarget.useSegment(bytes)
        case .manifest: FuzzTarget.readManifest(bytes)
        case .list: FuzzTarget.readList(bytes)
        case .certificate: FuzzTarget.readCertificate(bytes)
        case .structure: FuzzTarget.readStructure(bytes)
        case .jpeg: FuzzTarget.compareMeans(bytes)
        case .media: FuzzTarget.decode(bytes)
        case .container: FuzzTarget.unpack(bytes)
        }
    }
}
