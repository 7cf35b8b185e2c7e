#include "reactor.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace nearkey {
namespace {

// What one read brings at most.
constexpr size_t kReadBytes = 64 * 1024;
// A read into less than this is not worth its system call: the round is full.
constexpr size_t kReadBytesMin = 16 * 1024;
// What one write hands to the kernel at most: it would take megabytes at once, while everybody else waits.
constexpr size_t kWriteBytesMax = 128 * 1024;
// What is carried from one round's buffer to the next; more is gathered apart, so that it is not copied again and again.
constexpr size_t kCarriedBytesMax = 16 * 1024;
// Requests that are handed over where they were gathered.
constexpr size_t kLargeBytes = 64 * 1024;
// Rests of borrowed replies that are copied after all: cheaper than another buffer for the writer.
constexpr size_t kCopiedBytesMax = 64 * 1024;
constexpr size_t kGatherBytesMin = 64 * 1024;
constexpr size_t kGatherReadBytes = 256 * 1024;
constexpr size_t kPromisedBytesTrusted = 256 * 1024;
constexpr int kAcceptsMax = 256;
constexpr int kVectorsMax = 64;
// A round tells three things of each connection it looks at, at most, and of each it accepts one.
constexpr size_t kOldNewsMax = 128;
static_assert(kOldNewsMax + kAcceptsMax + 3 * Reactor::kReadyMax <= Round::kEvents, "news fit into a round");

// An id: number of the reactor, how often the slot was used, slot. Ids end at 2^27, where server/net/listeners.ts has others begin.
constexpr int kSlotBits = 20;
constexpr int kGenerationBits = 4;
constexpr int32_t kGenerationMask = (1 << kGenerationBits) - 1;
constexpr size_t kSlotMask = (1u << kSlotBits) - 1;
static_assert(Figures::kSlots == kSlotMask + 1, "every slot has its figures");

// Not connections, in epoll's data.
constexpr uint64_t kListener = 1ULL << 40;
constexpr uint64_t kWake = 1ULL << 41;

size_t slot_of(int32_t id) { return static_cast<size_t>(id) & kSlotMask; }

// What the kernel is to tell of a connection (reactor.h, "Edges").
uint32_t told_of(uint32_t interest) {
  uint32_t ends = (interest & EPOLLIN) != 0 ? EPOLLRDHUP : 0u;
  uint32_t edges = (interest & EPOLLOUT) != 0 ? 0u : static_cast<uint32_t>(EPOLLET);
  return interest | ends | edges;
}

void set_option(int fd, int level, int name, int value) { setsockopt(fd, level, name, &value, sizeof value); }

// Probes after `seconds` of silence, then three in as long again, as Redis.
void set_keep_alive(int fd, int seconds) {
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, seconds);
  set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, std::max(1, seconds / 3));
  set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
}

}  // namespace

Reactor::Reactor(int number, const Limits& limits, Figures& figures)
    : number_(number), limits_(limits), figures_(figures) {
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  wake_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  spare_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = kWake;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event);
}

Reactor::~Reactor() {
  destroy_all();
  close(epoll_);
  close(wake_);
  if (spare_ >= 0) close(spare_);
}

void Reactor::wake() {
  uint64_t one = 1;
  ssize_t written = ::write(wake_, &one, sizeof one);
  (void)written;  // EAGAIN: it is awake.
}

void Reactor::accept_from(int listener, int keep_alive_seconds) {
  listener_ = listener;
  keep_alive_seconds_ = keep_alive_seconds;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLEXCLUSIVE;
  event.data.u64 = kListener;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, listener, &event);
}

void Reactor::stop_accepting() {
  if (listener_ < 0) return;
  epoll_ctl(epoll_, EPOLL_CTL_DEL, listener_, nullptr);
  listener_ = -1;
}

void Reactor::fill(Round& round, int timeout_ms) {
  round.clear();
  if (pass_is_over()) begin_pass(has_news() ? 0 : timeout_ms);
  // What is told of peers and large requests is told in the round that holds them: there must be room for it.
  int room = news_.size() <= kOldNewsMax ? kReadyMax : 0;
  while (room-- > 0 && !pass_is_over() && Round::kBytes - round.used >= kReadBytesMin + kCarriedBytesMax) {
    attend_next(round);
  }
  round.released.swap(released_);
  for (size_t i = 0; i < Round::kEvents && !news_.empty(); i++) {
    const News& news = news_.front();
    round.events.push(static_cast<int32_t>(news.kind), news.id);
    round.events.push(news.a, news.b);
    news_.pop_front();
  }
}

void Reactor::begin_pass(int timeout_ms) {
  again_.swap(unread_);
  unread_.clear();
  next_again_ = 0;
  ready_count_ = std::max(epoll_wait(epoll_, ready_, kReadyMax, timeout_ms), 0);
  next_ready_ = 0;
}

void Reactor::attend_next(Round& round) {
  if (next_ready_ < ready_count_) {
    attend(ready_[next_ready_++], round);
    return;
  }
  Connection* connection = find(again_[next_again_++]);
  if (connection == nullptr) return;
  connection->unread = false;
  if ((connection->interest & EPOLLIN) != 0) read_in_turn(*connection, round);
}

void Reactor::attend(const epoll_event& event, Round& round) {
  if (event.data.u64 == kListener) {
    accept_all(round);
    return;
  }
  if (event.data.u64 == kWake) {
    uint64_t count;
    ssize_t got = ::read(wake_, &count, sizeof count);
    (void)got;
    return;
  }
  auto id = static_cast<int32_t>(event.data.u64);
  Connection* connection = find(id);
  if (connection != nullptr && (event.events & EPOLLOUT)) {
    write_unsent(*connection);
    connection = find(id);
  }
  if (connection == nullptr) return;
  // An order may have come between the kernel's word and now.
  bool reads = (connection->interest & EPOLLIN) != 0;
  if (event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) connection->ends = true;
  if (reads && !connection->unread && (event.events & (EPOLLIN | EPOLLHUP | EPOLLERR))) {
    read_in_turn(*connection, round);
  } else if (!reads && (event.events & (EPOLLHUP | EPOLLERR))) {
    destroy(*connection);
  }
}

// At most once a round: what is handed over apart from the round's buffer is told behind what lies in it.
void Reactor::read_in_turn(Connection& connection, Round& round) {
  Came came = read(connection, round);
  if (came == Came::kFull || (came == Came::kAll && connection.ends)) {
    connection.unread = true;
    unread_.push_back(connection.id);
  }
}

void Reactor::delivered(Round& round) {
  for (size_t at = 0; at < round.events.length(); at += kEventWords) {
    if (round.events[at] != static_cast<int32_t>(EventKind::kClosed)) continue;
    free_slots_.push_back(slot_of(round.events[at + 1]));
  }
}

Reactor::Connection* Reactor::find(int32_t id) {
  size_t slot = slot_of(id);
  if (slot >= slots_.size()) return nullptr;
  Connection* connection = slots_[slot].get();
  return connection != nullptr && connection->id == id ? connection : nullptr;
}

void Reactor::accept_all(Round& round) {
  for (int i = 0; i < kAcceptsMax; i++) {
    int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      open(fd, round);
      continue;
    }
    // Shut down by its owner.
    if (errno == EINVAL) stop_accepting();
    if ((errno != EMFILE && errno != ENFILE) || spare_ < 0) return;
    close(spare_);
    fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd >= 0) close(fd);
    spare_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
  }
}

void Reactor::open(int fd, Round& round) {
  size_t slot;
  if (!free_slots_.empty()) {
    slot = free_slots_.front();
    free_slots_.pop_front();
  } else if (slots_.size() < Figures::kSlots) {
    slot = slots_.size();
    slots_.emplace_back();
    generations_.push_back(0);
  } else {
    close(fd);
    return;
  }
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  if (keep_alive_seconds_ > 0) set_keep_alive(fd, keep_alive_seconds_);
  auto connection = std::make_unique<Connection>();
  connection->fd = fd;
  int32_t generation = generations_[slot]++ & kGenerationMask;
  connection->id = (number_ << (kSlotBits + kGenerationBits)) | (generation << kSlotBits) | static_cast<int32_t>(slot);
  connection->interest = EPOLLIN;
  figures_.set_taken(slot, 0);
  figures_.set_held(slot, 0);
  epoll_event event{};
  event.events = told_of(EPOLLIN);
  event.data.u64 = static_cast<uint32_t>(connection->id);
  epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  Peer peer{};
  socklen_t length = sizeof peer.remote;
  getpeername(fd, reinterpret_cast<sockaddr*>(&peer.remote), &length);
  length = sizeof peer.local;
  getsockname(fd, reinterpret_cast<sockaddr*>(&peer.local), &length);
  round.peers.push_back(peer);
  tell(EventKind::kOpened, connection->id, static_cast<int32_t>(round.peers.size() - 1));
  slots_[slot] = std::move(connection);
  connection_count_++;
}

Reactor::Came Reactor::read(Connection& connection, Round& round) {
  bool is_large = connection.rest_length + connection.framer.promised_bytes() > kLargeBytes ||
                  connection.rest_length > kCarriedBytesMax;
  return is_large ? read_into_rest(connection, round) : read_into_round(connection, round);
}

// The carried bytes and what follows them, side by side in the round.
Reactor::Came Reactor::read_into_round(Connection& connection, Round& round) {
  uint8_t* bytes = round.bytes() + round.used;
  size_t carried = connection.rest_length;
  size_t room = std::min(kReadBytes, Round::kBytes - round.used - carried);
  if (carried > 0) std::memcpy(bytes, connection.rest, carried);
  ssize_t count = ::recv(connection.fd, bytes + carried, room, 0);
  if (!after_read(connection, count, round)) return Came::kNothing;
  Came came = static_cast<size_t>(count) == room ? Came::kFull : Came::kAll;
  size_t end = carried + static_cast<size_t>(count);
  size_t done =
      connection.framer.feed(bytes, end, static_cast<int32_t>(round.used), connection.id, limits_, round.words);
  round.used += done;
  keep_rest(connection, bytes + done, end - done);
  after_feed(connection);
  return came;
}

// Behind the bytes gathered so far. Complete commands go to the round: copied when they are short, otherwise as they lie.
Reactor::Came Reactor::read_into_rest(Connection& connection, Round& round) {
  size_t have = connection.rest_length;
  size_t promised = std::min(connection.framer.promised_bytes(), std::max(have, kPromisedBytesTrusted));
  if (connection.rest_capacity - have < kReadBytesMin) {
    reserve_rest(connection, std::max({kGatherBytesMin, have * 2, have + promised + kReadBytesMin}));
  }
  size_t room = std::min(kGatherReadBytes, connection.rest_capacity - have);
  ssize_t count = ::recv(connection.fd, connection.rest + have, room, 0);
  if (!after_read(connection, count, round)) return Came::kNothing;
  Came came = static_cast<size_t>(count) == room ? Came::kFull : Came::kAll;
  size_t end = have + static_cast<size_t>(count);
  auto large = std::make_unique<Large>();
  size_t done = connection.framer.feed(connection.rest, end, 0, connection.id, limits_, large->words);
  connection.rest_length = end;
  if (done == 0) {
    after_feed(connection);
    return came;
  }
  if (large->words.length() > 0 && done <= kLargeBytes && done <= Round::kBytes - round.used) {
    copy_into_round(connection.rest, done, large->words, round);
    std::memmove(connection.rest, connection.rest + done, end - done);
    connection.rest_length = end - done;
  } else if (large->words.length() > 0) {
    uint8_t* gathered = connection.rest;
    connection.rest = nullptr;
    connection.rest_length = connection.rest_capacity = 0;
    large->bytes.reset(gathered);
    large->length = done;
    keep_rest(connection, gathered + done, end - done);
    round.large.push_back(std::move(large));
    tell(EventKind::kFrames, connection.id, static_cast<int32_t>(round.large.size() - 1));
  } else {
    std::memmove(connection.rest, connection.rest + done, end - done);
    connection.rest_length = end - done;
  }
  after_feed(connection);
  return came;
}

void Reactor::copy_into_round(const uint8_t* bytes, size_t length, Words& frames, Round& round) {
  std::memcpy(round.bytes() + round.used, bytes, length);
  auto shift = static_cast<int32_t>(round.used);
  for (size_t at = 0; at < frames.length();) {
    size_t end = at + 2 + static_cast<size_t>(frames[at + 1]) * 2;
    for (size_t offset = at + 2; offset < end; offset += 2) frames[offset] += shift;
    at = end;
  }
  round.words.append(frames.data(), frames.length());
  round.used += length;
}

// Counts what came. False when nothing did: not yet, or never again.
bool Reactor::after_read(Connection& connection, ssize_t count, Round& round) {
  if (count > 0) {
    round.received += static_cast<size_t>(count);
    return true;
  }
  if (count == 0) {
    connection.ended = true;
    set_interest(connection);
    tell(EventKind::kEnded, connection.id);
  } else if (errno != EAGAIN && errno != EINTR) {
    destroy(connection);
  }
  return false;
}

void Reactor::after_feed(Connection& connection) {
  const Framer& framer = connection.framer;
  if (framer.error() == ProtocolError::kNone) {
    figures_.set_held(slot_of(connection.id), connection.rest_length);
    return;
  }
  tell(EventKind::kProtocolError, connection.id, static_cast<int32_t>(framer.error()), framer.offender());
  connection.ended = true;
  keep_rest(connection, nullptr, 0);
  figures_.set_held(slot_of(connection.id), 0);
  set_interest(connection);
}

void Reactor::keep_rest(Connection& connection, const uint8_t* bytes, size_t length) {
  if (length == 0) {
    connection.rest_length = 0;
    if (connection.rest != nullptr) {
      std::free(connection.rest);
      connection.rest = nullptr;
      connection.rest_capacity = 0;
    }
    return;
  }
  if (connection.rest_capacity < length) {
    connection.rest_length = 0;
    reserve_rest(connection, length * 2);
  }
  std::memcpy(connection.rest, bytes, length);
  connection.rest_length = length;
}

void Reactor::reserve_rest(Connection& connection, size_t capacity) {
  void* grown = std::realloc(connection.rest, capacity);
  if (grown == nullptr) throw std::bad_alloc();
  connection.rest = static_cast<uint8_t*>(grown);
  connection.rest_capacity = capacity;
}

void Reactor::apply(Outbox& outbox) {
  const int32_t* order = outbox.orders();
  for (size_t i = 0; i < outbox.order_count; i++, order += kOrderWords) {
    Connection* connection = find(order[1]);
    auto kind = static_cast<OrderKind>(order[0]);
    if (connection == nullptr) {
      if (kind == OrderKind::kSendBorrowed) released_.push_back(outbox.borrowed[static_cast<size_t>(order[2])].token);
      continue;
    }
    switch (kind) {
      case OrderKind::kSend:
        send(*connection, outbox.bytes() + order[2], static_cast<size_t>(order[3] - order[2]), nullptr);
        break;
      case OrderKind::kSendBorrowed: {
        const Borrowed& reply = outbox.borrowed[static_cast<size_t>(order[2])];
        send(*connection, reply.data, reply.length, reply.token);
        break;
      }
      case OrderKind::kPause:
        connection->paused = true;
        set_interest(*connection);
        if (order[2] != 0 && connection->unsent.empty()) tell(EventKind::kDrained, connection->id);
        break;
      case OrderKind::kResume:
        connection->paused = false;
        set_interest(*connection);
        if (connection->ended && connection->framer.error() == ProtocolError::kNone) {
          tell(EventKind::kEnded, connection->id);
        }
        break;
      case OrderKind::kAuthenticated:
        connection->framer.unauthenticated = order[2] == 0;
        break;
      case OrderKind::kCloseNow:
        destroy(*connection);
        break;
      case OrderKind::kCloseAfterReplies:
        close_after_replies(*connection);
        break;
    }
  }
  outbox.order_count = 0;
  outbox.borrowed.clear();
}

void Reactor::send(Connection& connection, const uint8_t* data, size_t length, void* token) {
  if (connection.closing) {
    if (token != nullptr) released_.push_back(token);
    return;
  }
  if (!connection.unsent.empty()) {
    queue(connection, data, length, token);
    return;
  }
  ssize_t sent = ::send(connection.fd, data, std::min(length, kWriteBytesMax), MSG_NOSIGNAL);
  if (sent < 0) {
    if (errno != EAGAIN && errno != EINTR) {
      if (token != nullptr) released_.push_back(token);
      destroy(connection);
      return;
    }
    sent = 0;
  }
  connection.taken += static_cast<uint64_t>(sent);
  figures_.set_taken(slot_of(connection.id), connection.taken);
  size_t left = length - static_cast<size_t>(sent);
  if (left == 0) {
    if (token != nullptr) released_.push_back(token);
    return;
  }
  queue(connection, data + sent, left, token);
  set_interest(connection);
}

bool Reactor::take_released(void* token) {
  auto found = std::find(released_.begin(), released_.end(), token);
  if (found == released_.end()) return false;
  released_.erase(found);
  return true;
}

void Reactor::queue(Connection& connection, const uint8_t* data, size_t length, void* token) {
  if (token != nullptr && length > kCopiedBytesMax) {
    connection.unsent.push_back({data, length, nullptr, token});
    return;
  }
  auto* copy = static_cast<uint8_t*>(std::malloc(length));
  if (copy == nullptr) throw std::bad_alloc();
  std::memcpy(copy, data, length);
  connection.unsent.push_back({copy, length, copy, nullptr});
  if (token != nullptr) released_.push_back(token);
}

// Writes once; epoll tells again when the peer takes more.
void Reactor::write_unsent(Connection& connection) {
  if (connection.unsent_head < connection.unsent.size()) {
    ssize_t sent = send_unsent(connection);
    if (sent < 0) {
      if (errno != EAGAIN && errno != EINTR) destroy(connection);
      return;
    }
    drop_unsent(connection, static_cast<size_t>(sent));
    if (connection.unsent_head < connection.unsent.size()) return;
  }
  connection.unsent.clear();
  connection.unsent_head = 0;
  if (connection.closing) {
    destroy(connection);
    return;
  }
  set_interest(connection);
  tell(EventKind::kDrained, connection.id);
}

ssize_t Reactor::send_unsent(Connection& connection) {
  iovec vectors[kVectorsMax];
  size_t count = 0;
  size_t room = kWriteBytesMax;
  for (size_t at = connection.unsent_head; at < connection.unsent.size() && count < kVectorsMax && room > 0; at++) {
    const Chunk& chunk = connection.unsent[at];
    size_t part = std::min(room, chunk.length);
    vectors[count++] = {const_cast<uint8_t*>(chunk.data), part};
    room -= part;
  }
  msghdr message{};
  message.msg_iov = vectors;
  message.msg_iovlen = count;
  return ::sendmsg(connection.fd, &message, MSG_NOSIGNAL);
}

// So many of the unsent bytes have left.
void Reactor::drop_unsent(Connection& connection, size_t sent) {
  connection.taken += static_cast<uint64_t>(sent);
  figures_.set_taken(slot_of(connection.id), connection.taken);
  for (size_t left = sent; left > 0;) {
    Chunk& chunk = connection.unsent[connection.unsent_head];
    size_t part = std::min(left, chunk.length);
    chunk.data += part;
    chunk.length -= part;
    left -= part;
    if (chunk.length > 0) return;
    release(chunk);
    connection.unsent_head++;
  }
}

void Reactor::close_after_replies(Connection& connection) {
  if (connection.unsent.empty()) {
    destroy(connection);
    return;
  }
  connection.closing = true;
  set_interest(connection);
}

void Reactor::destroy(Connection& connection) {
  int32_t id = connection.id;
  for (size_t at = connection.unsent_head; at < connection.unsent.size(); at++) release(connection.unsent[at]);
  std::free(connection.rest);
  close(connection.fd);
  connection_count_--;
  tell(EventKind::kClosed, id);
  slots_[slot_of(id)].reset();
}

void Reactor::release(Chunk& chunk) {
  std::free(chunk.copy);
  if (chunk.token != nullptr) released_.push_back(chunk.token);
}

void Reactor::destroy_all() {
  for (size_t slot = 0; slot < slots_.size(); slot++) {
    if (slots_[slot]) destroy(*slots_[slot]);
  }
}

void Reactor::set_interest(Connection& connection) {
  bool reads = !connection.paused && !connection.closing && !connection.ended;
  uint32_t wanted = (reads ? EPOLLIN : 0u) | (connection.unsent.empty() ? 0u : EPOLLOUT);
  if (wanted == connection.interest) return;
  connection.interest = wanted;
  epoll_event event{};
  event.events = told_of(wanted);
  event.data.u64 = static_cast<uint32_t>(connection.id);
  epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.fd, &event);
}

}  // namespace nearkey
