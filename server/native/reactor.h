// The sockets: accepts, reads, frames and writes for as many connections as there are, without knowing any command.
//
// Who owns what
//   A Reactor belongs to one thread, and so do its connections, their unfinished requests and unsent replies: the event
//   loop's own thread (`io-threads 1`, as in Redis), or an I/O thread of its own. Between it and JavaScript go
//   whole rounds and outboxes (exchange.h), each with one owner at a time. The only memory both sides look at
//   together is the table of figures by connection (Figures), whose cells have one writer each.
//
// One wake-up, one round
//   `fill` asks the kernel once and reads every ready connection once, straight into the round's buffer; a request that is
//   cut off is carried over, so JavaScript sees whole commands only. A command that outgrows CARRIED_BYTES_MAX is gathered in a
//   buffer of its connection, which grows with what has arrived and not with what was promised; from LARGE_BYTES on it is handed
//   over as it lies there. `apply` then writes each connection's replies in one system call, from the outbox.
//   What the kernel does not take is copied, because the outbox is used again; a borrowed reply stays where it is.
//
// Edges
//   The kernel tells of a connection once when something comes, and does not look at it again until more does
//   (docs/decisions/0027). So whoever was not read empty is remembered (`unread_`): a read that brought all it had room for, and one
//   of a peer that has ended, whose end is behind the last bytes. A read that brought less has emptied the socket, and what
//   comes later is told. A change of interest makes the kernel look once more, so a connection that reads again misses nothing.
//   While replies are unsent the kernel tells of a connection as long as it may be written to, as otherwise epoll does.
//
// Fairness
//   A pass reads each connection once: those the kernel has told of, then those that were not read empty in the pass before. A connection is read once a pass, READ_BYTES at most, and a round ends when its buffer is full; those left go first
//   in the next. So a peer waits for one buffer of others' requests at most. A connection is written to once a round, too,
//   WRITE_BYTES at most: the kernel would copy megabytes of a huge reply before anyone else is looked at, and in vain for a peer
//   that is about to go.
//
// Rejected
//   - A callback into JavaScript for each connection, as libuv's streams do: the crossing costs more than the command.
//   - The connections in libuv's own epoll set: saves the second epoll_wait of a wake-up, but ties this file to the event loop,
//     and it could not run in a thread or in the harness of the sanitizers.
//   - io_uring: containers and hardened kernels forbid it, and the gain on loopback is a system call a batch.
#pragma once

#include <sys/epoll.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "exchange.h"
#include "framer.h"

namespace nearkey {

// Figures by connection that JavaScript reads without asking: two doubles each, written by the reactor only.
class Figures {
 public:
  static constexpr size_t kSlots = 1 << 20;
  Figures() : pages_(kSlots * 2 * sizeof(double)) {}

  // Reply bytes that have left, or never will, since the connection was opened.
  void set_taken(size_t slot, uint64_t bytes) { set(slot * 2, static_cast<double>(bytes)); }
  // Bytes held of an unfinished command.
  void set_held(size_t slot, size_t bytes) { set(slot * 2 + 1, static_cast<double>(bytes)); }
  const Pages& pages() const { return pages_; }

 private:
  void set(size_t at, double value) {
    auto* cell = reinterpret_cast<std::atomic<double>*>(pages_.data()) + at;
    cell->store(value, std::memory_order_relaxed);
  }
  static_assert(sizeof(std::atomic<double>) == sizeof(double) && std::atomic<double>::is_always_lock_free,
                "JavaScript reads the cells as doubles");
  Pages pages_;
};

class Reactor {
 public:
  // Connections looked at in one round.
  static constexpr int kReadyMax = 512;

  // `number` is part of its connections' ids: no two reactors of a transport have the same.
  Reactor(int number, const Limits& limits, Figures& figures);
  ~Reactor();
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  // Readable when `fill` has something to do.
  int poll_fd() const { return epoll_; }
  // Makes poll_fd readable. From any thread.
  void wake();

  // Accepts from a listening socket, which stays its owner's. `keep_alive_seconds` is 0 for none.
  void accept_from(int listener, int keep_alive_seconds);
  void stop_accepting();

  // Waits for at most `timeout_ms` (-1: for ever) and puts what came into the round.
  void fill(Round& round, int timeout_ms);
  // Does what the outbox says, in order.
  void apply(Outbox& outbox);
  // JavaScript has seen the round: the places of connections that it told closed are free.
  void delivered(Round& round);

  // Whether `fill` has something to tell without asking the kernel.
  bool has_news() const { return !news_.empty() || !released_.empty() || !pass_is_over() || !unread_.empty(); }
  // Whether a borrowed reply is done with; if so, `fill` does not tell of it.
  bool take_released(void* token);
  size_t connection_count() const { return connection_count_; }
  void destroy_all();

 private:
  struct News {
    EventKind kind;
    int32_t id;
    int32_t a;
    int32_t b;
  };

  // Unsent bytes of one reply: copied ones, or borrowed ones with their token.
  struct Chunk {
    const uint8_t* data;
    size_t length;
    uint8_t* copy;
    void* token;
  };

  struct Connection {
    int fd = -1;
    int32_t id = 0;
    uint32_t interest = 0;
    bool paused = false;
    bool ended = false;    // the peer sends nothing more
    bool closing = false;  // closes when everything has been sent
    bool ends = false;     // the kernel has told of the peer's end, which is to be read
    bool unread = false;   // in `unread_` or `again_`: its turn comes
    Framer framer;
    // The bytes of an unfinished command.
    uint8_t* rest = nullptr;
    size_t rest_length = 0;
    size_t rest_capacity = 0;
    std::vector<Chunk> unsent;
    size_t unsent_head = 0;
    uint64_t taken = 0;
  };

  // What a read has brought: nothing, or an end; all there was; as much as there was room for, so that there may be more.
  enum class Came { kNothing, kAll, kFull };

  Connection* find(int32_t id);
  bool pass_is_over() const { return next_ready_ >= ready_count_ && next_again_ >= again_.size(); }
  void begin_pass(int timeout_ms);
  void attend_next(Round& round);
  void attend(const epoll_event& event, Round& round);
  void read_in_turn(Connection& connection, Round& round);
  void accept_all(Round& round);
  void open(int fd, Round& round);
  Came read(Connection& connection, Round& round);
  Came read_into_round(Connection& connection, Round& round);
  Came read_into_rest(Connection& connection, Round& round);
  void copy_into_round(const uint8_t* bytes, size_t length, Words& frames, Round& round);
  void keep_rest(Connection& connection, const uint8_t* bytes, size_t length);
  void reserve_rest(Connection& connection, size_t capacity);
  bool after_read(Connection& connection, ssize_t count, Round& round);
  void after_feed(Connection& connection);
  void send(Connection& connection, const uint8_t* data, size_t length, void* token);
  void queue(Connection& connection, const uint8_t* data, size_t length, void* token);
  void write_unsent(Connection& connection);
  ssize_t send_unsent(Connection& connection);
  void drop_unsent(Connection& connection, size_t sent);
  void close_after_replies(Connection& connection);
  void destroy(Connection& connection);
  void release(Chunk& chunk);
  void set_interest(Connection& connection);
  void tell(EventKind kind, int32_t id, int32_t a = 0, int32_t b = 0) { news_.push_back({kind, id, a, b}); }

  const int number_;
  const Limits& limits_;
  Figures& figures_;
  int epoll_ = -1;
  int wake_ = -1;
  int listener_ = -1;
  int keep_alive_seconds_ = 0;
  // Given up for a moment when no descriptor is left, to accept and refuse who waits.
  int spare_ = -1;

  std::vector<std::unique_ptr<Connection>> slots_;
  std::vector<uint8_t> generations_;
  std::deque<size_t> free_slots_;
  size_t connection_count_ = 0;

  // The pass: what the kernel told, and who was not read empty in the pass before.
  epoll_event ready_[kReadyMax];
  int ready_count_ = 0;
  int next_ready_ = 0;
  std::vector<int32_t> again_;
  size_t next_again_ = 0;
  // Who was not read empty in this pass.
  std::vector<int32_t> unread_;

  std::deque<News> news_;
  std::vector<void*> released_;
};

}  // namespace nearkey
