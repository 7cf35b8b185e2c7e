// A reactor in a thread of its own, and the hand-over between it and whoever executes.
//
// Two rounds and a few outboxes go round between the two sides; whoever has one in hand owns it, and what the mutex guards is
// only the lists of those that lie in between. While the executor works on one round the thread fills the other, so
// reading and framing the next requests, and writing the last replies, happen beside the execution.
//
// The thread sleeps in epoll while it has a round to fill, and on the condition while both are with the executor; a submitted
// outbox wakes it from either. It never waits for the executor while an outbox waits for it, so `next_outbox` may block.
// The executor is told by `notify` when a round lies ready; it takes rounds until there is none.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "exchange.h"
#include "reactor.h"

namespace nearkey {

class IoThread {
 public:
  static constexpr int kRounds = 2;
  static constexpr int kOutboxes = 4;

  // The rounds and outboxes are the caller's and outlive the thread. `notify` is called from the thread.
  IoThread(Reactor& reactor, Round* rounds, Outbox* outboxes, std::function<void()> notify);
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  void start();
  // Ends the thread. Afterwards the reactor is the caller's.
  void stop();

  // For the executor: a round that has been filled, or null.
  Round* take_round();
  void give_back(Round* round);
  // An empty outbox.
  Outbox* next_outbox();
  void submit(Outbox* outbox);

 private:
  void run();
  bool wait_for_round(Round** round);

  Reactor& reactor_;
  const std::function<void()> notify_;
  std::mutex mutex_;
  std::condition_variable for_thread_;
  std::condition_variable for_executor_;
  std::deque<Round*> empty_rounds_;
  std::deque<Round*> filled_rounds_;
  std::deque<Outbox*> empty_outboxes_;
  std::deque<Outbox*> submitted_;
  bool sleeps_in_epoll_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace nearkey
