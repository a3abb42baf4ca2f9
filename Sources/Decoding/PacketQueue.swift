import CMedia

/// Compressed pictures that were read and may yet have to be decoded, in the order of decoding.
///
/// The sole owner of its packets. What is in it is bounded by the reader, not here.
final class PacketQueue {
    private var packets: [UnsafeMutablePointer<AVPacket>] = []
    private var head = 0
    /// Bytes of all packets in it.
    private(set) var bytes = 0

    init() {}

    deinit {
        clear()
    }

    var count: Int { packets.count - head }
    var isEmpty: Bool { count == 0 }
    var first: UnsafeMutablePointer<AVPacket>? { isEmpty ? nil : packets[head] }

    subscript(_ place: Int) -> UnsafeMutablePointer<AVPacket> { packets[head + place] }

    /// Takes the content of a packet over, which is empty afterwards.
    func append(moving packet: UnsafeMutablePointer<AVPacket>) throws(MediaFault) {
        guard let own = av_packet_alloc() else {
            throw MediaFault(.outOfMemory, "no memory for a packet")
        }
        av_packet_move_ref(own, packet)
        packets.append(own)
        bytes += Int(own.pointee.size)
    }

    func removeFirst() {
        guard !isEmpty else { return }
        bytes -= Int(packets[head].pointee.size)
        var packet: UnsafeMutablePointer<AVPacket>? = packets[head]
        av_packet_free(&packet)
        head += 1
        if head == packets.count {
            packets.removeAll(keepingCapacity: true)
            head = 0
        }
    }

    func removeLast() {
        guard !isEmpty else { return }
        bytes -= Int(packets[packets.count - 1].pointee.size)
        var packet: UnsafeMutablePointer<AVPacket>? = packets.removeLast()
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
