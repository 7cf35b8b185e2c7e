// A fixed set of threads for searches and links. Searches go first, but every so often a link gets its turn: a search
// looks at every vector that waits to be linked, so a queue that never shrinks would slow down each of them.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "scratch.h"

namespace nearkey {

class Pool {
 public:
  /// `seat` is the number of the thread, from 0.
  using Task = std::function<void(size_t seat, Scratch& scratch)>;

  /// Threads begin with the first task.
  explicit Pool(size_t threads) : count_(threads) {}
  /// Runs what is queued, then ends.
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  size_t threads() const { return count_; }
  void search(Task task);
  void link(Task task);

 private:
  void start();
  void run(size_t seat);

  const size_t count_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> searches_;
  std::deque<Task> links_;
  size_t searchesInRow_ = 0;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace nearkey
