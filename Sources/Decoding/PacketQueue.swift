import CMedia
import Keyframing

/// Compressed pictures that were read and may yet have to be decoded, in the order of decoding.
///
/// The sole owner of its packets. What is in it is bounded by the reader, not here.
final class PacketQueue {
    /// A compressed picture.
    struct Entry {
        let packet: UnsafeMutablePointer<AVPacket>
        /// What was lost right before it.
        var loss: FilmGap.Reason?
    }

    private var packets: [Entry] = []
    private var head = 0
    /// Bytes of all packets in it.
    private(set) var bytes = 0

    init() {}

    deinit {
        clear()
    }

    var count: Int { packets.count - head }
    var isEmpty: Bool { count == 0 }
    var first: UnsafeMutablePointer<AVPacket>? { isEmpty ? nil : packets[head].packet }

    subscript(_ place: Int) -> UnsafeMutablePointer<AVPacket> { packets[head + place].packet }

    /// What was lost right before a packet; it is told once.
    func takeLoss(at place: Int) -> FilmGap.Reason? {
        defer { packets[head + place].loss = nil }
        return packets[head + place].loss
    }

    /// Takes the content of a packet over, which is empty afterwards.
    ///
    /// - Parameter loss: what was lost right before it.
    func append(
        moving packet: UnsafeMutablePointer<AVPacket>,
        after loss: FilmGap.Reason?
    ) throws(MediaFault) {
        guard let own = av_packet_alloc() else {
            throw MediaFault(.outOfMemory, "no memory for a packet")
        }
        av_packet_move_ref(own, packet)
        packets.append(Entry(packet: own, loss: loss))
        bytes += Int(own.pointee.size)
    }

    func removeFirst() {
        guard !isEmpty else { return }
        bytes -= Int(packets[head].packet.pointee.size)
        var packet: UnsafeMutablePointer<AVPacket>? = packets[head].packet
        av_packet_free(&packet)
        head += 1
        if head == packets.count {
            packets.removeAll(keepingCapacity: true)
            head = 0
        }
    }

    func removeLast() {
        guard !isEmpty else { return }
        bytes -= Int(packets[packets.count - 1].packet.pointee.size)
        var packet: UnsafeMutablePointer<AVPacket>? = packets.removeLast().packet
        av_packet_free(&packet)
    }

    /// Frees all packets but the last `kept`.
    func clear(keeping kept: Int = 0) {
        while count > kept {
            removeFirst()
        }
        if kept == 0 {
            packets.removeAll(keepingCapacity: true)
            head = 0
        }
    }
}
