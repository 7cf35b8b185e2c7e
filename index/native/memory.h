// Memory in chunks that never move.
//
// A ChunkedArray holds one row of `rowBytes` for each slot. It grows by adding chunks, so growing copies nothing and a
// pointer to a row is good for the array's life. Small arrays take small chunks; large ones take regions of several
// chunks at once, aligned so that the system can back them with huge pages: a walk over a graph touches a new page with
// every step, and the page table lookups cost as much as the distances.
//
// One thread grows an array; any thread may read rows of slots it learnt of after they were reserved (the table of
// chunks is published with release, and superseded tables live as long as the array).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace nearkey {

using Slot = uint32_t;
constexpr Slot kNoSlot = 0xffffffff;
/// Slots are below this: the top bit of a candidate's slot marks it as expanded.
constexpr Slot kSlotsMax = 0x7fffffff;

/// Zeroed memory, 64-byte aligned; of 2 MiB and more, aligned to and advised for huge pages. Throws std::bad_alloc.
class Region {
 public:
  explicit Region(size_t bytes);
  ~Region();
  Region(Region&& other) noexcept;
  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;
  Region& operator=(Region&&) = delete;

  /// Gives the memory up before the region ends.
  void giveBack();
  char* data() const { return data_; }
  size_t bytes() const { return bytes_; }

 private:
  char* data_;
  size_t bytes_;
};

class ChunkedArray {
 public:
  /// `rowsWanted` is how many rows a chunk of the array may hold at most; long rows get chunks of fewer.
  explicit ChunkedArray(size_t rowBytes, size_t rowsWanted = 1024);

  /// Makes room for slots below `slots`. One thread at a time.
  void reserve(Slot slots);

  char* row(Slot slot) const {
    return table_.load(std::memory_order_acquire)[slot >> shift_] + static_cast<size_t>(slot & mask_) * rowBytes_;
  }
  template <typename T>
  T* as(Slot slot) const {
    return reinterpret_cast<T*>(row(slot));
  }

  /// Which piece of memory a row lies in, of how many; and what gives up the memory of one whose rows nobody reads again.
  size_t regionOf(Slot slot) const { return regionOfChunk_[slot >> shift_]; }
  size_t regions() const { return regions_.size(); }
  void giveBack(size_t region) { regions_[region].giveBack(); }

  size_t rowBytes() const { return rowBytes_; }
  Slot capacity() const { return static_cast<Slot>(chunks_ << shift_); }
  /// What rows have been asked for take. More may be reserved, of which the system has given nothing yet.
  size_t memoryBytes() const { return used_ * rowBytes_ + tableSize_ * sizeof(char*); }

 private:
  size_t rowBytes_;
  unsigned shift_;
  Slot mask_;
  size_t chunks_ = 0;
  size_t tableSize_ = 0;
  Slot used_ = 0;
  std::atomic<char**> table_{nullptr};
  std::vector<std::unique_ptr<char*[]>> tables_;
  std::vector<Region> regions_;
  std::vector<uint32_t> regionOfChunk_;
};

}  // namespace nearkey
