#include "scan.h"

#include <algorithm>

namespace nearkey {

namespace {

/// Searches of one scan: what a block costs is by then its distances, not its reading.
constexpr size_t kQuestionsMax = 16;
/// Vectors read together, so that they are in the processor's cache for every search but the first.
constexpr size_t kBlock = 64;
/// Slots a thread takes at once.
constexpr Slot kTurn = 1024;

/// Keeps the k best in a heap whose root is the worst of them.
void offer(std::vector<Hit>& hits, size_t k, const Hit& hit) {
  if (hits.size() < k) {
    hits.push_back(hit);
    std::push_heap(hits.begin(), hits.end(), hitBefore);
  } else if (hitBefore(hit, hits.front())) {
    std::pop_heap(hits.begin(), hits.end(), hitBefore);
    hits.back() = hit;
    std::push_heap(hits.begin(), hits.end(), hitBefore);
  }
}

}  // namespace

bool Scan::join(ScanQuestion& question) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (begun_ || asked_.size() == kQuestionsMax) return false;
  auto asked = std::make_unique<Asked>();
  asked->question = std::move(question);
  SearchRequest& request = asked->question.request;
  request.query = asked->question.query.data();
  request.filter = request.filter == nullptr ? nullptr : asked->question.filter.data();
  asked_.push_back(std::move(asked));
  return true;
}

size_t Scan::threadsFor(const Index& index, size_t threads) {
  return std::min<size_t>(threads, index.capacity() / kTurn + 1);
}

bool Scan::enter() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!begun_) {
    begun_ = true;
    limit_ = index_->slots_.load(std::memory_order_acquire);
    for (const auto& asked : asked_) index_->vectors_.prepare(asked->question.query.data(), asked->prepared);
  }
  if (answered_) return false;
  working_++;
  return true;
}

void Scan::work(size_t seat) {
  if (!enter()) return;
  std::vector<std::vector<Hit>> nearest(asked_.size());
  {
    const Epochs::Reading reading(index_->epochs_, seat);
    for (;;) {
      const Slot from = next_.fetch_add(kTurn, std::memory_order_relaxed);
      if (from >= limit_) break;
      checkDeadlines();
      Slot block[kBlock];
      size_t count = 0;
      for (Slot slot = from; slot < std::min(limit_, from + kTurn); slot++) {
        if (index_->isLive(slot)) block[count++] = slot;
        if (count < kBlock) continue;
        look(block, count, nearest);
        count = 0;
      }
      look(block, count, nearest);
    }
  }
  leave(nearest);
}

void Scan::look(const Slot* slots, size_t count, std::vector<std::vector<Hit>>& nearest) const {
  for (size_t at = 0; at < asked_.size(); at++) {
    const Asked& asked = *asked_[at];
    if (asked.timedOut.load(std::memory_order_relaxed)) continue;
    const SearchRequest& request = asked.question.request;
    for (size_t i = 0; i < count; i++) {
      if (request.filter != nullptr && !index_->accepted(request, slots[i])) continue;
      const Hit hit = index_->hitOf(asked.prepared, slots[i]);
      // Replaced a moment ago, it may be here as it was and as it is.
      if (index_->slotOf(hit.id) == slots[i]) offer(nearest[at], request.k, hit);
    }
  }
}

void Scan::checkDeadlines() {
  for (const auto& asked : asked_) {
    if (asked->question.request.deadline.isOver()) asked->timedOut.store(true, std::memory_order_relaxed);
  }
}

void Scan::leave(std::vector<std::vector<Hit>>& nearest) {
  bool isLast;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (size_t at = 0; at < asked_.size(); at++) {
      for (const Hit& hit : nearest[at]) offer(asked_[at]->hits, asked_[at]->question.request.k, hit);
    }
    working_--;
    // Whoever leaves has found no block left; who comes after the last finds it answered.
    isLast = working_ == 0;
    answered_ = isLast;
  }
  if (isLast) answerAll();
}

void Scan::answerAll() {
  for (const auto& asked : asked_) {
    SearchResult result;
    result.timedOut = asked->timedOut.load(std::memory_order_relaxed) || asked->question.request.deadline.isOver();
    if (!result.timedOut) {
      result.hits = std::move(asked->hits);
      std::sort(result.hits.begin(), result.hits.end(), hitBefore);
    }
    asked->question.answer(asked->question, std::move(result));
  }
}

}  // namespace nearkey
