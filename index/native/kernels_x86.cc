// SSE4.1, AVX2 and AVX-512 with VNNI. Functions carry their instruction set as an attribute, so the file needs no
// compiler flags and the addon runs on any x86-64.
#if defined(__x86_64__) || defined(_M_X64)

#if defined(__GNUC__) && !defined(__clang__)
// GCC 12 takes the undefined pass-through operands of its own intrinsics for a mistake.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <immintrin.h>

#include "kernels_simd.h"

#if defined(_MSC_VER)
#include <intrin.h>
#define TARGET(isa)
#else
#define TARGET(isa) __attribute__((target(isa)))
#endif

namespace nearkey {

namespace {

// -- SSE4.1

TARGET("sse4.1") inline int32_t sum4(__m128i v) {
  v = _mm_add_epi32(v, _mm_shuffle_epi32(v, 0x4e));
  v = _mm_add_epi32(v, _mm_shuffle_epi32(v, 0xb1));
  return _mm_cvtsi128_si32(v);
}

// Products of 8-bit numbers are summed in pairs in 16 bits only after widening: maddubs saturates.
TARGET("sse4.1") int32_t dotCodesSse(const uint8_t* codes, const int8_t* query, size_t n) {
  __m128i sum = _mm_setzero_si128();
  for (size_t i = 0; i < n; i += 16) {
    const __m128i c = _mm_loadu_si128(reinterpret_cast<const __m128i*>(codes + i));
    const __m128i q = _mm_loadu_si128(reinterpret_cast<const __m128i*>(query + i));
    sum = _mm_add_epi32(sum, _mm_madd_epi16(_mm_cvtepu8_epi16(c), _mm_cvtepi8_epi16(q)));
    sum = _mm_add_epi32(
        sum, _mm_madd_epi16(_mm_cvtepu8_epi16(_mm_srli_si128(c, 8)), _mm_cvtepi8_epi16(_mm_srli_si128(q, 8))));
  }
  return sum4(sum);
}

void dotCodes4Sse(const uint8_t* const* codes, const int8_t* query, size_t n, int32_t* out) {
  for (int row = 0; row < 4; row++) out[row] = dotCodesSse(codes[row], query, n);
}

TARGET("sse4.1") inline float sumFloats(__m128 v) {
  v = _mm_add_ps(v, _mm_movehl_ps(v, v));
  v = _mm_add_ss(v, _mm_shuffle_ps(v, v, 1));
  return _mm_cvtss_f32(v);
}

TARGET("sse4.1") float dotFloatsSse(const float* a, const float* b, size_t n) {
  __m128 sum0 = _mm_setzero_ps();
  __m128 sum1 = _mm_setzero_ps();
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    sum0 = _mm_add_ps(sum0, _mm_mul_ps(_mm_loadu_ps(a + i), _mm_loadu_ps(b + i)));
    sum1 = _mm_add_ps(sum1, _mm_mul_ps(_mm_loadu_ps(a + i + 4), _mm_loadu_ps(b + i + 4)));
  }
  return sumFloats(_mm_add_ps(sum0, sum1)) + plainKernels().dotFloats(a + i, b + i, n - i);
}

TARGET("sse4.1") float dotBfloatsSse(const uint16_t* a, const float* b, size_t n) {
  __m128 sum = _mm_setzero_ps();
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const __m128i bits = _mm_loadu_si128(reinterpret_cast<const __m128i*>(a + i));
    const __m128 low = _mm_castsi128_ps(_mm_unpacklo_epi16(_mm_setzero_si128(), bits));
    const __m128 high = _mm_castsi128_ps(_mm_unpackhi_epi16(_mm_setzero_si128(), bits));
    sum = _mm_add_ps(sum, _mm_mul_ps(low, _mm_loadu_ps(b + i)));
    sum = _mm_add_ps(sum, _mm_mul_ps(high, _mm_loadu_ps(b + i + 4)));
  }
  return sumFloats(sum) + plainKernels().dotBfloats(a + i, b + i, n - i);
}

TARGET("sse4.1") inline double sumDoubles(__m128d v) { return _mm_cvtsd_f64(_mm_add_sd(v, _mm_unpackhi_pd(v, v))); }

TARGET("sse4.1") inline __m128d lowDoubles(__m128 v) { return _mm_cvtps_pd(v); }
TARGET("sse4.1") inline __m128d highDoubles(__m128 v) { return _mm_cvtps_pd(_mm_movehl_ps(v, v)); }

TARGET("sse4.1") double exactDotSse(const float* a, const float* b, size_t n) {
  __m128d sum0 = _mm_setzero_pd();
  __m128d sum1 = _mm_setzero_pd();
  size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    const __m128 x = _mm_loadu_ps(a + i);
    const __m128 y = _mm_loadu_ps(b + i);
    sum0 = _mm_add_pd(sum0, _mm_mul_pd(lowDoubles(x), lowDoubles(y)));
    sum1 = _mm_add_pd(sum1, _mm_mul_pd(highDoubles(x), highDoubles(y)));
  }
  return sumDoubles(_mm_add_pd(sum0, sum1)) + plainKernels().exactDot(a + i, b + i, n - i);
}

TARGET("sse4.1") double exactSquaredDistanceSse(const float* a, const float* b, size_t n) {
  __m128d sum0 = _mm_setzero_pd();
  __m128d sum1 = _mm_setzero_pd();
  size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    const __m128 x = _mm_loadu_ps(a + i);
    const __m128 y = _mm_loadu_ps(b + i);
    const __m128d low = _mm_sub_pd(lowDoubles(x), lowDoubles(y));
    const __m128d high = _mm_sub_pd(highDoubles(x), highDoubles(y));
    sum0 = _mm_add_pd(sum0, _mm_mul_pd(low, low));
    sum1 = _mm_add_pd(sum1, _mm_mul_pd(high, high));
  }
  return sumDoubles(_mm_add_pd(sum0, sum1)) + plainKernels().exactSquaredDistance(a + i, b + i, n - i);
}

TARGET("sse4.1") DotAndNorm exactDotAndNormSse(const float* stored, const float* query, size_t n) {
  __m128d dot = _mm_setzero_pd();
  __m128d squares = _mm_setzero_pd();
  size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    const __m128 x = _mm_loadu_ps(stored + i);
    const __m128 y = _mm_loadu_ps(query + i);
    const __m128d low = lowDoubles(x);
    const __m128d high = highDoubles(x);
    dot = _mm_add_pd(dot, _mm_mul_pd(low, lowDoubles(y)));
    dot = _mm_add_pd(dot, _mm_mul_pd(high, highDoubles(y)));
    squares = _mm_add_pd(squares, _mm_mul_pd(low, low));
    squares = _mm_add_pd(squares, _mm_mul_pd(high, high));
  }
  const DotAndNorm rest = plainKernels().exactDotAndNorm(stored + i, query + i, n - i);
  return {sumDoubles(dot) + rest.dot, sumDoubles(squares) + rest.squares};
}

// -- AVX2

TARGET("avx2,fma") inline int32_t sum8(__m256i v) {
  __m128i half = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4e));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xb1));
  return _mm_cvtsi128_si32(half);
}

TARGET("avx2,fma") int32_t dotCodesAvx2(const uint8_t* codes, const int8_t* query, size_t n) {
  __m256i sum0 = _mm256_setzero_si256();
  __m256i sum1 = _mm256_setzero_si256();
  for (size_t i = 0; i < n; i += 32) {
    const __m128i* c = reinterpret_cast<const __m128i*>(codes + i);
    const __m128i* q = reinterpret_cast<const __m128i*>(query + i);
    sum0 = _mm256_add_epi32(sum0, _mm256_madd_epi16(_mm256_cvtepu8_epi16(_mm_loadu_si128(c)),
                                                    _mm256_cvtepi8_epi16(_mm_loadu_si128(q))));
    sum1 = _mm256_add_epi32(sum1, _mm256_madd_epi16(_mm256_cvtepu8_epi16(_mm_loadu_si128(c + 1)),
                                                    _mm256_cvtepi8_epi16(_mm_loadu_si128(q + 1))));
  }
  return sum8(_mm256_add_epi32(sum0, sum1));
}

TARGET("avx2,fma") void dotCodes4Avx2(const uint8_t* const* codes, const int8_t* query, size_t n, int32_t* out) {
  __m256i sum[4] = {_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256()};
  for (size_t i = 0; i < n; i += 16) {
    const __m256i q = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(query + i)));
    for (int row = 0; row < 4; row++) {
      const __m128i c = _mm_loadu_si128(reinterpret_cast<const __m128i*>(codes[row] + i));
      sum[row] = _mm256_add_epi32(sum[row], _mm256_madd_epi16(_mm256_cvtepu8_epi16(c), q));
    }
  }
  for (int row = 0; row < 4; row++) out[row] = sum8(sum[row]);
}

TARGET("avx2,fma") inline float sumFloats8(__m256 v) {
  __m128 half = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  half = _mm_add_ps(half, _mm_movehl_ps(half, half));
  half = _mm_add_ss(half, _mm_shuffle_ps(half, half, 1));
  return _mm_cvtss_f32(half);
}

TARGET("avx2,fma") float dotFloatsAvx2(const float* a, const float* b, size_t n) {
  __m256 sum0 = _mm256_setzero_ps();
  __m256 sum1 = _mm256_setzero_ps();
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    sum0 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i), _mm256_loadu_ps(b + i), sum0);
    sum1 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i + 8), _mm256_loadu_ps(b + i + 8), sum1);
  }
  return sumFloats8(_mm256_add_ps(sum0, sum1)) + plainKernels().dotFloats(a + i, b + i, n - i);
}

TARGET("avx2,fma") float dotBfloatsAvx2(const uint16_t* a, const float* b, size_t n) {
  __m256 sum = _mm256_setzero_ps();
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const __m256i bits = _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(a + i)));
    sum = _mm256_fmadd_ps(_mm256_castsi256_ps(_mm256_slli_epi32(bits, 16)), _mm256_loadu_ps(b + i), sum);
  }
  return sumFloats8(sum) + plainKernels().dotBfloats(a + i, b + i, n - i);
}

TARGET("avx2,fma") inline double sumDoubles4(__m256d v) {
  const __m128d half = _mm_add_pd(_mm256_castpd256_pd128(v), _mm256_extractf128_pd(v, 1));
  return _mm_cvtsd_f64(_mm_add_sd(half, _mm_unpackhi_pd(half, half)));
}

TARGET("avx2,fma") inline __m256d doubles4(const float* from) { return _mm256_cvtps_pd(_mm_loadu_ps(from)); }

TARGET("avx2,fma") double exactDotAvx2(const float* a, const float* b, size_t n) {
  __m256d sum0 = _mm256_setzero_pd();
  __m256d sum1 = _mm256_setzero_pd();
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    sum0 = _mm256_fmadd_pd(doubles4(a + i), doubles4(b + i), sum0);
    sum1 = _mm256_fmadd_pd(doubles4(a + i + 4), doubles4(b + i + 4), sum1);
  }
  return sumDoubles4(_mm256_add_pd(sum0, sum1)) + plainKernels().exactDot(a + i, b + i, n - i);
}

TARGET("avx2,fma") double exactSquaredDistanceAvx2(const float* a, const float* b, size_t n) {
  __m256d sum0 = _mm256_setzero_pd();
  __m256d sum1 = _mm256_setzero_pd();
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const __m256d low = _mm256_sub_pd(doubles4(a + i), doubles4(b + i));
    const __m256d high = _mm256_sub_pd(doubles4(a + i + 4), doubles4(b + i + 4));
    sum0 = _mm256_fmadd_pd(low, low, sum0);
    sum1 = _mm256_fmadd_pd(high, high, sum1);
  }
  return sumDoubles4(_mm256_add_pd(sum0, sum1)) + plainKernels().exactSquaredDistance(a + i, b + i, n - i);
}

TARGET("avx2,fma") DotAndNorm exactDotAndNormAvx2(const float* stored, const float* query, size_t n) {
  __m256d dot0 = _mm256_setzero_pd();
  __m256d dot1 = _mm256_setzero_pd();
  __m256d squares0 = _mm256_setzero_pd();
  __m256d squares1 = _mm256_setzero_pd();
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const __m256d low = doubles4(stored + i);
    const __m256d high = doubles4(stored + i + 4);
    dot0 = _mm256_fmadd_pd(low, doubles4(query + i), dot0);
    dot1 = _mm256_fmadd_pd(high, doubles4(query + i + 4), dot1);
    squares0 = _mm256_fmadd_pd(low, low, squares0);
    squares1 = _mm256_fmadd_pd(high, high, squares1);
  }
  const DotAndNorm rest = plainKernels().exactDotAndNorm(stored + i, query + i, n - i);
  return {sumDoubles4(_mm256_add_pd(dot0, dot1)) + rest.dot,
          sumDoubles4(_mm256_add_pd(squares0, squares1)) + rest.squares};
}

// -- AVX-512 with VNNI

#define AVX512 TARGET("avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma")

AVX512 int32_t dotCodesAvx512(const uint8_t* codes, const int8_t* query, size_t n) {
  if (n == 32) {
    const __m256i c = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(codes));
    const __m256i q = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(query));
    return sum8(_mm256_dpbusd_epi32(_mm256_setzero_si256(), c, q));
  }
  __m512i sum0 = _mm512_setzero_si512();
  __m512i sum1 = _mm512_setzero_si512();
  size_t i = 0;
  for (; i + 128 <= n; i += 128) {
    sum0 = _mm512_dpbusd_epi32(sum0, _mm512_loadu_si512(codes + i), _mm512_loadu_si512(query + i));
    sum1 = _mm512_dpbusd_epi32(sum1, _mm512_loadu_si512(codes + i + 64), _mm512_loadu_si512(query + i + 64));
  }
  if (i < n) sum0 = _mm512_dpbusd_epi32(sum0, _mm512_loadu_si512(codes + i), _mm512_loadu_si512(query + i));
  return _mm512_reduce_add_epi32(_mm512_add_epi32(sum0, sum1));
}

AVX512 inline __m128i quarter(__m512i v) {
  const __m256i half = _mm256_add_epi32(_mm512_castsi512_si256(v), _mm512_extracti64x4_epi64(v, 1));
  return _mm_add_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
}

AVX512 void dotCodes4Avx512(const uint8_t* const* codes, const int8_t* query, size_t n, int32_t* out) {
  if (n == 32) {
    for (int row = 0; row < 4; row++) out[row] = dotCodesAvx512(codes[row], query, n);
    return;
  }
  __m512i sum0 = _mm512_setzero_si512();
  __m512i sum1 = _mm512_setzero_si512();
  __m512i sum2 = _mm512_setzero_si512();
  __m512i sum3 = _mm512_setzero_si512();
  for (size_t i = 0; i < n; i += 64) {
    const __m512i q = _mm512_loadu_si512(query + i);
    sum0 = _mm512_dpbusd_epi32(sum0, _mm512_loadu_si512(codes[0] + i), q);
    sum1 = _mm512_dpbusd_epi32(sum1, _mm512_loadu_si512(codes[1] + i), q);
    sum2 = _mm512_dpbusd_epi32(sum2, _mm512_loadu_si512(codes[2] + i), q);
    sum3 = _mm512_dpbusd_epi32(sum3, _mm512_loadu_si512(codes[3] + i), q);
  }
  // Two rounds of pairwise additions leave the four sums side by side.
  const __m128i pair01 = _mm_hadd_epi32(quarter(sum0), quarter(sum1));
  const __m128i pair23 = _mm_hadd_epi32(quarter(sum2), quarter(sum3));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm_hadd_epi32(pair01, pair23));
}

AVX512 inline __mmask16 firstOf16(size_t n) { return static_cast<__mmask16>((1u << n) - 1); }
AVX512 inline __mmask8 firstOf8(size_t n) { return static_cast<__mmask8>((1u << n) - 1); }

AVX512 float dotFloatsAvx512(const float* a, const float* b, size_t n) {
  __m512 sum0 = _mm512_setzero_ps();
  __m512 sum1 = _mm512_setzero_ps();
  size_t i = 0;
  for (; i + 32 <= n; i += 32) {
    sum0 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i), _mm512_loadu_ps(b + i), sum0);
    sum1 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i + 16), _mm512_loadu_ps(b + i + 16), sum1);
  }
  for (; i + 16 <= n; i += 16) sum0 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i), _mm512_loadu_ps(b + i), sum0);
  if (i < n) {
    const __mmask16 mask = firstOf16(n - i);
    sum1 = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(mask, a + i), _mm512_maskz_loadu_ps(mask, b + i), sum1);
  }
  return _mm512_reduce_add_ps(_mm512_add_ps(sum0, sum1));
}

AVX512 inline __m512 bfloats16(__m256i bits) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16));
}

AVX512 float dotBfloatsAvx512(const uint16_t* a, const float* b, size_t n) {
  __m512 sum = _mm512_setzero_ps();
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    const __m256i bits = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(a + i));
    sum = _mm512_fmadd_ps(bfloats16(bits), _mm512_loadu_ps(b + i), sum);
  }
  if (i < n) {
    const __mmask16 mask = firstOf16(n - i);
    sum = _mm512_fmadd_ps(bfloats16(_mm256_maskz_loadu_epi16(mask, a + i)), _mm512_maskz_loadu_ps(mask, b + i), sum);
  }
  return _mm512_reduce_add_ps(sum);
}

AVX512 inline __m512d doubles8(const float* from) { return _mm512_cvtps_pd(_mm256_loadu_ps(from)); }
AVX512 inline __m512d firstDoubles(__mmask8 mask, const float* from) {
  return _mm512_cvtps_pd(_mm256_maskz_loadu_ps(mask, from));
}

AVX512 double exactDotAvx512(const float* a, const float* b, size_t n) {
  __m512d sum0 = _mm512_setzero_pd();
  __m512d sum1 = _mm512_setzero_pd();
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    sum0 = _mm512_fmadd_pd(doubles8(a + i), doubles8(b + i), sum0);
    sum1 = _mm512_fmadd_pd(doubles8(a + i + 8), doubles8(b + i + 8), sum1);
  }
  for (; i < n; i += 8) {
    const __mmask8 mask = n - i >= 8 ? 0xff : firstOf8(n - i);
    sum0 = _mm512_fmadd_pd(firstDoubles(mask, a + i), firstDoubles(mask, b + i), sum0);
  }
  return _mm512_reduce_add_pd(_mm512_add_pd(sum0, sum1));
}

AVX512 double exactSquaredDistanceAvx512(const float* a, const float* b, size_t n) {
  __m512d sum0 = _mm512_setzero_pd();
  __m512d sum1 = _mm512_setzero_pd();
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    const __m512d low = _mm512_sub_pd(doubles8(a + i), doubles8(b + i));
    const __m512d high = _mm512_sub_pd(doubles8(a + i + 8), doubles8(b + i + 8));
    sum0 = _mm512_fmadd_pd(low, low, sum0);
    sum1 = _mm512_fmadd_pd(high, high, sum1);
  }
  for (; i < n; i += 8) {
    const __mmask8 mask = n - i >= 8 ? 0xff : firstOf8(n - i);
    const __m512d difference = _mm512_sub_pd(firstDoubles(mask, a + i), firstDoubles(mask, b + i));
    sum0 = _mm512_fmadd_pd(difference, difference, sum0);
  }
  return _mm512_reduce_add_pd(_mm512_add_pd(sum0, sum1));
}

AVX512 DotAndNorm exactDotAndNormAvx512(const float* stored, const float* query, size_t n) {
  __m512d dot0 = _mm512_setzero_pd();
  __m512d dot1 = _mm512_setzero_pd();
  __m512d squares0 = _mm512_setzero_pd();
  __m512d squares1 = _mm512_setzero_pd();
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    const __m512d low = doubles8(stored + i);
    const __m512d high = doubles8(stored + i + 8);
    dot0 = _mm512_fmadd_pd(low, doubles8(query + i), dot0);
    dot1 = _mm512_fmadd_pd(high, doubles8(query + i + 8), dot1);
    squares0 = _mm512_fmadd_pd(low, low, squares0);
    squares1 = _mm512_fmadd_pd(high, high, squares1);
  }
  for (; i < n; i += 8) {
    const __mmask8 mask = n - i >= 8 ? 0xff : firstOf8(n - i);
    const __m512d low = firstDoubles(mask, stored + i);
    dot0 = _mm512_fmadd_pd(low, firstDoubles(mask, query + i), dot0);
    squares0 = _mm512_fmadd_pd(low, low, squares0);
  }
  return {_mm512_reduce_add_pd(_mm512_add_pd(dot0, dot1)), _mm512_reduce_add_pd(_mm512_add_pd(squares0, squares1))};
}

// -- Words: every processor with AVX2 counts their bits, too.

TARGET("popcnt") uint32_t differingBitsPopcnt(const uint64_t* a, const uint64_t* b, size_t n) {
  uint64_t count = 0;
  for (size_t i = 0; i < n; i++) count += static_cast<uint64_t>(_mm_popcnt_u64(a[i] ^ b[i]));
  return static_cast<uint32_t>(count);
}

uint32_t differingBitsPlain(const uint64_t* a, const uint64_t* b, size_t n) { return plainKernels().differingBits(a, b, n); }

constexpr Kernels kSse{"sse4.1",      dotCodesSse, dotCodes4Sse,            dotFloatsSse,      dotBfloatsSse,
                       exactDotSse, exactSquaredDistanceSse, exactDotAndNormSse, differingBitsPlain};
constexpr Kernels kAvx2{"avx2",       dotCodesAvx2, dotCodes4Avx2,            dotFloatsAvx2,      dotBfloatsAvx2,
                        exactDotAvx2, exactSquaredDistanceAvx2, exactDotAndNormAvx2, differingBitsPopcnt};
constexpr Kernels kAvx512{"avx512vnni",   dotCodesAvx512, dotCodes4Avx512,            dotFloatsAvx512,      dotBfloatsAvx512,
                          exactDotAvx512, exactSquaredDistanceAvx512, exactDotAndNormAvx512, differingBitsPopcnt};

struct Features {
  bool sse41;
  bool avx2;
  bool avx512;
};

#if defined(_MSC_VER)
Features features() {
  int leaf[4];
  __cpuid(leaf, 1);
  const bool sse41 = (leaf[2] >> 19) & 1;
  const bool savesWide = ((leaf[2] >> 27) & 1) && (_xgetbv(0) & 6) == 6;
  const bool saves512 = savesWide && (_xgetbv(0) & 0xe0) == 0xe0;
  __cpuidex(leaf, 7, 0);
  const bool avx2 = savesWide && ((leaf[1] >> 5) & 1);
  const bool avx512 = saves512 && ((leaf[1] >> 16) & 1) && ((leaf[1] >> 30) & 1) && ((leaf[1] >> 31) & 1);
  return {sse41, avx2, avx512 && ((leaf[2] >> 11) & 1)};
}
#else
Features features() {
  __builtin_cpu_init();
  return {__builtin_cpu_supports("sse4.1") != 0,
          __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0,
          __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
              __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512vnni") != 0};
}
#endif

}  // namespace

std::vector<const Kernels*> simdKernels() {
  const Features has = features();
  std::vector<const Kernels*> tables;
  if (has.sse41) tables.push_back(&kSse);
  if (has.avx2) tables.push_back(&kAvx2);
  if (has.avx512) tables.push_back(&kAvx512);
  return tables;
}

}  // namespace nearkey

#endif
