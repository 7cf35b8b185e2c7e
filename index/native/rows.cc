#include "rows.h"

#include <algorithm>

namespace nearkey {

Rows::Rows(size_t rowBytes) : array_((rowBytes + 15) / 16 * 16), marks_(1) {}

void Rows::reserve(Slot slots) {
  array_.reserve(slots);
  marks_.reserve(slots);
  slots_ = std::max(slots_, slots);
}

bool Rows::retire(Slot slot) {
  if ((mark(slot) & kKept) == 0) return true;
  mark(slot) |= kRetired;
  held_++;
  return false;
}

std::vector<Slot> Rows::takeReleased() {
  std::vector<Slot> slots;
  slots.swap(released_);
  held_ -= slots.size();
  return slots;
}

void Rows::keep(Slot slot) {
  mark(slot) |= kKept;
  kept_++;
  const size_t region = array_.regionOf(slot);
  if (region >= keptIn_.size()) keptIn_.resize(region + 1);
  keptIn_[region]++;
}

void Rows::release(Slot slot) {
  uint8_t& now = mark(slot);
  const bool retired = (now & kRetired) != 0;
  now &= static_cast<uint8_t>(~(kKept | kRetired));
  if (retired) released_.push_back(slot);
  kept_--;
  const size_t region = array_.regionOf(slot);
  keptIn_[region]--;
  if (!orphaned_.load(std::memory_order_acquire)) return;
  if (!swept_) giveBack();
  else if (keptIn_[region] == 0) array_.giveBack(region);
}

/// What nobody keeps, once it is known that nobody reads it.
void Rows::giveBack() {
  swept_ = true;
  keptIn_.resize(array_.regions());
  for (size_t region = 0; region < keptIn_.size(); region++) {
    if (keptIn_[region] == 0) array_.giveBack(region);
  }
}

void Rows::releaseAll() {
  for (Slot slot = 0; slot < slots_ && kept_ > 0; slot++) {
    if ((mark(slot) & kKept) != 0) release(slot);
  }
}

}  // namespace nearkey
