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
        case kernel(vestige_digest_state)
        case library(Insecure.MD5, Insecure.SHA1, SHA256)
    }

    /// Whether this processor has what the kernel needs.
    package static let isKernelAvailable = vestige_has_digest_kernel() != 0

    private var state: State

    /// A pass that has seen no bytes.
    public init() {
        self.init(DigestPass.isKernelAvailable ? .kernel : .library)
    }

    /// A pass by one of the two forms, for tests and benchmarks; by the library if the processor lacks
    /// what the kernel needs.
    package init(_ form: Form) {
        if form == .kernel, DigestPass.isKernelAvailable {
            var digests = vestige_digest_state()
            vestige_digest_begin(&digests)
            state = .kernel(digests)
        } else {
            state = .library(Insecure.MD5(), Insecure.SHA1(), SHA256())
        }
    }

    /// Takes the next bytes into all three digests.
    ///
    /// Callers give pieces that fit the second-level cache: the library goes over each thrice.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch state {
        case .kernel(var digests):
            let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            vestige_digest_update(&digests, start, bytes.count)
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
            var md5 = [UInt8](repeating: 0, count: Insecure.MD5.byteCount)
            var sha1 = [UInt8](repeating: 0, count: Insecure.SHA1.byteCount)
            var sha256 = [UInt8](repeating: 0, count: SHA256.byteCount)
            withUnsafePointer(to: digests) { digests in
                vestige_digest_finish(digests, &md5, &sha1, &sha256)
            }
            return Digests(md5: md5, sha1: sha1, sha256: sha256)
        case .library(let md5, let sha1, let sha256):
            return Digests(
                md5: Array(md5.finalize()),
                sha1: Array(sha1.finalize()),
                sha256: Array(sha256.finalize())
            )
        }
    }
}
