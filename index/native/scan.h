// Exact searches of every vector of an index, several at once. Reading the vectors is what a scan spends its time on: a block of
// them is read once for all searches that have joined, and threads take blocks in turn.
//
// A scan is made by the owner, which lets further searches join until a thread begins it. Each thread that works on it
// keeps the nearest it saw, and adds them to the whole when no block is left; the last one to leave answers.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "index.h"

namespace nearkey {

/// A search and what it is asked with.
struct ScanQuestion {
  SearchRequest request;
  std::string query;
  std::vector<uint32_t> filter;
  /// By the last thread to leave.
  std::function<void(ScanQuestion& question, SearchResult result)> answer;
};

class Scan {
 public:
  explicit Scan(std::shared_ptr<Index> index) : index_(std::move(index)) {}
  Scan(const Scan&) = delete;
  Scan& operator=(const Scan&) = delete;

  /// By the owner. False when the scan has begun, or is full; the question is untouched then.
  bool join(ScanQuestion& question);
  /// Threads that find something to do.
  static size_t threadsFor(const Index& index, size_t threads);
  /// By a thread, which may come when all is done.
  void work(size_t seat);

 private:
  struct Asked {
    ScanQuestion question;
    Query prepared;
    std::vector<Hit> hits;
    std::atomic<bool> timedOut{false};
  };

  bool enter();
  void look(const Slot* slots, size_t count, std::vector<std::vector<Hit>>& nearest) const;
  void checkDeadlines();
  void leave(std::vector<std::vector<Hit>>& nearest);
  void answerAll();

  const std::shared_ptr<Index> index_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Asked>> asked_;
  bool begun_ = false;
  bool answered_ = false;
  size_t working_ = 0;
  Slot limit_ = 0;
  std::atomic<Slot> next_{0};
};

}  // namespace nearkey
