#include "framer.h"

#include <cstring>

namespace nearkey {
namespace {

constexpr size_t kInlineBytesMax = 64 * 1024;
constexpr int64_t kArgumentsMax = 2147483647;
// What a connection that has not authenticated may send, as in Redis.
constexpr int64_t kUnauthenticatedArgumentsMax = 10;
constexpr int64_t kUnauthenticatedBulkBytesMax = 16384;
// Offsets are 32-bit.
constexpr size_t kAddressableBytes = 2147483647 - 1024 * 1024;

// A canonical int64: no sign on zero, no leading zeros, no blanks.
bool parse_int64(const uint8_t* at, const uint8_t* end, int64_t* value) {
  size_t length = static_cast<size_t>(end - at);
  if (length == 0 || length > 20) return false;
  bool negative = *at == '-';
  if (negative && ++at == end) return false;
  if (*at == '0') {
    *value = 0;
    return length == 1;
  }
  if (*at < '1' || *at > '9') return false;
  uint64_t sum = 0;
  for (; at < end; at++) {
    unsigned digit = static_cast<unsigned>(*at) - '0';
    if (digit > 9) return false;
    if (sum > (UINT64_MAX - digit) / 10) return false;
    sum = sum * 10 + digit;
  }
  if (negative) {
    if (sum > 9223372036854775808ULL) return false;
    *value = static_cast<int64_t>(0 - sum);
    return true;
  }
  if (sum > 9223372036854775807ULL) return false;
  *value = static_cast<int64_t>(sum);
  return true;
}

// Headers are a few bytes long: a loop finds their end sooner than memchr does.
const uint8_t* find_byte(const uint8_t* at, const uint8_t* end, uint8_t byte) {
  const uint8_t* near = end - at > 16 ? at + 16 : end;
  for (; at < near; at++)
    if (*at == byte) return at;
  if (at == end) return nullptr;
  return static_cast<const uint8_t*>(std::memchr(at, byte, static_cast<size_t>(end - at)));
}

bool is_blank(uint8_t byte) { return byte == ' ' || (byte >= 9 && byte <= 13) || byte == 0; }

int hex_digit(uint8_t byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
  return -1;
}

uint8_t escaped(uint8_t kind) {
  switch (kind) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'b':
      return '\b';
    case 'a':
      return '\a';
    default:
      return kind;
  }
}

// Writes the byte a backslash sequence stands for at `out`; returns where the sequence's last byte is.
size_t unescape_into(uint8_t* bytes, size_t at, size_t end, size_t out) {
  uint8_t kind = bytes[at + 1];
  if (kind == 'x' && at + 3 < end) {
    int high = hex_digit(bytes[at + 2]);
    int low = hex_digit(bytes[at + 3]);
    if (high >= 0 && low >= 0) {
      bytes[out] = static_cast<uint8_t>(high * 16 + low);
      return at + 3;
    }
  }
  bytes[out] = escaped(kind);
  return at + 1;
}

}  // namespace

size_t Framer::feed(uint8_t* bytes, size_t end, int32_t shift, int32_t connection, const Limits& limits,
                    Words& words) {
  if (error_ != ProtocolError::kNone) return end;
  size_t frame_start = 0;
  if (arguments_left_ > 0) resume(connection, shift, words);
  while (error_ == ProtocolError::kNone && at_ < end) {
    if (arguments_left_ == 0) {
      frame_start = at_;
      if (bytes[at_] != '*') {
        if (inline_command(bytes, end, shift, connection, words) == Step::kNeedsMore) break;
        continue;
      }
      if (multibulk_header(bytes, end, limits) == Step::kNeedsMore) break;
      if (arguments_left_ > 0) words.push(connection, argument_count_);
      continue;
    }
    if (bulk(bytes, end, shift, limits, words) == Step::kNeedsMore) break;
  }
  bool unfinished = arguments_left_ > 0;
  size_t done = unfinished ? frame_start : at_;
  if (unfinished) suspend(frame_start, shift, words);
  size_t kept = end - done;
  if (error_ == ProtocolError::kNone &&
      (static_cast<int64_t>(kept) > limits.query_buffer_bytes_max.load(std::memory_order_relaxed) ||
       kept > kAddressableBytes)) {
    error_ = ProtocolError::kQueryBufferLimit;
  }
  if (error_ != ProtocolError::kNone) return end;
  at_ -= done;
  return done;
}

// Puts the unfinished frame back where its words will be looked for.
void Framer::resume(int32_t connection, int32_t shift, Words& words) {
  words.push(connection, argument_count_);
  for (size_t i = 0; i < partial_.size(); i += 2) words.push(partial_[i] + shift, partial_[i + 1]);
  partial_.clear();
}

// Takes the words of the unfinished frame back from the list.
void Framer::suspend(size_t frame_start, int32_t shift, Words& words) {
  size_t have = static_cast<size_t>(argument_count_ - arguments_left_) * 2;
  size_t from = words.length() - have;
  int32_t base = shift + static_cast<int32_t>(frame_start);
  partial_.assign(words.data() + from, words.data() + words.length());
  for (size_t i = 0; i < partial_.size(); i += 2) partial_[i] -= base;
  words.truncate(from - 2);
}

Framer::Step Framer::multibulk_header(const uint8_t* bytes, size_t end, const Limits&) {
  const uint8_t* start = bytes + at_;
  const uint8_t* line_end = find_byte(start, bytes + end, '\r');
  if (line_end == nullptr) {
    return end - at_ > kInlineBytesMax ? fail(ProtocolError::kMultibulkCountTooLong) : Step::kNeedsMore;
  }
  if (line_end + 1 >= bytes + end) return Step::kNeedsMore;
  int64_t count;
  if (!parse_int64(start + 1, line_end, &count) || count > kArgumentsMax) return fail(ProtocolError::kMultibulkLength);
  if (unauthenticated && count > kUnauthenticatedArgumentsMax) return fail(ProtocolError::kUnauthenticatedMultibulk);
  at_ = static_cast<size_t>(line_end - bytes) + 2;
  if (count <= 0) return Step::kDone;
  argument_count_ = arguments_left_ = static_cast<int32_t>(count);
  bulk_length_ = -1;
  return Step::kDone;
}

Framer::Step Framer::bulk(const uint8_t* bytes, size_t end, int32_t shift, const Limits& limits, Words& words) {
  if (bulk_length_ < 0) {
    const uint8_t* start = bytes + at_;
    const uint8_t* line_end = find_byte(start, bytes + end, '\r');
    if (line_end == nullptr) {
      return end - at_ > kInlineBytesMax ? fail(ProtocolError::kBulkCountTooLong) : Step::kNeedsMore;
    }
    if (line_end + 1 >= bytes + end) return Step::kNeedsMore;
    if (*start != '$') {
      offender_ = *start;
      return fail(ProtocolError::kExpectedDollar);
    }
    int64_t length;
    if (!parse_int64(start + 1, line_end, &length) || length < 0 ||
        length > limits.bulk_bytes_max.load(std::memory_order_relaxed)) {
      return fail(ProtocolError::kBulkLength);
    }
    if (unauthenticated && length > kUnauthenticatedBulkBytesMax) return fail(ProtocolError::kUnauthenticatedBulk);
    at_ = static_cast<size_t>(line_end - bytes) + 2;
    bulk_length_ = length;
  }
  if (end - at_ < promised_bytes()) return Step::kNeedsMore;
  words.push(static_cast<int32_t>(at_) + shift, static_cast<int32_t>(bulk_length_));
  at_ += promised_bytes();
  bulk_length_ = -1;
  arguments_left_--;
  return Step::kDone;
}

Framer::Step Framer::inline_command(uint8_t* bytes, size_t end, int32_t shift, int32_t connection, Words& words) {
  const uint8_t* line_end = find_byte(bytes + at_, bytes + end, '\n');
  if (line_end == nullptr) {
    return end - at_ > kInlineBytesMax ? fail(ProtocolError::kInlineTooLong) : Step::kNeedsMore;
  }
  size_t line_at = static_cast<size_t>(line_end - bytes);
  size_t content_end = line_at > at_ && bytes[line_at - 1] == '\r' ? line_at - 1 : line_at;
  size_t frame = words.length();
  words.push(connection, 0);
  if (!split_inline(bytes, at_, content_end, shift, words)) {
    words.truncate(frame);
    return fail(ProtocolError::kUnbalancedQuotes);
  }
  at_ = line_at + 1;
  size_t count = (words.length() - frame - 2) / 2;
  if (count == 0) words.truncate(frame);
  else words[frame + 1] = static_cast<int32_t>(count);
  return Step::kDone;
}

// As Redis's sdssplitargs: blanks separate; "..." knows \xHH, \n, \r, \t, \b, \a and \c; '...' knows \'; a closing quote
// must be followed by a blank or the end. False when quotes do not balance.
bool Framer::split_inline(uint8_t* bytes, size_t start, size_t end, int32_t shift, Words& words) {
  size_t at = start;
  while (at < end) {
    while (at < end && is_blank(bytes[at])) at++;
    if (at >= end) break;
    size_t word_at = at;
    size_t out = at;
    uint8_t quote = 0;
    for (; at < end; at++) {
      uint8_t byte = bytes[at];
      if (quote == 0) {
        if (is_blank(byte)) break;
        if (byte == '"' || byte == '\'') quote = byte;
        else bytes[out++] = byte;
      } else if (byte == quote) {
        if (at + 1 < end && !is_blank(bytes[at + 1])) return false;
        quote = 0;
        at++;
        break;
      } else if (byte == '\\' && at + 1 < end && quote == '"') {
        at = unescape_into(bytes, at, end, out);
        out++;
      } else if (byte == '\\' && at + 1 < end && bytes[at + 1] == '\'') {
        at++;
        bytes[out++] = '\'';
      } else {
        bytes[out++] = byte;
      }
    }
    if (quote != 0) return false;
    words.push(static_cast<int32_t>(word_at) + shift, static_cast<int32_t>(out - word_at));
  }
  return true;
}

Framer::Step Framer::fail(ProtocolError error) {
  error_ = error;
  return Step::kNeedsMore;
}

}  // namespace nearkey
