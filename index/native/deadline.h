// When to give up. Loops ask every so many steps, so that asking costs nothing and a late answer is late by little.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace nearkey {

class Deadline {
 public:
  /// Never.
  Deadline() = default;
  explicit Deadline(double milliseconds)
      : limited_(true),
        at_(std::chrono::steady_clock::now() + std::chrono::microseconds(static_cast<int64_t>(milliseconds * 1000))) {}

  bool isOver() const {
    if (cancelled_ != nullptr && cancelled_->load(std::memory_order_relaxed)) return true;
    return limited_ && std::chrono::steady_clock::now() >= at_;
  }

  /// Also gives up when the flag is set: the index is closing.
  void cancelWith(const std::atomic<bool>* cancelled) { cancelled_ = cancelled; }

 private:
  bool limited_ = false;
  std::chrono::steady_clock::time_point at_;
  const std::atomic<bool>* cancelled_ = nullptr;
};

}  // namespace nearkey
