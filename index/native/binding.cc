// The engine in Node: an Engine with its threads, Indexes of it, Measures of an index. index/vector/native/addon.ts is the
// other side, and says what each call means; arguments are trusted, because only that side makes them.
//
// Searches that are answered later go to the pool as copies of what they need. What they find is gathered: waking JavaScript,
// and the clients it then answers, costs as much as a search, so answers wait for one another, for a moment (`Core`). Before
// they are handed over they are made true to what the index holds by then.
//
// Lifetime: an Index lives as long as its JavaScript object or a task that works on it, whichever is longer; the pool as
// long as the Engine and its Indexes, and it runs what is queued before it ends.
#include <napi.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "dump.h"
#include "index.h"
#include "scan.h"

namespace nearkey {
namespace {

// How a search ended, as JavaScript reads it.
enum Status : uint32_t { kDone = 0, kTimedOut = 1, kClosed = 2 };

struct Answer {
  uint32_t ticket;
  uint32_t status;
  std::shared_ptr<Index> index;
  std::string query;
  std::vector<Hit> hits;
};

uint32_t status_of(const Index& index, const SearchResult& result) {
  if (!result.timedOut) return kDone;
  return index.isClosing() ? kClosed : kTimedOut;
}

// A search of more than so many candidates, or one whose cost is not known, may take longer than answers should wait.
constexpr size_t kShortSearchEf = 512;
// How long an answer waits for others.
constexpr std::chrono::microseconds kHoldMax{400};
// So many at once keep JavaScript busy for as long as another client may wait.
constexpr size_t kAnswersAtOnce = 16;

bool may_take_long(const Index& index, const SearchRequest& request) {
  return index.graph() == nullptr || request.strategy == Strategy::kExact || request.hasRadius ||
         std::max(request.ef, request.k) > kShortSearchEf;
}

// Threads, and answers on their way back to JavaScript.
//
// JavaScript is woken when as many searches are answered as are still under way, so that it and its clients work on one half
// while the threads work on the other; when the first answer has waited for long; and before a search that may take long.
class Core : public std::enable_shared_from_this<Core> {
 public:
  explicit Core(size_t threads) : pool_(threads == 0 ? nullptr : std::make_unique<Pool>(threads)) {}

  Pool* pool() const { return pool_.get(); }

  void attach(Napi::Env env, Napi::Function on_answers) {
    wake_ = Napi::ThreadSafeFunction::New(env, on_answers, "nearkey:vectors", 0, 1);
    wake_.Unref(env);
  }

  ~Core() { stop(); }

  // Ends the threads, and with them every use of what wakes JavaScript.
  void stop() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (stopped_) return;
      stopped_ = true;
    }
    pool_.reset();
    if (wake_) wake_.Release();
  }

  // By JavaScript's thread: an answer will come, so the event loop must not end before.
  void expect(Napi::Env env) {
    if (expected_++ == 0) wake_.Ref(env);
    under_way_.fetch_add(1, std::memory_order_relaxed);
  }

  // By any thread.
  void answer(Answer answer) {
    bool enough;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      // Within the lock: whoever comes last has to find that nobody is left.
      const size_t left = under_way_.fetch_sub(1, std::memory_order_relaxed) - 1;
      if (stopped_) return;
      if (answers_.empty()) first_at_ = std::chrono::steady_clock::now();
      answers_.push_back(std::move(answer));
      enough = answers_.size() >= std::min(left, kAnswersAtOnce);
    }
    hand_over(enough);
  }

  // Before a thread begins to search: what others wait for must not wait for that, too.
  void hand_over(bool at_once) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (stopped_ || woken_ || answers_.empty()) return;
      if (!at_once && std::chrono::steady_clock::now() - first_at_ < kHoldMax) return;
      woken_ = true;
    }
    wake_.NonBlockingCall([core = shared_from_this()](Napi::Env env, Napi::Function call) { core->deliver(env, call); });
  }

 private:
  // onAnswers(heads, ids, distances): a head is ticket, status and count.
  void deliver(Napi::Env env, Napi::Function call) {
    std::vector<Answer> answers;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      answers.swap(answers_);
      woken_ = false;
    }
    size_t hits = 0;
    for (Answer& answer : answers) {
      answer.index->refresh(answer.query.data(), answer.hits);
      hits += answer.hits.size();
    }
    Napi::Uint32Array heads = Napi::Uint32Array::New(env, answers.size() * 3);
    Napi::Uint32Array ids = Napi::Uint32Array::New(env, hits);
    Napi::Float32Array distances = Napi::Float32Array::New(env, hits);
    uint32_t* head = heads.Data();
    uint32_t* id = ids.Data();
    float* distance = distances.Data();
    for (const Answer& answer : answers) {
      *head++ = answer.ticket;
      *head++ = answer.status;
      *head++ = static_cast<uint32_t>(answer.hits.size());
      for (const Hit& hit : answer.hits) {
        *id++ = hit.id;
        *distance++ = hit.distance;
      }
    }
    expected_ -= answers.size();
    if (expected_ == 0) wake_.Unref(env);
    call.Call({heads, ids, distances});
  }

  std::atomic<size_t> under_way_{0};
  std::mutex mutex_;
  std::vector<Answer> answers_;
  // JavaScript has been told of answers it has not taken yet.
  bool woken_ = false;
  std::chrono::steady_clock::time_point first_at_;
  bool stopped_ = false;
  size_t expected_ = 0;
  Napi::ThreadSafeFunction wake_;
  // Last, so that it ends first: its threads use what stands above.
  std::unique_ptr<Pool> pool_;
};

struct Bytes {
  const char* data;
  size_t length;
};

size_t bytes_in(napi_typedarray_type type) {
  switch (type) {
    case napi_float64_array:
    case napi_bigint64_array:
    case napi_biguint64_array:
      return 8;
    case napi_float32_array:
    case napi_int32_array:
    case napi_uint32_array:
      return 4;
    case napi_int16_array:
    case napi_uint16_array:
      return 2;
    default:
      return 1;
  }
}

// Any view over an ArrayBuffer, by one call.
Bytes bytes_of(const Napi::Value& value) {
  napi_typedarray_type type;
  size_t length = 0;
  void* data = nullptr;
  const napi_status status = napi_get_typedarray_info(value.Env(), value, &type, &length, &data, nullptr, nullptr);
  if (status != napi_ok) return {nullptr, 0};
  return {static_cast<const char*>(data), length * bytes_in(type)};
}

uint32_t number(const Napi::Value& value) { return value.As<Napi::Number>().Uint32Value(); }

}  // namespace

class IndexWrap;

// A vector that others are measured against, one by one.
class MeasureWrap : public Napi::ObjectWrap<MeasureWrap> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Measure", {InstanceMethod<&MeasureWrap::distance>("distance")});
  }
  explicit MeasureWrap(const Napi::CallbackInfo& info) : ObjectWrap(info) {}

  void begin(std::shared_ptr<Index> index, const char* query) {
    index_ = std::move(index);
    index_->vectors().prepare(query, query_);
  }

 private:
  // distance(id): number, NaN when the document has no vector
  Napi::Value distance(const Napi::CallbackInfo& info) {
    float found = 0;
    const bool has = index_->measure(query_, number(info[0]), found);
    return Napi::Number::New(info.Env(), has ? found : NAN);
  }

  std::shared_ptr<Index> index_;
  Query query_;
};

struct Classes {
  Napi::FunctionReference index;
  Napi::FunctionReference measure;
};

class IndexWrap : public Napi::ObjectWrap<IndexWrap> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Index",
                       {
                           InstanceMethod<&IndexWrap::put>("put"),
                           InstanceMethod<&IndexWrap::remove>("delete"),
                           InstanceMethod<&IndexWrap::has>("has"),
                           InstanceMethod<&IndexWrap::read>("read"),
                           InstanceMethod<&IndexWrap::keep_row>("keepRow"),
                           InstanceMethod<&IndexWrap::read_row>("readRow"),
                           InstanceMethod<&IndexWrap::is_indexed>("isIndexed"),
                           InstanceMethod<&IndexWrap::release_row>("releaseRow"),
                           InstanceMethod<&IndexWrap::release_rows>("releaseRows"),
                           InstanceMethod<&IndexWrap::measure>("measure"),
                           InstanceMethod<&IndexWrap::links>("links"),
                           InstanceMethod<&IndexWrap::search>("search"),
                           InstanceMethod<&IndexWrap::search_later>("searchLater"),
                           InstanceMethod<&IndexWrap::size>("size"),
                           InstanceMethod<&IndexWrap::figures>("figures"),
                           InstanceMethod<&IndexWrap::settle>("settle"),
                           InstanceMethod<&IndexWrap::validate>("validate"),
                           InstanceMethod<&IndexWrap::begin_dump>("beginDump"),
                           InstanceMethod<&IndexWrap::next_slice>("nextSlice"),
                           InstanceMethod<&IndexWrap::end_dump>("endDump"),
                           InstanceMethod<&IndexWrap::load>("load"),
                           InstanceMethod<&IndexWrap::close>("close"),
                       });
  }
  explicit IndexWrap(const Napi::CallbackInfo& info) : ObjectWrap(info) {}

  ~IndexWrap() override {
    if (index_ != nullptr) index_->close();
  }

  void begin(std::shared_ptr<Core> core, const IndexOptions& options) {
    core_ = std::move(core);
    index_ = std::make_shared<Index>(options, core_->pool());
    rows_ = index_->vectors().rows();
  }

 private:
  // put(id, sequence, vector): boolean
  Napi::Value put(const Napi::CallbackInfo& info) {
    const double sequence = info[1].As<Napi::Number>().DoubleValue();
    return Napi::Boolean::New(info.Env(), index_->put(number(info[0]), sequence, bytes_of(info[2]).data));
  }

  Napi::Value remove(const Napi::CallbackInfo& info) {
    return Napi::Boolean::New(info.Env(), index_->remove(number(info[0])));
  }

  Napi::Value has(const Napi::CallbackInfo& info) {
    return Napi::Boolean::New(info.Env(), index_->has(number(info[0])));
  }

  // read(id): the bytes of a vector, copied; undefined when there is none
  Napi::Value read(const Napi::CallbackInfo& info) {
    const char* row = index_->rowOf(number(info[0]));
    if (row == nullptr) return info.Env().Undefined();
    return Napi::Buffer<char>::Copy(info.Env(), row, index_->vectors().vectorBytes());
  }

  // keepRow(id, bytes): the row of the vector, kept, or -1 when it is another; rows that are kept are good after `close`, too
  Napi::Value keep_row(const Napi::CallbackInfo& info) {
    const Slot row = rows_ == nullptr || rows_->isClosed() ? kNoSlot : index_->keepRow(number(info[0]), bytes_of(info[1]).data);
    return Napi::Number::New(info.Env(), row == kNoSlot ? -1 : static_cast<double>(row));
  }

  // readRow(row, into): void; the row is kept
  void read_row(const Napi::CallbackInfo& info) {
    const Bytes into = bytes_of(info[1]);
    std::memcpy(const_cast<char*>(into.data), rows_->row(number(info[0])), into.length);
  }

  // isIndexed(row): boolean; the row is kept
  Napi::Value is_indexed(const Napi::CallbackInfo& info) {
    return Napi::Boolean::New(info.Env(), rows_->isIndexed(number(info[0])));
  }

  void release_row(const Napi::CallbackInfo& info) {
    rows_->release(number(info[0]));
    forget_rows();
  }

  void release_rows(const Napi::CallbackInfo&) {
    if (rows_ != nullptr) rows_->releaseAll();
    forget_rows();
  }

  void forget_rows() {
    if (rows_ != nullptr && rows_->isClosed() && rows_->kept() == 0) rows_.reset();
  }

  // links(id): the ids it is linked with, a Uint32Array for each level, the highest first
  Napi::Value links(const Napi::CallbackInfo& info) {
    const std::vector<std::vector<Id>> levels = index_->linksOf(number(info[0]));
    Napi::Array all = Napi::Array::New(info.Env(), levels.size());
    for (uint32_t i = 0; i < levels.size(); i++) {
      Napi::Uint32Array ids = Napi::Uint32Array::New(info.Env(), levels[i].size());
      std::copy(levels[i].begin(), levels[i].end(), ids.Data());
      all[i] = ids;
    }
    return all;
  }

  // measure(query): Measure
  Napi::Value measure(const Napi::CallbackInfo& info) {
    const Napi::Object object = info.Env().GetInstanceData<Classes>()->measure.New({});
    MeasureWrap::Unwrap(object)->begin(index_, bytes_of(info[0]).data);
    return object;
  }

  // The arguments of a search: query, k, ef, filter words or undefined, strategy, timeoutMs (below 0: none),
  // radius or NaN, epsilon.
  static SearchRequest request_from(const Napi::CallbackInfo& info, size_t from) {
    SearchRequest request;
    request.query = bytes_of(info[from]).data;
    request.k = number(info[from + 1]);
    request.ef = number(info[from + 2]);
    const Bytes filter = bytes_of(info[from + 3]);
    request.filter = reinterpret_cast<const uint32_t*>(filter.data);
    request.filterWords = filter.length / sizeof(uint32_t);
    request.strategy = static_cast<Strategy>(number(info[from + 4]));
    const double timeout = info[from + 5].As<Napi::Number>().DoubleValue();
    if (timeout >= 0) request.deadline = Deadline(timeout);
    const double radius = info[from + 6].As<Napi::Number>().DoubleValue();
    request.hasRadius = !std::isnan(radius);
    request.radius = static_cast<float>(radius);
    request.epsilon = info[from + 7].As<Napi::Number>().FloatValue();
    return request;
  }

  // search(...): { ids, distances }, or undefined when the time was up
  Napi::Value search(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const SearchRequest request = request_from(info, 0);
    const SearchResult result = index_->search(request, index_->ownerSeat(), index_->ownerScratch());
    if (result.timedOut) return env.Undefined();
    Napi::Uint32Array ids = Napi::Uint32Array::New(env, result.hits.size());
    Napi::Float32Array distances = Napi::Float32Array::New(env, result.hits.size());
    for (size_t i = 0; i < result.hits.size(); i++) {
      ids[i] = result.hits[i].id;
      distances[i] = result.hits[i].distance;
    }
    Napi::Object found = Napi::Object::New(env);
    found["ids"] = ids;
    found["distances"] = distances;
    return found;
  }

  // searchLater(ticket, ...): void; `onAnswers` of the engine hears of it
  void search_later(const Napi::CallbackInfo& info) {
    const uint32_t ticket = number(info[0]);
    SearchRequest request = request_from(info, 1);
    std::string query(request.query, index_->vectors().vectorBytes());
    std::vector<uint32_t> filter(request.filter, request.filter + request.filterWords);
    const bool filtered = request.filter != nullptr;
    core_->expect(info.Env());
    Core* core = core_.get();
    if (index_->scansMost(request)) {
      scan_later(ticket, request, std::move(query), std::move(filter));
      return;
    }
    core->pool()->search([core, index = index_, ticket, request, query = std::move(query), filter = std::move(filter),
                          filtered](size_t seat, Scratch& scratch) mutable {
      request.query = query.data();
      request.filter = filtered ? filter.data() : nullptr;
      request.deadline.cancelWith(&index->closing());
      core->hand_over(may_take_long(*index, request));
      SearchResult result = index->search(request, seat, scratch);
      const uint32_t status = status_of(*index, result);
      core->answer({ticket, status, std::move(index), std::move(query), std::move(result.hits)});
    });
  }

  // Lets a search join the scan that has not begun yet, or begins one.
  void scan_later(uint32_t ticket, SearchRequest request, std::string query, std::vector<uint32_t> filter) {
    Core* core = core_.get();
    request.deadline.cancelWith(&index_->closing());
    ScanQuestion question{request, std::move(query), std::move(filter),
                          [core, index = index_, ticket](ScanQuestion& asked, SearchResult result) {
                            const uint32_t status = status_of(*index, result);
                            core->answer({ticket, status, index, std::move(asked.query), std::move(result.hits)});
                          }};
    if (scan_ != nullptr && scan_->join(question)) return;
    scan_ = std::make_shared<Scan>(index_);
    scan_->join(question);
    for (size_t threads = Scan::threadsFor(*index_, core->pool()->threads()); threads > 0; threads--) {
      core->pool()->search([core, scan = scan_](size_t seat, Scratch&) {
        core->hand_over(true);
        scan->work(seat);
      });
    }
  }

  // Asked several times a query: by itself.
  Napi::Value size(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(index_->size()));
  }

  // figures(): [capacity, graph nodes, bytes, waiting, top level]
  Napi::Value figures(const Napi::CallbackInfo& info) {
    const double figures[] = {static_cast<double>(index_->capacity()), static_cast<double>(index_->graphNodes()),
                              static_cast<double>(index_->memoryBytes()), static_cast<double>(index_->waiting()),
                              static_cast<double>(index_->topLevel())};
    Napi::Array all = Napi::Array::New(info.Env(), std::size(figures));
    for (uint32_t i = 0; i < std::size(figures); i++) all[i] = Napi::Number::New(info.Env(), figures[i]);
    return all;
  }

  void settle(const Napi::CallbackInfo&) { index_->settle(); }

  Napi::Value validate(const Napi::CallbackInfo& info) {
    const std::vector<std::string> errors = index_->validate();
    Napi::Array all = Napi::Array::New(info.Env(), errors.size());
    for (uint32_t i = 0; i < errors.size(); i++) all[i] = Napi::String::New(info.Env(), errors[i]);
    return all;
  }

  void begin_dump(const Napi::CallbackInfo&) {
    // One at a time: a dump keeps slots from being used again by a seat that there is one of.
    dump_.reset();
    dump_ = std::make_unique<Dump>(index_);
  }

  void end_dump(const Napi::CallbackInfo&) { dump_.reset(); }

  // nextSlice(bytesMax): Buffer, empty when all has been written
  Napi::Value next_slice(const Napi::CallbackInfo& info) {
    const std::string slice = dump_->next(number(info[0]));
    if (slice.empty()) dump_.reset();
    return Napi::Buffer<char>::Copy(info.Env(), slice.data(), slice.size());
  }

  // load(slice): undefined, or why the dump is refused; an empty slice says that it is complete
  Napi::Value load(const Napi::CallbackInfo& info) {
    const Bytes bytes = bytes_of(info[0]);
    if (load_ == nullptr) load_ = std::make_unique<Load>(index_);
    std::string refusal;
    if (bytes.length > 0) refusal = load_->feed(bytes.data, bytes.length);
    else refusal = load_->finish();
    if (bytes.length == 0 || !refusal.empty()) load_.reset();
    if (refusal.empty()) return info.Env().Undefined();
    return Napi::String::New(info.Env(), refusal);
  }

  void close(const Napi::CallbackInfo&) {
    index_->close();
    if (rows_ != nullptr) rows_->close();
    forget_rows();
    dump_.reset();
    load_.reset();
    scan_.reset();
    // What is asked afterwards finds an empty index.
    index_ = std::make_shared<Index>(index_->options(), nullptr);
  }

  std::shared_ptr<Core> core_;
  std::shared_ptr<Index> index_;
  // Of the index as it was before `close`.
  std::shared_ptr<Rows> rows_;
  std::unique_ptr<Dump> dump_;
  std::unique_ptr<Load> load_;
  // The last one: searches may join it as long as no thread has begun it.
  std::shared_ptr<Scan> scan_;
};

class EngineWrap : public Napi::ObjectWrap<EngineWrap> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Engine", {InstanceMethod<&EngineWrap::create>("create")});
  }

  // new Engine(threads, onAnswers)
  explicit EngineWrap(const Napi::CallbackInfo& info) : ObjectWrap(info), core_(std::make_shared<Core>(number(info[0]))) {
    core_->attach(info.Env(), info[1].As<Napi::Function>());
    info.Env().AddCleanupHook([core = std::weak_ptr<Core>(core_)] {
      if (const std::shared_ptr<Core> live = core.lock()) live->stop();
    });
  }

 private:
  // create(dim, metric, element, codes, m, efConstruction, seed): Index
  Napi::Value create(const Napi::CallbackInfo& info) {
    IndexOptions options;
    options.dim = number(info[0]);
    options.metric = static_cast<Metric>(number(info[1]));
    options.element = static_cast<Element>(number(info[2]));
    options.codeKind = static_cast<CodeKind>(number(info[3]));
    options.m = number(info[4]);
    options.efConstruction = number(info[5]);
    options.seed = number(info[6]);
    const Napi::Object object = info.Env().GetInstanceData<Classes>()->index.New({});
    IndexWrap::Unwrap(object)->begin(core_, options);
    return object;
  }

  std::shared_ptr<Core> core_;
};

namespace {

// kernelTable(): names of the instruction sets this processor runs, the fastest last
Napi::Value kernel_names(const Napi::CallbackInfo& info) {
  const std::vector<const Kernels*> tables = usableKernels();
  Napi::Array names = Napi::Array::New(info.Env(), tables.size());
  for (uint32_t i = 0; i < tables.size(); i++) names[i] = Napi::String::New(info.Env(), tables[i]->name);
  return names;
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  auto* classes = new Classes;
  classes->index = Napi::Persistent(IndexWrap::define(env));
  classes->measure = Napi::Persistent(MeasureWrap::define(env));
  env.SetInstanceData(classes);
  exports["Engine"] = EngineWrap::define(env);
  // Which elements of vectors it knows: each element's number is below.
  exports["elements"] = Napi::Number::New(env, static_cast<double>(Element::kBit) + 1);
  exports["kernels"] = Napi::Function::New(env, kernel_names, "kernels");
  return exports;
}

}  // namespace

NODE_API_MODULE(vectors, init)

}  // namespace nearkey
