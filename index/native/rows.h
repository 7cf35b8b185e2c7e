// The vectors of one index as they were given, one in each row, which others may keep.
//
// A row belongs to the index as long as its slot does. Who stores the same bytes elsewhere may *keep* the row instead: the
// row then outlives its slot's use, and the index itself, and is written again only when both have let go. So a row that
// is kept, or can be reached by a search, never changes and never moves, and reading it takes no lock.
//
// A row is kept by one at a time. The index and whoever keeps rows are of one thread, the owner's. Searchers read rows, and nothing else here. When the
// index is gone, memory is given back region by region, as the last row of each is let go.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "memory.h"

namespace nearkey {

class Rows {
 public:
  explicit Rows(size_t rowBytes);

  void reserve(Slot slots);
  const ChunkedArray& array() const { return array_; }
  char* row(Slot slot) const { return array_.row(slot); }
  size_t memoryBytes() const { return array_.memoryBytes() + marks_.memoryBytes(); }

  // -- By the index

  /// A vector has been written that the index holds from now on, or does not hold any more.
  void enter(Slot slot) { mark(slot) = kIndexed; }
  void leave(Slot slot) { mark(slot) &= static_cast<uint8_t>(~kIndexed); }
  /// No search can reach the row any more. Whether it may be written again; if not, `takeReleased` says when.
  bool retire(Slot slot);
  /// Slots that were retired before and are free now.
  std::vector<Slot> takeReleased();
  /// Slots that were retired and are not free.
  size_t held() const { return held_; }
  /// The index is not used any more, though searches may still be on their way.
  void close() { closed_ = true; }
  /// The index is gone, and with it whatever read rows of it. By any thread.
  void orphan() { orphaned_.store(true, std::memory_order_release); }

  // -- By who keeps rows

  bool isKept(Slot slot) const { return (mark(slot) & kKept) != 0; }
  /// Whether the index holds the vector in a row.
  bool isIndexed(Slot slot) const { return !closed_ && (mark(slot) & kIndexed) != 0; }
  void keep(Slot slot);
  void release(Slot slot);
  void releaseAll();
  size_t kept() const { return kept_; }
  bool isClosed() const { return closed_; }

 private:
  enum Mark : uint8_t { kIndexed = 1, kKept = 2, kRetired = 4 };

  uint8_t& mark(Slot slot) const { return *marks_.as<uint8_t>(slot); }
  void giveBack();

  ChunkedArray array_;
  ChunkedArray marks_;
  Slot slots_ = 0;
  size_t kept_ = 0;
  size_t held_ = 0;
  /// By region of the array: rows that are kept.
  std::vector<size_t> keptIn_;
  std::vector<Slot> released_;
  bool closed_ = false;
  bool swept_ = false;
  std::atomic<bool> orphaned_{false};
};

}  // namespace nearkey
