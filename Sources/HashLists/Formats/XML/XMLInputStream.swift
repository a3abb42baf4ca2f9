import Foundation

/// Gives the bytes of an input to Foundation's reader of XML block by block.
final class XMLInputStream: InputStream {
    private let input: ByteInput
    /// Why reading stopped.
    private(set) var fault: ListFault?

    init(_ input: ByteInput) {
        self.input = input
        super.init(data: Data())
    }

    override func open() {}
    override func close() {}

    override var streamStatus: Stream.Status { .open }

    override var hasBytesAvailable: Bool {
        fault == nil && !(input.unread.isEmpty && input.isAtEnd)
    }

    override func read(_ buffer: UnsafeMutablePointer<UInt8>, maxLength length: Int) -> Int {
        do {
            if input.unread.isEmpty, try !input.fill() { return 0 }
        } catch {
            fault = error
            return -1
        }
        let bytes = input.unread.prefix(length)
        UnsafeMutableRawBufferPointer(start: buffer, count: length).copyBytes(from: bytes)
        input.consume(bytes.count)
        return bytes.count
    }
}
