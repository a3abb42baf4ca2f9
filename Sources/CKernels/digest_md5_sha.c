// Sources: RFC 1321 (MD5), FIPS 180-4 (SHA-1, SHA-256), and the processor's own SHA instructions.
//
// MD5 is one long chain of additions that depend on each other, and leaves most of a core idle. The
// instructions of the two others have chains of their own; written between MD5's, they run in its
// shadow. So the three together take about as long as MD5 alone.
#include "digest_kernels.h"

#include <string.h>

void vestige_digest_begin(vestige_digest_state *state) {
    static const vestige_digest_state start = {
        .md5 = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476},
        .sha1 = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0},
        .sha256 = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
                   0x1f83d9ab, 0x5be0cd19},
    };
    *state = start;
}

enum {
    block_bytes = 64,
    length_bytes = 8,
};

void vestige_digest_update(vestige_digest_state *state, const uint8_t *bytes, size_t count) {
    if (count == 0) {
        return;
    }
    size_t waiting = state->count % block_bytes;
    state->count += count;
    if (waiting > 0) {
        size_t missing = block_bytes - waiting;
        size_t taken = count < missing ? count : missing;
        memcpy(state->rest + waiting, bytes, taken);
        if (taken < missing) {
            return;
        }
        vestige_digest_blocks(state, state->rest, 1);
        bytes += taken;
        count -= taken;
    }
    size_t whole = count / block_bytes;
    vestige_digest_blocks(state, bytes, whole);
    memcpy(state->rest, bytes + whole * block_bytes, count % block_bytes);
}

static void write_words(uint8_t *bytes, const uint32_t *words, size_t count, int is_big_endian) {
    for (size_t k = 0; k < 4 * count; k++) {
        size_t place = is_big_endian ? 3 - k % 4 : k % 4;
        bytes[k] = (uint8_t)(words[k / 4] >> (8 * place));
    }
}

void vestige_digest_finish(const vestige_digest_state *state, uint8_t *md5, uint8_t *sha1,
                           uint8_t *sha256) {
    uint8_t last[2 * block_bytes] = {0};
    size_t waiting = state->count % block_bytes;
    memcpy(last, state->rest, waiting);
    last[waiting] = 0x80;
    size_t blocks = waiting < block_bytes - length_bytes ? 1 : 2;
    // The padding ends with the count of bits: MD5's lowest byte first, the others' highest. So the
    // last blocks are taken twice, and of each time what it is right for.
    uint8_t *length = last + blocks * block_bytes - length_bytes;
    uint64_t bits = state->count << 3;
    uint32_t halves[2] = {(uint32_t)bits, (uint32_t)(bits >> 32)};
    write_words(length, halves, 2, 0);
    vestige_digest_state little = *state;
    vestige_digest_blocks(&little, last, blocks);
    halves[0] = (uint32_t)(bits >> 32);
    halves[1] = (uint32_t)bits;
    write_words(length, halves, 2, 1);
    vestige_digest_state big = *state;
    vestige_digest_blocks(&big, last, blocks);
    write_words(md5, little.md5, 4, 0);
    write_words(sha1, big.sha1, 5, 1);
    write_words(sha256, big.sha256, 8, 1);
}

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

int vestige_has_digest_kernel(void) {
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSE4_1) || !(c & bit_SSSE3)) {
        return 0;
    }
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
}

/// RFC 1321, 3.4: the integer part of 2^32 |sin i|, i in radians, 1 ... 64.
static const uint32_t md5_sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee,
    0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be,
    0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa,
    0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed,
    0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c,
    0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05,
    0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039,
    0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1,
    0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

/// FIPS 180-4, 4.2.2: the fractions of the cube roots of the first 64 primes.
static const uint32_t sha256_roots[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5,
    0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
    0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
    0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5,
    0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static inline uint32_t rotate(uint32_t value, int count) {
    return value << count | value >> (32 - count);
}

// The four functions of RFC 1321, written so that the newest value, b, comes in last.
#define MD5_F(b, c, d) ((((c) ^ (d)) & (b)) ^ (d))
#define MD5_G(b, c, d) (((d) & (b)) + (~(d) & (c)))
#define MD5_H(b, c, d) (((c) ^ (d)) ^ (b))
#define MD5_I(b, c, d) ((c) ^ ((b) | ~(d)))

// The compiler would rather add b's function first, which makes the chain longer; the empty statement
// keeps the order as written.
#define MD5_STEP(function, a, b, c, d, step, word, shift)                                          \
    {                                                                                              \
        uint32_t early = a + words[word] + md5_sines[step];                                        \
        __asm__("" : "+r"(early));                                                                 \
        a = rotate(early + function(b, c, d), shift) + b;                                          \
    }

/// Four steps of MD5, after which a, b, c and d have their places again. The empty statement keeps the
/// compiler from gathering one digest's work and undoing the interleaving: 0.74 GB/s with it, 0.63
/// without.
#define MD5_QUAD(function, step, w0, w1, w2, w3, s0, s1, s2, s3)                                   \
    __asm__ volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+x"(abcd), "+x"(abef), "+x"(cdgh)); \
    MD5_STEP(function, a, b, c, d, step, w0, s0)                                                   \
    MD5_STEP(function, d, a, b, c, step + 1, w1, s1)                                               \
    MD5_STEP(function, c, d, a, b, step + 2, w2, s2)                                               \
    MD5_STEP(function, b, c, d, a, step + 3, w3, s3)

/// Four rounds of SHA-1.
#define SHA1_ROUNDS(w, phase)                                                                      \
    {                                                                                              \
        __m128i e = _mm_sha1nexte_epu32(before, w);                                                \
        before = abcd;                                                                             \
        abcd = _mm_sha1rnds4_epu32(abcd, e, phase);                                                \
    }

/// The next four words of SHA-1, in the place of the oldest.
#define SHA1_WORDS(w0, w1, w2, w3)                                                                 \
    w0 = _mm_sha1msg2_epu32(_mm_xor_si128(_mm_sha1msg1_epu32(w0, w1), w2), w3);

/// Four rounds of SHA-256.
#define SHA256_ROUNDS(w, step)                                                                     \
    {                                                                                              \
        __m128i sum = _mm_add_epi32(w, _mm_load_si128((const __m128i *)&sha256_roots[step]));      \
        cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);                                             \
        abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0E));                    \
    }

/// The next four words of SHA-256, in the place of the oldest.
#define SHA256_WORDS(w0, w1, w2, w3)                                                               \
    w0 = _mm_sha256msg2_epu32(                                                                     \
        _mm_add_epi32(_mm_sha256msg1_epu32(w0, w1), _mm_alignr_epi8(w3, w2, 4)), w3);

__attribute__((target("sha,sse4.1,ssse3"))) void
vestige_digest_blocks(vestige_digest_state *state, const uint8_t *bytes, size_t blocks) {
    const __m128i reverse_all = _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f);
    const __m128i reverse_words = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    uint32_t a = state->md5[0], b = state->md5[1], c = state->md5[2], d = state->md5[3];
    __m128i abcd = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state->sha1), 0x1B);
    __m128i e_first = _mm_set_epi32((int)state->sha1[4], 0, 0, 0);
    // The SHA-256 instructions want a, b, e, f in one register and c, d, g, h in another.
    __m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state->sha256), 0xB1);
    __m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state->sha256 + 4)), 0x1B);
    __m128i abef = _mm_alignr_epi8(low, high, 8);
    __m128i cdgh = _mm_blend_epi16(high, low, 0xF0);
    for (; blocks > 0; blocks--, bytes += 64) {
        uint32_t words[16];
        // MD5's words are little-endian, as every x86 processor's are.
        memcpy(words, bytes, 64);
        const __m128i *block = (const __m128i *)bytes;
        __m128i p0 = _mm_shuffle_epi8(_mm_loadu_si128(block), reverse_all);
        __m128i p1 = _mm_shuffle_epi8(_mm_loadu_si128(block + 1), reverse_all);
        __m128i p2 = _mm_shuffle_epi8(_mm_loadu_si128(block + 2), reverse_all);
        __m128i p3 = _mm_shuffle_epi8(_mm_loadu_si128(block + 3), reverse_all);
        __m128i q0 = _mm_shuffle_epi8(_mm_loadu_si128(block), reverse_words);
        __m128i q1 = _mm_shuffle_epi8(_mm_loadu_si128(block + 1), reverse_words);
        __m128i q2 = _mm_shuffle_epi8(_mm_loadu_si128(block + 2), reverse_words);
        __m128i q3 = _mm_shuffle_epi8(_mm_loadu_si128(block + 3), reverse_words);
        const uint32_t a_old = a, b_old = b, c_old = c, d_old = d;
        const __m128i abcd_old = abcd, abef_old = abef, cdgh_old = cdgh;
        __m128i before;

        MD5_QUAD(MD5_F, 0, 0, 1, 2, 3, 7, 12, 17, 22)
        SHA256_ROUNDS(q0, 0)
        {
            __m128i e = _mm_add_epi32(e_first, p0);
            before = abcd;
            abcd = _mm_sha1rnds4_epu32(abcd, e, 0);
        }
        MD5_QUAD(MD5_F, 4, 4, 5, 6, 7, 7, 12, 17, 22)
        SHA256_ROUNDS(q1, 4)
        SHA1_ROUNDS(p1, 0)
        MD5_QUAD(MD5_F, 8, 8, 9, 10, 11, 7, 12, 17, 22)
        SHA256_ROUNDS(q2, 8)
        SHA1_ROUNDS(p2, 0)
        MD5_QUAD(MD5_F, 12, 12, 13, 14, 15, 7, 12, 17, 22)
        SHA256_ROUNDS(q3, 12)
        SHA1_ROUNDS(p3, 0)
        SHA1_WORDS(p0, p1, p2, p3)
        SHA1_ROUNDS(p0, 0)

        MD5_QUAD(MD5_G, 16, 1, 6, 11, 0, 5, 9, 14, 20)
        SHA256_WORDS(q0, q1, q2, q3)
        SHA256_ROUNDS(q0, 16)
        SHA1_WORDS(p1, p2, p3, p0)
        SHA1_ROUNDS(p1, 1)
        MD5_QUAD(MD5_G, 20, 5, 10, 15, 4, 5, 9, 14, 20)
        SHA256_WORDS(q1, q2, q3, q0)
        SHA256_ROUNDS(q1, 20)
        SHA1_WORDS(p2, p3, p0, p1)
        SHA1_ROUNDS(p2, 1)
        MD5_QUAD(MD5_G, 24, 9, 14, 3, 8, 5, 9, 14, 20)
        SHA256_WORDS(q2, q3, q0, q1)
        SHA256_ROUNDS(q2, 24)
        SHA1_WORDS(p3, p0, p1, p2)
        SHA1_ROUNDS(p3, 1)
        MD5_QUAD(MD5_G, 28, 13, 2, 7, 12, 5, 9, 14, 20)
        SHA256_WORDS(q3, q0, q1, q2)
        SHA256_ROUNDS(q3, 28)
        SHA1_WORDS(p0, p1, p2, p3)
        SHA1_ROUNDS(p0, 1)
        SHA1_WORDS(p1, p2, p3, p0)
        SHA1_ROUNDS(p1, 1)

        MD5_QUAD(MD5_H, 32, 5, 8, 11, 14, 4, 11, 16, 23)
        SHA256_WORDS(q0, q1, q2, q3)
        SHA256_ROUNDS(q0, 32)
        SHA1_WORDS(p2, p3, p0, p1)
        SHA1_ROUNDS(p2, 2)
        MD5_QUAD(MD5_H, 36, 1, 4, 7, 10, 4, 11, 16, 23)
        SHA256_WORDS(q1, q2, q3, q0)
        SHA256_ROUNDS(q1, 36)
        SHA1_WORDS(p3, p0, p1, p2)
        SHA1_ROUNDS(p3, 2)
        MD5_QUAD(MD5_H, 40, 13, 0, 3, 6, 4, 11, 16, 23)
        SHA256_WORDS(q2, q3, q0, q1)
        SHA256_ROUNDS(q2, 40)
        SHA1_WORDS(p0, p1, p2, p3)
        SHA1_ROUNDS(p0, 2)
        MD5_QUAD(MD5_H, 44, 9, 12, 15, 2, 4, 11, 16, 23)
        SHA256_WORDS(q3, q0, q1, q2)
        SHA256_ROUNDS(q3, 44)
        SHA1_WORDS(p1, p2, p3, p0)
        SHA1_ROUNDS(p1, 2)
        SHA1_WORDS(p2, p3, p0, p1)
        SHA1_ROUNDS(p2, 2)

        MD5_QUAD(MD5_I, 48, 0, 7, 14, 5, 6, 10, 15, 21)
        SHA256_WORDS(q0, q1, q2, q3)
        SHA256_ROUNDS(q0, 48)
        SHA1_WORDS(p3, p0, p1, p2)
        SHA1_ROUNDS(p3, 3)
        MD5_QUAD(MD5_I, 52, 12, 3, 10, 1, 6, 10, 15, 21)
        SHA256_WORDS(q1, q2, q3, q0)
        SHA256_ROUNDS(q1, 52)
        SHA1_WORDS(p0, p1, p2, p3)
        SHA1_ROUNDS(p0, 3)
        MD5_QUAD(MD5_I, 56, 8, 15, 6, 13, 6, 10, 15, 21)
        SHA256_WORDS(q2, q3, q0, q1)
        SHA256_ROUNDS(q2, 56)
        SHA1_WORDS(p1, p2, p3, p0)
        SHA1_ROUNDS(p1, 3)
        MD5_QUAD(MD5_I, 60, 4, 11, 2, 9, 6, 10, 15, 21)
        SHA256_WORDS(q3, q0, q1, q2)
        SHA256_ROUNDS(q3, 60)
        SHA1_WORDS(p2, p3, p0, p1)
        SHA1_ROUNDS(p2, 3)
        SHA1_WORDS(p3, p0, p1, p2)
        SHA1_ROUNDS(p3, 3)

        a += a_old;
        b += b_old;
        c += c_old;
        d += d_old;
        e_first = _mm_sha1nexte_epu32(before, e_first);
        abcd = _mm_add_epi32(abcd, abcd_old);
        abef = _mm_add_epi32(abef, abef_old);
        cdgh = _mm_add_epi32(cdgh, cdgh_old);
    }
    state->md5[0] = a;
    state->md5[1] = b;
    state->md5[2] = c;
    state->md5[3] = d;
    _mm_storeu_si128((__m128i *)state->sha1, _mm_shuffle_epi32(abcd, 0x1B));
    state->sha1[4] = (uint32_t)_mm_extract_epi32(e_first, 3);
    low = _mm_shuffle_epi32(abef, 0x1B);
    high = _mm_shuffle_epi32(cdgh, 0xB1);
    _mm_storeu_si128((__m128i *)state->sha256, _mm_blend_epi16(low, high, 0xF0));
    _mm_storeu_si128((__m128i *)(state->sha256 + 4), _mm_alignr_epi8(high, low, 8));
}

#else

int vestige_has_digest_kernel(void) { return 0; }

void vestige_digest_blocks(vestige_digest_state *state, const uint8_t *bytes, size_t blocks) {
    (void)state;
    (void)bytes;
    (void)blocks;
    __builtin_trap();
}

#endif
