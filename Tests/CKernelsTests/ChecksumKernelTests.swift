import CKernels
import Testing

@Suite("checksum kernels")
struct ChecksumKernelTests {
    static let levels: [vestige_kernel_level] = [
        .VESTIGE_KERNEL_PORTABLE, .VESTIGE_KERNEL_POPCNT, .VESTIGE_KERNEL_AVX2,
        .VESTIGE_KERNEL_AVX512,
    ].filter {
        $0.rawValue <= vestige_best_kernel_level().rawValue
    }

    /// The check value of the CRC catalogue, and the four vectors of RFC 3720, appendix B.4.
    @Test("known answers", arguments: ChecksumKernelTests.levels)
    func knownAnswers(level: vestige_kernel_level) {
        let ascending = (0..<32).map { UInt8($0) }
        #expect(vestige_crc32c(level, 0, Array("123456789".utf8), 9) == 0xE306_9283)
        #expect(vestige_crc32c(level, 0, [UInt8](repeating: 0, count: 32), 32) == 0x8A91_36AA)
        #expect(vestige_crc32c(level, 0, [UInt8](repeating: 0xFF, count: 32), 32) == 0x62A8_AB43)
        #expect(vestige_crc32c(level, 0, ascending, 32) == 0x46DD_794E)
        #expect(vestige_crc32c(level, 0, ascending.reversed(), 32) == 0x113F_DB5C)
        #expect(vestige_crc32c(level, 0, ascending, 0) == 0)
    }

    @Test("pieces give the checksum of the whole, whatever the body and the cut")
    func piecesGiveTheWhole() {
        let bytes = (0..<600).map { UInt8(truncatingIfNeeded: $0 &* 151 ^ $0 >> 3) }
        let whole = vestige_crc32c(.VESTIGE_KERNEL_PORTABLE, 0, bytes, bytes.count)
        for level in ChecksumKernelTests.levels {
            for cut in 0...bytes.count {
                let first = vestige_crc32c(level, 0, bytes, cut)
                let rest = Array(bytes[cut...])
                #expect(vestige_crc32c(level, first, rest, rest.count) == whole)
            }
        }
    }
}
