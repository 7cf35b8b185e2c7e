// NEON, which every 64-bit ARM has.
#if defined(__aarch64__) || defined(_M_ARM64)

#include <arm_neon.h>

#include "kernels_simd.h"

namespace nearkey {

namespace {

// Codes become signed by turning their top bit: the sum over code - 128 is completed by 128 times the sum of the query.
inline int32x4_t addProducts(int32x4_t sum, uint8x16_t codes, int8x16_t query) {
  const int8x16_t c = vreinterpretq_s8_u8(veorq_u8(codes, vdupq_n_u8(0x80)));
  sum = vpadalq_s16(sum, vmull_s8(vget_low_s8(c), vget_low_s8(query)));
  return vpadalq_s16(sum, vmull_s8(vget_high_s8(c), vget_high_s8(query)));
}

inline int32x4_t addElements(int32x4_t sum, int8x16_t query) { return vpadalq_s16(sum, vpaddlq_s8(query)); }

int32_t dotCodesNeon(const uint8_t* codes, const int8_t* query, size_t n) {
  int32x4_t sum = vdupq_n_s32(0);
  int32x4_t elements = vdupq_n_s32(0);
  for (size_t i = 0; i < n; i += 16) {
    const int8x16_t q = vld1q_s8(query + i);
    sum = addProducts(sum, vld1q_u8(codes + i), q);
    elements = addElements(elements, q);
  }
  return vaddvq_s32(sum) + 128 * vaddvq_s32(elements);
}

void dotCodes4Neon(const uint8_t* const* codes, const int8_t* query, size_t n, int32_t* out) {
  int32x4_t sum[4] = {vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0)};
  int32x4_t elements = vdupq_n_s32(0);
  for (size_t i = 0; i < n; i += 16) {
    const int8x16_t q = vld1q_s8(query + i);
    elements = addElements(elements, q);
    for (int row = 0; row < 4; row++) sum[row] = addProducts(sum[row], vld1q_u8(codes[row] + i), q);
  }
  const int32_t shift = 128 * vaddvq_s32(elements);
  for (int row = 0; row < 4; row++) out[row] = vaddvq_s32(sum[row]) + shift;
}

float dotFloatsNeon(const float* a, const float* b, size_t n) {
  float32x4_t sum0 = vdupq_n_f32(0);
  float32x4_t sum1 = vdupq_n_f32(0);
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    sum0 = vfmaq_f32(sum0, vld1q_f32(a + i), vld1q_f32(b + i));
    sum1 = vfmaq_f32(sum1, vld1q_f32(a + i + 4), vld1q_f32(b + i + 4));
  }
  return vaddvq_f32(vaddq_f32(sum0, sum1)) + plainKernels().dotFloats(a + i, b + i, n - i);
}

float dotBfloatsNeon(const uint16_t* a, const float* b, size_t n) {
  float32x4_t sum = vdupq_n_f32(0);
  size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    const float32x4_t x = vreinterpretq_f32_u32(vshll_n_u16(vld1_u16(a + i), 16));
    sum = vfmaq_f32(sum, x, vld1q_f32(b + i));
  }
  return vaddvq_f32(sum) + plainKernels().dotBfloats(a + i, b + i, n - i);
}

inline float64x2_t lowDoubles(float32x4_t v) { return vcvt_f64_f32(vget_low_f32(v)); }
inline float64x2_t highDoubles(float32x4_t v) { return vcvt_high_f64_f32(v); }

double exactDotNeon(const float* a, const float* b, size_t n) {
  float64x2_t sum0 = vdupq_n_f64(0);
  float64x2_t sum1 = vdupq_n_f64(0);
  size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    const float32x4_t x = vld1q_f32(a + i);
    const float32x4_t y = vld1q_f32(b + i);
    sum0 = vfmaq_f64(sum0, lowDoubles(x), lowDoubles(y));
    sum1 = vfmaq_f64(sum1, highDoubles(x), highDoubles(y));
  }
  return vaddvq_f64(vaddq_f64(sum0, sum1)) + plainKernels().exactDot(a + i, b + i, n - i);
}

double exactSquaredDistanceNeon(const float* a, const float* b, size_t n) {
  float64x2_t sum0 = vdupq_n_f64(0);
  float64x2_t sum1 = vdupq_n_f64(0);
  size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    const float32x4_t x = vld1q_f32(a + i);
    const float32x4_t y = vld1q_f32(b + i);
    const float64x2_t low = vsubq_f64(lowDoubles(x), lowDoubles(y));
    const float64x2_t high = vsubq_f64(highDoubles(x), highDoubles(y));
    sum0 = vfmaq_f64(sum0, low, low);
    sum1 = vfmaq_f64(sum1, high, high);
  }
  return vaddvq_f64(vaddq_f64(sum0, sum1)) + plainKernels().exactSquaredDistance(a + i, b + i, n - i);
}

DotAndNorm exactDotAndNormNeon(const float* stored, const float* query, size_t n) {
  float64x2_t dot = vdupq_n_f64(0);
  float64x2_t squares = vdupq_n_f64(0);
  size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    const float32x4_t x = vld1q_f32(stored + i);
    const float32x4_t y = vld1q_f32(query + i);
    dot = vfmaq_f64(dot, lowDoubles(x), lowDoubles(y));
    dot = vfmaq_f64(dot, highDoubles(x), highDoubles(y));
    squares = vfmaq_f64(squares, lowDoubles(x), lowDoubles(x));
    squares = vfmaq_f64(squares, highDoubles(x), highDoubles(x));
  }
  const DotAndNorm rest = plainKernels().exactDotAndNorm(stored + i, query + i, n - i);
  return {vaddvq_f64(dot) + rest.dot, vaddvq_f64(squares) + rest.squares};
}

uint32_t differingBitsNeon(const uint64_t* a, const uint64_t* b, size_t n) {
  uint32_t count = 0;
  for (size_t i = 0; i < n; i++) count += vaddv_u8(vcnt_u8(vcreate_u8(a[i] ^ b[i])));
  return count;
}

constexpr Kernels kNeon{"neon",       dotCodesNeon, dotCodes4Neon,            dotFloatsNeon,      dotBfloatsNeon,
                        exactDotNeon, exactSquaredDistanceNeon, exactDotAndNormNeon, differingBitsNeon};

}  // namespace

std::vector<const Kernels*> simdKernels() { return {&kNeon}; }

}  // namespace nearkey

#elif !defined(__x86_64__) && !defined(_M_X64)

#include "kernels_simd.h"

namespace nearkey {

std::vector<const Kernels*> simdKernels() { return {}; }

}  // namespace nearkey

#endif
