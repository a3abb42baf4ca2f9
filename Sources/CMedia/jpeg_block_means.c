// The mean of each block of 8 x 8 pixels, read off a baseline JPEG's scan.
//
// At an eighth of its size a picture needs one coefficient in 64, yet all the others stand before the
// next one and have to be read past. libjpeg decodes them one by one and throws them away: two thirds
// of a worker's time on camera pictures. Here only their lengths are looked up, several at once.
//
// The data is hostile. Every table index is masked, every read is bounded, and whatever is not exactly
// as the standard has it ends the attempt: libjpeg then decodes the file and says what is wrong.
// Source of the format: ITU-T T.81, annexes A, B and F.
#include "jpeg_state.h"

#include <string.h>

enum {
    /// Bits of the code that are looked up at once: three tables of 8 KB, which fit the first-level
    /// cache beside the data. With 11 a camera picture takes a tenth longer.
    LOOKUP_BITS = 12,
    LOOKUP_SIZE = 1 << LOOKUP_BITS,
};

/// A step over one or more coefficients: 0 if the code is longer than the lookup or there is none.
///
/// Bits 0...4: how many bits of the scan it takes, values included. Bits 5...11: how many coefficients
/// it passes. Bit 15: whether it ends the block.
typedef uint16_t step;

enum {
    STEP_BITS = 0x1F,
    STEP_PASSES_SHIFT = 5,
    STEP_PASSES = 0x7F,
    STEP_ENDS = 0x8000,
};

typedef struct codes {
    /// By length: the first code behind those of this length, left-aligned to 16 bits.
    uint32_t limit[17];
    /// By length: what to add to a code to find its symbol.
    int32_t offset[17];
    const uint8_t *symbols;
} codes;

/// The codes of one table of the mean coefficients: length in the low byte, symbol in the high one.
typedef struct mean_table {
    uint16_t lookup[LOOKUP_SIZE];
    codes codes;
} mean_table;

/// The codes of one table of the other coefficients, as steps.
typedef struct rest_table {
    step several[LOOKUP_SIZE];
    step single[LOOKUP_SIZE];
    codes codes;
} rest_table;

typedef struct tables {
    mean_table means[2];
    rest_table rests[2];
} tables;

typedef struct bit_reader {
    const uint8_t *next;
    const uint8_t *end;
    /// Bits to come, from the top down.
    uint64_t bits;
    /// How many of them there are.
    int count;
    /// How many of those were made up behind the end of the data.
    int padding;
} bit_reader;

/// - Returns: whether the lengths make a prefix code that leaves the word of ones alone free (C.2).
static int read_codes(const JHUFF_TBL *table, codes *out) {
    uint32_t code = 0;
    int32_t symbol = 0;
    for (int length = 1; length <= 16; length++) {
        int32_t count = table->bits[length];
        out->offset[length] = symbol - (int32_t)code;
        code += (uint32_t)count;
        symbol += count;
        if (symbol > 256 || code >= 1u << length) {
            return 0;
        }
        out->limit[length] = code << (16 - length);
        code <<= 1;
    }
    out->symbols = table->huffval;
    return 1;
}

/// The symbol of the code that the 16 bits begin with; its length in `*length`, 0 if there is none.
static uint8_t find_symbol(const codes *codes, uint32_t bits, int *length) {
    for (int candidate = 1; candidate <= 16; candidate++) {
        if (bits < codes->limit[candidate]) {
            *length = candidate;
            int32_t place = (int32_t)(bits >> (16 - candidate)) + codes->offset[candidate];
            return codes->symbols[place & 255];
        }
    }
    *length = 0;
    return 0;
}

static int make_mean_table(const JHUFF_TBL *source, mean_table *table) {
    if (source == NULL || !read_codes(source, &table->codes)) {
        return 0;
    }
    // These symbols are counts of bits; libjpeg refuses a table with any over 15.
    int symbols = 0;
    for (int length = 1; length <= 16; length++) {
        symbols += source->bits[length];
    }
    for (int i = 0; i < symbols; i++) {
        if (source->huffval[i] > 15) {
            return 0;
        }
    }
    for (uint32_t index = 0; index < LOOKUP_SIZE; index++) {
        int length;
        uint8_t symbol = find_symbol(&table->codes, index << (16 - LOOKUP_BITS), &length);
        int is_whole = length > 0 && length <= LOOKUP_BITS;
        table->lookup[index] = is_whole ? (uint16_t)(length | symbol << 8) : 0;
    }
    return 1;
}

/// The step of a code of `length` bits that stands for `symbol`.
static step make_step(int length, uint8_t symbol) {
    int run = symbol >> 4;
    int size = symbol & 15;
    if (size == 0) {
        return run == 15 ? (step)(length | 16 << STEP_PASSES_SHIFT) : (step)(length | STEP_ENDS);
    }
    return (step)((length + size) | (run + 1) << STEP_PASSES_SHIFT);
}

static int make_rest_table(const JHUFF_TBL *source, rest_table *table) {
    if (source == NULL || !read_codes(source, &table->codes)) {
        return 0;
    }
    for (uint32_t index = 0; index < LOOKUP_SIZE; index++) {
        int length;
        uint8_t symbol = find_symbol(&table->codes, index << (16 - LOOKUP_BITS), &length);
        // 12 bits of code and 15 of value: 27, which 5 bits hold.
        int is_whole = length > 0 && length <= LOOKUP_BITS;
        table->single[index] = is_whole ? make_step(length, symbol) : 0;
    }
    for (uint32_t index = 0; index < LOOKUP_SIZE; index++) {
        int bits = 0;
        int passes = 0;
        int ends = 0;
        // As long as the next code lies whole within the lookup; its value may reach beyond.
        while (!ends && bits < LOOKUP_BITS) {
            uint32_t rest = index << bits & (LOOKUP_SIZE - 1);
            step next = table->single[rest];
            int length;
            find_symbol(&table->codes, rest << (16 - LOOKUP_BITS), &length);
            if (next == 0 || length > LOOKUP_BITS - bits || passes + 16 > STEP_PASSES) {
                break;
            }
            bits += next & STEP_BITS;
            passes += next >> STEP_PASSES_SHIFT & STEP_PASSES;
            ends = next & STEP_ENDS;
        }
        table->several[index] = (step)(bits | passes << STEP_PASSES_SHIFT | ends);
    }
    return 1;
}

/// Fills up to at least 57 bits. Behind a marker or the end of the data zeros come, and are counted.
static inline void refill(bit_reader *reader) {
    if (reader->end - reader->next >= 8) {
        uint64_t bytes;
        memcpy(&bytes, reader->next, 8);
        // Whether any byte is FF: then what follows may be a marker, or a zero that is no data.
        uint64_t inverse = ~bytes;
        uint64_t is_special =
            (inverse - 0x0101010101010101u) & ~inverse & 0x8080808080808080u;
        if (is_special == 0) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
            bytes = __builtin_bswap64(bytes);
#endif
            // Bits beyond the whole bytes that are counted are put in place too; the next refill puts
            // the same bits there again.
            reader->bits |= bytes >> reader->count;
            reader->next += (63 - reader->count) >> 3;
            reader->count |= 56;
            return;
        }
    }
    while (reader->count <= 56) {
        uint64_t byte = 0;
        if (reader->next < reader->end && *reader->next != 0xFF) {
            byte = *reader->next++;
        } else if (reader->end - reader->next >= 2 && reader->next[1] == 0) {
            byte = 0xFF;
            reader->next += 2;
        } else {
            reader->padding += 8;
        }
        reader->bits |= byte << (56 - reader->count);
        reader->count += 8;
    }
}

static inline void drop(bit_reader *reader, int count) {
    reader->bits <<= count;
    reader->count -= count;
}

/// Reads the difference of a block's mean coefficient to the one before. Takes at most 31 bits.
static inline int read_difference(bit_reader *reader, const mean_table *table, int *difference) {
    uint16_t entry = table->lookup[reader->bits >> (64 - LOOKUP_BITS)];
    int length = entry & 0xFF;
    int size = entry >> 8;
    if (length == 0) {
        size = find_symbol(&table->codes, (uint32_t)(reader->bits >> 48), &length);
        if (length == 0) {
            return 0;
        }
    }
    if (size > 11) {
        return 0;
    }
    drop(reader, length);
    if (size == 0) {
        *difference = 0;
        return 1;
    }
    int value = (int)(reader->bits >> (64 - size));
    drop(reader, size);
    // T.81, figure F.12: the lower half of the values stands for the negative ones.
    *difference = value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
    return 1;
}

/// Reads past the 63 other coefficients of a block.
static inline int pass_rest(bit_reader *reader, const rest_table *table) {
    int place = 1;
    while (1) {
        if (reader->count < 32) {
            refill(reader);
        }
        uint32_t index = (uint32_t)(reader->bits >> (64 - LOOKUP_BITS));
        step next = table->several[index];
        int after = place + (next >> STEP_PASSES_SHIFT & STEP_PASSES);
        if (__builtin_expect(next == 0 || after > 63, 0)) {
            // Near the end of a block the next code may belong to the next block; and long codes are
            // not in the lookup.
            next = table->single[index];
            if (next == 0) {
                int length;
                uint8_t symbol =
                    find_symbol(&table->codes, (uint32_t)(reader->bits >> 48), &length);
                if (length == 0) {
                    return 0;
                }
                next = make_step(length, symbol);
            }
            after = place + (next >> STEP_PASSES_SHIFT & STEP_PASSES);
            if (after > 64) {
                return 0;
            }
        }
        drop(reader, next & STEP_BITS);
        if (next & STEP_ENDS || after == 64) {
            return 1;
        }
        place = after;
    }
}

/// At the end of a run of blocks: whether only the bits that fill up the last byte are left, and the
/// marker that must follow does. The reader then stands behind the marker, empty.
static int pass_marker(bit_reader *reader, uint8_t marker) {
    int left = reader->count - reader->padding;
    // Bytes that are still in the reader are data that no block took: libjpeg may know what to do.
    if (left < 0 || left > 7) {
        return 0;
    }
    const uint8_t *next = reader->next;
    while (reader->end - next >= 2 && next[0] == 0xFF && next[1] == 0xFF) {
        next++;
    }
    if (reader->end - next < 2 || next[0] != 0xFF || next[1] != marker) {
        return 0;
    }
    *reader = (bit_reader){.next = next + 2, .end = reader->end};
    return 1;
}

/// Whether the picture is of the plain kind that is read here.
static int is_plain(const struct jpeg_decompress_struct *info) {
    int is_gray = info->jpeg_color_space == JCS_GRAYSCALE && info->num_components == 1;
    int is_colour = info->jpeg_color_space == JCS_YCbCr && info->num_components == 3;
    if (info->progressive_mode || info->arith_code || info->data_precision != 8 ||
        !(is_gray || is_colour) || info->comps_in_scan != info->num_components ||
        info->Ss != 0 || info->Se != DCTSIZE2 - 1 || info->Ah != 0 || info->Al != 0) {
        return 0;
    }
    int blocks = 0;
    for (int i = 0; i < info->num_components; i++) {
        const jpeg_component_info *component = &info->comp_info[i];
        // libjpeg asks for the tables of all components, though it uses only the first one's here.
        if (component->quant_tbl_no < 0 || component->quant_tbl_no >= NUM_QUANT_TBLS ||
            info->quant_tbl_ptrs[component->quant_tbl_no] == NULL) {
            return 0;
        }
        blocks += component->h_samp_factor * component->v_samp_factor;
        if (info->cur_comp_info[i] != component || component->dc_tbl_no < 0 ||
            component->dc_tbl_no > 1 || component->ac_tbl_no < 0 || component->ac_tbl_no > 1 ||
            component->h_samp_factor < 1 || component->v_samp_factor < 1 ||
            component->h_samp_factor > 4 || component->v_samp_factor > 4) {
            return 0;
        }
    }
    const jpeg_component_info *luma = &info->comp_info[0];
    return luma->h_samp_factor == info->max_h_samp_factor &&
           luma->v_samp_factor == info->max_v_samp_factor &&
           (is_gray || blocks <= D_MAX_BLOCKS_IN_MCU);
}

static int make_tables(const struct jpeg_decompress_struct *info, tables *tables) {
    int has_means[2] = {0, 0};
    int has_rests[2] = {0, 0};
    for (int i = 0; i < info->num_components; i++) {
        int mean = info->comp_info[i].dc_tbl_no;
        int rest = info->comp_info[i].ac_tbl_no;
        if (!has_means[mean] &&
            !make_mean_table(info->dc_huff_tbl_ptrs[mean], &tables->means[mean])) {
            return 0;
        }
        if (!has_rests[rest] &&
            !make_rest_table(info->ac_huff_tbl_ptrs[rest], &tables->rests[rest])) {
            return 0;
        }
        has_means[mean] = has_rests[rest] = 1;
    }
    return 1;
}

int vestige_jpeg_read_block_means(const vestige_jpeg *jpeg, uint8_t *rows) {
    const struct jpeg_decompress_struct *info = &jpeg->info;
    tables tables;
    if (!is_plain(info) || !make_tables(info, &tables)) {
        return 0;
    }
    const size_t across = ((size_t)info->image_width + 7) / 8;
    const size_t down = ((size_t)info->image_height + 7) / 8;
    // A scan of one component has its blocks one by one, whatever its sampling factors (A.2.2).
    const int is_single = info->num_components == 1;
    const size_t luma_across = is_single ? 1 : (size_t)info->max_h_samp_factor;
    const size_t luma_down = is_single ? 1 : (size_t)info->max_v_samp_factor;
    const size_t units_across = (across + luma_across - 1) / luma_across;
    const size_t units_down = (down + luma_down - 1) / luma_down;
    const int quantum = info->quant_tbl_ptrs[info->comp_info[0].quant_tbl_no]->quantval[0];
    bit_reader reader = {
        .next = info->src->next_input_byte,
        .end = info->src->next_input_byte + info->src->bytes_in_buffer,
    };
    int mean = 0;
    unsigned until_restart = info->restart_interval;
    uint8_t restart = JPEG_RST0;
    for (size_t unit_y = 0; unit_y < units_down; unit_y++) {
        for (size_t unit_x = 0; unit_x < units_across; unit_x++) {
            if (info->restart_interval != 0) {
                if (until_restart == 0) {
                    if (!pass_marker(&reader, restart)) {
                        return 0;
                    }
                    restart = JPEG_RST0 + ((restart - JPEG_RST0 + 1) & 7);
                    until_restart = info->restart_interval;
                    mean = 0;
                }
                until_restart--;
            }
            for (int i = 0; i < info->num_components; i++) {
                const jpeg_component_info *component = &info->comp_info[i];
                const mean_table *means = &tables.means[component->dc_tbl_no];
                const rest_table *rests = &tables.rests[component->ac_tbl_no];
                const size_t blocks_across =
                    is_single ? 1 : (size_t)component->h_samp_factor;
                const size_t blocks_down = is_single ? 1 : (size_t)component->v_samp_factor;
                for (size_t y = 0; y < blocks_down; y++) {
                    for (size_t x = 0; x < blocks_across; x++) {
                        int difference;
                        refill(&reader);
                        if (!read_difference(&reader, means, &difference) ||
                            !pass_rest(&reader, rests)) {
                            return 0;
                        }
                        if (i != 0) {
                            continue;
                        }
                        mean += difference;
                        // jidctred.c's rounding. Beyond this range libjpeg's own table wraps around.
                        int sample = ((mean * quantum + 4) >> 3) + 128;
                        if (mean < -32768 || mean > 32767 || sample < -384 || sample > 639) {
                            return 0;
                        }
                        size_t column = unit_x * luma_across + x;
                        size_t row = unit_y * luma_down + y;
                        if (column < across && row < down) {
                            rows[row * across + column] =
                                (uint8_t)(sample < 0 ? 0 : sample > 255 ? 255 : sample);
                        }
                    }
                }
            }
            // Data that ended early would otherwise be read on as zeros to the picture's end.
            if (reader.padding > reader.count) {
                return 0;
            }
        }
    }
    return pass_marker(&reader, JPEG_EOI);
}
