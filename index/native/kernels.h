// The inner loops, in the widest instructions this processor has. `kernels()` chooses once; `plainKernels()` is the same
// in plain C++, and the twin that tests compare every other table with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nearkey {

struct DotAndNorm {
  double dot;
  /// The sum of squares of the stored vector.
  double squares;
};

/// `n` is the number of elements. Codes come in rows padded to a multiple of 32 (`codeElements`), the other vectors in
/// any length. Exact kernels sum in double: whatever the order of the sums, the result rounds to the same float32.
struct Kernels {
  const char* name;
  /// Sum of codes[i] * query[i]: codes are unsigned (an int8 plus 128), the query is signed.
  int32_t (*dotCodes)(const uint8_t* codes, const int8_t* query, size_t n);
  /// The same for four rows at once, which share the loads of the query.
  void (*dotCodes4)(const uint8_t* const* codes, const int8_t* query, size_t n, int32_t* out);
  /// Sum of a[i] * b[i] in float32, for walking a graph.
  float (*dotFloats)(const float* a, const float* b, size_t n);
  /// The same with `a` in bfloat16.
  float (*dotBfloats)(const uint16_t* a, const float* b, size_t n);
  double (*exactDot)(const float* a, const float* b, size_t n);
  double (*exactSquaredDistance)(const float* a, const float* b, size_t n);
  DotAndNorm (*exactDotAndNorm)(const float* stored, const float* query, size_t n);
  /// In how many bits `n` words differ.
  uint32_t (*differingBits)(const uint64_t* a, const uint64_t* b, size_t n);
};

/// The fastest table this processor runs.
const Kernels& kernels();
const Kernels& plainKernels();
/// Every table this processor runs, the plain one first.
std::vector<const Kernels*> usableKernels();

/// Elements of a row of codes: short rows fill half a vector register of 64 bytes, longer ones whole ones.
constexpr size_t codeElements(size_t dim) { return dim <= 32 ? 32 : (dim + 63) / 64 * 64; }

inline void prefetch(const void* address) {
#if defined(__GNUC__) || defined(__clang__)
  __builtin_prefetch(address, 0, 3);
#else
  (void)address;
#endif
}

}  // namespace nearkey
