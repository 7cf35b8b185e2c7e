// The arithmetic of the packaged embedder for JavaScript (encoder_kernels.h). Stateless: every thread of the embedder loads it and
// hands in its arrays. Kernels check nothing, so every array is compared with the sizes here first: one that does not fit is a RangeError.
#include <napi.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "encoder_kernels.h"

namespace nearkey {
namespace {

Napi::Value refuse(const Napi::CallbackInfo& info) {
  Napi::RangeError::New(info.Env(), "arrays do not fit").ThrowAsJavaScriptException();
  return info.Env().Undefined();
}

// Whether these arguments are arrays of that kind: lengths count elements, and say nothing about any other.
bool areArrays(const Napi::CallbackInfo& info, napi_typedarray_type type, std::initializer_list<size_t> positions) {
  return std::all_of(positions.begin(), positions.end(), [&](size_t at) {
    return info[at].IsTypedArray() && info[at].As<Napi::TypedArray>().TypedArrayType() == type;
  });
}

size_t numberAt(const Napi::CallbackInfo& info, size_t at) { return info[at].As<Napi::Number>().Uint32Value(); }

// multiply(isa, limit, input, rowCount, inputs, weights, columnScales, bias, isRectified, output)
Napi::Value multiplyRows(const Napi::CallbackInfo& info) {
  if (!areArrays(info, napi_float32_array, {2, 6, 7, 9}) || !areArrays(info, napi_int16_array, {5})) return refuse(info);
  const auto& known = isas();
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
  if (isa >= known.size() || !(limit >= 1 && limit <= INT16_MAX) || inputs % 2 != 0 || outputs % kPanelColumns != 0 ||
      columnScales.ElementLength() != outputs || weights.ElementLength() != inputs * outputs ||
      input.ElementLength() < rowCount * inputs || output.ElementLength() < rowCount * outputs) {
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
  if (!hasRowKernels() || !areArrays(info, napi_float32_array, {0, 4})) return refuse(info);
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
  const auto& known = isas();
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
