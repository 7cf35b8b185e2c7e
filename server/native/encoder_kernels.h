// The arithmetic of the packaged embedder on x86 with AVX2 or AVX-512 VNNI: what sdk/embedders/sentence-encoder/ does in
// WebAssembly and JavaScript where this was not built. Pure: it knows nothing of Node, owns nothing and checks nothing. Whoever calls has
// compared every length with the sizes it names, as encoder.cc does; encoder_harness.cc runs it in arrays that end where they must.
//
// What both give is equal to the bit where it decides: rows are quantised in doubles as JavaScript does, sums are whole numbers, and
// outputs are scaled in single steps (no fused ones: see binding.gyp). Only exp() may differ in its last digit.
//
// Weights lie in panels of 16 columns, and in a panel for each pair of inputs k, k+1 the two weights of every column side by side: 64
// bytes, which one instruction multiplies with a pair of a row (packPanels in linear-layers.ts). A panel is read once for all rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nearkey {

constexpr size_t kPanelColumns = 16;
constexpr int kRowsTogether = 6;

// One matrix product: rows of `inputs` whole numbers, which are even in number, with the panels of a layer: `outputs` fills whole ones.
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

using Panel = void (*)(const Product&, size_t row, size_t column);

struct Isa {
  const char* name;
  // Whether this processor has it.
  bool (*isSupported)();
  // By how many rows they take at once, less one: of one panel, and of the two from a column on, where there is such code. Two keep as many sums
  // under way as the processor begins products before the first is done.
  Panel one[kRowsTogether];
  Panel two[kRowsTogether];
};

// What there is code for, the best first.
std::vector<const Isa*> allIsas();

// Those of them that this processor has.
const std::vector<const Isa*>& isas();

void multiply(const Isa& isa, const Product& product);

// Whether this processor runs the two below.
bool hasRowKernels();

// As quantiseRows in linear-layers.ts: a row that holds what is no number or endless becomes zeros, with a scale that says so.
void quantise(const float* values, size_t rowCount, size_t inputs, double limit, int16_t* quantised, float* scales);

// As attend() in attention.ts: a row holds a token's query, key and value, `width` each, and 4 divides the width of a head.
void attend(const float* queryKeyValue, size_t count, size_t width, size_t heads, float* output);

}  // namespace nearkey
