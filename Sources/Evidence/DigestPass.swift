import CKernels
import Crypto

/// One pass over an item's bytes that computes its three digests together.
///
/// On processors with the SHA extensions a kernel interleaves the three, and takes as long as MD5 alone;
/// elsewhere swift-crypto computes them one after another. `Docs/decisions/0001-three-digests.md` has
/// the reasons and the measurements.
public struct DigestPass {
    /// Who computes.
    package enum Form: Sendable {
        /// The interleaved kernel.
        case kernel
        /// swift-crypto.
        case library
    }

    private enum State {
        case kernel(InterleavedDigests)
        case library(Insecure.MD5, Insecure.SHA1, SHA256)
    }

    private static let isKernelAvailable = vestige_has_digest_kernel() != 0

    private var state: State

    /// A pass that has seen no bytes.
    public init() {
        self.init(DigestPass.isKernelAvailable ? .kernel : .library)
    }

    /// A pass by one of the two forms, for tests and benchmarks; by the library if the processor lacks
    /// what the kernel needs.
    package init(_ form: Form) {
        state =
            form == .kernel && DigestPass.isKernelAvailable
            ? .kernel(InterleavedDigests()) : .library(Insecure.MD5(), Insecure.SHA1(), SHA256())
    }

    /// Takes the next bytes into all three digests.
    ///
    /// Callers give pieces that fit the second-level cache: the library goes over each thrice.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch state {
        case .kernel(var digests):
            digests.update(bytes)
            state = .kernel(digests)
        case .library(var md5, var sha1, var sha256):
            md5.update(bufferPointer: bytes)
            sha1.update(bufferPointer: bytes)
            sha256.update(bufferPointer: bytes)
            state = .library(md5, sha1, sha256)
        }
    }

    /// The digests of the bytes seen.
    public func finalize() -> Digests {
        switch state {
        case .kernel(let digests):
            digests.finalize()
        case .library(let md5, let sha1, let sha256):
            Digests(
                md5: Array(md5.finalize()),
                sha1: Array(sha1.finalize()),
                sha256: Array(sha256.finalize())
            )
        }
    }
}

/// The kernel's state between pieces: whole blocks are taken as they come, the rest waits.
private struct InterleavedDigests {
    private static let blockBytes = 64

    private var state = vestige_digest_state()
    /// Bytes that do not make a block yet: fewer than 64.
    private var rest: [UInt8] = []
    private var count: UInt64 = 0

    init() {
        vestige_digest_begin(&state)
        rest.reserveCapacity(2 * InterleavedDigests.blockBytes)
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        count &+= UInt64(bytes.count)
        var piece = bytes
        if !rest.isEmpty {
            let taken = min(InterleavedDigests.blockBytes - rest.count, piece.count)
            rest.append(contentsOf: piece[..<taken])
            piece = UnsafeRawBufferPointer(rebasing: piece[taken...])
            guard rest.count == InterleavedDigests.blockBytes else { return }
            vestige_digest_blocks(&state, rest, 1)
            rest.removeAll(keepingCapacity: true)
        }
        let blocks = piece.count / InterleavedDigests.blockBytes
        if blocks > 0, let start = piece.baseAddress {
            vestige_digest_blocks(&state, start.assumingMemoryBound(to: UInt8.self), blocks)
        }
        rest.append(contentsOf: piece[(blocks * InterleavedDigests.blockBytes)...])
    }

    func finalize() -> Digests {
        // The padding ends with the count of bits: MD5's lowest byte first, the others' highest. So the
        // last blocks are taken twice, and of each time what it is right for.
        let bits = count &<< 3
        let little = padded(withUnsafeBytes(of: bits.littleEndian, Array.init))
        let big = padded(withUnsafeBytes(of: bits.bigEndian, Array.init))
        return Digests(
            md5: bytes(of: little.md5) { $0.littleEndian },
            sha1: bytes(of: big.sha1) { $0.bigEndian },
            sha256: bytes(of: big.sha256) { $0.bigEndian }
        )
    }

    /// The state after the last blocks, which end with `length`.
    private func padded(_ length: [UInt8]) -> vestige_digest_state {
        var last = rest
        last.append(0x80)
        while last.count % InterleavedDigests.blockBytes != InterleavedDigests.blockBytes - 8 {
            last.append(0)
        }
        last.append(contentsOf: length)
        var state = state
        vestige_digest_blocks(&state, last, last.count / InterleavedDigests.blockBytes)
        return state
    }

    private func bytes<Words>(of words: Words, order: (UInt32) -> UInt32) -> [UInt8] {
        withUnsafeBytes(of: words) { memory in
            memory.bindMemory(to: UInt32.self).flatMap { word in
                withUnsafeBytes(of: order(word), Array.init)
            }
        }
    }
}
