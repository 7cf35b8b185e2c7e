// A list of 32-bit words that JavaScript reads in place: frames, events. Either over memory of a fixed size, which is
// reserved for the most a round can bring and so never grows, or over memory of its own, which does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

namespace nearkey {

class Words {
 public:
  Words() = default;
  Words(int32_t* fixed, size_t capacity) : data_(fixed), capacity_(capacity), fixed_(true) {}
  ~Words() {
    if (!fixed_) std::free(data_);
  }
  Words(const Words&) = delete;
  Words& operator=(const Words&) = delete;

  int32_t* data() { return data_; }
  size_t length() const { return length_; }
  int32_t& operator[](size_t at) { return data_[at]; }

  void push(int32_t word) {
    if (length_ == capacity_) grow(1);
    data_[length_++] = word;
  }

  void push(int32_t a, int32_t b) {
    if (length_ + 2 > capacity_) grow(2);
    data_[length_] = a;
    data_[length_ + 1] = b;
    length_ += 2;
  }

  void append(const int32_t* words, size_t count) {
    if (length_ + count > capacity_) grow(count);
    if (count > 0) std::memcpy(data_ + length_, words, count * sizeof(int32_t));
    length_ += count;
  }

  void truncate(size_t length) { length_ = length; }

  // Forgets everything, and memory that a huge command had made large.
  void clear() {
    length_ = 0;
    if (!fixed_ && capacity_ > kRetainedWords) {
      std::free(data_);
      data_ = nullptr;
      capacity_ = 0;
    }
  }

 private:
  static constexpr size_t kRetainedWords = 16 * 1024;

  void grow(size_t count) {
    if (fixed_) std::abort();
    size_t capacity = capacity_ * 2 > length_ + count ? capacity_ * 2 : length_ + count + 64;
    void* grown = std::realloc(data_, capacity * sizeof(int32_t));
    if (grown == nullptr) throw std::bad_alloc();
    data_ = static_cast<int32_t*>(grown);
    capacity_ = capacity;
  }

  int32_t* data_ = nullptr;
  size_t capacity_ = 0;
  size_t length_ = 0;
  bool fixed_ = false;
};

}  // namespace nearkey
