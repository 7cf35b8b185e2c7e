#include "index.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace nearkey {

namespace {

/// Vectors that may wait for the pool: as many as a search measures in some 10 microseconds.
constexpr size_t kQueueMax = 512;
/// Jobs of one turn of a pool's thread; searches wait no longer than these take.
constexpr size_t kJobsPerTurn = 4;
/// Candidates measured exactly: the order of codes is not quite the order of vectors.
constexpr size_t kRankMin = 30;
constexpr size_t kRankPerK = 3;
constexpr size_t kScanBatch = 64;
constexpr size_t kScanStepsPerCheck = 16;
constexpr size_t kBitsPerWord = 32;
/// What a walk measures for each candidate it keeps, against one code of a scan; and how much of it goes to neighbours
/// that do not pass. Only their ratio matters: measured on 100,000 vectors at 1, 10 and 50 % (docs/decisions/0007).
constexpr double kWalkPerEf = 24;
constexpr double kWalkStart = 300;
constexpr double kHopCost = 0.6;
constexpr double kScanCost = 1.0;
constexpr size_t kRadiusFirst = 64;
/// Vectors from which on searches are made to scan together; and the part of them that a filter must let pass.
constexpr size_t kScanTogetherMin = 2000;
constexpr size_t kScanTogetherPart = 4;

double uniform(uint64_t& state) {
  state += 0x9e3779b97f4a7c15;
  uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  z ^= z >> 31;
  return (static_cast<double>(z >> 11) + 0.5) * 0x1.0p-53;
}

unsigned lowestBit(uint32_t word) {
#if defined(__GNUC__) || defined(__clang__)
  return static_cast<unsigned>(__builtin_ctz(word));
#else
  unsigned bit = 0;
  while (((word >> bit) & 1) == 0) bit++;
  return bit;
#endif
}

unsigned bitCount(uint32_t word) {
  word -= (word >> 1) & 0x55555555;
  word = (word & 0x33333333) + ((word >> 2) & 0x33333333);
  return (((word + (word >> 4)) & 0x0f0f0f0f) * 0x01010101) >> 24;
}

/// Keeps the nearest `limit` of what it is offered: a heap whose root is the farthest of them.
class Nearest {
 public:
  Nearest(size_t limit, std::vector<Candidate>& items) : limit_(limit), items_(items) { items_.clear(); }

  void offer(const Candidate& candidate) {
    if (items_.size() < limit_) {
      items_.push_back(candidate);
      std::push_heap(items_.begin(), items_.end(), nearer);
    } else if (nearer(candidate, items_.front())) {
      std::pop_heap(items_.begin(), items_.end(), nearer);
      items_.back() = candidate;
      std::push_heap(items_.begin(), items_.end(), nearer);
    }
  }
  float farthest() const { return items_.size() < limit_ ? INFINITY : items_.front().distance; }

 private:
  const size_t limit_;
  std::vector<Candidate>& items_;
};

}  // namespace

Index::Index(const IndexOptions& options, Pool* pool)
    : options_(options),
      pool_(pool),
      vectors_(options.dim, options.metric, options.element, options.m == 0 ? CodeKind::kNone : options.codeKind),
      graph_(options.m == 0 ? nullptr : std::make_unique<Graph>(vectors_, options.m, options.efConstruction)),
      states_(sizeof(AtomicState)),
      owners_(sizeof(Owner)),
      slotOfId_(sizeof(AtomicSlot)),
      random_(options.seed),
      epochs_(ownerSeat() + 2) {}

void Index::close() {
  closing_.store(true);
  const std::lock_guard<std::mutex> lock(mutex_);
  queue_.clear();
}

size_t Index::waiting() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return queue_.size();
}

size_t Index::memoryBytes() const {
  return vectors_.memoryBytes() + (graph_ == nullptr ? 0 : graph_->memoryBytes()) + states_.memoryBytes() +
         owners_.memoryBytes() + slotOfId_.memoryBytes() + free_.capacity() * sizeof(Slot);
}

// -- By the owner

int Index::drawLevel() {
  const double level = -std::log(uniform(random_)) / std::log(static_cast<double>(std::max<size_t>(options_.m, 2)));
  return std::min(kLevelMax, static_cast<int>(level));
}

Slot Index::takeSlot() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    reclaim();
  }
  if (!free_.empty()) {
    const Slot slot = free_.back();
    free_.pop_back();
    return slot;
  }
  const Slot slot = slots_.load(std::memory_order_relaxed);
  vectors_.reserve(slot + 1);
  states_.reserve(slot + 1);
  owners_.reserve(slot + 1);
  if (graph_ != nullptr) graph_->reserve(slot + 1);
  slots_.store(slot + 1, std::memory_order_release);
  return slot;
}

/// The slot belongs to nobody and nobody can see it.
void Index::release(Slot slot) {
  if (graph_ != nullptr) graph_->releaseLevel(slot);
  state(slot).store(kFree, std::memory_order_release);
  if (vectors_.rows()->retire(slot)) free_.push_back(slot);
}

void Index::reclaim() {
  while (!retired_.empty() && epochs_.isOver(retired_.front().epoch)) {
    release(retired_.front().slot);
    retired_.pop_front();
  }
  for (const Slot slot : vectors_.rows()->takeReleased()) free_.push_back(slot);
}

void Index::setSlot(Id id, Slot slotPlusOne) {
  if (id >= idLimit_.load(std::memory_order_relaxed)) {
    slotOfId_.reserve(id + 1);
    idLimit_.store(id + 1, std::memory_order_release);
  }
  slotOfId_.as<AtomicSlot>(id)->store(slotPlusOne, std::memory_order_release);
}

const char* Index::rowOf(Id id) const {
  const Slot slot = slotOf(id);
  return slot == kNoSlot ? nullptr : vectors_.row(slot);
}

Slot Index::keepRow(Id id, const char* bytes) {
  const Slot slot = slotOf(id);
  if (slot == kNoSlot || vectors_.rows()->isKept(slot)) return kNoSlot;
  if (std::memcmp(vectors_.row(slot), bytes, vectors_.vectorBytes()) != 0) return kNoSlot;
  vectors_.rows()->keep(slot);
  return slot;
}

bool Index::measure(const Query& query, Id id, float& distance) const {
  const char* row = rowOf(id);
  if (row == nullptr) return false;
  distance = vectors_.exactOfRow(query, row);
  return true;
}

Hit Index::hitOf(const Query& query, Slot slot) const {
  const Owner& owner = ownerOf(slot);
  return {owner.id, vectors_.exact(query, slot), owner.sequence, slot, owner.stamp};
}

void Index::refresh(const char* query, std::vector<Hit>& hits) {
  bool isPrepared = false;
  size_t kept = 0;
  for (Hit& hit : hits) {
    const Slot slot = slotOf(hit.id);
    if (slot == kNoSlot || ownerOf(slot).sequence != hit.sequence) continue;
    if (slot != hit.slot || ownerOf(slot).stamp != hit.stamp) {
      if (!isPrepared) vectors_.prepare(query, ownerScratch_.query);
      isPrepared = true;
      hit = hitOf(ownerScratch_.query, slot);
    }
    hits[kept++] = hit;
  }
  hits.erase(hits.begin() + static_cast<ptrdiff_t>(kept), hits.end());
  if (isPrepared) std::sort(hits.begin(), hits.end(), hitBefore);
}

bool Index::put(Id id, double sequence, const char* bytes) {
  const Slot old = slotOf(id);
  if (old != kNoSlot && std::memcmp(vectors_.row(old), bytes, vectors_.vectorBytes()) == 0) return false;
  const Slot slot = takeSlot();
  vectors_.write(slot, bytes);
  vectors_.rows()->enter(slot);
  *owners_.as<Owner>(slot) = {sequence, id, ++lastStamp_};
  if (graph_ != nullptr) graph_->setLevel(slot, drawLevel());
  state(slot).store(graph_ == nullptr ? kLinked : kWaiting, std::memory_order_release);
  setSlot(id, slot + 1);
  if (old == kNoSlot) size_.fetch_add(1, std::memory_order_relaxed);
  enqueue({slot, true});
  if (old != kNoSlot) leave(old);
  return true;
}

bool Index::remove(Id id) {
  const Slot slot = slotOf(id);
  if (slot == kNoSlot) return false;
  setSlot(id, 0);
  size_.fetch_sub(1, std::memory_order_relaxed);
  leave(slot);
  return true;
}

void Index::leave(Slot slot) {
  vectors_.rows()->leave(slot);
  state(slot).store(kLeaving, std::memory_order_release);
  enqueue({slot, false});
}

void Index::enqueue(Job job) {
  if (graph_ == nullptr) {
    if (job.isLink) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    retired_.push_back({job.slot, epochs_.retire()});
    return;
  }
  size_t length;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    queue_.push_back(job);
    if (job.isLink) unlinked_.push_back(job.slot);
    length = queue_.size();
  }
  resume();
  // An owner that is faster than the pool helps it: what waits stays bounded.
  while (length > kQueueMax || (pool_ == nullptr && length > 0)) {
    Job own;
    if (!takeJob(own)) break;
    run(own, ownerSeat(), ownerScratch_);
    length--;
  }
}

bool Index::takeJob(Job& job) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (queue_.empty() || paused_) return false;
  job = queue_.front();
  // What is being linked by someone else is taken out after that.
  if (!job.isLink && std::find(unlinked_.begin(), unlinked_.end(), job.slot) != unlinked_.end()) return false;
  queue_.pop_front();
  running_++;
  return true;
}

void Index::run(const Job& job, size_t seat, Scratch& scratch) {
  {
    const Epochs::Reading reading(epochs_, seat);
    if (!job.isLink) graph_->unlink(job.slot, scratch);
    else if (state(job.slot).load(std::memory_order_acquire) == kWaiting) graph_->link(job.slot, scratch);
  }
  if (job.isLink) {
    // A vector that was deleted meanwhile is leaving, and stays so.
    uint8_t waiting = kWaiting;
    state(job.slot).compare_exchange_strong(waiting, kLinked, std::memory_order_acq_rel);
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  if (job.isLink) {
    unlinked_.erase(std::find(unlinked_.begin(), unlinked_.end(), job.slot));
  } else {
    retired_.push_back({job.slot, epochs_.retire()});
  }
  running_--;
  if (running_ == 0) idle_.notify_all();
}

/// One turn of a pool's thread.
void Index::work(size_t seat, Scratch& scratch) {
  Job job;
  for (size_t done = 0; done < kJobsPerTurn && takeJob(job); done++) run(job, seat, scratch);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (queue_.empty() || paused_) {
      workers_--;
      return;
    }
  }
  pool_->link([self = shared_from_this()](size_t next, Scratch& own) { self->work(next, own); });
}

void Index::resume() {
  size_t wanted = 0;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    while (pool_ != nullptr && workers_ < pool_->threads() && workers_ < queue_.size()) {
      workers_++;
      wanted++;
    }
  }
  for (; wanted > 0; wanted--) {
    pool_->link([self = shared_from_this()](size_t seat, Scratch& scratch) { self->work(seat, scratch); });
  }
}

std::vector<std::vector<Id>> Index::linksOf(Id id) {
  std::vector<std::vector<Id>> levels;
  const Slot slot = slotOf(id);
  if (graph_ == nullptr || slot == kNoSlot) return levels;
  settle();
  for (int level = graph_->levelOf(slot); level >= 0; level--) {
    std::vector<Id>& ids = levels.emplace_back();
    for (const Slot neighbor : graph_->linksOf(slot, level)) ids.push_back(ownerOf(neighbor).id);
  }
  return levels;
}

int Index::topLevel() const {
  const Slot entry = graph_ == nullptr ? kNoSlot : graph_->entry();
  return entry == kNoSlot ? 0 : graph_->levelOf(entry);
}

void Index::settle() {
  std::unique_lock<std::mutex> lock(mutex_, std::defer_lock);
  do {
    if (lock.owns_lock()) lock.unlock();
    Job job;
    while (takeJob(job)) run(job, ownerSeat(), ownerScratch_);
    lock.lock();
    idle_.wait(lock, [this] { return running_ == 0; });
  } while (!queue_.empty());
  reclaim();
}

// -- Restoring

void Index::restore(Slot slot, const Restored& from) {
  vectors_.reserve(slot + 1);
  states_.reserve(slot + 1);
  owners_.reserve(slot + 1);
  if (graph_ != nullptr) graph_->reserve(slot + 1);
  slots_.store(slot + 1, std::memory_order_release);
  state(slot).store(from.state, std::memory_order_release);
  if (from.state == kFree) {
    free_.push_back(slot);
    return;
  }
  vectors_.write(slot, from.row);
  *owners_.as<Owner>(slot) = {from.sequence, from.id, ++lastStamp_};
  if (graph_ != nullptr) graph_->setLevel(slot, from.level);
  if (from.state != kLeaving) {
    setSlot(from.id, slot + 1);
    vectors_.rows()->enter(slot);
    size_.fetch_add(1, std::memory_order_relaxed);
  }
  if (graph_ == nullptr || from.state == kWaiting) return;
  const Slot* links = from.links;
  for (int level = 0; level <= from.level; level++) {
    const Slot count = *links++;
    graph_->restoreLinks(slot, level, links, count);
    links += count;
  }
}

bool Index::restored(Slot entry) {
  if (graph_ == nullptr) return true;
  const Slot limit = slots_.load();
  if (entry != kNoSlot && (entry >= limit || !graph_->isLinked(entry))) return false;
  if (!graph_->holdsTogether(limit)) return false;
  graph_->restoreEntry(entry);
  for (Slot slot = 0; slot < limit; slot++) {
    const uint8_t now = state(slot).load();
    if (now == kWaiting) enqueue({slot, true});
    if (now == kLeaving) enqueue({slot, false});
  }
  return true;
}

// -- Searching

bool Index::accepted(const SearchRequest& request, Slot slot) const {
  if (!isLive(slot)) return false;
  const Id id = ownerOf(slot).id;
  if (request.filter == nullptr) return true;
  const size_t word = id / kBitsPerWord;
  return word < request.filterWords && ((request.filter[word] >> (id % kBitsPerWord)) & 1) != 0;
}

size_t Index::acceptedCount(const SearchRequest& request) const {
  if (request.filter == nullptr) return size();
  size_t count = 0;
  for (size_t i = 0; i < request.filterWords; i++) count += bitCount(request.filter[i]);
  return std::min(count, size());
}

template <typename Visit>
bool Index::forEachAccepted(const SearchRequest& request, const Visit& visit) const {
  Slot batch[kScanBatch];
  size_t count = 0;
  size_t batches = 0;
  const auto add = [&](Slot slot) {
    batch[count++] = slot;
    if (count < kScanBatch) return true;
    visit(batch, count);
    count = 0;
    return ++batches % kScanStepsPerCheck != 0 || !request.deadline.isOver();
  };
  if (request.filter == nullptr) {
    const Slot limit = slots_.load(std::memory_order_acquire);
    for (Slot slot = 0; slot < limit; slot++) {
      if (isLive(slot) && !add(slot)) return false;
    }
  } else {
    for (size_t word = 0; word < request.filterWords; word++) {
      for (uint32_t bits = request.filter[word]; bits != 0; bits &= bits - 1) {
        const Slot slot = slotOf(static_cast<Id>(word * kBitsPerWord + lowestBit(bits)));
        if (slot != kNoSlot && !add(slot)) return false;
      }
    }
  }
  if (count > 0) visit(batch, count);
  return !request.deadline.isOver();
}

bool Index::scansMost(const SearchRequest& request) const {
  if (request.hasRadius || request.k == 0 || size() < kScanTogetherMin) return false;
  if (graph_ != nullptr && request.strategy != Strategy::kExact) return false;
  return acceptedCount(request) * kScanTogetherPart >= size();
}

SearchResult Index::search(const SearchRequest& request, size_t seat, Scratch& scratch) {
  SearchResult result;
  const Epochs::Reading reading(epochs_, seat);
  vectors_.prepare(request.query, scratch.query);
  if (request.hasRadius) {
    result.timedOut = !searchRadius(request, scratch, result);
    return result;
  }
  const size_t matches = acceptedCount(request);
  const size_t k = std::min(request.k, matches);
  if (k == 0) return result;
  if (graph_ == nullptr || request.strategy == Strategy::kExact) {
    result.timedOut = !scanExact(request, scratch, result);
    return result;
  }
  const size_t ef = std::max(request.ef, k);
  const size_t keep = std::max(kRankMin, kRankPerK * k);
  std::vector<Candidate> found;
  const double share = static_cast<double>(matches) / static_cast<double>(std::max<size_t>(size(), 1));
  const double walk = (kWalkStart + kWalkPerEf * static_cast<double>(ef)) *
                      (request.filter == nullptr ? 1 : 1 + kHopCost / std::max(share, 1e-9));
  const bool scan = request.strategy == Strategy::kAuto && static_cast<double>(matches) * kScanCost <= walk;
  bool inTime = scan ? scanCodes(request, keep, scratch, found) : searchGraph(request, ef, matches, scratch, found);
  // A walk that found fewer than there are came into a corner of the graph where nothing passes.
  if (inTime && !scan && found.size() < k) inTime = scanCodes(request, keep, scratch, found);
  result.timedOut = !inTime;
  if (inTime) rank(request, found, keep, scratch, result);
  return result;
}

/// Codes of the vectors that are not linked yet, which no walk meets.
void Index::scanWaiting(const SearchRequest& request, Scratch& scratch, std::vector<Candidate>& out) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (unlinked_.empty()) return;
    scratch.hops = unlinked_;
  }
  scratch.slots.clear();
  for (const Slot slot : scratch.hops) {
    if (accepted(request, slot)) scratch.slots.push_back(slot);
  }
  scratch.distances.resize(scratch.slots.size());
  vectors_.distances(scratch.query, scratch.slots.data(), scratch.slots.size(), scratch.distances.data());
  for (size_t i = 0; i < scratch.slots.size(); i++) out.push_back({scratch.distances[i], scratch.slots[i]});
}

bool Index::searchGraph(const SearchRequest& request, size_t ef, size_t matches, Scratch& scratch,
                        std::vector<Candidate>& out) {
  scanWaiting(request, scratch, out);
  const size_t waiting = out.size();
  scratch.visited.begin(graph_->slots());
  const bool filtered = request.filter != nullptr && matches < size();
  const bool inTime =
      filtered ? graph_->searchAccepted(scratch.query, ef, scratch, request.deadline,
                                        [&](Slot slot) { return accepted(request, slot); })
               : graph_->search(scratch.query, ef, scratch, request.deadline);
  if (!inTime) return false;
  for (size_t i = 0; i < scratch.beam.size(); i++) {
    const Slot slot = scratch.beam.slotAt(i);
    if (accepted(request, slot)) out.push_back({scratch.beam.distanceAt(i), slot});
  }
  if (waiting == 0) return true;
  std::sort(out.begin(), out.end(), nearer);
  // A vector may have been linked between the two looks.
  const auto last = std::unique(out.begin(), out.end(), [](const Candidate& a, const Candidate& b) { return a.slot == b.slot; });
  out.erase(last, out.end());
  return true;
}

bool Index::scanCodes(const SearchRequest& request, size_t keep, Scratch& scratch, std::vector<Candidate>& out) const {
  Nearest nearest(keep, out);
  float distances[kScanBatch];
  float farthest = INFINITY;
  const bool inTime = forEachAccepted(request, [&](const Slot* slots, size_t count) {
    vectors_.distances(scratch.query, slots, count, distances);
    for (size_t i = 0; i < count; i++) {
      if (distances[i] > farthest) continue;
      nearest.offer({distances[i], slots[i]});
      farthest = nearest.farthest();
    }
  });
  std::sort(out.begin(), out.end(), nearer);
  return inTime;
}

/// Measures the nearest candidates, which ascend, and keeps the k best.
void Index::rank(const SearchRequest& request, std::vector<Candidate>& candidates, size_t keep, Scratch& scratch,
                 SearchResult& result) const {
  if (candidates.size() > keep) candidates.resize(keep);
  constexpr size_t kAhead = 2;
  const size_t bytes = vectors_.vectorBytes();
  const auto fetch = [&](size_t at) {
    if (at >= candidates.size()) return;
    const char* row = vectors_.row(candidates[at].slot);
    for (size_t line = 0; line < std::min<size_t>(bytes, 4096); line += 64) prefetch(row + line);
  };
  for (size_t i = 0; i < kAhead; i++) fetch(i);
  result.hits.reserve(candidates.size());
  for (size_t i = 0; i < candidates.size(); i++) {
    fetch(i + kAhead);
    const Slot slot = candidates[i].slot;
    const Owner& owner = ownerOf(slot);
    // Replaced a moment ago, it may be here as it was and as it is.
    if (slotOf(owner.id) != slot) continue;
    result.hits.push_back(hitOf(scratch.query, slot));
  }
  std::sort(result.hits.begin(), result.hits.end(), hitBefore);
  if (result.hits.size() > request.k) result.hits.resize(request.k);
}

bool Index::scanExact(const SearchRequest& request, Scratch& scratch, SearchResult& result) const {
  std::vector<Hit>& hits = result.hits;
  const bool inTime = forEachAccepted(request, [&](const Slot* slots, size_t count) {
    for (size_t i = 0; i < count; i++) {
      const Owner& owner = ownerOf(slots[i]);
      if (slotOf(owner.id) != slots[i]) continue;
      const Hit hit = hitOf(scratch.query, slots[i]);
      if (request.hasRadius) {
        if (hit.distance <= request.radius) hits.push_back(hit);
      } else if (hits.size() < request.k) {
        hits.push_back(hit);
        std::push_heap(hits.begin(), hits.end(), hitBefore);
      } else if (hitBefore(hit, hits.front())) {
        std::pop_heap(hits.begin(), hits.end(), hitBefore);
        hits.back() = hit;
        std::push_heap(hits.begin(), hits.end(), hitBefore);
      }
    }
  });
  std::sort(hits.begin(), hits.end(), hitBefore);
  return inTime;
}

bool Index::searchRadius(const SearchRequest& request, Scratch& scratch, SearchResult& result) {
  const size_t matches = acceptedCount(request);
  if (graph_ == nullptr || request.strategy == Strategy::kExact) return scanExact(request, scratch, result);
  // Wider and wider, until what was found last lies beyond the radius by the slack.
  const float reach = request.radius + std::fabs(request.radius) * request.epsilon;
  std::vector<Candidate> found;
  for (size_t ef = kRadiusFirst; ef < matches / 8; ef *= 4) {
    found.clear();
    if (!searchGraph(request, ef, matches, scratch, found)) return false;
    if (found.size() < ef || !(found[ef - 1].distance > reach)) continue;
    for (const Candidate& candidate : found) {
      const Owner& owner = ownerOf(candidate.slot);
      if (slotOf(owner.id) != candidate.slot) continue;
      const Hit hit = hitOf(scratch.query, candidate.slot);
      if (hit.distance <= request.radius) result.hits.push_back(hit);
    }
    std::sort(result.hits.begin(), result.hits.end(), hitBefore);
    return true;
  }
  return scanExact(request, scratch, result);
}

// -- Checking

std::vector<std::string> Index::validate() {
  settle();
  std::vector<std::string> errors;
  const Slot limit = slots_.load();
  size_t live = 0;
  for (Slot slot = 0; slot < limit; slot++) {
    const uint8_t now = state(slot).load();
    const std::string name = "slot " + std::to_string(slot);
    if (now == kWaiting) errors.push_back(name + " waits, though nothing is queued");
    if (now == kLinked) {
      live++;
      if (slotOf(ownerOf(slot).id) != slot) errors.push_back(name + " belongs to a document that is elsewhere");
      if (!vectors_.codeAgrees(slot)) errors.push_back(name + " has a code that is not of its vector");
    }
  }
  size_t placed = 0;
  for (Id id = 0; id < idLimit_.load(); id++) {
    const Slot slot = slotOf(id);
    if (slot == kNoSlot) continue;
    placed++;
    if (slot >= limit || ownerOf(slot).id != id) errors.push_back("document " + std::to_string(id) + " has the slot of another");
  }
  if (live != size() || placed != size()) {
    errors.push_back(std::to_string(size()) + " vectors, but " + std::to_string(live) + " slots and " +
                     std::to_string(placed) + " documents");
  }
  size_t retired;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    retired = retired_.size();
    if (!unlinked_.empty()) errors.push_back("vectors are left unlinked");
  }
  if (live + free_.size() + retired + vectors_.rows()->held() != limit) errors.push_back("a slot is neither used nor free");
  if (graph_ != nullptr) {
    graph_->validate(limit, [this](Slot slot) { return state(slot).load() == kLinked; }, errors);
  }
  return errors;
}

}  // namespace nearkey
