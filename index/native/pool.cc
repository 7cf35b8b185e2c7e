#include "pool.h"

#if defined(__linux__)
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace nearkey {

namespace {

/// How far the threads stand back, on a system where threads have priorities of their own: there are as many of them as cores,
/// and those that read and answer commands get theirs when they need it. Not farther: beside another busy program the
/// searches would starve (docs/decisions/0017).
constexpr int kNice = 10;

void standBack() {
#if defined(__linux__)
  setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), kNice);
#endif
}

/// Searches between two turns of links, while both wait.
constexpr size_t kSearchesInRowMax = 8;

Pool::Task takeFirst(std::deque<Pool::Task>& queue) {
  Pool::Task task = std::move(queue.front());
  queue.pop_front();
  return task;
}

}  // namespace

/// With the lock held: an engine that is never used has no threads.
void Pool::start() {
  for (size_t seat = threads_.size(); seat < count_; seat++) threads_.emplace_back([this, seat] { run(seat); });
}

Pool::~Pool() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Pool::search(Task task) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    start();
    searches_.push_back(std::move(task));
  }
  wake_.notify_one();
}

void Pool::link(Task task) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    start();
    links_.push_back(std::move(task));
  }
  wake_.notify_one();
}

void Pool::run(size_t seat) {
  standBack();
  Scratch scratch;
  for (;;) {
    Task task;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      wake_.wait(lock, [this] { return ending_ || !searches_.empty() || !links_.empty(); });
      if (searches_.empty() && links_.empty()) return;
      const bool linkNow = searches_.empty() || (!links_.empty() && searchesInRow_ >= kSearchesInRowMax);
      searchesInRow_ = linkNow ? 0 : searchesInRow_ + 1;
      task = takeFirst(linkNow ? links_ : searches_);
    }
    task(seat, scratch);
  }
}

}  // namespace nearkey
