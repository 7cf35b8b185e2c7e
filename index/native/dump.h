// An index as a stream of bytes, and back.
//
// A dump is what the index holds at the moment it begins. Links are copied then, which takes milliseconds for 100,000
// vectors; vectors do not change, so they are read slice by slice while the index goes on. Slots that leave meanwhile are
// kept until the dump ends.
//
// The stream is a sequence of blocks, each `length, kind, checksum (CRC-32C of the payload), payload`, numbers
// little-endian: one header, slots in order, one end that says how many there were. Codes are not written: making them
// again is faster than reading them. A stream that is cut short, altered, or of another version or kind of index is
// refused with a sentence that says so, and the index stays empty.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "index.h"

namespace nearkey {

class Dump {
 public:
  explicit Dump(std::shared_ptr<Index> index);
  ~Dump();
  Dump(const Dump&) = delete;
  Dump& operator=(const Dump&) = delete;

  /// The next bytes, some `bytesMax` of them; none when all have been written.
  std::string next(size_t bytesMax);

 private:
  struct SlotCopy {
    uint8_t state;
    uint8_t level;
    Id id;
    double sequence;
  };
  std::string header() const;
  void writeSlot(Slot slot, std::string& out) const;

  const std::shared_ptr<Index> index_;
  std::unique_ptr<Epochs::Reading> reading_;
  std::vector<SlotCopy> slots_;
  /// Lists of all slots and levels, one after the other, each after its length.
  std::vector<Slot> links_;
  std::vector<size_t> linksAt_;
  Slot entry_ = kNoSlot;
  Slot at_ = 0;
  enum Part { kHeader, kSlots, kEnd, kDone } part_ = kHeader;
};

class Load {
 public:
  /// The index is empty, and nothing else uses it until `finish` is done.
  explicit Load(std::shared_ptr<Index> index);
  /// The next bytes of the stream, cut anywhere. What is wrong with it; nothing when all is well.
  std::string feed(const char* bytes, size_t length);
  std::string finish();

 private:
  std::string block(uint32_t kind, const char* payload, size_t length);
  std::string readHeader(const char* payload, size_t length);
  std::string readSlots(const char* payload, size_t length);
  std::string refuse(const std::string& why);

  const std::shared_ptr<Index> index_;
  std::string held_;
  bool hasHeader_ = false;
  bool hasEnd_ = false;
  Slot limit_ = 0;
  Slot read_ = 0;
  Slot entry_ = kNoSlot;
};

uint32_t crc32c(const char* bytes, size_t length);

}  // namespace nearkey
