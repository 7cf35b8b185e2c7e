#include "dump.h"

#include <array>
#include <cstring>

namespace nearkey {

namespace {

constexpr uint32_t kVersion = 1;
constexpr char kMagic[8] = {'N', 'K', 'V', 'E', 'C', 'T', 'O', 'R'};
constexpr size_t kHeadBytes = 12;
/// A block that says it is longer is damaged: one slot of the largest kind, links and all, is below it.
constexpr uint32_t kBlockBytesMax = uint32_t{64} << 20;
enum Kind : uint32_t { kHeaderBlock = 1, kSlotsBlock = 2, kEndBlock = 3 };

using Tables = std::array<std::array<uint32_t, 256>, 8>;

Tables makeTables() {
  Tables tables{};
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t sum = byte;
    for (int bit = 0; bit < 8; bit++) sum = (sum >> 1) ^ ((sum & 1) != 0 ? 0x82f63b78u : 0);
    tables[0][byte] = sum;
  }
  for (size_t table = 1; table < 8; table++) {
    for (size_t byte = 0; byte < 256; byte++) {
      const uint32_t before = tables[table - 1][byte];
      tables[table][byte] = (before >> 8) ^ tables[0][before & 0xff];
    }
  }
  return tables;
}

template <typename T>
void put(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

/// Reads values one after the other; once there are too few bytes, all that follow are zero and `isBroken`.
class Reader {
 public:
  Reader(const char* bytes, size_t length) : at_(bytes), end_(bytes + length) {}

  template <typename T>
  T take() {
    T value{};
    const char* bytes = takeBytes(sizeof(T));
    if (bytes != nullptr) std::memcpy(&value, bytes, sizeof(T));
    return value;
  }
  const char* takeBytes(size_t count) {
    if (static_cast<size_t>(end_ - at_) < count) {
      broken_ = true;
      at_ = end_;
      return nullptr;
    }
    const char* bytes = at_;
    at_ += count;
    return bytes;
  }
  bool isBroken() const { return broken_; }
  bool isAtEnd() const { return at_ == end_; }

 private:
  const char* at_;
  const char* end_;
  bool broken_ = false;
};

std::string blockOf(uint32_t kind, const std::string& payload) {
  std::string out;
  out.reserve(kHeadBytes + payload.size());
  put(out, static_cast<uint32_t>(payload.size()));
  put(out, kind);
  put(out, crc32c(payload.data(), payload.size()));
  out += payload;
  return out;
}

}  // namespace

uint32_t crc32c(const char* bytes, size_t length) {
  static const Tables tables = makeTables();
  uint32_t sum = 0xffffffff;
  for (; length >= 8; bytes += 8, length -= 8) {
    uint32_t low;
    uint32_t high;
    std::memcpy(&low, bytes, 4);
    std::memcpy(&high, bytes + 4, 4);
    low ^= sum;
    sum = tables[7][low & 0xff] ^ tables[6][(low >> 8) & 0xff] ^ tables[5][(low >> 16) & 0xff] ^ tables[4][low >> 24] ^
          tables[3][high & 0xff] ^ tables[2][(high >> 8) & 0xff] ^ tables[1][(high >> 16) & 0xff] ^ tables[0][high >> 24];
  }
  for (size_t i = 0; i < length; i++) sum = (sum >> 8) ^ tables[0][(sum ^ static_cast<uint8_t>(bytes[i])) & 0xff];
  return sum ^ 0xffffffff;
}

// -- Dump

Dump::Dump(std::shared_ptr<Index> index) : index_(std::move(index)) {
  Index& from = *index_;
  std::unique_lock<std::mutex> lock(from.mutex_);
  // No job may be half done while links are copied.
  from.paused_ = true;
  from.idle_.wait(lock, [&from] { return from.running_ == 0; });
  reading_ = std::make_unique<Epochs::Reading>(from.epochs_, from.dumpSeat());
  const Slot limit = from.slots_.load();
  slots_.reserve(limit);
  const Graph* graph = from.graph_.get();
  for (Slot slot = 0; slot < limit; slot++) {
    const Index::Owner& owner = from.ownerOf(slot);
    uint8_t state = from.state(slot).load();
    // What has left the graph, and waits for its readers only, is gone.
    if (state == Index::kLeaving && (graph == nullptr || !graph->isLinked(slot))) state = Index::kFree;
    const int level = graph == nullptr ? 0 : graph->levelOf(slot);
    slots_.push_back({state, static_cast<uint8_t>(level), owner.id, owner.sequence});
    linksAt_.push_back(links_.size());
    if (graph == nullptr || state == Index::kFree || state == Index::kWaiting) continue;
    for (int at = 0; at <= level; at++) {
      const std::vector<Slot> list = graph->linksOf(slot, at);
      links_.push_back(static_cast<Slot>(list.size()));
      links_.insert(links_.end(), list.begin(), list.end());
    }
  }
  linksAt_.push_back(links_.size());
  if (graph != nullptr) entry_ = graph->entry();
  from.paused_ = false;
  lock.unlock();
  from.resume();
}

Dump::~Dump() = default;

std::string Dump::header() const {
  const IndexOptions& options = index_->options();
  std::string out(kMagic, sizeof kMagic);
  put(out, kVersion);
  put(out, static_cast<uint32_t>(options.dim));
  put(out, static_cast<uint8_t>(options.metric));
  put(out, static_cast<uint8_t>(options.element));
  put(out, static_cast<uint16_t>(options.m));
  put(out, static_cast<uint32_t>(slots_.size()));
  put(out, entry_);
  return out;
}

void Dump::writeSlot(Slot slot, std::string& out) const {
  const SlotCopy& copy = slots_[slot];
  put(out, copy.state);
  if (copy.state == Index::kFree) return;
  put(out, copy.level);
  put(out, copy.id);
  put(out, copy.sequence);
  out.append(index_->vectors().row(slot), index_->vectors().vectorBytes());
  const Slot* links = links_.data() + linksAt_[slot];
  out.append(reinterpret_cast<const char*>(links), (linksAt_[slot + 1] - linksAt_[slot]) * sizeof(Slot));
}

std::string Dump::next(size_t bytesMax) {
  switch (part_) {
    case kHeader:
      part_ = kSlots;
      return blockOf(kHeaderBlock, header());
    case kSlots: {
      std::string payload;
      const size_t limit = std::min<size_t>(bytesMax, kBlockBytesMax / 4);
      while (at_ < slots_.size() && payload.size() < limit) writeSlot(at_++, payload);
      if (!payload.empty()) return blockOf(kSlotsBlock, payload);
      part_ = kEnd;
      [[fallthrough]];
    }
    case kEnd: {
      part_ = kDone;
      std::string payload;
      put(payload, static_cast<uint32_t>(slots_.size()));
      return blockOf(kEndBlock, payload);
    }
    case kDone:
      return {};
  }
  return {};
}

// -- Load

Load::Load(std::shared_ptr<Index> index) : index_(std::move(index)) {}

std::string Load::refuse(const std::string& why) { return "The dump of the vector index cannot be loaded: " + why; }

std::string Load::feed(const char* bytes, size_t length) {
  held_.append(bytes, length);
  size_t at = 0;
  std::string refusal;
  while (refusal.empty() && held_.size() - at >= kHeadBytes) {
    Reader head(held_.data() + at, kHeadBytes);
    const uint32_t size = head.take<uint32_t>();
    const uint32_t kind = head.take<uint32_t>();
    const uint32_t sum = head.take<uint32_t>();
    if (size > kBlockBytesMax) return refuse("it is damaged (a block of " + std::to_string(size) + " bytes)");
    if (held_.size() - at - kHeadBytes < size) break;
    const char* payload = held_.data() + at + kHeadBytes;
    if (crc32c(payload, size) != sum) return refuse("it is damaged (a checksum does not agree)");
    refusal = block(kind, payload, size);
    at += kHeadBytes + size;
  }
  held_.erase(0, at);
  return refusal;
}

std::string Load::block(uint32_t kind, const char* payload, size_t length) {
  if (hasEnd_) return refuse("it goes on after its end");
  if (!hasHeader_) return kind == kHeaderBlock ? readHeader(payload, length) : refuse("it does not begin with a header");
  if (kind == kSlotsBlock) return readSlots(payload, length);
  if (kind != kEndBlock) return refuse("it holds a block of an unknown kind");
  Reader reader(payload, length);
  if (reader.take<uint32_t>() != limit_ || read_ != limit_) return refuse("it lacks vectors");
  hasEnd_ = true;
  return {};
}

std::string Load::readHeader(const char* payload, size_t length) {
  Reader reader(payload, length);
  const char* magic = reader.takeBytes(sizeof kMagic);
  if (magic == nullptr || std::memcmp(magic, kMagic, sizeof kMagic) != 0) return refuse("it is something else");
  if (reader.take<uint32_t>() != kVersion) return refuse("it is of another version");
  const IndexOptions& options = index_->options();
  const bool same = reader.take<uint32_t>() == options.dim;
  const bool sameMetric = reader.take<uint8_t>() == static_cast<uint8_t>(options.metric);
  const bool sameElement = reader.take<uint8_t>() == static_cast<uint8_t>(options.element);
  const bool sameM = reader.take<uint16_t>() == options.m;
  if (!same || !sameMetric || !sameElement || !sameM) return refuse("it is of an index with other parameters");
  limit_ = reader.take<uint32_t>();
  entry_ = reader.take<Slot>();
  if (reader.isBroken() || limit_ > kSlotsMax) return refuse("it is damaged");
  hasHeader_ = true;
  return {};
}

std::string Load::readSlots(const char* payload, size_t length) {
  Reader reader(payload, length);
  const size_t m = index_->options().m;
  std::vector<Slot> links;
  while (!reader.isAtEnd()) {
    if (read_ == limit_) return refuse("it holds more vectors than it says");
    Index::Restored slot{};
    slot.state = reader.take<uint8_t>();
    if (slot.state > Index::kLeaving) return refuse("it is damaged (a slot's state)");
    links.clear();
    if (slot.state != Index::kFree) {
      slot.level = reader.take<uint8_t>();
      slot.id = reader.take<Id>();
      slot.sequence = reader.take<double>();
      slot.row = reader.takeBytes(index_->vectors().vectorBytes());
      if (reader.isBroken() || slot.level > kLevelMax || slot.id > kSlotsMax) return refuse("it is damaged (a slot)");
      if (slot.state != Index::kLeaving && index_->has(slot.id)) return refuse("it holds a document twice");
      const bool hasLinks = m > 0 && slot.state != Index::kWaiting;
      for (int level = 0; hasLinks && level <= slot.level; level++) {
        const Slot count = reader.take<Slot>();
        if (count > (level == 0 ? 2 * m : m)) return refuse("it is damaged (a list of links)");
        links.push_back(count);
        for (Slot i = 0; i < count; i++) {
          links.push_back(reader.take<Slot>());
          if (links.back() >= limit_) return refuse("it is damaged (a link)");
        }
      }
      if (reader.isBroken()) return refuse("it is damaged (a slot is cut off)");
      slot.links = links.data();
    }
    index_->restore(read_++, slot);
  }
  return {};
}

std::string Load::finish() {
  if (!held_.empty() || !hasEnd_) return refuse("it is cut short");
  if (!index_->restored(entry_)) return refuse("its graph does not hold together");
  return {};
}

}  // namespace nearkey
