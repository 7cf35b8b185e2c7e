#include "kernels.h"

#include <cstring>

#include "kernels_simd.h"

namespace nearkey {

namespace {

int32_t dotCodes(const uint8_t* codes, const int8_t* query, size_t n) {
  int32_t sum = 0;
  for (size_t i = 0; i < n; i++) sum += static_cast<int32_t>(codes[i]) * query[i];
  return sum;
}

void dotCodes4(const uint8_t* const* codes, const int8_t* query, size_t n, int32_t* out) {
  for (int row = 0; row < 4; row++) out[row] = dotCodes(codes[row], query, n);
}

float dotFloats(const float* a, const float* b, size_t n) {
  float sum = 0;
  for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}

float fromBfloat(uint16_t bits) {
  const uint32_t wide = static_cast<uint32_t>(bits) << 16;
  float value;
  std::memcpy(&value, &wide, sizeof value);
  return value;
}

float dotBfloats(const uint16_t* a, const float* b, size_t n) {
  float sum = 0;
  for (size_t i = 0; i < n; i++) sum += fromBfloat(a[i]) * b[i];
  return sum;
}

double exactDot(const float* a, const float* b, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

double exactSquaredDistance(const float* a, const float* b, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) {
    const double difference = static_cast<double>(a[i]) - b[i];
    sum += difference * difference;
  }
  return sum;
}

DotAndNorm exactDotAndNorm(const float* stored, const float* query, size_t n) {
  DotAndNorm sums{0, 0};
  for (size_t i = 0; i < n; i++) {
    sums.dot += static_cast<double>(stored[i]) * query[i];
    sums.squares += static_cast<double>(stored[i]) * stored[i];
  }
  return sums;
}

uint32_t differingBits(const uint64_t* a, const uint64_t* b, size_t n) {
  uint64_t count = 0;
  for (size_t i = 0; i < n; i++) {
    uint64_t bits = a[i] ^ b[i];
    bits -= (bits >> 1) & 0x5555555555555555;
    bits = (bits & 0x3333333333333333) + ((bits >> 2) & 0x3333333333333333);
    count += (((bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0f) * 0x0101010101010101) >> 56;
  }
  return static_cast<uint32_t>(count);
}

constexpr Kernels kPlain{"plain",  dotCodes, dotCodes4,           dotFloats,     dotBfloats,
                         exactDot, exactSquaredDistance, exactDotAndNorm, differingBits};

}  // namespace

const Kernels& plainKernels() { return kPlain; }

std::vector<const Kernels*> usableKernels() {
  std::vector<const Kernels*> usable{&kPlain};
  for (const Kernels* table : simdKernels()) usable.push_back(table);
  return usable;
}

const Kernels& kernels() {
  static const Kernels& best = *usableKernels().back();
  return best;
}

}  // namespace nearkey
