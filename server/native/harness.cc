// The reactor without Node, under a load of clients that come and go as they like: what server/native/sanitize.sh builds with the
// address, undefined-behaviour and thread sanitizers, which find little inside a JavaScript engine that was not built with them.
//
//   harness SECONDS CLIENTS IO_THREADS SEED
//
// An executor in the main thread echoes the last argument of every command, as JavaScript would: into the outbox, borrowed
// when long, sometimes pausing, resuming or killing a connection. Each client is a thread that sends commands in random
// pieces and checks every reply, or breaks off, resets, half-closes, sends garbage, or never reads. At the end nothing may be left:
// no connection, no descriptor, no borrowed reply (and, by the leak sanitizer, no memory).
#include <arpa/inet.h>
#include <dirent.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "exchange.h"
#include "io_thread.h"
#include "reactor.h"

namespace nearkey {
namespace {

using Random = std::mt19937;

size_t below(Random& random, size_t bound) { return random() % bound; }

std::atomic<bool> over{false};
std::atomic<uint64_t> verified{0};
std::atomic<uint64_t> sessions{0};
std::atomic<uint64_t> failures{0};

void fail(const char* what) {
  std::fprintf(stderr, "harness: %s\n", what);
  failures++;
}

// --- the executor ---

class Executor {
 public:
  Executor(int listener, int io_threads, unsigned seed) : random_(seed), reactor_(0, limits_, figures_) {
    limits_.bulk_bytes_max = 8 << 20;
    limits_.query_buffer_bytes_max = 16 << 20;
    reactor_.accept_from(listener, 60);
    if (io_threads < 2) return;
    thread_ = std::make_unique<IoThread>(reactor_, rounds_, outboxes_, [this] {
      std::lock_guard<std::mutex> lock(mutex_);
      notified_ = true;
      condition_.notify_one();
    });
    outbox_ = thread_->next_outbox();
    thread_->start();
  }

  // Serves until `deadline`, then for as long as connections are left.
  void serve(std::chrono::steady_clock::time_point deadline) {
    auto end = deadline + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < deadline || (!ids_.empty() && std::chrono::steady_clock::now() < end)) {
      if (std::chrono::steady_clock::now() >= deadline) over = true;
      if (thread_ == nullptr) {
        reactor_.fill(rounds_[0], 20);
        execute(rounds_[0]);
        reactor_.delivered(rounds_[0]);
        flush();
        continue;
      }
      {
        std::unique_lock<std::mutex> lock(mutex_);
        condition_.wait_for(lock, std::chrono::milliseconds(20), [this] { return notified_; });
        notified_ = false;
      }
      while (Round* round = thread_->take_round()) {
        execute(*round);
        flush();
        thread_->give_back(round);
      }
      resume_paused();
      flush();
    }
    if (thread_ != nullptr) thread_->stop();
    if (!ids_.empty() || reactor_.connection_count() > 0) fail("connections are left");
    reactor_.fill(rounds_[0], 0);
    release(rounds_[0]);
    if (borrowed_ != 0) fail("borrowed replies are left");
  }

 private:
  void execute(Round& round) {
    release(round);
    for (size_t at = 0; at < round.events.length(); at += kEventWords) {
      if (round.events[at] == static_cast<int32_t>(EventKind::kOpened)) ids_[round.events[at + 1]] = false;
    }
    batch(round.bytes(), round.words);
    for (size_t at = 0; at < round.events.length(); at += kEventWords) {
      int32_t id = round.events[at + 1];
      switch (static_cast<EventKind>(round.events[at])) {
        case EventKind::kFrames: {
          Large& large = *round.large.at(static_cast<size_t>(round.events[at + 2]));
          batch(large.bytes.get(), large.words);
          break;
        }
        case EventKind::kProtocolError:
          reply(id, "-ERR Protocol error\r\n", 21);
          order(OrderKind::kCloseAfterReplies, id);
          break;
        case EventKind::kEnded:
          if (!ids_[id]) order(OrderKind::kCloseAfterReplies, id);
          break;
        case EventKind::kClosed:
          ids_.erase(id);
          break;
        default:
          break;
      }
    }
    resume_paused();
  }

  void batch(const uint8_t* bytes, Words& words) {
    std::string text;
    for (size_t at = 0; at < words.length();) {
      int32_t id = words[at];
      size_t last = at + static_cast<size_t>(words[at + 1]) * 2;
      auto length = static_cast<size_t>(words[last + 1]);
      text = "$" + std::to_string(length) + "\r\n";
      text.append(reinterpret_cast<const char*>(bytes) + words[last], length);
      text += "\r\n";
      reply(id, text.data(), text.size());
      if (below(random_, 500) == 0 && ids_.count(id) > 0) {
        ids_[id] = true;
        order(OrderKind::kPause, id, 1);
      }
      if (words[at + 3] == 4 && std::memcmp(bytes + words[at + 2], "KILL", 4) == 0) {
        auto victim = ids_.lower_bound(static_cast<int32_t>(random_() & 0x7fffffff));
        if (victim != ids_.end()) order(OrderKind::kCloseNow, victim->first);
      }
      at = last + 2;
    }
  }

  void resume_paused() {
    for (auto& [id, paused] : ids_) {
      if (!paused) continue;
      paused = false;
      order(OrderKind::kResume, id);
    }
  }

  void reply(int32_t id, const char* text, size_t length) {
    if (length >= 32 * 1024) {
      auto* copy = static_cast<uint8_t*>(std::malloc(length));
      std::memcpy(copy, text, length);
      borrowed_++;
      outbox_->borrowed.push_back({copy, length, copy});
      order(OrderKind::kSendBorrowed, id, static_cast<int32_t>(outbox_->borrowed.size() - 1));
      return;
    }
    if (used_ + length > Outbox::kBytes) flush();
    std::memcpy(outbox_->byte_pages.data() + used_, text, length);
    order(OrderKind::kSend, id, static_cast<int32_t>(used_), static_cast<int32_t>(used_ + length));
    used_ += length;
  }

  void order(OrderKind kind, int32_t id, int32_t a = 0, int32_t b = 0) {
    auto* order = reinterpret_cast<int32_t*>(outbox_->order_pages.data()) + outbox_->order_count++ * kOrderWords;
    order[0] = static_cast<int32_t>(kind);
    order[1] = id;
    order[2] = a;
    order[3] = b;
    // Room for the next order and the reply before it.
    if (outbox_->order_count >= Outbox::kOrders - 1) flush();
  }

  void flush() {
    used_ = 0;
    if (outbox_->order_count == 0) return;
    if (thread_ == nullptr) {
      reactor_.apply(*outbox_);
      return;
    }
    thread_->submit(outbox_);
    outbox_ = thread_->next_outbox();
  }

  void release(Round& round) {
    for (void* token : round.released) {
      std::free(token);
      borrowed_--;
    }
    round.released.clear();
  }

  Random random_;
  Limits limits_;
  Figures figures_;
  Round rounds_[IoThread::kRounds];
  Outbox outboxes_[IoThread::kOutboxes];
  Reactor reactor_;
  std::mutex mutex_;
  std::condition_variable condition_;
  bool notified_ = false;
  std::unique_ptr<IoThread> thread_;
  Outbox* outbox_ = outboxes_;
  size_t used_ = 0;
  size_t borrowed_ = 0;
  // Open connections, and whether they are paused.
  std::map<int32_t, bool> ids_;
};

// --- the clients ---

int dial(int port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  timeval patience{10, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

bool write_all(int fd, const char* data, size_t length) {
  while (length > 0) {
    ssize_t sent = send(fd, data, length, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    data += sent;
    length -= static_cast<size_t>(sent);
  }
  return true;
}

std::string bulk(const std::string& text) { return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n"; }

std::string random_text(Random& random) {
  static const size_t sizes[] = {1, 20, 20, 20, 300, 3000, 20000, 70000, 400000};
  size_t length = below(random, sizes[below(random, 9)] + 1);
  std::string text(length, 'x');
  for (size_t i = 0; i < length; i += 1 + i / 8) text[i] = static_cast<char>(random());
  return text;
}

// Commands, and the replies they must get.
void make_commands(Random& random, bool kills, std::string* commands, std::string* replies) {
  for (size_t count = 1 + below(random, 12); count > 0; count--) {
    std::string text = random_text(random);
    bool is_kill = kills && below(random, 40) == 0;
    *commands += "*2\r\n" + bulk(is_kill ? "KILL" : "ECHO") + bulk(text);
    *replies += bulk(text);
  }
}

// Sends in random pieces while it reads. A connection may be killed by another client: what came until then must be right.
void converse(int fd, Random& random, bool half_closes) {
  std::string commands, replies, got;
  make_commands(random, true, &commands, &replies);
  size_t sent = 0;
  bool shut = false;
  char chunk[65536];
  while (got.size() < replies.size() || half_closes) {
    pollfd entry{fd, static_cast<short>(POLLIN | (sent < commands.size() ? POLLOUT : 0)), 0};
    if (poll(&entry, 1, 10000) <= 0) {
      fail("a reply did not come within ten seconds");
      return;
    }
    if ((entry.revents & POLLOUT) && sent < commands.size()) {
      size_t piece = std::min(commands.size() - sent, 1 + below(random, 1 << below(random, 18)));
      ssize_t count = send(fd, commands.data() + sent, piece, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count < 0 && errno != EAGAIN) return;
      if (count > 0) sent += static_cast<size_t>(count);
    }
    if (half_closes && !shut && sent == commands.size()) shut = shutdown(fd, SHUT_WR) == 0;
    if (entry.revents & (POLLIN | POLLHUP | POLLERR)) {
      ssize_t count = recv(fd, chunk, 1 + below(random, sizeof chunk), 0);
      if (count <= 0) break;
      got.append(chunk, static_cast<size_t>(count));
    }
  }
  if (replies.compare(0, got.size(), got) != 0) fail("a reply is wrong");
  if (got.size() == replies.size()) verified++;
}

void misbehave(int fd, Random& random) {
  std::string commands, replies;
  switch (below(random, 4)) {
    case 0:  // breaks off in the middle of a command
      make_commands(random, false, &commands, &replies);
      write_all(fd, commands.data(), below(random, commands.size()));
      break;
    case 1: {  // garbage
      std::string garbage(below(random, 3000), '\0');
      for (char& byte : garbage) byte = "*$123\r\n\r\n\"' xPING"[below(random, 16)];
      write_all(fd, garbage.data(), garbage.size());
      char chunk[4096];
      timeval brief{0, 20000};
      setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &brief, sizeof brief);
      while (recv(fd, chunk, sizeof chunk, 0) > 0) continue;
      break;
    }
    case 2: {  // never reads
      timeval brief{0, 50000};
      setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &brief, sizeof brief);
      for (int i = 0; i < 20; i++) {
        commands.clear();
        make_commands(random, false, &commands, &replies);
        if (!write_all(fd, commands.data(), commands.size())) break;
      }
      break;
    }
    default: {  // resets while it is answered
      make_commands(random, false, &commands, &replies);
      write_all(fd, commands.data(), commands.size());
      linger now{1, 0};
      setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
  }
}

void be_client(int port, unsigned seed) {
  Random random(seed);
  while (!over) {
    int fd = dial(port);
    if (fd < 0) continue;
    sessions++;
    if (below(random, 3) == 0) misbehave(fd, random);
    else converse(fd, random, below(random, 4) == 0);
    close(fd);
  }
}

size_t open_descriptors() {
  size_t count = 0;
  DIR* directory = opendir("/proc/self/fd");
  while (readdir(directory) != nullptr) count++;
  closedir(directory);
  return count;
}

}  // namespace
}  // namespace nearkey

int main(int argc, char** argv) {
  using namespace nearkey;
  if (argc != 5) {
    std::fprintf(stderr, "harness SECONDS CLIENTS IO_THREADS SEED\n");
    return 2;
  }
  int seconds = std::atoi(argv[1]);
  int clients = std::atoi(argv[2]);
  int io_threads = std::atoi(argv[3]);
  auto seed = static_cast<unsigned>(std::atoi(argv[4]));
  size_t descriptors = open_descriptors();
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address);
  listen(listener, 511);
  socklen_t length = sizeof address;
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
  {
    Executor executor(listener, io_threads, seed);
    std::vector<std::thread> threads;
    for (int i = 0; i < clients; i++) {
      threads.emplace_back(be_client, ntohs(address.sin_port), seed * 1000 + static_cast<unsigned>(i));
    }
    executor.serve(std::chrono::steady_clock::now() + std::chrono::seconds(seconds));
    over = true;
    for (auto& thread : threads) thread.join();
  }
  close(listener);
  if (open_descriptors() != descriptors) fail("descriptors are left");
  std::printf("%llu sessions, %llu conversations right to the last byte, %llu failures\n",
              static_cast<unsigned long long>(sessions.load()), static_cast<unsigned long long>(verified.load()),
              static_cast<unsigned long long>(failures.load()));
  return failures == 0 && verified > 0 ? 0 : 1;
}
