// A hierarchical navigable small world (Malkov and Yashunin, 2018) over the codes of `Vectors`, with deletion.
//
// It departs from the paper in three ways.
//
//  1. Links are reciprocal: where there is one, there is the other. So a node knows who leads to it, and taking it out
//     takes out every link to it, without tombstones and without a search.
//  2. A full list gives up one link for a new one only when its two ends keep a neighbour in common. Every change
//     therefore leaves a connected level connected, and every node stays reachable.
//  3. The neighbours of a node that is taken out are linked among each other: each gains a link for the one it loses,
//     nearest pairs first, and more where the level would fall apart.
//
// Threads: searches take no lock. Links are atomic words; a list ends at the first empty one, and a reader that meets a
// list in the middle of a change sees neighbours of before or of after. Changes of links hold `mutex_`; choosing them,
// which is where the time goes, does not. Callers hold an epoch (epochs.h) while they call anything here.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "deadline.h"
#include "scratch.h"
#include "vectors.h"

namespace nearkey {

constexpr int kLevelMax = 15;

class Graph {
 public:
  Graph(const Vectors& vectors, size_t m, size_t efConstruction);

  /// Makes room; by the thread that adds slots.
  void reserve(Slot slots);
  /// Gives a slot that is not linked its level, before it is linked; by the thread that adds slots.
  void setLevel(Slot slot, int level);
  /// Takes the level's memory back, once nobody can reach the slot any more; by the thread that adds slots.
  void releaseLevel(Slot slot);

  void link(Slot slot, Scratch& scratch);
  void unlink(Slot slot, Scratch& scratch);

  bool isEmpty() const { return entry_.load(std::memory_order_acquire) == kNoSlot; }
  Slot slots() const { return slots_.load(std::memory_order_acquire); }
  size_t memoryBytes() const;
  size_t m() const { return m_; }

  /// Leaves the `ef` nearest to `query` in `scratch.beam`. False when the deadline ended it. Slots marked in
  /// `scratch.visited` beforehand are not looked at; the caller begins its round.
  bool search(const Query& query, size_t ef, Scratch& scratch, const Deadline& deadline) const;

  /// The same for slots that `accepts`; the beam may hold a few others, by which it came there. Where a neighbour is not
  /// accepted its own neighbours are looked at in its stead, so that the walk does not end where few pass.
  template <typename Accepts>
  bool searchAccepted(const Query& query, size_t ef, Scratch& scratch, const Deadline& deadline,
                      const Accepts& accepts) const;

  /// Violations of what the head of this file promises; nothing may be changing. `isLinked` says which slots belong.
  template <typename IsLinked>
  void validate(Slot limit, const IsLinked& isLinked, std::vector<std::string>& errors) const;

  /// While nothing changes.
  bool isLinked(Slot slot) const { return *linked_.as<uint8_t>(slot) != 0; }
  int levelOf(Slot slot) const { return *levels_.as<uint8_t>(slot); }
  Slot entry() const { return entry_.load(std::memory_order_acquire); }
  /// For dump and load, while nothing changes.
  std::vector<Slot> linksOf(Slot slot, int level) const;
  void restoreLinks(Slot slot, int level, const Slot* links, size_t count);
  /// Whether each link leads to a node of its level, once, and back: what every change of links relies on. By marks that a key
  /// makes, which is drawn: a graph that does not passes once in 2^64 times.
  bool holdsTogether(Slot limit) const;
  void restoreEntry(Slot slot) { entry_.store(slot, std::memory_order_release); }
  size_t listLength(int level) const { return level == 0 ? 2 * m_ : m_; }

 private:
  using Link = std::atomic<Slot>;

  Link* list(Slot slot, int level) const {
    if (level == 0) return base_.as<Link>(slot);
    const Slot block = *upperOf_.as<Slot>(slot);
    return upper_.as<Link>(block + static_cast<Slot>(level) - 1);
  }
  size_t degree(Slot slot, int level) const;
  bool areLinked(Slot a, Slot b, int level) const;
  void append(Slot slot, Slot neighbor, int level);
  void remove(Slot slot, Slot neighbor, int level);
  void connect(Slot a, Slot b, int level) {
    append(a, b, level);
    append(b, a, level);
  }
  void disconnect(Slot a, Slot b, int level) {
    remove(a, b, level);
    remove(b, a, level);
  }

  Slot descend(const Query& query, Slot from, int fromLevel, int toLevel, Scratch& scratch) const;
  bool searchLevel(const Query& query, Slot from, int level, size_t ef, Scratch& scratch, const Deadline& deadline) const;
  bool walk(const Query& query, int level, Scratch& scratch, const Deadline& deadline) const;
  void chooseNeighbors(size_t count, size_t filled, Scratch& scratch) const;
  bool tryLink(Slot slot, bool fromEntry, Scratch& scratch);
  Slot nearestLinked(const std::vector<Slot>& from, int level) const;
  bool isAttached(Slot slot, int level) const;
  void loosen(Slot slot, int level);
  void linkLevel(Slot slot, int level, Scratch& scratch);
  bool offerLink(Slot slot, Slot neighbor, float distance, int level, Scratch& scratch, bool insist);
  bool replaceLink(Slot slot, Slot neighbor, Slot victim, int level, Scratch& scratch, bool insist);
  bool shareNeighbor(Slot a, Slot b, int level, Scratch& scratch) const;
  bool hasWayAround(Slot from, Slot to, int level, Scratch& scratch) const;
  bool makeRoom(Slot slot, int level, Scratch& scratch);
  void mend(const std::vector<Slot>& neighbors, int level, Scratch& scratch);
  void replaceEntry(Slot gone, const std::vector<Slot>& neighbors, int level);

  const Vectors& vectors_;
  const size_t m_;
  const size_t efConstruction_;
  ChunkedArray base_;
  ChunkedArray upper_;
  ChunkedArray upperOf_;
  ChunkedArray levels_;
  /// 1 while a slot is part of the graph. Under `mutex_`.
  ChunkedArray linked_;
  std::atomic<Slot> slots_{0};
  std::atomic<Slot> entry_{kNoSlot};
  Slot upperUsed_ = 0;
  /// Runs of blocks of the upper levels that are free, by their length.
  std::vector<Slot> freeUpper_[kLevelMax + 1];
  std::mutex mutex_;
};

template <typename Accepts>
bool Graph::searchAccepted(const Query& query, size_t ef, Scratch& scratch, const Deadline& deadline,
                           const Accepts& accepts) const {
  constexpr size_t kSeeds = 4;
  constexpr size_t kStepsPerCheck = 16;
  // A few neighbours whatever they are, to begin near the query.
  if (!search(query, kSeeds, scratch, deadline)) return false;
  std::vector<Candidate>& seeds = scratch.candidates;
  seeds.clear();
  for (size_t i = 0; i < scratch.beam.size(); i++) {
    seeds.push_back({scratch.beam.distanceAt(i), scratch.beam.slotAt(i)});
  }
  scratch.visited.begin(slots());
  scratch.beam.begin(ef + seeds.size());
  for (const Candidate& seed : seeds) {
    scratch.visited.mark(seed.slot);
    scratch.beam.offer(seed.distance, seed.slot);
  }
  const size_t length = listLength(0);
  const size_t wanted = length;
  for (size_t step = 1;; step++) {
    const Slot slot = scratch.beam.expandNext();
    if (slot == kNoSlot) return true;
    if (step % kStepsPerCheck == 0 && deadline.isOver()) return false;
    std::vector<Slot>& found = scratch.slots;
    std::vector<Slot>& hops = scratch.hops;
    found.clear();
    hops.clear();
    const Link* links = list(slot, 0);
    for (size_t i = 0; i < length; i++) {
      const Slot neighbor = links[i].load(std::memory_order_acquire);
      if (neighbor == kNoSlot) break;
      prefetch(list(neighbor, 0));
      if (accepts(neighbor)) {
        if (scratch.visited.mark(neighbor)) found.push_back(neighbor);
      } else {
        hops.push_back(neighbor);
      }
    }
    for (const Slot hop : hops) {
      if (found.size() >= wanted) break;
      // A neighbour that does not pass is stepped over once in a search.
      if (!scratch.visited.mark(hop)) continue;
      const Link* further = list(hop, 0);
      for (size_t i = 0; i < length; i++) {
        const Slot neighbor = further[i].load(std::memory_order_acquire);
        if (neighbor == kNoSlot) break;
        if (!scratch.visited.has(neighbor) && accepts(neighbor) && scratch.visited.mark(neighbor)) {
          found.push_back(neighbor);
        }
      }
    }
    scratch.distances.resize(found.size());
    vectors_.distances(query, found.data(), found.size(), scratch.distances.data());
    for (size_t i = 0; i < found.size(); i++) scratch.beam.offer(scratch.distances[i], found[i]);
  }
}

template <typename IsLinked>
void Graph::validate(Slot limit, const IsLinked& isLinked, std::vector<std::string>& errors) const {
  const Slot entry = this->entry();
  int top = -1;
  for (Slot slot = 0; slot < limit; slot++) {
    if (isLinked(slot)) top = std::max(top, levelOf(slot));
  }
  if ((top < 0) != (entry == kNoSlot)) errors.push_back("graph: the entry point is missing, or leads into nothing");
  if (entry == kNoSlot) return;
  if (!isLinked(entry) || levelOf(entry) != top) errors.push_back("graph: the entry point is not of the top level");
  for (int level = 0; level <= top; level++) {
    size_t members = 0;
    for (Slot slot = 0; slot < limit; slot++) {
      if (!isLinked(slot) || levelOf(slot) < level) continue;
      members++;
      std::vector<Slot> links = linksOf(slot, level);
      for (const Slot neighbor : links) {
        const std::string link = std::to_string(slot) + "-" + std::to_string(neighbor) + " of level " + std::to_string(level);
        if (neighbor == slot || neighbor >= limit || !isLinked(neighbor) || levelOf(neighbor) < level) {
          errors.push_back("graph: link " + link + " leads nowhere");
        } else if (!areLinked(neighbor, slot, level)) {
          errors.push_back("graph: link " + link + " has no way back");
        }
      }
      std::sort(links.begin(), links.end());
      if (std::adjacent_find(links.begin(), links.end()) != links.end()) {
        errors.push_back("graph: slot " + std::to_string(slot) + " has a neighbour twice");
      }
    }
    std::vector<bool> seen(limit, false);
    std::vector<Slot> queue{entry};
    seen[entry] = true;
    for (size_t at = 0; at < queue.size(); at++) {
      for (const Slot neighbor : linksOf(queue[at], level)) {
        if (neighbor >= limit || seen[neighbor]) continue;
        seen[neighbor] = true;
        queue.push_back(neighbor);
      }
    }
    if (queue.size() != members) {
      errors.push_back("graph: " + std::to_string(members - queue.size()) + " of " + std::to_string(members) +
                       " nodes of level " + std::to_string(level) + " cannot be reached");
    }
  }
}

}  // namespace nearkey
