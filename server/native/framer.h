// RESP requests out of bytes: multibulk and inline commands, limits, and which protocol error ends a stream.
//
// The plain twin is server/protocol/request-decoder.ts: same frames, same errors, at the same byte, however the stream is
// cut (test/fuzz/framer.test.ts feeds both). The framer owns no bytes. It is handed a region that begins with what it
// kept back last time, and says where the part to keep begins.
//
// A frame is `connection id, argc, (offset, length) x argc`. Inline commands are unquoted in place.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "words.h"

namespace nearkey {

// What a connection may send. JavaScript writes, the thread that reads reads; a stale value is as good as a late packet.
struct Limits {
  std::atomic<int64_t> bulk_bytes_max{512LL << 20};
  std::atomic<int64_t> query_buffer_bytes_max{1LL << 30};
};

// In the order of PROTOCOL_ERRORS in server/net/native-addon.ts, which has the texts.
enum class ProtocolError : int32_t {
  kNone = 0,
  kMultibulkCountTooLong,
  kMultibulkLength,
  kUnauthenticatedMultibulk,
  kBulkCountTooLong,
  kExpectedDollar,
  kBulkLength,
  kUnauthenticatedBulk,
  kInlineTooLong,
  kUnbalancedQuotes,
  kQueryBufferLimit,
};

class Framer {
 public:
  // Narrower limits until the client has authenticated.
  bool unauthenticated = false;

  // Frames every complete command of `bytes[0, end)`; after an error nothing more.
  // `shift` is where bytes[0] lies in the buffer the frames refer to.
  // Returns how many bytes are done with: those from there on are to be kept and come first in the next call.
  size_t feed(uint8_t* bytes, size_t end, int32_t shift, int32_t connection, const Limits& limits, Words& words);

  ProtocolError error() const { return error_; }
  // The byte kExpectedDollar found instead.
  uint8_t offender() const { return offender_; }
  // Bytes of the argument that has begun, with its CRLF; 0 between arguments.
  size_t promised_bytes() const { return bulk_length_ < 0 ? 0 : static_cast<size_t>(bulk_length_) + 2; }
  // How much of the bytes kept back has been looked at.
  size_t position() const { return at_; }

 private:
  enum class Step { kDone, kNeedsMore };
  Step multibulk_header(const uint8_t* bytes, size_t end, const Limits& limits);
  Step bulk(const uint8_t* bytes, size_t end, int32_t shift, const Limits& limits, Words& words);
  Step inline_command(uint8_t* bytes, size_t end, int32_t shift, int32_t connection, Words& words);
  void resume(int32_t connection, int32_t shift, Words& words);
  void suspend(size_t frame_start, int32_t shift, Words& words);
  bool split_inline(uint8_t* bytes, size_t start, size_t end, int32_t shift, Words& words);
  Step fail(ProtocolError error);

  ProtocolError error_ = ProtocolError::kNone;
  uint8_t offender_ = 0;
  // Where decoding goes on, from the first byte kept back.
  size_t at_ = 0;
  int32_t argument_count_ = 0;
  int32_t arguments_left_ = 0;
  int64_t bulk_length_ = -1;
  // Offsets, from the frame's first byte, and lengths of the unfinished frame's arguments.
  std::vector<int32_t> partial_;
};

}  // namespace nearkey
