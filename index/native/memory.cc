#include "memory.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#if !defined(_WIN32)
#include <sys/mman.h>
#endif

namespace nearkey {

namespace {

constexpr size_t kCacheLine = 64;
constexpr size_t kHugePage = size_t{2} << 20;
/// A chunk of long rows holds fewer of them, so that an index of few long vectors stays small.
constexpr size_t kChunkBytesMax = size_t{1} << 20;
/// A region takes this part of what is there already. It is reserved, not taken: pages come as they are touched.
constexpr size_t kGrowthPart = 8;
constexpr size_t kRegionBytesMax = size_t{32} << 20;
constexpr size_t kPage = 4096;

size_t roundUp(size_t value, size_t unit) { return (value + unit - 1) / unit * unit; }

}  // namespace

#if defined(_WIN32)
Region::Region(size_t bytes) : data_(nullptr), bytes_(roundUp(bytes, kCacheLine)) {
  data_ = static_cast<char*>(_aligned_malloc(bytes_, kCacheLine));
  if (data_ == nullptr) throw std::bad_alloc();
  std::memset(data_, 0, bytes_);
}
void Region::giveBack() {
  _aligned_free(data_);
  data_ = nullptr;
}
#else
namespace {

/// Pages of zeros, taken from the system as they are touched. Mapped with room to align, the rest given back; what does
/// not fill a huge page at the end stays in small ones.
char* mapHuge(size_t bytes) {
  void* mapped = mmap(nullptr, bytes + kHugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  char* start = static_cast<char*>(mapped);
  const size_t before = (kHugePage - reinterpret_cast<uintptr_t>(start) % kHugePage) % kHugePage;
  if (before > 0) munmap(start, before);
  munmap(start + before + bytes, kHugePage - before);
#if defined(MADV_HUGEPAGE)
  madvise(start + before, bytes, MADV_HUGEPAGE);
#endif
  return start + before;
}

}  // namespace

Region::Region(size_t bytes) : data_(nullptr), bytes_(roundUp(bytes, kCacheLine)) {
  if (bytes_ >= kHugePage) {
    bytes_ = roundUp(bytes_, kPage);
    data_ = mapHuge(bytes_);
    return;
  }
  void* memory = nullptr;
  if (posix_memalign(&memory, kCacheLine, bytes_) != 0) throw std::bad_alloc();
  data_ = static_cast<char*>(memory);
  std::memset(data_, 0, bytes_);
}

void Region::giveBack() {
  if (data_ == nullptr) return;
  if (bytes_ >= kHugePage) munmap(data_, bytes_);
  else std::free(data_);
  data_ = nullptr;
}
#endif

Region::~Region() { giveBack(); }

Region::Region(Region&& other) noexcept : data_(other.data_), bytes_(other.bytes_) {
  other.data_ = nullptr;
  other.bytes_ = 0;
}

ChunkedArray::ChunkedArray(size_t rowBytes, size_t rowsWanted) : rowBytes_(rowBytes), shift_(0), mask_(0) {
  while ((size_t{2} << shift_) <= rowsWanted && (rowBytes_ << (shift_ + 1)) <= kChunkBytesMax) shift_++;
  mask_ = (Slot{1} << shift_) - 1;
}

void ChunkedArray::reserve(Slot slots) {
  used_ = std::max(used_, slots);
  while (capacity() < slots) {
    const size_t chunkBytes = roundUp(rowBytes_ << shift_, kCacheLine);
    size_t count = std::max<size_t>(1, chunks_ / kGrowthPart);
    count = std::min(count, std::max<size_t>(1, kRegionBytesMax / chunkBytes));
    regions_.emplace_back(count * chunkBytes);
    if (chunks_ + count > tableSize_) {
      const size_t size = std::max<size_t>({16, tableSize_ * 2, chunks_ + count});
      auto larger = std::make_unique<char*[]>(size);
      if (chunks_ > 0) std::copy_n(tables_.back().get(), chunks_, larger.get());
      tableSize_ = size;
      tables_.push_back(std::move(larger));
    }
    char** table = tables_.back().get();
    for (size_t i = 0; i < count; i++) table[chunks_ + i] = regions_.back().data() + i * chunkBytes;
    regionOfChunk_.resize(chunks_ + count, static_cast<uint32_t>(regions_.size() - 1));
    table_.store(table, std::memory_order_release);
    chunks_ += count;
  }
}

}  // namespace nearkey
