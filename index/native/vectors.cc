#include "vectors.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstring>

namespace nearkey {

namespace {

/// Lines of a code fetched ahead; the processor follows a row by itself from there.
constexpr size_t kPrefetchBytesMax = 1024;
constexpr double kCodeMax = 127;
constexpr uint8_t kCodeZero = 128;
/// Rows whose codes are fetched while others are measured.
constexpr size_t kPrefetchAhead = 8;

template <typename T>
T load(const char* bytes, size_t at) {
  T value;
  std::memcpy(&value, bytes + at * sizeof(T), sizeof(T));
  return value;
}

float halfToFloat(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000) << 16;
  const uint32_t exponent = (half >> 10) & 0x1f;
  const uint32_t fraction = half & 0x3ff;
  if (exponent == 0) {
    const float magnitude = std::ldexp(static_cast<float>(fraction), -24);
    return sign != 0 ? -magnitude : magnitude;
  }
  const uint32_t wide = exponent == 31 ? 0xff : exponent + 112;
  const uint32_t bits = sign | (wide << 23) | (fraction << 13);
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

float bfloatToFloat(uint16_t bits) {
  const uint32_t wide = static_cast<uint32_t>(bits) << 16;
  float value;
  std::memcpy(&value, &wide, sizeof value);
  return value;
}

uint16_t floatToBfloat(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return static_cast<uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

double elementAt(Element element, const char* bytes, size_t at) {
  switch (element) {
    case Element::kFloat32:
      return load<float>(bytes, at);
    case Element::kFloat64:
      return load<double>(bytes, at);
    case Element::kFloat16:
      return halfToFloat(load<uint16_t>(bytes, at));
    case Element::kBfloat16:
      return bfloatToFloat(load<uint16_t>(bytes, at));
    case Element::kInt8:
      return load<int8_t>(bytes, at);
    case Element::kUint8:
      return load<uint8_t>(bytes, at);
    case Element::kBit:
      return ((static_cast<uint8_t>(bytes[at / 8]) >> (at % 8)) & 1) != 0 ? 1 : -1;
  }
  return 0;
}

size_t codeRowBytes(CodeKind kind, bool codesAreRows, size_t dim) {
  if (codesAreRows) return 0;
  switch (kind) {
    case CodeKind::kInt8:
      return codeElements(dim);
    case CodeKind::kBfloat16:
      return (dim * 2 + 63) / 64 * 64;
    case CodeKind::kFloat32:
      return (dim * 4 + 63) / 64 * 64;
    case CodeKind::kNone:
    case CodeKind::kBits:
      return 0;
  }
  return 0;
}

CodeKind codeKindOf(Element element, CodeKind wanted) {
  return element == Element::kBit && wanted != CodeKind::kNone ? CodeKind::kBits : wanted;
}

float clamp(float distance) { return distance < FLT_MAX ? distance : FLT_MAX; }

}  // namespace

size_t vectorBytes(Element element, size_t dim) {
  switch (element) {
    case Element::kFloat32:
      return dim * 4;
    case Element::kFloat64:
      return dim * 8;
    case Element::kFloat16:
    case Element::kBfloat16:
      return dim * 2;
    case Element::kInt8:
    case Element::kUint8:
      return dim;
    case Element::kBit:
      return (dim + 63) / 64 * 8;
  }
  return dim;
}

size_t firstNotFinite(Element element, const char* bytes, size_t dim) {
  if (element == Element::kInt8 || element == Element::kUint8 || element == Element::kBit) return dim;
  for (size_t i = 0; i < dim; i++) {
    if (!std::isfinite(elementAt(element, bytes, i))) return i;
  }
  return dim;
}

Vectors::Vectors(size_t dim, Metric metric, Element element, CodeKind codeKind)
    : dim_(dim),
      metric_(metric),
      element_(element),
      codeKind_(codeKindOf(element, codeKind)),
      codesAreRows_((codeKind_ == CodeKind::kFloat32 && element == Element::kFloat32) || codeKind_ == CodeKind::kBits),
      codeLength_(codeElements(dim)),
      kernels_(kernels()),
      rows_(std::make_shared<Rows>(nearkey::vectorBytes(element, dim))),
      codes_(std::max<size_t>(1, codeRowBytes(codeKind_, codesAreRows_, dim))),
      meta_(sizeof(Meta)) {
  const size_t bytes = codeRows().rowBytes();
  prefetchBytes_ = std::min(bytes, kPrefetchBytesMax);
}

void Vectors::reserve(Slot slots) {
  rows_->reserve(slots);
  if (codeKind_ == CodeKind::kNone || codeKind_ == CodeKind::kBits) return;
  meta_.reserve(slots);
  if (!codesAreRows_) codes_.reserve(slots);
}

void Vectors::fillFloats(const char* bytes, float* out) const {
  if (element_ == Element::kFloat32) {
    std::memcpy(out, bytes, dim_ * sizeof(float));
    return;
  }
  for (size_t i = 0; i < dim_; i++) out[i] = static_cast<float>(elementAt(element_, bytes, i));
}

Vectors::Shape Vectors::shapeOf(const float* elements) const {
  // Magnitudes are ordered as their bits are, and of whole numbers the compiler makes vectors.
  uint32_t greatest = 0;
  for (size_t i = 0; i < dim_; i++) {
    uint32_t bits;
    std::memcpy(&bits, elements + i, sizeof bits);
    greatest = std::max(greatest, bits & 0x7fffffff);
  }
  float magnitude;
  std::memcpy(&magnitude, &greatest, sizeof magnitude);
  return {magnitude, kernels_.exactDot(elements, elements, dim_)};
}

void Vectors::write(Slot slot, const char* bytes) {
  std::memcpy(rows_->row(slot), bytes, vectorBytes());
  encode(slot);
}

void Vectors::encode(Slot slot) {
  if (codeKind_ == CodeKind::kNone || codeKind_ == CodeKind::kBits) return;
  *meta_.as<Meta>(slot) = encodeTo(rows_->row(slot), codesAreRows_ ? nullptr : codes_.row(slot));
}

bool Vectors::codeAgrees(Slot slot) const {
  if (codeKind_ == CodeKind::kNone || codeKind_ == CodeKind::kBits) return true;
  std::vector<char> code(codes_.rowBytes(), 0);
  const Meta meta = encodeTo(rows_->row(slot), codesAreRows_ ? nullptr : code.data());
  const Meta& stored = *meta_.as<Meta>(slot);
  if (std::memcmp(&meta, &stored, sizeof meta) != 0) return false;
  return codesAreRows_ || std::memcmp(code.data(), codes_.row(slot), code.size()) == 0;
}

Vectors::Meta Vectors::encodeTo(const char* row, char* code) const {
  const float* elements = reinterpret_cast<const float*>(row);
  if (element_ != Element::kFloat32) {
    thread_local std::vector<float> converted;
    converted.resize(dim_);
    fillFloats(row, converted.data());
    elements = converted.data();
  }
  const Shape shape = shapeOf(elements);
  double scale = 1;
  if (codeKind_ == CodeKind::kInt8) {
    const double step = shape.greatest / kCodeMax;
    const float perStep = static_cast<float>(std::min(kCodeMax / std::max(shape.greatest, DBL_MIN), double{FLT_MAX}));
    uint8_t* out = reinterpret_cast<uint8_t*>(code);
    for (size_t i = 0; i < dim_; i++) {
      const float steps = std::min(127.0f, std::max(-127.0f, elements[i] * perStep));
      out[i] = static_cast<uint8_t>(static_cast<int32_t>(steps + (steps < 0 ? -0.5f : 0.5f)) + kCodeZero);
    }
    std::memset(out + dim_, kCodeZero, codeLength_ - dim_);
    scale = step;
  } else if (codeKind_ == CodeKind::kBfloat16) {
    uint16_t* out = reinterpret_cast<uint16_t*>(code);
    for (size_t i = 0; i < dim_; i++) out[i] = floatToBfloat(elements[i]);
  } else if (code != nullptr) {
    std::memcpy(code, elements, dim_ * sizeof(float));
  }
  if (metric_ == Metric::kCosine) scale = shape.squares > 0 ? scale / std::sqrt(shape.squares) : 0;
  return {static_cast<float>(scale), metric_ == Metric::kL2 ? static_cast<float>(shape.squares) : 0.0f};
}

void Vectors::prepare(const char* bytes, Query& query) const {
  if (element_ == Element::kBit) {
    query.bits.resize(vectorBytes() / sizeof(uint64_t));
    std::memcpy(query.bits.data(), bytes, vectorBytes());
    return;
  }
  query.floats.resize(dim_);
  fillFloats(bytes, query.floats.data());
  const Shape shape = shapeOf(query.floats.data());
  double squares = shape.squares;
  if (element_ == Element::kFloat64) {
    query.doubles.resize(dim_);
    std::memcpy(query.doubles.data(), bytes, dim_ * sizeof(double));
    squares = 0;
    for (const double element : query.doubles) squares += element * element;
  }
  query.inverseNorm = squares > 0 ? 1 / std::sqrt(squares) : 0;
  double factor = metric_ == Metric::kL2 ? 2 : metric_ == Metric::kCosine ? query.inverseNorm : 1;
  if (codeKind_ == CodeKind::kInt8) {
    const float perStep = static_cast<float>(std::min(kCodeMax / std::max(shape.greatest, DBL_MIN), double{FLT_MAX}));
    query.code.assign(codeLength_, 0);
    int32_t sum = 0;
    for (size_t i = 0; i < dim_; i++) {
      const float steps = std::min(127.0f, std::max(-127.0f, query.floats[i] * perStep));
      const int32_t element = static_cast<int32_t>(steps + (steps < 0 ? -0.5f : 0.5f));
      query.code[i] = static_cast<int8_t>(element);
      sum += element;
    }
    query.shift = kCodeZero * sum;
    factor *= shape.greatest / kCodeMax;
  } else if (codeKind_ != CodeKind::kNone) {
    query.codeFloats = query.floats;
  }
  query.factor = static_cast<float>(factor);
  query.bias = metric_ == Metric::kL2 ? static_cast<float>(shape.squares) : 1.0f;
}

void Vectors::prepareStored(Slot slot, Query& query) const {
  if (element_ == Element::kBit) {
    prepare(rows_->row(slot), query);
    return;
  }
  const Meta& meta = *meta_.as<Meta>(slot);
  query.factor = meta.scale * (metric_ == Metric::kL2 ? 2.0f : 1.0f);
  query.bias = metric_ == Metric::kL2 ? meta.bias : 1.0f;
  const char* code = codeRows().row(slot);
  switch (codeKind_) {
    case CodeKind::kInt8: {
      query.code.resize(codeLength_);
      const uint8_t* bytes = reinterpret_cast<const uint8_t*>(code);
      int32_t sum = 0;
      for (size_t i = 0; i < codeLength_; i++) {
        const int32_t element = static_cast<int32_t>(bytes[i]) - kCodeZero;
        query.code[i] = static_cast<int8_t>(element);
        sum += element;
      }
      query.shift = kCodeZero * sum;
      return;
    }
    case CodeKind::kBfloat16:
      query.codeFloats.resize(dim_);
      for (size_t i = 0; i < dim_; i++) query.codeFloats[i] = bfloatToFloat(load<uint16_t>(code, i));
      return;
    case CodeKind::kFloat32:
      query.codeFloats.resize(dim_);
      std::memcpy(query.codeFloats.data(), code, dim_ * sizeof(float));
      return;
    case CodeKind::kNone:
    case CodeKind::kBits:
      return;
  }
}

float Vectors::distance(const Query& query, Slot slot) const {
  float out;
  distances(query, &slot, 1, &out);
  return out;
}

void Vectors::distances(const Query& query, const Slot* slots, size_t count, float* out) const {
  const ChunkedArray& codes = codeRows();
  const size_t ahead = std::min(count, kPrefetchAhead);
  for (size_t i = 0; i < ahead; i++) prefetchCode(slots[i]);
  if (codeKind_ == CodeKind::kBits) {
    for (size_t i = 0; i < count; i++) {
      if (i + ahead < count) prefetchCode(slots[i + ahead]);
      out[i] = bitDistance(query, codes.row(slots[i]));
    }
    return;
  }
  if (codeKind_ == CodeKind::kInt8) {
    const int8_t* code = query.code.data();
    size_t i = 0;
    int32_t dots[4];
    for (; i + 4 <= count; i += 4) {
      for (size_t next = i + ahead; next < i + ahead + 4 && next < count; next++) prefetchCode(slots[next]);
      const uint8_t* rows[4];
      for (size_t lane = 0; lane < 4; lane++) rows[lane] = codes.as<uint8_t>(slots[i + lane]);
      kernels_.dotCodes4(rows, code, codeLength_, dots);
      for (size_t lane = 0; lane < 4; lane++) {
        const Meta& meta = *meta_.as<Meta>(slots[i + lane]);
        const float dot = static_cast<float>(dots[lane] - query.shift);
        out[i + lane] = clamp(query.bias + meta.bias - query.factor * meta.scale * dot);
      }
    }
    for (; i < count; i++) {
      const Meta& meta = *meta_.as<Meta>(slots[i]);
      const int32_t dot = kernels_.dotCodes(codes.as<uint8_t>(slots[i]), code, codeLength_) - query.shift;
      out[i] = clamp(query.bias + meta.bias - query.factor * meta.scale * static_cast<float>(dot));
    }
    return;
  }
  for (size_t i = 0; i < count; i++) {
    if (i + ahead < count) prefetchCode(slots[i + ahead]);
    const Meta& meta = *meta_.as<Meta>(slots[i]);
    const float* floats = query.codeFloats.data();
    const float dot = codeKind_ == CodeKind::kBfloat16
                          ? kernels_.dotBfloats(codes.as<uint16_t>(slots[i]), floats, dim_)
                          : kernels_.dotFloats(codes.as<float>(slots[i]), floats, dim_);
    out[i] = clamp(query.bias + meta.bias - query.factor * meta.scale * dot);
  }
}

float Vectors::bitDistance(const Query& query, const char* row) const {
  const uint32_t differing =
      kernels_.differingBits(reinterpret_cast<const uint64_t*>(row), query.bits.data(), query.bits.size());
  const double dot = static_cast<double>(dim_) - 2.0 * differing;
  if (metric_ == Metric::kL2) return static_cast<float>(4.0 * differing);
  return static_cast<float>(metric_ == Metric::kCosine ? 1 - dot / static_cast<double>(dim_) : 1 - dot);
}

float Vectors::finish(double dot, double squares, const Query& query) const {
  if (metric_ == Metric::kInnerProduct) return static_cast<float>(1 - dot);
  const double inverseNorm = squares > 0 ? 1 / std::sqrt(squares) : 0;
  return 1 - static_cast<float>(dot * inverseNorm * query.inverseNorm);
}

float Vectors::exact(const Query& query, Slot slot) const { return exactOfRow(query, rows_->row(slot)); }

float Vectors::exactOfRow(const Query& query, const char* row) const {
  if (element_ == Element::kBit) return bitDistance(query, row);
  if (element_ == Element::kFloat64) {
    const double* stored = reinterpret_cast<const double*>(row);
    double dot = 0;
    double squares = 0;
    double squaredDistance = 0;
    for (size_t i = 0; i < dim_; i++) {
      const double difference = stored[i] - query.doubles[i];
      dot += stored[i] * query.doubles[i];
      squares += stored[i] * stored[i];
      squaredDistance += difference * difference;
    }
    return metric_ == Metric::kL2 ? static_cast<float>(squaredDistance) : finish(dot, squares, query);
  }
  const float* stored = reinterpret_cast<const float*>(row);
  if (element_ != Element::kFloat32) {
    thread_local std::vector<float> elements;
    elements.resize(dim_);
    fillFloats(row, elements.data());
    stored = elements.data();
  }
  const float* floats = query.floats.data();
  switch (metric_) {
    case Metric::kL2:
      return static_cast<float>(kernels_.exactSquaredDistance(stored, floats, dim_));
    case Metric::kInnerProduct:
      return static_cast<float>(1 - kernels_.exactDot(stored, floats, dim_));
    case Metric::kCosine: {
      const DotAndNorm sums = kernels_.exactDotAndNorm(stored, floats, dim_);
      return finish(sums.dot, sums.squares, query);
    }
  }
  return 0;
}

}  // namespace nearkey
