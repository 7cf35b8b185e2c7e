#include "io_thread.h"

#include <utility>

namespace nearkey {

IoThread::IoThread(Reactor& reactor, Round* rounds, Outbox* outboxes, std::function<void()> notify)
    : reactor_(reactor), notify_(std::move(notify)) {
  for (int i = 0; i < kRounds; i++) empty_rounds_.push_back(rounds + i);
  for (int i = 0; i < kOutboxes; i++) empty_outboxes_.push_back(outboxes + i);
}

IoThread::~IoThread() { stop(); }

void IoThread::start() {
  thread_ = std::thread([this] { run(); });
}

void IoThread::stop() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  for_thread_.notify_one();
  reactor_.wake();
  thread_.join();
}

// Applies what has been submitted until there is a round to fill. False when the thread is to end.
bool IoThread::wait_for_round(Round** round) {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    if (stopping_) return false;
    if (!submitted_.empty()) {
      Outbox* outbox = submitted_.front();
      submitted_.pop_front();
      lock.unlock();
      reactor_.apply(*outbox);
      lock.lock();
      empty_outboxes_.push_back(outbox);
      for_executor_.notify_one();
    } else if (!empty_rounds_.empty()) {
      *round = empty_rounds_.front();
      empty_rounds_.pop_front();
      sleeps_in_epoll_ = true;
      return true;
    } else {
      for_thread_.wait(lock);
    }
  }
}

void IoThread::run() {
  Round* round = nullptr;
  while (wait_for_round(&round)) {
    reactor_.delivered(*round);
    reactor_.fill(*round, -1);
    bool is_news = !round->empty();
    {
      std::lock_guard<std::mutex> lock(mutex_);
      sleeps_in_epoll_ = false;
      if (is_news) filled_rounds_.push_back(round);
      else empty_rounds_.push_front(round);
    }
    if (is_news) notify_();
  }
}

Round* IoThread::take_round() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (filled_rounds_.empty()) return nullptr;
  Round* round = filled_rounds_.front();
  filled_rounds_.pop_front();
  return round;
}

void IoThread::give_back(Round* round) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    empty_rounds_.push_back(round);
  }
  for_thread_.notify_one();
}

Outbox* IoThread::next_outbox() {
  std::unique_lock<std::mutex> lock(mutex_);
  for_executor_.wait(lock, [this] { return !empty_outboxes_.empty(); });
  Outbox* outbox = empty_outboxes_.front();
  empty_outboxes_.pop_front();
  return outbox;
}

void IoThread::submit(Outbox* outbox) {
  bool sleeps_in_epoll;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    submitted_.push_back(outbox);
    sleeps_in_epoll = std::exchange(sleeps_in_epoll_, false);
  }
  if (sleeps_in_epoll) reactor_.wake();
  else for_thread_.notify_one();
}

}  // namespace nearkey
