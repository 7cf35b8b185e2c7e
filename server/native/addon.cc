// The reactor in Node: one class, Front, which server/net/native-transport.ts drives.
//
// JavaScript and the reactor meet once a wake-up: one call hands a round to JavaScript, which reads it in place and writes its
// outbox through views that exist as long as the Front does; then the outbox is applied. No call is made for a
// connection or a command, whatever a batch brings. Beyond that JavaScript calls when it has something to send outside of a
// batch (`flush`), and for replies and requests so large that a call is cheaper than a copy.
//
// Without a thread, the event loop watches the reactor's epoll set and the Front fills and applies in turn. With one
// (io_thread.h), an async handle says that rounds lie ready, and outboxes are submitted.
//
// Lifetime: the memory behind the views (Shared) is held by the Front and by every view, so it outlives whichever goes first.
// The Front is referenced while its handle is open; `close` ends everything it has.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <napi.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "exchange.h"
#include "framer.h"
#include "io_thread.h"
#include "reactor.h"

namespace nearkey {
namespace {

// How often the reactor is asked again before the event loop gets its turn: while there is work, that is cheaper than a turn of the
// loop, and so few rounds keep timers and other sockets waiting for no more than some milliseconds.
constexpr int kRoundsMax = 16;

struct Shared {
  Limits limits;
  Figures figures;
  Round rounds[IoThread::kRounds];
  Outbox outboxes[IoThread::kOutboxes];
  // Which round, its words used, its events' words, its bytes received; which outbox to write into.
  double head[5] = {0, 0, 0, 0, 0};
};

template <typename T>
Napi::ArrayBuffer view_of(Napi::Env env, const std::shared_ptr<T>& shared, void* data, size_t bytes) {
  auto* holder = new std::shared_ptr<T>(shared);
  return Napi::ArrayBuffer::New(
      env, data, bytes, [](Napi::Env, void*, std::shared_ptr<T>* held) { delete held; }, holder);
}

Napi::Value uint8_array(Napi::Env env, Napi::ArrayBuffer buffer) {
  return Napi::Uint8Array::New(env, buffer.ByteLength(), buffer, 0);
}

Napi::Value int32_array(Napi::Env env, Napi::ArrayBuffer buffer) {
  return Napi::Int32Array::New(env, buffer.ByteLength() / sizeof(int32_t), buffer, 0);
}

Napi::Value float64_array(Napi::Env env, Napi::ArrayBuffer buffer) {
  return Napi::Float64Array::New(env, buffer.ByteLength() / sizeof(double), buffer, 0);
}

std::string endpoint(const sockaddr_storage& address) {
  char host[INET6_ADDRSTRLEN] = "?";
  int port = 0;
  if (address.ss_family == AF_INET) {
    auto* v4 = reinterpret_cast<const sockaddr_in*>(&address);
    inet_ntop(AF_INET, &v4->sin_addr, host, sizeof host);
    port = ntohs(v4->sin_port);
  } else if (address.ss_family == AF_INET6) {
    auto* v6 = reinterpret_cast<const sockaddr_in6*>(&address);
    inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof host);
    port = ntohs(v6->sin6_port);
  }
  return std::string(host) + ":" + std::to_string(port);
}

void throw_system_error(Napi::Env env, const char* what, int error) {
  Napi::Error thrown = Napi::Error::New(env, std::string(what) + ": " + uv_strerror(uv_translate_sys_error(error)));
  thrown.Set("code", Napi::String::New(env, uv_err_name(uv_translate_sys_error(error))));
  thrown.ThrowAsJavaScriptException();
}

// A listening socket, or -1 with an exception pending.
int open_listener(Napi::Env env, const std::string& host, int port, int backlog) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  int failure = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (failure != 0) {
    Napi::Error thrown = Napi::Error::New(env, std::string("getaddrinfo: ") + gai_strerror(failure));
    thrown.Set("code", Napi::String::New(env, "ENOTFOUND"));
    thrown.ThrowAsJavaScriptException();
    return -1;
  }
  int fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int one = 1;
  if (fd >= 0) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  bool listens = fd >= 0 && bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, backlog) == 0;
  int error = errno;
  freeaddrinfo(found);
  if (listens) return fd;
  if (fd >= 0) close(fd);
  throw_system_error(env, "listen", error);
  return -1;
}

int port_of(int fd) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&address)->sin6_port
                                             : reinterpret_cast<sockaddr_in*>(&address)->sin_port);
}

// openListener(host, port, backlog): {fd, port}. Every front of a transport accepts from the one socket.
Napi::Value open_listener_for(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  int fd = open_listener(env, info[0].As<Napi::String>(), info[1].As<Napi::Number>().Int32Value(),
                         info[2].As<Napi::Number>().Int32Value());
  if (fd < 0) return env.Undefined();
  Napi::Object listener = Napi::Object::New(env);
  listener["fd"] = Napi::Number::New(env, fd);
  listener["port"] = Napi::Number::New(env, port_of(fd));
  return listener;
}

// closeListener(fd, isLast): accepts nobody from now on; the last call, when no front watches the socket any more, closes it.
void close_listener(const Napi::CallbackInfo& info) {
  int fd = info[0].As<Napi::Number>().Int32Value();
  if (info[1].As<Napi::Boolean>().Value()) ::close(fd);
  else shutdown(fd, SHUT_RDWR);
}

}  // namespace

class Front : public Napi::ObjectWrap<Front> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Front",
                       {
                           InstanceAccessor<&Front::views>("views"),
                           InstanceMethod<&Front::listen>("listen"),
                           InstanceMethod<&Front::set_limits>("setLimits"),
                           InstanceMethod<&Front::flush>("flush"),
                           InstanceMethod<&Front::send_borrowed>("sendBorrowed"),
                           InstanceMethod<&Front::peer>("peer"),
                           InstanceMethod<&Front::large>("large"),
                           InstanceMethod<&Front::close>("close"),
                       });
  }

  // new Front(onRound, number, threaded)
  explicit Front(const Napi::CallbackInfo& info)
      : ObjectWrap(info),
        shared_(std::make_shared<Shared>()),
        reactor_(std::make_unique<Reactor>(info[1].As<Napi::Number>().Int32Value(), shared_->limits, shared_->figures)),
        context_(info.Env(), "nearkey:front", info.This().As<Napi::Object>()),
        on_round_(Napi::Persistent(info[0].As<Napi::Function>())) {
    if (!info[2].As<Napi::Boolean>().Value()) return;
    thread_ = std::make_unique<IoThread>(*reactor_, shared_->rounds, shared_->outboxes, [this] { uv_async_send(async_); });
    use(thread_->next_outbox());
  }

  ~Front() override { thread_.reset(); }

 private:
  Napi::Value views(const Napi::CallbackInfo& info) {
    Napi::Env env = info.Env();
    auto view = [&](const Pages& pages) { return view_of(env, shared_, pages.data(), pages.size()); };
    Napi::Array rounds = Napi::Array::New(env);
    for (Round& round : shared_->rounds) {
      Napi::Object views = Napi::Object::New(env);
      views["bytes"] = uint8_array(env, view(round.byte_pages));
      views["words"] = int32_array(env, view(round.word_pages));
      views["events"] = int32_array(env, view(round.event_pages));
      rounds[rounds.Length()] = views;
    }
    Napi::Array outboxes = Napi::Array::New(env);
    for (Outbox& outbox : shared_->outboxes) {
      Napi::Object views = Napi::Object::New(env);
      views["bytes"] = uint8_array(env, view(outbox.byte_pages));
      views["orders"] = int32_array(env, view(outbox.order_pages));
      outboxes[outboxes.Length()] = views;
    }
    Napi::Object views = Napi::Object::New(env);
    views["head"] = float64_array(env, view_of(env, shared_, shared_->head, sizeof shared_->head));
    views["rounds"] = rounds;
    views["outboxes"] = outboxes;
    views["figures"] = float64_array(env, view(shared_->figures.pages()));
    return views;
  }

  // listen(listener, keepAliveSeconds): accepts from a socket that `openListener` gave
  void listen(const Napi::CallbackInfo& info) {
    uv_loop_t* loop;
    napi_get_uv_event_loop(info.Env(), &loop);
    reactor_->accept_from(info[0].As<Napi::Number>().Int32Value(), info[1].As<Napi::Number>().Int32Value());
    Ref();
    if (thread_ != nullptr) {
      async_ = new uv_async_t;
      async_->data = this;
      uv_async_init(loop, async_, [](uv_async_t* handle) { static_cast<Front*>(handle->data)->run_filled(); });
      thread_->start();
      return;
    }
    poll_ = new uv_poll_t;
    poll_->data = this;
    uv_poll_init(loop, poll_, reactor_->poll_fd());
    uv_poll_start(poll_, UV_READABLE, [](uv_poll_t* handle, int, int) { static_cast<Front*>(handle->data)->run_ready(); });
  }

  // setLimits(bulkBytesMax, queryBufferBytesMax)
  void set_limits(const Napi::CallbackInfo& info) {
    shared_->limits.bulk_bytes_max.store(info[0].As<Napi::Number>().Int64Value(), std::memory_order_relaxed);
    shared_->limits.query_buffer_bytes_max.store(info[1].As<Napi::Number>().Int64Value(), std::memory_order_relaxed);
  }

  // Without a thread: what is ready, in rounds, until nothing is or the event loop must have its turn.
  void run_ready() {
    for (int i = 0; i < kRoundsMax && poll_ != nullptr; i++) {
      Round& round = shared_->rounds[0];
      reactor_->fill(round, 0);
      if (round.empty()) return;
      run(round);
      reactor_->delivered(round);
      apply();
    }
  }

  // With a thread: the rounds that lie ready.
  void run_filled() {
    while (async_ != nullptr) {
      Round* round = thread_->take_round();
      if (round == nullptr) return;
      run(*round);
      apply();
      if (async_ != nullptr) thread_->give_back(round);
    }
  }

  void run(Round& round) {
    Napi::Env env = Env();
    Napi::HandleScope scope(env);
    Napi::Value sent = take_sent(round);
    double* head = shared_->head;
    head[0] = static_cast<double>(&round - shared_->rounds);
    head[1] = static_cast<double>(round.words.length());
    head[2] = static_cast<double>(round.events.length());
    head[3] = static_cast<double>(round.received);
    running_ = &round;
    on_round_.MakeCallback(Value(), {sent}, context_);
    running_ = nullptr;
    if (env.IsExceptionPending()) {
      napi_value error;
      napi_get_and_clear_last_exception(env, &error);
      napi_fatal_exception(env, error);
    }
    // The memory of large requests goes when the round is filled again: nothing in JavaScript may still point at it.
    for (auto& buffer : lent_) buffer.Value().Detach();
    lent_.clear();
  }

  // The buffers of borrowed replies that are done with.
  Napi::Value take_sent(Round& round) {
    if (round.released.empty()) return Env().Undefined();
    Napi::Array sent = Napi::Array::New(Env(), round.released.size());
    for (uint32_t i = 0; i < round.released.size(); i++) {
      std::unique_ptr<Token> token(static_cast<Token*>(round.released[i]));
      sent[i] = token->Value();
    }
    return sent;
  }

  // Carries out what is in the outbox, now or in the thread.
  void apply() {
    if (thread_ != nullptr) {
      if (outbox_->order_count == 0 || async_ == nullptr) return;
      thread_->submit(outbox_);
      use(thread_->next_outbox());
      return;
    }
    reactor_->apply(*outbox_);
    if (reactor_->has_news()) reactor_->wake();
  }

  void use(Outbox* outbox) {
    outbox_ = outbox;
    shared_->head[4] = static_cast<double>(outbox - shared_->outboxes);
  }

  // flush(orderCount)
  void flush(const Napi::CallbackInfo& info) {
    outbox_->order_count = info[0].As<Napi::Number>().Uint32Value();
    apply();
  }

  // sendBorrowed(orderCount, id, buffer, start, end): after the orders, a reply that stays where it is until it is sent. Answers whether
  // it is done with.
  Napi::Value send_borrowed(const Napi::CallbackInfo& info) {
    Outbox& outbox = *outbox_;
    outbox.order_count = info[0].As<Napi::Number>().Uint32Value();
    auto buffer = info[2].As<Napi::Uint8Array>();
    size_t start = info[3].As<Napi::Number>().Uint32Value();
    size_t end = info[4].As<Napi::Number>().Uint32Value();
    auto* token = new Token(Napi::Persistent(buffer));
    int32_t* order = reinterpret_cast<int32_t*>(outbox.order_pages.data()) + outbox.order_count++ * kOrderWords;
    order[0] = static_cast<int32_t>(OrderKind::kSendBorrowed);
    order[1] = info[1].As<Napi::Number>().Int32Value();
    order[2] = static_cast<int32_t>(outbox.borrowed.size());
    outbox.borrowed.push_back({buffer.Data() + start, end - start, token});
    apply();
    bool taken = thread_ == nullptr && reactor_->take_released(token);
    if (taken) delete token;
    return Napi::Boolean::New(info.Env(), taken);
  }

  // peer(index): "remote local"
  Napi::Value peer(const Napi::CallbackInfo& info) {
    const Peer& peer = running_->peers.at(info[0].As<Napi::Number>().Uint32Value());
    return Napi::String::New(info.Env(), endpoint(peer.remote) + " " + endpoint(peer.local));
  }

  // large(index): {bytes, words}, valid until onRound returns
  Napi::Value large(const Napi::CallbackInfo& info) {
    Napi::Env env = info.Env();
    Large& large = *running_->large.at(info[0].As<Napi::Number>().Uint32Value());
    auto bytes = Napi::ArrayBuffer::New(env, large.bytes.get(), large.length);
    auto words = Napi::ArrayBuffer::New(env, large.words.data(), large.words.length() * sizeof(int32_t));
    lent_.push_back(Napi::Persistent(bytes));
    lent_.push_back(Napi::Persistent(words));
    Napi::Object result = Napi::Object::New(env);
    result["bytes"] = uint8_array(env, bytes);
    result["words"] = int32_array(env, words);
    return result;
  }

  // Ends every connection, tells JavaScript of none, and lets the event loop end.
  void close(const Napi::CallbackInfo&) {
    if (thread_ != nullptr) thread_->stop();
    reactor_->stop_accepting();
    reactor_->destroy_all();
    if (poll_ != nullptr) {
      uv_poll_stop(poll_);
      uv_close(reinterpret_cast<uv_handle_t*>(std::exchange(poll_, nullptr)), [](uv_handle_t* handle) {
        static_cast<Front*>(handle->data)->Unref();
        delete reinterpret_cast<uv_poll_t*>(handle);
      });
    }
    if (async_ != nullptr) {
      uv_close(reinterpret_cast<uv_handle_t*>(std::exchange(async_, nullptr)), [](uv_handle_t* handle) {
        static_cast<Front*>(handle->data)->Unref();
        delete reinterpret_cast<uv_async_t*>(handle);
      });
    }
  }

  using Token = Napi::Reference<Napi::Uint8Array>;

  std::shared_ptr<Shared> shared_;
  std::unique_ptr<Reactor> reactor_;
  Napi::AsyncContext context_;
  Napi::FunctionReference on_round_;
  std::vector<Napi::Reference<Napi::ArrayBuffer>> lent_;
  // The round JavaScript is reading, and the outbox it writes.
  Round* running_ = nullptr;
  Outbox* outbox_ = shared_->outboxes;
  std::unique_ptr<IoThread> thread_;
  uv_poll_t* poll_ = nullptr;
  uv_async_t* async_ = nullptr;
};

// The framer by itself, for the test that compares it with its plain twin piece by piece.
class FramerTrial : public Napi::ObjectWrap<FramerTrial> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "FramerTrial",
                       {
                           InstanceMethod<&FramerTrial::feed>("feed"),
                           InstanceAccessor<&FramerTrial::bytes>("bytes"),
                           InstanceAccessor<&FramerTrial::error>("error"),
                           InstanceAccessor<&FramerTrial::offender>("offender"),
                           InstanceAccessor<&FramerTrial::held_bytes>("heldBytes"),
                       });
  }

  // new FramerTrial(bulkBytesMax, queryBufferBytesMax, authenticated)
  explicit FramerTrial(const Napi::CallbackInfo& info) : ObjectWrap(info) {
    limits_.bulk_bytes_max = info[0].As<Napi::Number>().Int64Value();
    limits_.query_buffer_bytes_max = info[1].As<Napi::Number>().Int64Value();
    framer_.unauthenticated = !info[2].As<Napi::Boolean>().Value();
  }

 private:
  // feed(chunk, connection): the words of its frames, over `bytes`
  Napi::Value feed(const Napi::CallbackInfo& info) {
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(done_));
    auto chunk = info[0].As<Napi::Uint8Array>();
    bytes_.insert(bytes_.end(), chunk.Data(), chunk.Data() + chunk.ByteLength());
    Words words;
    done_ = framer_.feed(bytes_.data(), bytes_.size(), 0, info[1].As<Napi::Number>().Int32Value(), limits_, words);
    auto result = Napi::Int32Array::New(info.Env(), words.length());
    std::copy(words.data(), words.data() + words.length(), result.Data());
    return result;
  }

  Napi::Value bytes(const Napi::CallbackInfo& info) {
    return Napi::Buffer<uint8_t>::Copy(info.Env(), bytes_.data(), bytes_.size());
  }

  Napi::Value error(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<int32_t>(framer_.error()));
  }

  Napi::Value offender(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), framer_.offender()); }

  Napi::Value held_bytes(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(bytes_.size() - done_));
  }

  Limits limits_;
  Framer framer_;
  std::vector<uint8_t> bytes_;
  size_t done_ = 0;
};

}  // namespace nearkey

static Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("openListener", Napi::Function::New(env, nearkey::open_listener_for));
  exports.Set("closeListener", Napi::Function::New(env, nearkey::close_listener));
  exports.Set("Front", nearkey::Front::define(env));
  exports.Set("FramerTrial", nearkey::FramerTrial::define(env));
  return exports;
}

NODE_API_MODULE(wire, init)
