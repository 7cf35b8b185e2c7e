// The native engine under sanitizers: everything it offers at once, checked against a plain twin wherever the answer is
// certain. `.ci/native-sanitizers` builds it with the address and undefined-behaviour sanitizers, and with the thread
// sanitizer; it ends with a line that says how much it did, or with what was wrong.
//
//     stress [seed] [operations]
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "dump.h"
#include "index.h"
#include "kernels.h"
#include "pool.h"
#include "scan.h"

using namespace nearkey;

namespace {

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "stress: %s\n", what.c_str());
  std::exit(1);
}

void check(bool holds, const std::string& what) {
  if (!holds) fail(what);
}

void check_valid(Index& index, const std::string& when) {
  const std::vector<std::string> errors = index.validate();
  if (!errors.empty()) fail(when + ": " + errors.front());
}

using Random = std::mt19937_64;

std::string random_vector(Random& random, Element element, size_t dim) {
  std::string bytes;
  std::normal_distribution<double> normal;
  for (size_t i = 0; i < dim; i++) {
    const double value = normal(random);
    const auto add = [&](auto typed) { bytes.append(reinterpret_cast<const char*>(&typed), sizeof typed); };
    switch (element) {
      case Element::kFloat32:
        add(static_cast<float>(value));
        break;
      case Element::kFloat64:
        add(value);
        break;
      case Element::kFloat16:
        add(static_cast<uint16_t>(0x3400 + random() % 0x1000 + (value < 0 ? 0x8000 : 0)));
        break;
      case Element::kBfloat16:
        add(static_cast<uint16_t>(0x3e80 + random() % 0x200 + (value < 0 ? 0x8000 : 0)));
        break;
      case Element::kInt8:
        add(static_cast<int8_t>(random() % 256 - 128));
        break;
      case Element::kUint8:
        add(static_cast<uint8_t>(random() % 256));
        break;
      case Element::kBit: {
        if (i % 64 != 0) break;
        const size_t left = dim - i;
        add(static_cast<uint64_t>(random()) & (left >= 64 ? UINT64_MAX : (uint64_t{1} << left) - 1));
        break;
      }
    }
  }
  return bytes;
}

// Every table of kernels against the plain one, at every length up to some registers and beyond.
void check_kernels(Random& random) {
  const Kernels& plain = plainKernels();
  for (size_t n = 1; n <= 300; n++) {
    std::vector<float> a(n);
    std::vector<float> b(n);
    std::vector<uint16_t> halves(n);
    std::normal_distribution<float> normal;
    for (size_t i = 0; i < n; i++) {
      a[i] = normal(random);
      b[i] = normal(random);
      uint32_t bits;
      std::memcpy(&bits, &a[i], 4);
      halves[i] = static_cast<uint16_t>(bits >> 16);
    }
    const size_t length = codeElements(n);
    std::vector<std::vector<uint8_t>> codes(4, std::vector<uint8_t>(length));
    std::vector<int8_t> query(length);
    const uint8_t* rows[4];
    for (int row = 0; row < 4; row++) {
      // The extremes: 255 times 127 in every place is where narrow sums would overflow.
      for (uint8_t& code : codes[row]) code = row == 0 ? 255 : static_cast<uint8_t>(random());
      rows[row] = codes[row].data();
    }
    for (int8_t& element : query) element = n % 7 == 0 ? 127 : static_cast<int8_t>(random() % 255 - 127);
    for (const Kernels* table : usableKernels()) {
      const std::string name = std::string(table->name) + " of " + std::to_string(n);
      int32_t four[4];
      table->dotCodes4(rows, query.data(), length, four);
      for (int row = 0; row < 4; row++) {
        const int32_t wanted = plain.dotCodes(rows[row], query.data(), length);
        check(four[row] == wanted && table->dotCodes(rows[row], query.data(), length) == wanted, "dotCodes, " + name);
      }
      const auto near = [&](double got, double wanted, double slack, const char* what) {
        check(std::abs(got - wanted) <= slack * (1 + static_cast<double>(n)), std::string(what) + ", " + name);
      };
      near(table->dotFloats(a.data(), b.data(), n), plain.exactDot(a.data(), b.data(), n), 1e-5, "dotFloats");
      near(table->dotBfloats(halves.data(), b.data(), n), plain.dotBfloats(halves.data(), b.data(), n), 1e-5, "dotBfloats");
      near(table->exactDot(a.data(), b.data(), n), plain.exactDot(a.data(), b.data(), n), 1e-13, "exactDot");
      near(table->exactSquaredDistance(a.data(), b.data(), n), plain.exactSquaredDistance(a.data(), b.data(), n), 1e-13,
           "exactSquaredDistance");
      std::vector<uint64_t> words(n);
      std::vector<uint64_t> others(n);
      for (size_t i = 0; i < n; i++) {
        words[i] = n % 7 == 0 ? UINT64_MAX : random();
        others[i] = n % 7 == 0 ? 0 : random();
      }
      check(table->differingBits(words.data(), others.data(), n) == plain.differingBits(words.data(), others.data(), n) &&
                (n % 7 != 0 || plain.differingBits(words.data(), others.data(), n) == 64 * n),
            "differingBits, " + name);
      const DotAndNorm sums = table->exactDotAndNorm(a.data(), b.data(), n);
      const DotAndNorm wanted = plain.exactDotAndNorm(a.data(), b.data(), n);
      near(sums.dot, wanted.dot, 1e-13, "exactDotAndNorm");
      near(sums.squares, wanted.squares, 1e-13, "exactDotAndNorm");
    }
  }
}

struct Setting {
  Metric metric;
  Element element;
  CodeKind codes;
  size_t m;
  size_t dim;
  size_t threads;
};

std::string describe(const Setting& setting) {
  return "metric " + std::to_string(static_cast<int>(setting.metric)) + ", element " +
         std::to_string(static_cast<int>(setting.element)) + ", codes " + std::to_string(static_cast<int>(setting.codes)) +
         ", m " + std::to_string(setting.m) + ", dim " + std::to_string(setting.dim) + ", threads " +
         std::to_string(setting.threads);
}

IndexOptions options_of(const Setting& setting) {
  IndexOptions options;
  options.dim = setting.dim;
  options.metric = setting.metric;
  options.element = setting.element;
  options.codeKind = setting.codes;
  options.m = setting.m;
  options.efConstruction = 40;
  return options;
}

using Plain = std::map<Id, std::string>;

// Scans by all threads beside whatever happens; the hits of each must ascend.
void scan_together(const std::shared_ptr<Index>& index, Pool& pool, const Setting& setting, Random& random,
                   std::atomic<size_t>& answered) {
  auto scan = std::make_shared<Scan>(index);
  for (size_t n = 1 + random() % 4; n > 0; n--) {
    ScanQuestion question{{}, random_vector(random, setting.element, setting.dim), {}, nullptr};
    question.request.k = 1 + random() % 20;
    if (n % 2 == 0) {
      question.filter.assign(10, static_cast<uint32_t>(random()));
      question.request.filter = question.filter.data();
      question.request.filterWords = question.filter.size();
    }
    question.request.deadline.cancelWith(&index->closing());
    question.answer = [&answered](ScanQuestion&, SearchResult result) {
      for (size_t i = 1; i < result.hits.size(); i++) {
        check(result.hits[i - 1].distance <= result.hits[i].distance, "hits of a scan are out of order");
      }
      answered++;
    };
    check(scan->join(question), "a scan that has not begun cannot be joined");
  }
  for (size_t thread = 0; thread < setting.threads; thread++) {
    pool.search([scan](size_t seat, Scratch&) { scan->work(seat); });
  }
}

// The exact search finds the k nearest of what the twin holds.
void check_exact(Index& index, const Plain& plain, const std::string& query, const std::string& where) {
  SearchRequest request;
  request.query = query.data();
  request.k = 5;
  request.strategy = Strategy::kExact;
  const SearchResult result = index.search(request, index.ownerSeat(), index.ownerScratch());
  check(result.hits.size() == std::min<size_t>(5, plain.size()), "too few neighbours, " + where);
  Query prepared;
  index.vectors().prepare(query.data(), prepared);
  std::vector<float> distances;
  for (const auto& [id, vector] : plain) {
    float distance = 0;
    check(index.measure(prepared, id, distance), "a vector is missing, " + where);
    check(std::memcmp(index.rowOf(id), vector.data(), vector.size()) == 0, "a vector was altered, " + where);
    distances.push_back(distance);
  }
  std::sort(distances.begin(), distances.end());
  for (size_t i = 0; i < result.hits.size(); i++) check(result.hits[i].distance == distances[i], "not the nearest, " + where);
}

void check_dump(const std::shared_ptr<Index>& index, Pool* pool, const Setting& setting, const Plain& plain, Random& random) {
  Dump dump(index);
  auto loaded = std::make_shared<Index>(options_of(setting), pool);
  Load load(loaded);
  for (std::string slice = dump.next(3000); !slice.empty(); slice = dump.next(3000)) {
    const std::string refusal = load.feed(slice.data(), slice.size());
    check(refusal.empty(), refusal);
  }
  const std::string refusal = load.finish();
  check(refusal.empty(), refusal);
  check_valid(*loaded, "a dump that was loaded, " + describe(setting));
  check(loaded->size() == plain.size(), "a dump has another size, " + describe(setting));
  check_exact(*loaded, plain, random_vector(random, setting.element, setting.dim), "loaded, " + describe(setting));
  loaded->close();
}

// A dump that was altered by someone who knows how it is made, checksums and all: it is refused, or what it makes bears
// whatever follows.
void check_forged(const std::shared_ptr<Index>& index, const Setting& setting, Random& random) {
  constexpr size_t kHead = 12;
  Dump dump(index);
  std::vector<std::string> blocks;
  for (std::string block = dump.next(3000); !block.empty(); block = dump.next(3000)) blocks.push_back(block);
  for (int forgery = 0; forgery < 8; forgery++) {
    std::vector<std::string> forged = blocks;
    std::string& block = forged[random() % forged.size()];
    for (int bytes = 1 + static_cast<int>(random() % 3); bytes > 0; bytes--) {
      block[kHead + random() % (block.size() - kHead)] ^= static_cast<char>(1 + random() % 255);
    }
    const uint32_t sum = crc32c(block.data() + kHead, block.size() - kHead);
    std::memcpy(&block[8], &sum, sizeof sum);
    auto loaded = std::make_shared<Index>(options_of(setting), nullptr);
    Load load(loaded);
    std::string refusal;
    for (size_t i = 0; i < forged.size() && refusal.empty(); i++) refusal = load.feed(forged[i].data(), forged[i].size());
    if (refusal.empty()) refusal = load.finish();
    if (!refusal.empty()) continue;
    for (Id id = 0; id < 300; id++) {
      if (id % 3 == 0) loaded->remove(id);
      if (id % 5 != 0) continue;
      const std::string vector = random_vector(random, setting.element, setting.dim);
      loaded->put(id, id, vector.data());
      SearchRequest request;
      request.query = vector.data();
      loaded->search(request, loaded->ownerSeat(), loaded->ownerScratch());
    }
  }
}

// Rows of an index that are kept beside it, each with what it held when it was kept.
using Kept = std::map<Slot, std::string>;

// Keeps and lets go of rows; whatever becomes of their vectors, they stay as they were.
void keep_rows(Index& index, const Plain& plain, Kept& kept, Random& random, const std::string& where) {
  const std::shared_ptr<Rows>& rows = index.vectors().rows();
  const Id id = static_cast<Id>(random() % 300);
  const auto found = plain.find(id);
  if (found == plain.end()) {
    const std::string nothing(index.vectors().vectorBytes(), 0);
    check(index.keepRow(id, nothing.data()) == kNoSlot, "a row of nothing is kept, " + where);
  } else {
    std::string other = found->second;
    other[0] = static_cast<char>(other[0] ^ 1);
    check(index.keepRow(id, other.data()) == kNoSlot, "a row of other bytes is kept, " + where);
    const Slot row = index.keepRow(id, found->second.data());
    if (row != kNoSlot) {
      check(kept.emplace(row, found->second).second, "a row is kept twice, " + where);
      check(rows->isIndexed(row), "the row of a vector is not the index's, " + where);
      check(index.keepRow(id, found->second.data()) == kNoSlot, "a row is kept twice, " + where);
    }
  }
  if (kept.empty()) return;
  const auto some = kept.lower_bound(static_cast<Slot>(random() % (kept.rbegin()->first + 1)));
  check(std::memcmp(rows->row(some->first), some->second.data(), some->second.size()) == 0, "a kept row was altered, " + where);
  if (random() % 3 != 0) return;
  rows->release(some->first);
  kept.erase(some);
}

// The index is closed, and may end at any moment; what is kept of it stays until the last row is let go.
void outlive(const std::shared_ptr<Rows>& rows, Kept& kept, Random& random, const std::string& where) {
  rows->close();
  check(rows->kept() == kept.size(), "another number of rows is kept, " + where);
  while (!kept.empty()) {
    for (const auto& [row, vector] : kept) {
      check(!rows->isIndexed(row), "a closed index holds a row, " + where);
      check(std::memcmp(rows->row(row), vector.data(), vector.size()) == 0, "a row did not outlive its index, " + where);
    }
    if (random() % 40 == 0) {
      rows->releaseAll();
      kept.clear();
    } else {
      const auto some = kept.lower_bound(static_cast<Slot>(random() % (kept.rbegin()->first + 1)));
      rows->release(some->first);
      kept.erase(some);
    }
  }
  check(rows->kept() == 0, "rows are kept by nobody, " + where);
}

size_t run(const Setting& setting, size_t operations, Random& random) {
  const std::string where = describe(setting);
  const auto pool = setting.threads == 0 ? nullptr : std::make_unique<Pool>(setting.threads);
  auto index = std::make_shared<Index>(options_of(setting), pool.get());
  Plain plain;
  Kept kept;
  std::atomic<size_t> answered{0};
  size_t asked = 0;
  const Id ids = 300;
  for (size_t step = 0; step < operations; step++) {
    const Id id = static_cast<Id>(random() % ids);
    if (random() % 5 < 2) {
      check(index->remove(id) == (plain.erase(id) == 1), "a removal is answered wrongly, " + where);
    } else {
      const std::string vector = random_vector(random, setting.element, setting.dim);
      index->put(id, static_cast<double>(step), vector.data());
      plain[id] = vector;
    }
    keep_rows(*index, plain, kept, random, where);
    if (pool != nullptr && step % 10 == 5) scan_together(index, *pool, setting, random, answered);
    if (pool != nullptr && step % 2 == 0) {
      asked++;
      const uint64_t kind = random();
      pool->search([&answered, index, kind, filter = std::vector<uint32_t>(10, static_cast<uint32_t>(random())),
                    query = random_vector(random, setting.element, setting.dim)](size_t seat, Scratch& scratch) {
        SearchRequest request;
        request.query = query.data();
        request.k = 1 + kind % 20;
        request.ef = 1 + kind % 50;
        request.strategy = static_cast<Strategy>(kind % 3);
        if ((kind >> 8) % 2 == 0) {
          request.filter = filter.data();
          request.filterWords = filter.size();
        }
        request.hasRadius = (kind >> 16) % 8 == 0;
        request.radius = 0.5f;
        request.deadline.cancelWith(&index->closing());
        const SearchResult result = index->search(request, seat, scratch);
        for (size_t i = 1; i < result.hits.size(); i++) {
          check(result.hits[i - 1].distance <= result.hits[i].distance, "hits are out of order");
        }
        answered++;
      });
    }
    if (step % 200 == 199) {
      check_exact(*index, plain, random_vector(random, setting.element, setting.dim), where);
      check_dump(index, pool.get(), setting, plain, random);
      check_forged(index, setting, random);
      check_valid(*index, "after " + std::to_string(step) + " operations, " + where);
    }
  }
  check(index->size() == plain.size(), "another size, " + where);
  // Closed while searches and links are on their way; the pool ends when they have.
  index->close();
  const std::shared_ptr<Rows> rows = index->vectors().rows();
  index.reset();
  outlive(rows, kept, random, where);
  return asked;
}

// Rows so long that they lie in many pieces of memory, which go one by one.
void check_long_rows(Random& random) {
  const Setting setting{Metric::kL2, Element::kFloat32, CodeKind::kNone, 0, 16384, 0};
  auto index = std::make_shared<Index>(options_of(setting), nullptr);
  const std::shared_ptr<Rows> rows = index->vectors().rows();
  Kept kept;
  for (Id id = 0; id < 96; id++) {
    const std::string vector = random_vector(random, setting.element, setting.dim);
    index->put(id, id, vector.data());
    if (random() % 4 != 0) continue;
    kept.emplace(index->keepRow(id, vector.data()), vector);
    if (random() % 2 == 0) index->remove(id);
  }
  check(rows->array().regions() > 4, "long rows lie in one piece");
  check_valid(*index, "long rows");
  index->close();
  index.reset();
  outlive(rows, kept, random, "long rows");
}

// Small graphs that many threads fill at once: most nodes they meet are being linked themselves, on some levels and not yet
// on others.
void check_crowds(Random& random, size_t rounds) {
  const Setting setting{Metric::kL2, Element::kFloat32, CodeKind::kInt8, 2, 4, 4};
  Pool pool(setting.threads);
  for (size_t round = 0; round < rounds; round++) {
    auto index = std::make_shared<Index>(options_of(setting), &pool);
    for (Id id = 0; id < 24; id++) {
      const std::string vector = random_vector(random, setting.element, setting.dim);
      index->put(id, id, vector.data());
      if (id % 5 == 4) index->remove(static_cast<Id>(random() % id));
    }
    check_valid(*index, "a crowd");
    index->close();
  }
}

}  // namespace

int main(int count, char** arguments) {
  const uint64_t seed = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 1;
  const size_t operations = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 2000;
  std::printf("stress: seed %llu, %zu operations a setting, kernels %s\n", static_cast<unsigned long long>(seed), operations,
              kernels().name);
  Random random(seed);
  check_kernels(random);
  check_crowds(random, operations * 5);
  check_long_rows(random);
  size_t searches = 0;
  size_t settings = 0;
  const auto with = [&](Setting setting) {
    searches += run(setting, operations, random);
    settings++;
  };
  for (const size_t threads : {size_t{0}, size_t{1}, size_t{3}}) {
    for (const Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine}) {
      with({metric, Element::kFloat32, CodeKind::kInt8, 4, 12, threads});
    }
    with({Metric::kL2, Element::kFloat32, CodeKind::kInt8, 2, 3, threads});
    with({Metric::kL2, Element::kFloat32, CodeKind::kNone, 0, 20, threads});
    with({Metric::kCosine, Element::kBit, CodeKind::kInt8, 6, 150, threads});
    with({Metric::kCosine, Element::kFloat32, CodeKind::kBfloat16, 8, 70, threads});
    with({Metric::kCosine, Element::kFloat32, CodeKind::kFloat32, 8, 33, threads});
    for (const Element element : {Element::kFloat64, Element::kFloat16, Element::kBfloat16, Element::kInt8, Element::kUint8,
                                  Element::kBit}) {
      with({Metric::kCosine, element, CodeKind::kInt8, 6, 17, threads});
    }
  }
  std::printf("stress: %zu settings, %zu searches beside writes, all well\n", settings, searches);
  return 0;
}
