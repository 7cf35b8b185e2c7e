// The kernels of the packaged embedder: instructions of 512 and of 256 bits, and what compilers make of plain loops for the latter.
#include "encoder_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>

#if (defined(__x86_64__) || defined(__i386__)) && !defined(_MSC_VER)
#define NEARKEY_X86 1
#include <immintrin.h>
#endif

namespace nearkey {

namespace {

#ifdef NEARKEY_X86

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma")))
#define AVX2 __attribute__((target("avx2,fma")))

inline int32_t pairAt(const int16_t* values) {
  int32_t pair;
  std::memcpy(&pair, values, sizeof pair);
  return pair;
}

// R rows with P panels, from a column on.
template <int R, int P>
AVX512 void panelsOf512(const Product& p, size_t row, size_t column) {
  __m512i sums[P][R];
  for (int i = 0; i < P; i++) {
    for (int r = 0; r < R; r++) sums[i][r] = _mm512_setzero_si512();
  }
  const int16_t* panel = p.weights + column * p.inputs;
  const int16_t* rows = p.rows + row * p.inputs;
  for (size_t k = 0; k < p.inputs; k += 2) {
    __m512i weights[P];
    for (int i = 0; i < P; i++) weights[i] = _mm512_loadu_si512(panel + (i * p.inputs + k) * kPanelColumns);
    for (int r = 0; r < R; r++) {
      const __m512i pair = _mm512_set1_epi32(pairAt(rows + r * p.inputs + k));
      for (int i = 0; i < P; i++) sums[i][r] = _mm512_dpwssd_epi32(sums[i][r], weights[i], pair);
    }
  }
  for (int i = 0; i < P; i++, column += kPanelColumns) {
    const __m512 columnScales = _mm512_loadu_ps(p.columnScales + column);
    const __m512 bias = _mm512_loadu_ps(p.bias + column);
    for (int r = 0; r < R; r++) {
      const __m512 scaled = _mm512_mul_ps(_mm512_cvtepi32_ps(sums[i][r]), _mm512_set1_ps(p.rowScales[row + r]));
      const __m512 sum = _mm512_add_ps(_mm512_mul_ps(scaled, columnScales), bias);
      _mm512_storeu_ps(p.output + (row + r) * p.outputs + column,
                       _mm512_mask_max_ps(sum, 0xffff, sum, _mm512_set1_ps(p.least)));
    }
  }
}

template <int R>
AVX2 void panelOf256(const Product& p, size_t row, size_t column) {
  __m256i sums[R][2];
  for (int r = 0; r < R; r++) sums[r][0] = sums[r][1] = _mm256_setzero_si256();
  const int16_t* panel = p.weights + column * p.inputs;
  const int16_t* rows = p.rows + row * p.inputs;
  for (size_t k = 0; k < p.inputs; k += 2) {
    const __m256i* weights = reinterpret_cast<const __m256i*>(panel + k * kPanelColumns);
    const __m256i left = _mm256_loadu_si256(weights);
    const __m256i right = _mm256_loadu_si256(weights + 1);
    for (int r = 0; r < R; r++) {
      const __m256i pair = _mm256_set1_epi32(pairAt(rows + r * p.inputs + k));
      sums[r][0] = _mm256_add_epi32(sums[r][0], _mm256_madd_epi16(left, pair));
      sums[r][1] = _mm256_add_epi32(sums[r][1], _mm256_madd_epi16(right, pair));
    }
  }
  for (int r = 0; r < R; r++) {
    const __m256 rowScale = _mm256_set1_ps(p.rowScales[row + r]);
    float* output = p.output + (row + r) * p.outputs + column;
    for (size_t half = 0; half < 2; half++) {
      const __m256 scaled = _mm256_mul_ps(_mm256_cvtepi32_ps(sums[r][half]), rowScale);
      const __m256 columns = _mm256_mul_ps(scaled, _mm256_loadu_ps(p.columnScales + column + 8 * half));
      const __m256 sum = _mm256_add_ps(columns, _mm256_loadu_ps(p.bias + column + 8 * half));
      _mm256_storeu_ps(output + 8 * half, _mm256_max_ps(sum, _mm256_set1_ps(p.least)));
    }
  }
}

bool has512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx2");
}

bool has256() { return __builtin_cpu_supports("avx2"); }

constexpr Isa k512{
    "avx512vnni",
    has512,
    {panelsOf512<1, 1>, panelsOf512<2, 1>, panelsOf512<3, 1>, panelsOf512<4, 1>, panelsOf512<5, 1>, panelsOf512<6, 1>},
    {panelsOf512<1, 2>, panelsOf512<2, 2>, panelsOf512<3, 2>, panelsOf512<4, 2>, panelsOf512<5, 2>, panelsOf512<6, 2>}};
constexpr Isa k256{"avx2",
                   has256,
                   {panelOf256<1>, panelOf256<2>, panelOf256<3>, panelOf256<4>, panelOf256<5>, panelOf256<6>},
                   {}};

constexpr const Isa* kAll[] = {&k512, &k256};

}  // namespace

std::vector<const Isa*> allIsas() { return {std::begin(kAll), std::end(kAll)}; }

bool hasRowKernels() { return has256(); }

#else

#define AVX2

}  // namespace

std::vector<const Isa*> allIsas() { return {}; }

bool hasRowKernels() { return true; }

#endif

const std::vector<const Isa*>& isas() {
  static const std::vector<const Isa*> found = [] {
    std::vector<const Isa*> supported;
    for (const Isa* isa : allIsas()) {
      if (isa->isSupported()) supported.push_back(isa);
    }
    return supported;
  }();
  return found;
}

void multiply(const Isa& isa, const Product& p) {
  for (size_t column = 0; column < p.outputs;) {
    const bool hasTwo = isa.two[0] != nullptr && column + 2 * kPanelColumns <= p.outputs;
    const Panel* panels = hasTwo ? isa.two : isa.one;
    for (size_t row = 0; row < p.rowCount;) {
      const size_t together = std::min<size_t>(kRowsTogether, p.rowCount - row);
      panels[together - 1](p, row, column);
      row += together;
    }
    column += hasTwo ? 2 * kPanelColumns : kPanelColumns;
  }
}

// Magnitudes are compared by their bits, in the order of which they are: so compilers do many at once.
AVX2 void quantise(const float* values, size_t rowCount, size_t inputs, double limit, int16_t* quantised, float* scales) {
  for (size_t row = 0; row < rowCount; row++, values += inputs, quantised += inputs) {
    uint32_t greatestBits = 0;
    for (size_t k = 0; k < inputs; k++) {
      uint32_t bits;
      std::memcpy(&bits, values + k, sizeof bits);
      greatestBits = std::max(greatestBits, bits & 0x7fffffff);
    }
    float greatest;
    std::memcpy(&greatest, &greatestBits, sizeof greatest);
    scales[row] = static_cast<float>(greatest / limit);
    if (!std::isfinite(greatest)) {
      std::fill(quantised, quantised + inputs, 0);
      continue;
    }
    const double factor = greatest == 0 ? 0 : limit / greatest;
    for (size_t k = 0; k < inputs; k++) {
      const double scaled = values[k] * factor;
      quantised[k] = static_cast<int16_t>(static_cast<int32_t>(scaled + (scaled < 0 ? -0.5 : 0.5)));
    }
  }
}

AVX2 void attend(const float* queryKeyValue, size_t count, size_t width, size_t heads, float* output) {
  const size_t headWidth = width / heads;
  const size_t stride = 3 * width;
  const double scale = 1 / std::sqrt(static_cast<double>(headWidth));
  std::vector<double> weights(count);
  std::vector<double> mixed(headWidth);
  for (size_t head = 0; head < heads; head++) {
    for (size_t token = 0; token < count; token++) {
      const float* query = queryKeyValue + token * stride + head * headWidth;
      double greatest = -INFINITY;
      for (size_t other = 0; other < count; other++) {
        const float* key = queryKeyValue + other * stride + width + head * headWidth;
        double sums[4] = {0, 0, 0, 0};
        for (size_t at = 0; at < headWidth; at += 4) {
          for (size_t i = 0; i < 4; i++) sums[i] += static_cast<double>(query[at + i]) * key[at + i];
        }
        weights[other] = scale * (sums[0] + sums[1] + (sums[2] + sums[3]));
        greatest = std::max(greatest, weights[other]);
      }
      double sum = 0;
      for (double& weight : weights) sum += weight = std::exp(weight - greatest);
      std::fill(mixed.begin(), mixed.end(), 0);
      for (size_t other = 0; other < count; other++) {
        const float* value = queryKeyValue + other * stride + 2 * width + head * headWidth;
        const double weight = weights[other] / sum;
        for (size_t at = 0; at < headWidth; at++) mixed[at] += weight * value[at];
      }
      float* row = output + token * width + head * headWidth;
      for (size_t at = 0; at < headWidth; at++) row[at] = static_cast<float>(mixed[at]);
    }
  }
}

}  // namespace nearkey
