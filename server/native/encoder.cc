// The arithmetic of the packaged embedder on x86 with AVX2 or AVX-512 VNNI: what sdk/embedders/sentence-encoder/ does in
// WebAssembly and JavaScript where this was not built. Stateless: every thread of the embedder loads it and hands in its arrays.
//
// What both give is equal to the bit where it decides: rows are quantised in doubles as JavaScript does, sums are whole numbers, and
// outputs are scaled in single steps (no fused ones: see binding.gyp). Only exp() may differ in its last digit.
//
// Weights lie in panels of 16 columns, and in a panel for each pair of inputs k, k+1 the two weights of every column side by side: 64
// bytes, which one instruction multiplies with a pair of a row (packPanels in linear-layers.ts). A panel is read once for all rows.
#include <napi.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#if (defined(__x86_64__) || defined(__i386__)) && !defined(_MSC_VER)
#define NEARKEY_X86 1
#include <immintrin.h>
#endif

namespace nearkey {

constexpr size_t kPanelColumns = 16;
constexpr int kRowsTogether = 6;

// One matrix product: rows of `inputs` whole numbers with the panels of a layer.
struct Product {
  const int16_t* rows;
  const float* rowScales;
  size_t rowCount;
  size_t inputs;
  size_t outputs;
  const int16_t* weights;
  const float* columnScales;
  const float* bias;
  // The least an output is: 0 where layers are rectified.
  float least;
  float* output;
};

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

using Panel = void (*)(const Product&, size_t row, size_t column);

struct Isa {
  const char* name;
  // By how many rows they take at once, less one: of one panel, and of the two from a column on, where there is such code. Two keep as many sums
  // under way as the processor begins products before the first is done.
  Panel one[kRowsTogether];
  Panel two[kRowsTogether];
};

constexpr Isa k512{
    "avx512vnni",
    {panelsOf512<1, 1>, panelsOf512<2, 1>, panelsOf512<3, 1>, panelsOf512<4, 1>, panelsOf512<5, 1>, panelsOf512<6, 1>},
    {panelsOf512<1, 2>, panelsOf512<2, 2>, panelsOf512<3, 2>, panelsOf512<4, 2>, panelsOf512<5, 2>, panelsOf512<6, 2>}};
constexpr Isa k256{"avx2",
                   {panelOf256<1>, panelOf256<2>, panelOf256<3>, panelOf256<4>, panelOf256<5>, panelOf256<6>},
                   {}};

// The best first.
std::vector<const Isa*> isas() {
  __builtin_cpu_init();
  std::vector<const Isa*> found;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512vnni")) {
    found.push_back(&k512);
  }
  if (__builtin_cpu_supports("avx2")) found.push_back(&k256);
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

#else

#define AVX2

struct Isa {
  const char* name;
};
std::vector<const Isa*> isas() { return {}; }
void multiply(const Isa&, const Product&) {}

#endif

// As quantiseRows in linear-layers.ts. Magnitudes are compared by their bits, in the order of which they are: so compilers do many at once.
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
    const double factor = greatest == 0 ? 0 : limit / greatest;
    for (size_t k = 0; k < inputs; k++) {
      const double scaled = values[k] * factor;
      quantised[k] = static_cast<int16_t>(static_cast<int32_t>(scaled + (scaled < 0 ? -0.5 : 0.5)));
    }
    scales[row] = static_cast<float>(greatest / limit);
  }
}

// As attend() in attention.ts: a row holds a token's query, key and value, `width` each.
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

namespace {

Napi::Value refuse(const Napi::CallbackInfo& info) {
  Napi::RangeError::New(info.Env(), "arrays do not fit").ThrowAsJavaScriptException();
  return info.Env().Undefined();
}

size_t numberAt(const Napi::CallbackInfo& info, size_t at) { return info[at].As<Napi::Number>().Uint32Value(); }

// multiply(isa, limit, input, rowCount, inputs, weights, columnScales, bias, isRectified, output)
Napi::Value multiplyRows(const Napi::CallbackInfo& info) {
  const auto known = isas();
  const size_t isa = numberAt(info, 0);
  const double limit = info[1].As<Napi::Number>().DoubleValue();
  const auto input = info[2].As<Napi::Float32Array>();
  const size_t rowCount = numberAt(info, 3);
  const size_t inputs = numberAt(info, 4);
  const auto weights = info[5].As<Napi::Int16Array>();
  const auto columnScales = info[6].As<Napi::Float32Array>();
  const auto bias = info[7].As<Napi::Float32Array>();
  const float least = info[8].As<Napi::Boolean>().Value() ? 0 : -INFINITY;
  auto output = info[9].As<Napi::Float32Array>();
  const size_t outputs = bias.ElementLength();
  if (isa >= known.size() || inputs % 2 != 0 || outputs % kPanelColumns != 0 || columnScales.ElementLength() != outputs ||
      weights.ElementLength() != inputs * outputs || input.ElementLength() < rowCount * inputs ||
      output.ElementLength() < rowCount * outputs) {
    return refuse(info);
  }
  thread_local std::vector<int16_t> rows;
  thread_local std::vector<float> rowScales;
  if (rows.size() < rowCount * inputs) rows.resize(rowCount * inputs);
  if (rowScales.size() < rowCount) rowScales.resize(rowCount);
  quantise(input.Data(), rowCount, inputs, limit, rows.data(), rowScales.data());
  multiply(*known[isa], {rows.data(), rowScales.data(), rowCount, inputs, outputs, weights.Data(), columnScales.Data(),
                         bias.Data(), least, output.Data()});
  return info.Env().Undefined();
}

// attend(queryKeyValue, count, width, heads, output)
Napi::Value attendRows(const Napi::CallbackInfo& info) {
  const auto queryKeyValue = info[0].As<Napi::Float32Array>();
  const size_t count = numberAt(info, 1);
  const size_t width = numberAt(info, 2);
  const size_t heads = numberAt(info, 3);
  auto output = info[4].As<Napi::Float32Array>();
  if (heads == 0 || width % (4 * heads) != 0 || queryKeyValue.ElementLength() < 3 * count * width ||
      output.ElementLength() < count * width) {
    return refuse(info);
  }
  attend(queryKeyValue.Data(), count, width, heads, output.Data());
  return info.Env().Undefined();
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  const auto known = isas();
  auto names = Napi::Array::New(env, known.size());
  for (uint32_t at = 0; at < known.size(); at++) names[at] = Napi::String::New(env, known[at]->name);
  exports.Set("isas", names);
  exports.Set("multiply", Napi::Function::New<multiplyRows>(env, "multiply"));
  exports.Set("attend", Napi::Function::New<attendRows>(env, "attend"));
  return exports;
}

}  // namespace
}  // namespace nearkey

static Napi::Object init(Napi::Env env, Napi::Object exports) { return nearkey::init(env, exports); }

NODE_API_MODULE(encoder, init)
