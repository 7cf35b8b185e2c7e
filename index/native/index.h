// One index of vectors: documents by id, their vectors, and a graph over them (HNSW) or none (FLAT).
//
// Two kinds of threads. The *owner* (JavaScript's) puts and deletes: it copies the vector into a slot, and from then on
// the vector is found. What takes time, linking it into the graph or out of it, is queued for the pool. Until a vector is
// linked every search looks at it by itself; the queue is bounded, so that this costs microseconds, and an owner that finds
// it full works off some of it itself. *Searchers* run anywhere, beside each other and beside all of the above.
//
// A slot goes through these states, each change made by one side only:
//
//     free --put--> waiting --pool--> linked --delete--> leaving --pool--> free, once no reader is left that saw it
//                      |                                    ^
//                      +------------- delete --------------+
//
// A slot whose row is kept (rows.h) is not free before the row is let go.
//
// Invariants (`validate`): an id has at most one slot, which leads back to it; a slot that is waiting or linked belongs
// to an id; the graph holds exactly the linked ones once the queue is empty; codes agree with their vectors.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "deadline.h"
#include "epochs.h"
#include "graph.h"
#include "pool.h"
#include "vectors.h"

namespace nearkey {

using Id = uint32_t;

struct IndexOptions {
  size_t dim = 0;
  Metric metric = Metric::kL2;
  Element element = Element::kFloat32;
  CodeKind codeKind = CodeKind::kInt8;
  /// FLAT when 0.
  size_t m = 16;
  size_t efConstruction = 200;
  uint64_t seed = 100;
};

struct Hit {
  Id id;
  float distance;
  /// Insertion order: equal distances ascend by it.
  double sequence;
  /// Where the vector was, and which of those that lay there it is (`Index::refresh`).
  Slot slot;
  uint32_t stamp;
};

/// Whether a hit is answered before another.
inline bool hitBefore(const Hit& a, const Hit& b) {
  return a.distance < b.distance || (a.distance == b.distance && a.sequence < b.sequence);
}

enum class Strategy : uint8_t { kAuto, kGraph, kExact };

struct SearchRequest {
  const char* query = nullptr;
  size_t k = 10;
  size_t ef = 10;
  /// Bits of ids that may be found; all of them when there are no words.
  const uint32_t* filter = nullptr;
  size_t filterWords = 0;
  /// kExact measures every vector that may be found; kAuto walks the graph when that is cheaper than its codes one by one.
  Strategy strategy = Strategy::kAuto;
  /// Also everything within this distance, however many: k is not read.
  bool hasRadius = false;
  float radius = 0;
  /// How much farther than the radius a walk goes on, as a part of it.
  float epsilon = 0.01f;
  Deadline deadline;
};

struct SearchResult {
  std::vector<Hit> hits;
  bool timedOut = false;
};

class Index : public std::enable_shared_from_this<Index> {
 public:
  /// `pool` may be null: then puts and deletes link at once, and equal seeds make equal graphs. Otherwise it outlives the
  /// index, which its tasks keep alive.
  Index(const IndexOptions& options, Pool* pool);
  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;
  ~Index() { vectors_.rows()->orphan(); }

  // -- By the owner

  /// Stores or replaces a vector. False when the id had this very vector.
  bool put(Id id, double sequence, const char* bytes);
  bool remove(Id id);
  bool has(Id id) const { return slotOf(id) != kNoSlot; }
  const char* rowOf(Id id) const;
  /// Has the row of an id's vector kept when it consists of these bytes and nobody keeps it yet. Its slot, or kNoSlot.
  Slot keepRow(Id id, const char* bytes);
  /// Makes what was found a moment ago true to what there is: documents that are gone are left out, vectors that were
  /// replaced measured again.
  void refresh(const char* query, std::vector<Hit>& hits);
  /// The distance of an id's vector; false when it has none.
  bool measure(const Query& query, Id id, float& distance) const;
  /// Whom an id's vector is linked with, level by level, its highest first; nothing when it has none. Settles first.
  std::vector<std::vector<Id>> linksOf(Id id);
  /// The highest level of the graph.
  int topLevel() const;
  /// Works off the queue, and waits for what others took from it.
  void settle();
  /// Gives up what is queued; searches in flight end as if out of time.
  void close();
  bool isClosing() const { return closing_.load(std::memory_order_relaxed); }
  const std::atomic<bool>& closing() const { return closing_; }

  // -- By anyone

  SearchResult search(const SearchRequest& request, size_t seat, Scratch& scratch);
  /// Whether a search is to measure most of many vectors one by one: then it had better join a Scan.
  bool scansMost(const SearchRequest& request) const;
  size_t ownerSeat() const { return pool_ == nullptr ? 0 : pool_->threads(); }
  Scratch& ownerScratch() { return ownerScratch_; }

  const IndexOptions& options() const { return options_; }
  const Vectors& vectors() const { return vectors_; }
  const Graph* graph() const { return graph_.get(); }
  size_t size() const { return size_.load(std::memory_order_relaxed); }
  Slot capacity() const { return vectors_.capacity(); }
  size_t graphNodes() const { return graph_ == nullptr ? 0 : size(); }
  size_t waiting() const;
  size_t memoryBytes() const;

  std::vector<std::string> validate();

 private:
  friend class Dump;
  friend class Load;
  friend class Scan;

  enum State : uint8_t { kFree, kWaiting, kLinked, kLeaving };
  using AtomicState = std::atomic<uint8_t>;
  using AtomicSlot = std::atomic<Slot>;
  struct Owner {
    double sequence;
    Id id;
    /// Another for each vector that is put, so that a slot used again is known for it.
    uint32_t stamp;
  };
  struct Job {
    Slot slot;
    bool isLink;
  };
  /// A slot as a dump holds it.
  struct Restored {
    uint8_t state;
    int level;
    Id id;
    double sequence;
    const char* row;
    /// Of each level: how many, then which.
    const Slot* links;
  };
  struct Retired {
    Slot slot;
    uint64_t epoch;
  };

  /// Slot plus one, so that zeroed memory says none.
  Slot slotOf(Id id) const {
    if (id >= idLimit_.load(std::memory_order_acquire)) return kNoSlot;
    return slotOfId_.as<AtomicSlot>(id)->load(std::memory_order_acquire) - 1;
  }
  AtomicState& state(Slot slot) const { return *states_.as<AtomicState>(slot); }
  bool isLive(Slot slot) const {
    const uint8_t now = state(slot).load(std::memory_order_acquire);
    return now == kWaiting || now == kLinked;
  }
  const Owner& ownerOf(Slot slot) const { return *owners_.as<Owner>(slot); }
  Hit hitOf(const Query& query, Slot slot) const;

  Slot takeSlot();
  void setSlot(Id id, Slot slotPlusOne);
  void release(Slot slot);
  /// Slots whose readers are done, and those whose rows were let go, are free.
  void reclaim();
  void leave(Slot slot);
  void enqueue(Job job);
  bool takeJob(Job& job);
  void run(const Job& job, size_t seat, Scratch& scratch);
  void work(size_t seat, Scratch& scratch);
  int drawLevel();
  /// Gives threads to what is queued.
  void resume();
  size_t dumpSeat() const { return ownerSeat() + 1; }
  void restore(Slot slot, const Restored& from);
  /// Ends a restoration: queues what was not done. False when the links do not lead to vectors.
  bool restored(Slot entry);

  bool accepted(const SearchRequest& request, Slot slot) const;
  size_t acceptedCount(const SearchRequest& request) const;
  void scanWaiting(const SearchRequest& request, Scratch& scratch, std::vector<Candidate>& out);
  bool scanCodes(const SearchRequest& request, size_t keep, Scratch& scratch, std::vector<Candidate>& out) const;
  bool scanExact(const SearchRequest& request, Scratch& scratch, SearchResult& result) const;
  bool searchGraph(const SearchRequest& request, size_t ef, size_t matches, Scratch& scratch,
                   std::vector<Candidate>& out);
  bool searchRadius(const SearchRequest& request, Scratch& scratch, SearchResult& result);
  void rank(const SearchRequest& request, std::vector<Candidate>& candidates, size_t keep, Scratch& scratch,
            SearchResult& result) const;
  template <typename Visit>
  bool forEachAccepted(const SearchRequest& request, const Visit& visit) const;

  const IndexOptions options_;
  Pool* const pool_;
  Vectors vectors_;
  std::unique_ptr<Graph> graph_;
  ChunkedArray states_;
  ChunkedArray owners_;
  ChunkedArray slotOfId_;
  std::atomic<Id> idLimit_{0};
  std::atomic<Slot> slots_{0};
  std::atomic<size_t> size_{0};
  std::vector<Slot> free_;
  uint32_t lastStamp_ = 0;
  uint64_t random_;
  Scratch ownerScratch_;
  Epochs epochs_;
  std::atomic<bool> closing_{false};

  mutable std::mutex mutex_;
  std::condition_variable idle_;
  std::deque<Job> queue_;
  /// Vectors no walk can find yet: in the queue, or being linked.
  std::vector<Slot> unlinked_;
  std::deque<Retired> retired_;
  bool paused_ = false;
  size_t workers_ = 0;
  size_t running_ = 0;
};

}  // namespace nearkey
