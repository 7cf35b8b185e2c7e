// What the reading side and JavaScript pass to and fro: a Round brings requests in, an Outbox takes replies out.
//
// Each has one owner at a time. The reactor fills a round and lets go of it; JavaScript reads it in place, through views
// that were made once, and hands it back. The other way with an outbox. So nothing in here is locked or atomic.
#pragma once

#include <netinet/in.h>
#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

#include "words.h"

namespace nearkey {

// Memory from the kernel: pages that are never touched cost nothing, so it can be as large as the worst case.
class Pages {
 public:
  explicit Pages(size_t bytes) : bytes_(bytes) {
    void* at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) throw std::bad_alloc();
    data_ = static_cast<uint8_t*>(at);
  }
  ~Pages() { munmap(data_, bytes_); }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;

  uint8_t* data() const { return data_; }
  size_t size() const { return bytes_; }

 private:
  uint8_t* data_;
  size_t bytes_;
};

// What happened, four words each: kind, connection, two more.
enum class EventKind : int32_t {
  kOpened = 1,     // index into Round::peers
  kFrames,         // index into Round::large
  kProtocolError,  // ProtocolError, the byte that was wrong
  kDrained,
  kEnded,  // the peer sends nothing more
  kClosed,
};
constexpr size_t kEventWords = 4;

// What is to be done, four words each: kind, connection, two more.
enum class OrderKind : int32_t {
  kSend = 1,      // begin and end in Outbox::bytes
  kSendBorrowed,  // index into Outbox::borrowed
  kPause,         // whether to tell when everything has been sent
  kResume,
  kAuthenticated,  // 0 or 1
  kCloseNow,
  kCloseAfterReplies,
};
constexpr size_t kOrderWords = 4;

struct Peer {
  sockaddr_storage remote;
  sockaddr_storage local;
};

// A command too large for the round's buffer, or several: handed over where they were gathered.
struct Large {
  std::unique_ptr<uint8_t, decltype(&std::free)> bytes{nullptr, &std::free};
  size_t length = 0;
  Words words;
};

// A reply so large that it is sent from where it was written. `token` tells its owner when it is no longer needed.
struct Borrowed {
  const uint8_t* data;
  size_t length;
  void* token;
};

class Round {
 public:
  // Requests of this many bytes are executed before the first of them is answered: more would only make all of them wait.
  static constexpr size_t kBytes = 160 * 1024;
  // `a\n` is two bytes and four words: no request needs more words a byte.
  static constexpr size_t kWords = kBytes * 2 + 1024;
  static constexpr size_t kEvents = 2048;

  Round()
      : byte_pages(kBytes),
        word_pages(kWords * sizeof(int32_t)),
        event_pages(kEvents * kEventWords * sizeof(int32_t)),
        words(reinterpret_cast<int32_t*>(word_pages.data()), kWords),
        events(reinterpret_cast<int32_t*>(event_pages.data()), kEvents * kEventWords) {}

  void clear() {
    used = 0;
    received = 0;
    words.clear();
    events.clear();
    peers.clear();
    large.clear();
    released.clear();
  }

  bool empty() const { return words.length() == 0 && events.length() == 0 && received == 0 && released.empty(); }

  uint8_t* bytes() const { return byte_pages.data(); }

  Pages byte_pages;
  Pages word_pages;
  Pages event_pages;
  size_t used = 0;
  size_t received = 0;
  Words words;
  Words events;
  std::vector<Peer> peers;
  std::vector<std::unique_ptr<Large>> large;
  // Tokens of borrowed replies that are done with.
  std::vector<void*> released;
};

class Outbox {
 public:
  static constexpr size_t kBytes = 256 * 1024;
  static constexpr size_t kOrders = 8192;

  Outbox() : byte_pages(kBytes), order_pages(kOrders * kOrderWords * sizeof(int32_t)) {}

  const uint8_t* bytes() const { return byte_pages.data(); }
  const int32_t* orders() const { return reinterpret_cast<const int32_t*>(order_pages.data()); }

  Pages byte_pages;
  Pages order_pages;
  size_t order_count = 0;
  std::vector<Borrowed> borrowed;
};

}  // namespace nearkey
