#include "graph.h"

#include <algorithm>
#include <numeric>
#include <random>
#include <thread>

namespace nearkey {

namespace {

constexpr size_t kStepsPerCheck = 32;
/// A new node's links beyond those the heuristic gives it go to its nearest, up to m plus this part of m: recall at ef 32
/// rises from 0.934 to 0.958 (docs/decisions/0007).
constexpr size_t kFillPart = 4;
/// Nodes looked at for a way around a link. Only lists of very few links ever need one.
constexpr size_t kWayAroundMax = 1000;
constexpr uint8_t kLinked = 1;

/// A number for a link of a level, that nobody foretells who does not know the key.
uint64_t markOf(Slot less, Slot greater, int level, uint64_t key) {
  uint64_t mark = ((uint64_t{greater} << 32) | less) ^ key;
  for (int round = 0; round < 2; round++) {
    mark += (key | 1) * (2 * static_cast<uint64_t>(level) + 1);
    mark = (mark ^ (mark >> 30)) * 0xbf58476d1ce4e5b9u;
    mark = (mark ^ (mark >> 27)) * 0x94d049bb133111ebu;
    mark ^= mark >> 31;
  }
  return mark;
}

}  // namespace

Graph::Graph(const Vectors& vectors, size_t m, size_t efConstruction)
    : vectors_(vectors),
      m_(m),
      efConstruction_(std::max(efConstruction, m)),
      base_(2 * m * sizeof(Slot)),
      upper_(m * sizeof(Slot)),
      upperOf_(sizeof(Slot)),
      levels_(1),
      linked_(1) {}

void Graph::reserve(Slot slots) {
  base_.reserve(slots);
  upperOf_.reserve(slots);
  levels_.reserve(slots);
  linked_.reserve(slots);
  slots_.store(std::max(slots, slots_.load(std::memory_order_relaxed)), std::memory_order_release);
}

size_t Graph::memoryBytes() const {
  return base_.memoryBytes() + upper_.memoryBytes() + upperOf_.memoryBytes() + levels_.memoryBytes() +
         linked_.memoryBytes();
}

void Graph::setLevel(Slot slot, int level) {
  *levels_.as<uint8_t>(slot) = static_cast<uint8_t>(level);
  Link* links = list(slot, 0);
  for (size_t i = 0; i < 2 * m_; i++) links[i].store(kNoSlot, std::memory_order_relaxed);
  if (level == 0) return;
  std::vector<Slot>& free = freeUpper_[level];
  Slot block;
  if (!free.empty()) {
    block = free.back();
    free.pop_back();
  } else {
    block = upperUsed_;
    upperUsed_ += static_cast<Slot>(level);
    upper_.reserve(upperUsed_);
  }
  *upperOf_.as<Slot>(slot) = block;
  for (int at = 1; at <= level; at++) {
    Link* links = list(slot, at);
    for (size_t i = 0; i < m_; i++) links[i].store(kNoSlot, std::memory_order_relaxed);
  }
}

void Graph::releaseLevel(Slot slot) {
  const int level = levelOf(slot);
  if (level > 0) freeUpper_[level].push_back(*upperOf_.as<Slot>(slot));
}

size_t Graph::degree(Slot slot, int level) const {
  const Link* links = list(slot, level);
  const size_t length = listLength(level);
  size_t count = 0;
  while (count < length && links[count].load(std::memory_order_relaxed) != kNoSlot) count++;
  return count;
}

bool Graph::areLinked(Slot a, Slot b, int level) const {
  const Link* links = list(a, level);
  const size_t length = listLength(level);
  for (size_t i = 0; i < length; i++) {
    const Slot neighbor = links[i].load(std::memory_order_relaxed);
    if (neighbor == b) return true;
    if (neighbor == kNoSlot) return false;
  }
  return false;
}

void Graph::append(Slot slot, Slot neighbor, int level) {
  list(slot, level)[degree(slot, level)].store(neighbor, std::memory_order_release);
}

/// The last link fills the gap before it is cleared: a reader may see it twice, and misses none but the one removed.
void Graph::remove(Slot slot, Slot neighbor, int level) {
  Link* links = list(slot, level);
  const size_t last = degree(slot, level) - 1;
  for (size_t i = 0; i <= last; i++) {
    if (links[i].load(std::memory_order_relaxed) != neighbor) continue;
    links[i].store(links[last].load(std::memory_order_relaxed), std::memory_order_release);
    links[last].store(kNoSlot, std::memory_order_release);
    return;
  }
}

std::vector<Slot> Graph::linksOf(Slot slot, int level) const {
  const Link* links = list(slot, level);
  std::vector<Slot> found;
  // Read link by link: the list may become shorter meanwhile.
  for (size_t i = 0; i < listLength(level); i++) {
    const Slot link = links[i].load(std::memory_order_acquire);
    if (link == kNoSlot) break;
    found.push_back(link);
  }
  return found;
}

void Graph::restoreLinks(Slot slot, int level, const Slot* links, size_t count) {
  Link* into = list(slot, level);
  for (size_t i = 0; i < listLength(level); i++) into[i].store(i < count ? links[i] : kNoSlot, std::memory_order_relaxed);
  *linked_.as<uint8_t>(slot) = kLinked;
}

bool Graph::holdsTogether(Slot limit) const {
  // Whom a node is linked with lies anywhere, and to look for the way back in each of their lists would be a third of a load. So links
  // are read in order: each has a mark, the same for both ways, which is added for the one and taken away for the other. Nothing is
  // left when all have their way back. A sum of others comes to nothing once in 2^64 keys, and the key is drawn.
  std::random_device device;
  const uint64_t key = (uint64_t{device()} << 32) | device();
  uint64_t oneWay = 0;
  for (Slot slot = 0; slot < limit; slot++) {
    if (!isLinked(slot)) continue;
    for (int level = 0; level <= levelOf(slot); level++) {
      const Link* links = list(slot, level);
      for (size_t i = 0; i < listLength(level); i++) {
        const Slot neighbor = links[i].load(std::memory_order_relaxed);
        if (neighbor == kNoSlot) break;
        if (neighbor == slot) return false;
        for (size_t before = 0; before < i; before++) {
          if (links[before].load(std::memory_order_relaxed) == neighbor) return false;
        }
        const uint64_t mark = markOf(std::min(slot, neighbor), std::max(slot, neighbor), level, key);
        oneWay += slot < neighbor ? mark : -mark;
      }
    }
  }
  return oneWay == 0;
}

// -- Searching

/// Greedily to the nearest of each level from `fromLevel` down to the one above `toLevel`.
Slot Graph::descend(const Query& query, Slot from, int fromLevel, int toLevel, Scratch& scratch) const {
  Slot nearest = from;
  float distance = vectors_.distance(query, from);
  for (int level = fromLevel; level > toLevel; level--) {
    for (bool moved = true; moved;) {
      moved = false;
      const Link* links = list(nearest, level);
      scratch.slots.clear();
      for (size_t i = 0; i < m_; i++) {
        const Slot neighbor = links[i].load(std::memory_order_acquire);
        if (neighbor == kNoSlot) break;
        scratch.slots.push_back(neighbor);
      }
      scratch.distances.resize(scratch.slots.size());
      vectors_.distances(query, scratch.slots.data(), scratch.slots.size(), scratch.distances.data());
      for (size_t i = 0; i < scratch.slots.size(); i++) {
        if (scratch.distances[i] >= distance) continue;
        distance = scratch.distances[i];
        nearest = scratch.slots[i];
        moved = true;
      }
    }
  }
  return nearest;
}

bool Graph::search(const Query& query, size_t ef, Scratch& scratch, const Deadline& deadline) const {
  scratch.beam.begin(ef);
  const Slot entry = this->entry();
  if (entry == kNoSlot) return true;
  const Slot from = descend(query, entry, levelOf(entry), 0, scratch);
  return searchLevel(query, from, 0, ef, scratch, deadline);
}

bool Graph::searchLevel(const Query& query, Slot from, int level, size_t ef, Scratch& scratch,
                        const Deadline& deadline) const {
  scratch.beam.begin(ef);
  scratch.visited.mark(from);
  scratch.beam.offer(vectors_.distance(query, from), from);
  return walk(query, level, scratch, deadline);
}

bool Graph::walk(const Query& query, int level, Scratch& scratch, const Deadline& deadline) const {
  const size_t length = listLength(level);
  scratch.slots.resize(length);
  scratch.distances.resize(length);
  Slot* slots = scratch.slots.data();
  float* distances = scratch.distances.data();
  for (size_t step = 1;; step++) {
    const Slot slot = scratch.beam.expandNext();
    if (slot == kNoSlot) return true;
    if (step % kStepsPerCheck == 0 && deadline.isOver()) return false;
    const Link* links = list(slot, level);
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
      const Slot neighbor = links[i].load(std::memory_order_acquire);
      if (neighbor == kNoSlot) break;
      if (!scratch.visited.mark(neighbor)) continue;
      slots[count++] = neighbor;
    }
    const Slot next = scratch.beam.peekNext();
    if (next != kNoSlot) {
      const char* ahead = reinterpret_cast<const char*>(list(next, level));
      prefetch(ahead);
      prefetch(ahead + 64);
    }
    vectors_.distances(query, slots, count, distances);
    for (size_t i = 0; i < count; i++) scratch.beam.offer(distances[i], slots[i]);
  }
}

// -- Linking

void Graph::link(Slot slot, Scratch& scratch) {
  // Who was found may leave, or be linked itself, at the same time: what found no partner then looks again, and from the entry
  // point on each level. It is linked on all of them; a node met on the way down may have no link yet on the next level.
  for (bool again = false; !tryLink(slot, again, scratch); again = true) std::this_thread::yield();
}

/// The first node of the graph that the links lead to, over nodes that are being linked themselves: never more of those than
/// threads that link. `kNoSlot` when there is none. With the lock held.
Slot Graph::nearestLinked(const std::vector<Slot>& from, int level) const {
  std::vector<Slot> reached = from;
  for (size_t at = 0; at < reached.size(); at++) {
    if (isLinked(reached[at])) return reached[at];
    for (const Slot neighbor : linksOf(reached[at], level)) {
      if (std::find(reached.begin(), reached.end(), neighbor) == reached.end()) reached.push_back(neighbor);
    }
  }
  return kNoSlot;
}

/// Whether a node that is being linked can be reached from the graph: by a link of its own, or over others that are being
/// linked. With the lock held.
bool Graph::isAttached(Slot slot, int level) const { return nearestLinked({slot}, level) != kNoSlot; }

/// Takes all links from a node that is not attached. They lead to others that are not either (a neighbour they had in common
/// was taken out), each of which will look for itself; a list that is full of them could take none that leads into the graph.
/// With the lock held.
void Graph::loosen(Slot slot, int level) {
  for (const Slot neighbor : linksOf(slot, level)) disconnect(slot, neighbor, level);
}

/// Links a slot on each of its levels where it is not attached yet. False when one is left where it should be.
bool Graph::tryLink(Slot slot, bool fromEntry, Scratch& scratch) {
  const int level = levelOf(slot);
  Slot from;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    from = entry_.load(std::memory_order_relaxed);
    if (from == kNoSlot) {
      *linked_.as<uint8_t>(slot) = kLinked;
      entry_.store(slot, std::memory_order_release);
      return true;
    }
  }
  const int top = levelOf(from);
  vectors_.prepareStored(slot, scratch.query);
  if (!fromEntry) from = descend(scratch.query, from, top, level, scratch);
  const Deadline never;
  for (int at = std::min(level, top); at >= 0; at--) {
    scratch.visited.begin(slots());
    scratch.visited.mark(slot);
    searchLevel(scratch.query, from, at, efConstruction_, scratch, never);
    if (!fromEntry && scratch.beam.size() > 0) from = scratch.beam.slotAt(0);
    bool isAttachedHere;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      isAttachedHere = isAttached(slot, at);
      if (!isAttachedHere) loosen(slot, at);
    }
    if (!isAttachedHere) linkLevel(slot, at, scratch);
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  const Slot entry = entry_.load(std::memory_order_relaxed);
  const int reached = entry == kNoSlot ? -1 : std::min(level, levelOf(entry));
  for (int at = 0; at <= reached; at++) {
    if (!isAttached(slot, at)) return false;
  }
  *linked_.as<uint8_t>(slot) = kLinked;
  if (entry == kNoSlot || level > levelOf(entry)) entry_.store(slot, std::memory_order_release);
  return true;
}

/// Links a slot to the best of what the beam holds.
void Graph::linkLevel(Slot slot, int level, Scratch& scratch) {
  chooseNeighbors(m_, level == 0 ? m_ + m_ / kFillPart : m_, scratch);
  size_t links = 0;
  for (size_t i = 0; i < scratch.chosen.size(); i++) {
    const Candidate chosen = scratch.chosen[i];
    if (offerLink(slot, chosen.slot, chosen.distance, level, scratch, false)) links++;
  }
  // Every one has better: the nearest that can must make room, for a node without links cannot be found.
  for (size_t i = 0; links == 0 && i < scratch.candidates.size(); i++) {
    const Candidate candidate = scratch.candidates[i];
    if (offerLink(slot, candidate.slot, candidate.distance, level, scratch, true)) links++;
  }
}

/// The paper's heuristic: from near to far, who is not nearer to one chosen before, `count` of them at most; then the
/// nearest of those passed over, until there are `filled`. Leaves all of the beam in `scratch.candidates` and the choice
/// in `scratch.chosen`.
void Graph::chooseNeighbors(size_t count, size_t filled, Scratch& scratch) const {
  std::vector<Candidate>& all = scratch.candidates;
  all.clear();
  for (size_t i = 0; i < scratch.beam.size(); i++) all.push_back({scratch.beam.distanceAt(i), scratch.beam.slotAt(i)});
  std::vector<Candidate>& chosen = scratch.chosen;
  chosen.clear();
  std::vector<Candidate>& left = scratch.left;
  left = all;
  std::vector<Candidate>& passed = scratch.passed;
  passed.clear();
  while (!left.empty() && chosen.size() < count) {
    const Candidate nearest = left.front();
    chosen.push_back(nearest);
    if (chosen.size() == count) break;
    vectors_.prepareStored(nearest.slot, scratch.other);
    scratch.slots.resize(left.size());
    scratch.distances.resize(left.size());
    for (size_t i = 0; i < left.size(); i++) scratch.slots[i] = left[i].slot;
    vectors_.distances(scratch.other, scratch.slots.data(), left.size(), scratch.distances.data());
    size_t kept = 0;
    for (size_t i = 1; i < left.size(); i++) {
      if (scratch.distances[i] >= left[i].distance) left[kept++] = left[i];
      else passed.push_back(left[i]);
    }
    left.resize(kept);
  }
  std::sort(passed.begin(), passed.end(), nearer);
  for (size_t i = 0; i < passed.size() && chosen.size() < filled; i++) chosen.push_back(passed[i]);
}

/// Links `slot` and `neighbor`, which may have to give up a link for it. False when it keeps what it has.
bool Graph::offerLink(Slot slot, Slot neighbor, float distance, int level, Scratch& scratch, bool insist) {
  const size_t length = listLength(level);
  std::vector<Slot> listed;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (*linked_.as<uint8_t>(neighbor) != kLinked || areLinked(slot, neighbor, level)) return false;
    if (degree(slot, level) == length) return false;
    if (degree(neighbor, level) < length) {
      connect(slot, neighbor, level);
      return true;
    }
    // Copied under the lock: the list of a node that another thread removes may be given to another node.
    listed = linksOf(neighbor, level);
  }
  const size_t count = listed.size();
  std::vector<float> toNeighbor(count);
  std::vector<float> toSlot(count);
  vectors_.prepareStored(neighbor, scratch.other);
  vectors_.distances(scratch.other, listed.data(), count, toNeighbor.data());
  vectors_.distances(scratch.query, listed.data(), count, toSlot.data());
  std::vector<size_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return toNeighbor[a] > toNeighbor[b]; });
  // From far to near: who is nearer to the new node than to `neighbor` can be reached through it.
  for (const size_t i : order) {
    if (toSlot[i] < toNeighbor[i] && distance < toNeighbor[i] && replaceLink(slot, neighbor, listed[i], level, scratch, insist)) {
      return true;
    }
  }
  if (!insist) {
    // The other way round: the new node can be reached through one that is there.
    for (size_t i = 0; i < count; i++) {
      if (toNeighbor[i] < distance && toSlot[i] < distance) return false;
    }
  }
  for (const size_t i : order) {
    if (!insist && distance >= toNeighbor[i]) return false;
    if (replaceLink(slot, neighbor, listed[i], level, scratch, insist)) return true;
  }
  return false;
}

/// Gives the place of `victim` in the list of `neighbor` to `slot`, unless that would cut something off; who insists links
/// the victim to `slot`, too, and cuts nothing off either.
bool Graph::replaceLink(Slot slot, Slot neighbor, Slot victim, int level, Scratch& scratch, bool insist) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (*linked_.as<uint8_t>(neighbor) != kLinked || !areLinked(neighbor, victim, level)) return false;
  if (areLinked(slot, neighbor, level) || degree(slot, level) == listLength(level)) return false;
  const bool safe = areLinked(slot, victim, level) || shareNeighbor(neighbor, victim, level, scratch);
  if (!safe && (!insist || degree(slot, level) + 2 > listLength(level))) return false;
  disconnect(neighbor, victim, level);
  connect(slot, neighbor, level);
  if (!safe) connect(slot, victim, level);
  return true;
}

bool Graph::shareNeighbor(Slot a, Slot b, int level, Scratch& scratch) const {
  scratch.listed.begin(slots());
  const size_t length = listLength(level);
  const Link* links = list(a, level);
  for (size_t i = 0; i < length; i++) {
    const Slot neighbor = links[i].load(std::memory_order_relaxed);
    if (neighbor == kNoSlot) break;
    scratch.listed.mark(neighbor);
  }
  links = list(b, level);
  for (size_t i = 0; i < length; i++) {
    const Slot neighbor = links[i].load(std::memory_order_relaxed);
    if (neighbor == kNoSlot) break;
    if (scratch.listed.has(neighbor)) return true;
  }
  return false;
}

// -- Unlinking

void Graph::unlink(Slot slot, Scratch& scratch) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!isLinked(slot)) return;
  *linked_.as<uint8_t>(slot) = 0;
  for (int level = levelOf(slot); level >= 0; level--) {
    const std::vector<Slot> neighbors = linksOf(slot, level);
    for (const Slot neighbor : neighbors) remove(neighbor, slot, level);
    mend(neighbors, level, scratch);
    if (entry_.load(std::memory_order_relaxed) == slot) replaceEntry(slot, neighbors, level);
    Link* links = list(slot, level);
    for (size_t i = 0; i < listLength(level); i++) links[i].store(kNoSlot, std::memory_order_release);
  }
}

/// Links those who have lost a common neighbour: the nearest pairs first, until each has a link for the one it lost, and
/// on until all of them can be reached from one another again.
void Graph::mend(const std::vector<Slot>& neighbors, int level, Scratch& scratch) {
  const size_t count = neighbors.size();
  if (count < 2) return;
  struct Pair {
    float distance;
    uint32_t a;
    uint32_t b;
  };
  std::vector<Pair> pairs;
  pairs.reserve(count * (count - 1) / 2);
  std::vector<uint32_t> group(count);
  std::iota(group.begin(), group.end(), 0u);
  const auto root = [&](uint32_t at) {
    while (group[at] != at) at = group[at] = group[group[at]];
    return at;
  };
  scratch.distances.resize(count);
  for (uint32_t a = 0; a + 1 < count; a++) {
    vectors_.prepareStored(neighbors[a], scratch.other);
    vectors_.distances(scratch.other, neighbors.data() + a + 1, count - a - 1, scratch.distances.data());
    for (uint32_t b = a + 1; b < count; b++) {
      if (areLinked(neighbors[a], neighbors[b], level)) group[root(a)] = root(b);
      else pairs.push_back({scratch.distances[b - a - 1], a, b});
    }
  }
  std::sort(pairs.begin(), pairs.end(), [](const Pair& x, const Pair& y) {
    return x.distance != y.distance ? x.distance < y.distance : x.a != y.a ? x.a < y.a : x.b < y.b;
  });
  const size_t length = listLength(level);
  std::vector<bool> mended(count, false);
  for (const Pair& pair : pairs) {
    const bool joins = root(pair.a) != root(pair.b);
    if (!joins && (mended[pair.a] || mended[pair.b])) continue;
    const Slot a = neighbors[pair.a];
    const Slot b = neighbors[pair.b];
    if (degree(a, level) == length || degree(b, level) == length) continue;
    connect(a, b, level);
    mended[pair.a] = true;
    mended[pair.b] = true;
    group[root(pair.a)] = root(pair.b);
  }
  for (const Pair& pair : pairs) {
    if (root(pair.a) == root(pair.b)) continue;
    const Slot a = neighbors[pair.a];
    const Slot b = neighbors[pair.b];
    if (!makeRoom(a, level, scratch) || !makeRoom(b, level, scratch)) continue;
    connect(a, b, level);
    group[root(pair.a)] = root(pair.b);
  }
}

/// Drops a link of a full list that nothing depends on: its ends have a neighbour in common, or some other way around.
/// False when there is none.
bool Graph::makeRoom(Slot slot, int level, Scratch& scratch) {
  const std::vector<Slot> listed = linksOf(slot, level);
  if (listed.size() < listLength(level)) return true;
  for (const bool far : {false, true}) {
    for (const Slot neighbor : listed) {
      const bool dispensable =
          far ? hasWayAround(slot, neighbor, level, scratch) : shareNeighbor(slot, neighbor, level, scratch);
      if (!dispensable) continue;
      disconnect(slot, neighbor, level);
      return true;
    }
  }
  return false;
}

/// Whether `to` is reached from `from` without the link between them, within the nearest nodes.
bool Graph::hasWayAround(Slot from, Slot to, int level, Scratch& scratch) const {
  scratch.listed.begin(slots());
  scratch.listed.mark(from);
  std::vector<Slot> reached{from};
  for (size_t at = 0; at < reached.size() && reached.size() < kWayAroundMax; at++) {
    for (const Slot neighbor : linksOf(reached[at], level)) {
      if (neighbor == to && at > 0) return true;
      if (neighbor != to && scratch.listed.mark(neighbor)) reached.push_back(neighbor);
    }
  }
  return false;
}

/// A node of the highest level there is: the nearest on this level, or else whoever is found. One that is still being linked
/// is none yet: it would find itself.
void Graph::replaceEntry(Slot gone, const std::vector<Slot>& neighbors, int level) {
  const Slot nearest = nearestLinked(neighbors, level);
  if (nearest != kNoSlot) {
    entry_.store(nearest, std::memory_order_release);
    return;
  }
  if (level > 0) return;
  Slot best = kNoSlot;
  for (Slot slot = 0; slot < slots(); slot++) {
    if (slot == gone || !isLinked(slot)) continue;
    if (best == kNoSlot || levelOf(slot) > levelOf(best)) best = slot;
  }
  entry_.store(best, std::memory_order_release);
}

}  // namespace nearkey
