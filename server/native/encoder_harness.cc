// The kernels of the packaged embedder beside a plain twin: what server/native/sanitize.sh builds with the address and
// undefined-behaviour sanitizers.
//
//   encoder_harness ROUNDS SEED
//
// Every round draws sizes, none and odd ones among them, and values, and compares what each kernel writes with the twin's answer to the bit. Arrays
// end where the sizes say, at any alignment, so a kernel that reads or writes beyond them is reported. What this processor lacks is
// skipped, and said.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "encoder_kernels.h"

namespace nearkey {
namespace {

using Random = std::mt19937;

size_t below(Random& random, size_t bound) { return random() % bound; }

size_t failures = 0;

// Elements at the very end of an allocation, half the time at its beginning too.
template <typename T>
class Exact {
 public:
  Exact(Random& random, size_t length)
      : length_(length), skipped_(below(random, 2) == 0 ? 0 : below(random, 16)), all_(new T[skipped_ + length]) {}

  T* data() { return all_.get() + skipped_; }
  size_t length() const { return length_; }
  T& operator[](size_t at) { return data()[at]; }

 private:
  size_t length_;
  size_t skipped_;
  std::unique_ptr<T[]> all_;
};

using Floats = Exact<float>;
using Shorts = Exact<int16_t>;

// --- values ---

float between(Random& random, float least, float most) {
  return std::uniform_real_distribution<float>(least, most)(random);
}

// What rows are made of: one kind a row, so that extremes do not make zeros of all the rest.
float value_of(Random& random, size_t kind) {
  switch (kind) {
    case 0: return below(random, 2) == 0 ? 0.0f : -0.0f;
    case 1: return between(random, -1, 1) * std::numeric_limits<float>::min();
    case 2: return between(random, -1, 1) * std::numeric_limits<float>::max();
    case 3: return static_cast<float>(below(random, 65)) / 2 - 16;
    default: return between(random, -4, 4);
  }
}

Floats rows_of(Random& random, size_t rows, size_t columns, bool may_be_endless) {
  Floats values(random, rows * columns);
  for (size_t row = 0; row < rows; row++) {
    const size_t kind = below(random, 10);
    for (size_t k = 0; k < columns; k++) values[row * columns + k] = value_of(random, kind);
    if (columns == 0 || !may_be_endless || below(random, 8) != 0) continue;
    values[row * columns + below(random, columns)] = below(random, 2) == 0 ? -INFINITY : NAN;
  }
  return values;
}

Floats floats_of(Random& random, size_t length, float least, float most) {
  Floats values(random, length);
  for (size_t at = 0; at < length; at++) values[at] = between(random, least, most);
  return values;
}

// Where sums are largest: every value at the limit, or every negative one. Otherwise anything within it.
enum Extremes { kAllAtLimit, kNegativesAtLimit, kNone, kExtremesCount };

int short_of(int any, int limit, size_t extremes) {
  if (extremes == kAllAtLimit) return limit;
  if (extremes == kNegativesAtLimit && any < 0) return -limit;
  return any;
}

Shorts shorts_of(Random& random, size_t length, int limit) {
  Shorts values(random, length);
  const size_t extremes = below(random, kExtremesCount);
  for (size_t at = 0; at < length; at++) {
    const int any = static_cast<int>(below(random, 2 * limit + 1)) - limit;
    values[at] = static_cast<int16_t>(short_of(any, limit, extremes));
  }
  return values;
}

// As quantLimit in linear-layers.ts.
int limit_of(size_t inputs) {
  return inputs == 0 ? 32767 : static_cast<int>(std::min(32767.0, std::floor(std::sqrt(2147483647.0 / inputs))));
}

// --- comparison ---

bool is_same(int16_t a, int16_t b) { return a == b; }

bool is_same(float a, float b) {
  return (std::isnan(a) && std::isnan(b)) || std::memcmp(&a, &b, sizeof a) == 0;
}

template <typename T>
void compare(const std::string& what, Exact<T>& found, const std::vector<T>& wanted) {
  for (size_t at = 0; at < wanted.size(); at++) {
    if (is_same(found[at], wanted[at])) continue;
    std::fprintf(stderr, "encoder_harness: %s: %.9g at %zu of %zu, expected %.9g\n", what.c_str(),
                 static_cast<double>(found[at]), at, wanted.size(), static_cast<double>(wanted[at]));
    failures++;
    return;
  }
}

// --- the twins ---

void quantise_plainly(Floats& values, size_t rows, size_t inputs, double limit, std::vector<int16_t>& quantised,
                      std::vector<float>& scales) {
  for (size_t row = 0; row < rows; row++) {
    double greatest = 0;
    for (size_t k = 0; k < inputs; k++) {
      const double magnitude = std::fabs(static_cast<double>(values[row * inputs + k]));
      if (std::isnan(magnitude) || magnitude > greatest) greatest = magnitude;
      if (std::isnan(greatest)) break;
    }
    scales[row] = static_cast<float>(greatest / limit);
    for (size_t k = 0; k < inputs; k++) {
      const double scaled = greatest == 0 ? 0 : values[row * inputs + k] * (limit / greatest);
      const double rounded = std::trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
      quantised[row * inputs + k] = std::isfinite(greatest) ? static_cast<int16_t>(rounded) : 0;
    }
  }
}

void multiply_plainly(const Product& p, std::vector<float>& output) {
  for (size_t row = 0; row < p.rowCount; row++) {
    for (size_t column = 0; column < p.outputs; column++) {
      int64_t sum = 0;
      for (size_t k = 0; k < p.inputs; k++) {
        const size_t pair = column / kPanelColumns * kPanelColumns * p.inputs + k / 2 * 2 * kPanelColumns;
        sum += int64_t{p.rows[row * p.inputs + k]} * p.weights[pair + column % kPanelColumns * 2 + k % 2];
      }
      const float scaled = static_cast<float>(sum) * p.rowScales[row];
      const float product = scaled * p.columnScales[column];
      const float biased = product + p.bias[column];
      output[row * p.outputs + column] = biased > p.least ? biased : p.least;
    }
  }
}

void attend_plainly(Floats& values, size_t count, size_t width, size_t heads, std::vector<float>& output) {
  const size_t head_width = width / heads;
  const auto at = [&](size_t token, size_t part, size_t column) {
    return static_cast<double>(values[(token * 3 + part) * width + column]);
  };
  for (size_t token = 0; token < count; token++) {
    for (size_t first = 0; first < width; first += head_width) {
      std::vector<double> weights;
      double greatest = -INFINITY;
      for (size_t other = 0; other < count; other++) {
        double sums[4] = {};
        for (size_t k = 0; k < head_width; k++) sums[k % 4] += at(token, 0, first + k) * at(other, 1, first + k);
        weights.push_back(1 / std::sqrt(static_cast<double>(head_width)) * (sums[0] + sums[1] + (sums[2] + sums[3])));
        greatest = std::max(greatest, weights.back());
      }
      double sum = 0;
      for (double& weight : weights) {
        weight = std::exp(weight - greatest);
        sum += weight;
      }
      for (size_t k = first; k < first + head_width; k++) {
        double mixed = 0;
        for (size_t other = 0; other < count; other++) mixed += weights[other] / sum * at(other, 2, k);
        output[token * width + k] = static_cast<float>(mixed);
      }
    }
  }
}

// --- rounds ---

void check_quantise(Random& random) {
  const size_t rows = below(random, 9);
  const size_t inputs = below(random, 200);
  const double limit = limit_of(inputs);
  Floats values = rows_of(random, rows, inputs, true);
  Shorts quantised(random, rows * inputs);
  Floats scales(random, rows);
  quantise(values.data(), rows, inputs, limit, quantised.data(), scales.data());
  std::vector<int16_t> wanted(rows * inputs);
  std::vector<float> wanted_scales(rows);
  quantise_plainly(values, rows, inputs, limit, wanted, wanted_scales);
  compare("quantise", quantised, wanted);
  compare("scales of quantise", scales, wanted_scales);
}

void check_multiply(const Isa& isa, Random& random) {
  const size_t rows = below(random, 2 * kRowsTogether + 3);
  const size_t inputs = 2 * below(random, 66);
  const size_t outputs = kPanelColumns * below(random, 6);
  Shorts values = shorts_of(random, rows * inputs, limit_of(inputs));
  Shorts weights = shorts_of(random, inputs * outputs, limit_of(inputs));
  Floats row_scales = floats_of(random, rows, 0, 0.01f);
  Floats column_scales = floats_of(random, outputs, 0, 0.01f);
  Floats bias = floats_of(random, outputs, -1, 1);
  Floats output = floats_of(random, rows * outputs, 1e30f, 2e30f);
  const float least = below(random, 2) == 0 ? 0 : -INFINITY;
  const Product product{values.data(),  row_scales.data(),    rows,        inputs, outputs,
                        weights.data(), column_scales.data(), bias.data(), least,  output.data()};
  multiply(isa, product);
  std::vector<float> wanted(rows * outputs);
  multiply_plainly(product, wanted);
  compare(std::string("multiply by ") + isa.name, output, wanted);
}

void check_attend(Random& random) {
  const size_t count = below(random, 20);
  const size_t heads = 1 + below(random, 5);
  const size_t width = 4 * heads * (1 + below(random, 9));
  Floats values = floats_of(random, count * 3 * width, -3, 3);
  Floats output = floats_of(random, count * width, 1e30f, 2e30f);
  attend(values.data(), count, width, heads, output.data());
  std::vector<float> wanted(count * width);
  attend_plainly(values, count, width, heads, wanted);
  compare("attend", output, wanted);
}

template <typename Check>
void run(const std::string& kernel, bool is_supported, size_t rounds, Check check) {
  if (is_supported) {
    for (size_t round = 0; round < rounds; round++) check();
    std::printf("%s: %zu rounds\n", kernel.c_str(), rounds);
  } else {
    std::printf("%s: skipped, this processor does not have it\n", kernel.c_str());
  }
}

}  // namespace
}  // namespace nearkey

int main(int argc, char** argv) {
  using namespace nearkey;
  if (argc != 3) {
    std::fprintf(stderr, "encoder_harness ROUNDS SEED\n");
    return 2;
  }
  const auto rounds = static_cast<size_t>(std::atoi(argv[1]));
  Random random(static_cast<unsigned>(std::atoi(argv[2])));
  run("quantise", hasRowKernels(), rounds, [&] { check_quantise(random); });
  run("attend", hasRowKernels(), rounds, [&] { check_attend(random); });
  for (const Isa* isa : allIsas()) {
    run(std::string("multiply by ") + isa->name, isa->isSupported(), rounds, [&] { check_multiply(*isa, random); });
  }
  std::printf("kernels of the embedder: %zu differences from their twins\n", failures);
  return failures == 0 ? 0 : 1;
}
