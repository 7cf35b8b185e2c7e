// When a slot may be used again: readers hold no locks, so what is taken out of an index is kept until every reader that
// may have seen it is done.
//
// A reader announces the epoch it began in and withdraws at its end. A slot is retired with the epoch that begins then;
// it is free once no reader announces an older one.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

namespace nearkey {

class Epochs {
  struct Seat;

 public:
  /// `readers` is how many threads may read at once; each has a seat of its own.
  explicit Epochs(size_t readers) : seats_(readers) {}

  class Reading {
   public:
    Reading(Epochs& epochs, size_t seat) : seat_(epochs.seats_[seat]) {
      seat_.epoch.store(epochs.now_.load(std::memory_order_seq_cst), std::memory_order_seq_cst);
      // A retirement that missed the announcement above is seen by this second look.
      seat_.epoch.store(epochs.now_.load(std::memory_order_seq_cst), std::memory_order_seq_cst);
    }
    ~Reading() { seat_.epoch.store(kIdle, std::memory_order_release); }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

   private:
    Seat& seat_;
  };

  /// The epoch of something that has just been made unreachable.
  uint64_t retire() { return now_.fetch_add(1, std::memory_order_seq_cst) + 1; }

  /// Whether no reader is left that began before the epoch.
  bool isOver(uint64_t epoch) const {
    for (const Seat& seat : seats_) {
      if (seat.epoch.load(std::memory_order_seq_cst) < epoch) return false;
    }
    return true;
  }

 private:
  static constexpr uint64_t kIdle = UINT64_MAX;
  struct alignas(64) Seat {
    std::atomic<uint64_t> epoch{kIdle};
  };

  std::atomic<uint64_t> now_{1};
  std::vector<Seat> seats_;
};

}  // namespace nearkey
