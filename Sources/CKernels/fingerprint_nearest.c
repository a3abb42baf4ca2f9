// Nearest neighbour, as the reference's command line shrinks a picture with a side over 512.
#include "fingerprint_kernels.h"

void vestige_nearest_floats(const float *plane, size_t width, size_t height, size_t side,
                            float *nearest) {
    for (size_t row = 0; row < side; row++) {
        const float *from = plane + row * height / side * width;
        for (size_t column = 0; column < side; column++) {
            nearest[row * side + column] = from[column * width / side];
        }
    }
}

void vestige_nearest_bytes(const uint8_t *plane, size_t width, size_t height, size_t side,
                           uint8_t *nearest) {
    for (size_t row = 0; row < side; row++) {
        const uint8_t *from = plane + row * height / side * width;
        for (size_t column = 0; column < side; column++) {
            nearest[row * side + column] = from[column * width / side];
        }
    }
}
