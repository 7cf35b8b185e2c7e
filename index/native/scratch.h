// What one thread needs to walk graphs, kept from search to search so that none allocates.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "memory.h"
#include "vectors.h"

namespace nearkey {

struct Candidate {
  float distance;
  Slot slot;
};

inline bool nearer(const Candidate& a, const Candidate& b) {
  return a.distance < b.distance || (a.distance == b.distance && a.slot < b.slot);
}

/// Marks of slots, forgotten all at once: a mark is the number of its round, and a new round is one addition.
class Marks {
 public:
  void begin(size_t slots) {
    if (marks_.size() < slots) marks_.resize(slots + slots / 4 + 64, 0);
    if (++round_ != 0) return;
    std::memset(marks_.data(), 0, marks_.size());
    round_ = 1;
  }
  /// False when it was marked already, or came after the round began.
  bool mark(Slot slot) {
    if (slot >= marks_.size() || marks_[slot] == round_) return false;
    marks_[slot] = round_;
    return true;
  }
  bool has(Slot slot) const { return slot >= marks_.size() || marks_[slot] == round_; }

 private:
  std::vector<uint8_t> marks_;
  uint8_t round_ = 0;
};

/// The best `limit` candidates in ascending order, and which of them have been expanded. One sorted array in the place
/// of two heaps: most offers fail against the last element, and the others move a few cache lines.
class Beam {
 public:
  void begin(size_t limit) {
    limit_ = limit;
    next_ = 0;
    items_.clear();
  }

  void offer(float distance, Slot slot) {
    const size_t size = items_.size();
    if (size == limit_) {
      if (!(distance < items_.back().distance)) return;
      items_.pop_back();
    }
    const Candidate item{distance, slot};
    size_t low = 0;
    size_t high = items_.size();
    while (low < high) {
      const size_t middle = (low + high) / 2;
      if (items_[middle].distance <= distance) low = middle + 1;
      else high = middle;
    }
    items_.insert(items_.begin() + static_cast<ptrdiff_t>(low), item);
    next_ = std::min(next_, low);
  }

  /// The nearest that is not expanded yet, which is expanded now; kNoSlot when all are.
  Slot expandNext() {
    while (next_ < items_.size() && (items_[next_].slot & kExpanded) != 0) next_++;
    if (next_ == items_.size()) return kNoSlot;
    const Slot slot = items_[next_].slot;
    items_[next_].slot |= kExpanded;
    return slot;
  }

  /// The one `expandNext` would give, to fetch it ahead; kNoSlot when there is none.
  Slot peekNext() {
    while (next_ < items_.size() && (items_[next_].slot & kExpanded) != 0) next_++;
    return next_ == items_.size() ? kNoSlot : items_[next_].slot;
  }

  bool isFull() const { return items_.size() == limit_; }
  size_t size() const { return items_.size(); }
  float distanceAt(size_t at) const { return items_[at].distance; }
  Slot slotAt(size_t at) const { return items_[at].slot & ~kExpanded; }

 private:
  static constexpr Slot kExpanded = ~kSlotsMax;
  size_t limit_ = 0;
  size_t next_ = 0;
  std::vector<Candidate> items_;
};

struct Scratch {
  Query query;
  Query other;
  Marks visited;
  Marks listed;
  Beam beam;
  std::vector<Slot> slots;
  std::vector<Slot> hops;
  std::vector<float> distances;
  std::vector<Candidate> candidates;
  std::vector<Candidate> chosen;
  std::vector<Candidate> left;
  std::vector<Candidate> passed;
};

}  // namespace nearkey
