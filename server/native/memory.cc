// Memory for keys and values that V8 does not count: one class, ChunkPool, which server/memory/native-chunks.ts drives.
//
// V8 counts the memory behind every buffer as its own ("external") memory and marks the whole heap once that has grown by some
// megabytes: sensible for buffers that are garbage soon, and a waste for memory that holds keys, of which no collection
// frees anything. So what a chunk adds to the count is taken off again at once.
//
// What is owed
//   V8 subtracts a buffer's length when it collects the buffer, whatever the count was told meanwhile. `owed` is what was taken
//   off and must be on the count again by then: it is at most the length of the chunks that live. `release` pays it
//   back early, for chunks that are garbage from now on, and so makes V8 as keen on collecting them as on any other buffer.
//
// A chunk's pages are the kernel's own mapping, so they are given back when it is collected and not kept by malloc.
#include <malloc.h>
#include <napi.h>
#include <sys/mman.h>

#include <algorithm>
#include <memory>

namespace nearkey {

struct Account {
  int64_t live = 0;
  int64_t owed = 0;

  // What is owed beyond what lives goes back on the count.
  void settle(Napi::Env env) {
    int64_t excess = std::max<int64_t>(0, owed - live);
    owed -= excess;
    if (excess > 0) Napi::MemoryManagement::AdjustExternalMemory(env, excess);
  }
};

struct Chunk {
  std::shared_ptr<Account> account;
  size_t bytes;
};

class ChunkPool : public Napi::ObjectWrap<ChunkPool> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "ChunkPool",
                       {
                           InstanceMethod<&ChunkPool::take>("take"),
                           InstanceMethod<&ChunkPool::release>("release"),
                           InstanceMethod<&ChunkPool::trim>("trim"),
                       });
  }

  // new ChunkPool(chunkBytes)
  explicit ChunkPool(const Napi::CallbackInfo& info)
      : ObjectWrap(info), chunk_bytes_(info[0].As<Napi::Number>().Uint32Value()) {}

 private:
  // take(): a chunk of zeros as an ArrayBuffer
  Napi::Value take(const Napi::CallbackInfo& info) {
    Napi::Env env = info.Env();
    void* at = mmap(nullptr, chunk_bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) {
      Napi::RangeError::New(env, "out of memory").ThrowAsJavaScriptException();
      return env.Undefined();
    }
    auto bytes = static_cast<int64_t>(chunk_bytes_);
    auto buffer = Napi::ArrayBuffer::New(env, at, chunk_bytes_, give_back, new Chunk{account_, chunk_bytes_});
    account_->live += bytes;
    account_->owed += bytes;
    Napi::MemoryManagement::AdjustExternalMemory(env, -bytes);
    return buffer;
  }

  // release(chunks): so many chunks are garbage
  void release(const Napi::CallbackInfo& info) {
    int64_t bytes = info[0].As<Napi::Number>().Int64Value() * static_cast<int64_t>(chunk_bytes_);
    int64_t paid = std::min(bytes, account_->owed);
    account_->owed -= paid;
    Napi::MemoryManagement::AdjustExternalMemory(info.Env(), paid);
  }

  // trim(): what malloc keeps of freed memory goes back to the system
  void trim(const Napi::CallbackInfo&) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
  }

  // V8 has collected the chunk.
  static void give_back(Napi::Env env, void* at, Chunk* chunk) {
    munmap(at, chunk->bytes);
    chunk->account->live -= static_cast<int64_t>(chunk->bytes);
    chunk->account->settle(env);
    delete chunk;
  }

  const size_t chunk_bytes_;
  const std::shared_ptr<Account> account_ = std::make_shared<Account>();
};

}  // namespace nearkey

static Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("ChunkPool", nearkey::ChunkPool::define(env));
  return exports;
}

NODE_API_MODULE(memory, init)
