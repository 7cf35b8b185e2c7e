// The vectors of one index, each once as it was given, and beside it the short code by which a graph is walked.
//
// Every code kind measures by one formula, so a graph need not know which it walks:
//
//     distance = query.bias + bias(slot) - query.factor * scale(slot) * dot(code(slot), query)
//
// with 1 - cosine, 1 - product or the squared Euclidean distance falling out of scale, factor and bias. An int8 code has
// a scale of its own, learned from its vector: the greatest element becomes 127. Distances of codes only propose; what an
// index answers is `exact`, measured on the vectors themselves in double, rounded to float32.
//
// Vectors of bits are their own codes, and have neither scale nor bias: each element is 1 or -1, a bit of a word of 64, and
// the product is what is left of `dim` when both signs of every bit that differs are taken away.
//
// A row is written before its slot is published and does not change while anyone can reach it (see epochs.h).
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "kernels.h"
#include "memory.h"
#include "rows.h"

namespace nearkey {

enum class Metric : uint8_t { kL2, kInnerProduct, kCosine };
/// What an element of a stored vector is. Bytes are little-endian.
enum class Element : uint8_t { kFloat32, kFloat64, kFloat16, kBfloat16, kInt8, kUint8, kBit };
/// kBits is the code of vectors of bits, whatever was asked for.
enum class CodeKind : uint8_t { kInt8, kBfloat16, kFloat32, kNone, kBits };

size_t vectorBytes(Element element, size_t dim);
/// Index of the first element that is not finite; `dim` when there is none.
size_t firstNotFinite(Element element, const char* bytes, size_t dim);

/// A vector to measure others against. Reused from search to search: its buffers keep their size.
struct Query {
  /// For exact distances.
  std::vector<float> floats;
  std::vector<double> doubles;
  double inverseNorm = 0;
  /// For distances of codes.
  std::vector<int8_t> code;
  std::vector<float> codeFloats;
  /// For those of bits, whether codes or exact.
  std::vector<uint64_t> bits;
  int32_t shift = 0;
  float bias = 0;
  float factor = 0;
};

class Vectors {
 public:
  Vectors(size_t dim, Metric metric, Element element, CodeKind codeKind);

  size_t dim() const { return dim_; }
  Metric metric() const { return metric_; }
  Element element() const { return element_; }
  CodeKind codeKind() const { return codeKind_; }
  size_t vectorBytes() const { return nearkey::vectorBytes(element_, dim_); }

  void reserve(Slot slots);
  Slot capacity() const { return rows_->array().capacity(); }
  size_t memoryBytes() const { return rows_->memoryBytes() + codes_.memoryBytes() + meta_.memoryBytes(); }

  const char* row(Slot slot) const { return rows_->row(slot); }
  /// They may outlive the index.
  const std::shared_ptr<Rows>& rows() const { return rows_; }
  /// Stores a vector and its code.
  void write(Slot slot, const char* bytes);
  /// Makes the code of a row that is there.
  void encode(Slot slot);
  /// Whether the code is what `encode` would make of the row.
  bool codeAgrees(Slot slot) const;

  /// Fills a query from the bytes of a vector.
  void prepare(const char* bytes, Query& query) const;
  /// Fills what distances of codes need, from a stored code.
  void prepareStored(Slot slot, Query& query) const;

  /// Distances of codes to many slots. Never NaN; at most FLT_MAX.
  void distances(const Query& query, const Slot* slots, size_t count, float* out) const;
  float distance(const Query& query, Slot slot) const;
  void prefetchCode(Slot slot) const {
    const char* code = codeRows().row(slot);
    for (size_t at = 0; at < prefetchBytes_; at += 64) prefetch(code + at);
  }

  /// The distance of the metric, as distance.ts in index/vector defines it.
  float exact(const Query& query, Slot slot) const;
  float exactOfRow(const Query& query, const char* row) const;

 private:
  struct Meta {
    float scale;
    float bias;
  };
  struct Shape {
    double greatest;
    double squares;
  };

  const ChunkedArray& codeRows() const { return codesAreRows_ ? rows_->array() : codes_; }
  Meta encodeTo(const char* row, char* code) const;
  Shape shapeOf(const float* elements) const;
  float bitDistance(const Query& query, const char* row) const;
  float finish(double dot, double squares, const Query& query) const;
  void fillFloats(const char* bytes, float* out) const;

  const size_t dim_;
  const Metric metric_;
  const Element element_;
  const CodeKind codeKind_;
  /// Float32 codes of float32 vectors are the vectors themselves, and so are those of bits.
  const bool codesAreRows_;
  const size_t codeLength_;
  size_t prefetchBytes_;
  const Kernels& kernels_;
  const std::shared_ptr<Rows> rows_;
  ChunkedArray codes_;
  ChunkedArray meta_;
};

}  // namespace nearkey
